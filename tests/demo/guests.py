"""New visitors at little cost: they share what the browser has fetched, and nothing that a page keeps.

A fresh context fetches and compiles the whole page again: three seconds of the processor, of a used one half as many.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.demo.browsing import WAIT_MS

KEPT = "cookies,local_storage,indexeddb,cache_storage,service_workers,file_systems"


class Guests:
    """The contexts of a browser that nobody uses at the moment, by what they were opened with."""

    def __init__(self, chromium: Browser) -> None:
        self.chromium = chromium
        self.free: dict[str, list[BrowserContext]] = defaultdict(list)

    @contextmanager
    def page(self, viewport: ViewportSize | None = None, **options: object) -> Iterator[Page]:
        """A blank page of a visitor whom no page knows; the options are those of a context.

        viewport: the page's own, so that screens of every size share a context.
        """
        free = self.free[repr(sorted(options.items()))]
        context = free.pop() if free else self.opened(options)
        page = context.new_page()
        forget(page)
        page.set_default_timeout(WAIT_MS)
        if viewport:
            page.set_viewport_size(viewport)
        try:
            yield page
        finally:
            for opened in context.pages[1:]:
                opened.close()
            free.append(context)

    def opened(self, options: dict[str, object]) -> BrowserContext:
        """A context with a page that stays blank: its window ends with its last page, and takes a second to open."""
        context = self.chromium.new_context(**options)  # type: ignore[arg-type]
        context.new_page()
        return context


def forget(page: Page) -> None:
    """Let the page's context forget what pages kept there: whose they are does not matter."""
    session = page.context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": KEPT})
    session.detach()
