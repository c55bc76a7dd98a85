"""`python -m tests.demo.screenshots` looks at every tab, light, dark and on a phone, and keeps what it saw in docs/."""

import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.demo.browsing import ROOT, browser, open_page, served

FOLDER = ROOT / "docs" / "screenshots"
VISITORS = {
    "light": {"viewport": {"width": 1200, "height": 860}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1200, "height": 860}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 780}, "device_scale_factor": 2, "has_touch": True},
}
TABS = ("Recognise", "Error analysis", "About")


def main() -> None:
    """Write docs/screenshots/TAB-VISITOR.png for each tab and visitor."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as cache, served(Path(cache)) as (address, _), browser() as chromium:
        for visitor, context in VISITORS.items():
            page = open_page(chromium, address, **context)
            for tab in TABS:
                show(page, tab)
                name = tab.lower().replace(" ", "-")
                page.screenshot(path=FOLDER / f"{name}-{visitor}.png", full_page=tab == "Recognise")
                print(FOLDER / f"{name}-{visitor}.png")


def show(page: Page, tab: str) -> None:
    """Open a tab and wait until it has something to show."""
    page.get_by_role("tab", name=tab).click()
    if tab == "Recognise":
        page.get_by_role("button", name="5", exact=True).click()
        page.wait_for_selector("[data-testid=answer]:not([data-revision='0'])")
    if tab == "Error analysis":
        page.wait_for_selector("[data-testid=gallery] img", timeout=60_000)
    page.wait_for_timeout(500)  # the bars move


if __name__ == "__main__":
    main()
