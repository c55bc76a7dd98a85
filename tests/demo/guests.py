"""New visitors of a browser: each has a context of its own, in which nothing is kept of anybody else."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, ViewportSize

from tests.demo.browsing import WAIT_MS


class Guests:
    """The visitors of one browser."""

    def __init__(self, chromium: Browser) -> None:
        self.chromium = chromium

    @contextmanager
    def page(self, viewport: ViewportSize | None = None, **options: object) -> Iterator[Page]:
        """A blank page of a visitor whom no page knows; the options are those of a context.

        A used context that is emptied opens pages in half the time, but dozens of them alive slow all others down.
        """
        context = self.chromium.new_context(**options)  # type: ignore[arg-type]
        try:
            page = context.new_page()
            page.set_default_timeout(WAIT_MS)
            if viewport:
                page.set_viewport_size(viewport)
            yield page
        finally:
            context.close()
