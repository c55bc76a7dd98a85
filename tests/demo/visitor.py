"""A visitor's hands and eyes: draws with mouse or finger, and reads the answer."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.demo.browsing import WAIT_MS
from tests.demo.strokes import Point

SEVEN: list[list[Point]] = [[(0.3, 0.25), (0.5, 0.25), (0.7, 0.25), (0.6, 0.5), (0.45, 0.8)]]
ONE: list[list[Point]] = [[(0.5, 0.2), (0.5, 0.5), (0.5, 0.8)]]


class Visitor:
    """Acts on one open page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.canvas = page.get_by_test_id("sketch-canvas")
        self.answer = page.get_by_test_id("answer")

    def draw(self, strokes: list[list[Point]], steps: int = 3) -> None:
        """Draw with the mouse, `steps` events from point to point; points are in [0, 1] of the canvas."""
        self.canvas.scroll_into_view_if_needed()
        for stroke in strokes:
            (x, y), *rest = self._on_screen(stroke)
            self.page.mouse.move(x, y)
            self.page.mouse.down()
            for x, y in rest:
                self.page.mouse.move(x, y, steps=steps)
            self.page.mouse.up()

    def touch(self, strokes: list[list[Point]]) -> None:
        """Draw with one finger."""
        self.canvas.scroll_into_view_if_needed()
        session = self.page.context.new_cdp_session(self.page)
        for stroke in strokes:
            kind = "touchStart"
            for x, y in self._on_screen(stroke):
                session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
                kind = "touchMove"
            session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def _on_screen(self, stroke: list[Point]) -> list[Point]:
        box = self.canvas.bounding_box()
        assert box is not None
        return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]

    def press(self, name: str) -> None:
        """Press the button with this handle."""
        self.page.get_by_test_id(name).click()

    def upload(self, name: str, content: bytes) -> None:
        """Choose a file."""
        self.upload_all({name: content})

    def upload_file(self, path: Path) -> None:
        """Choose a file that lies on the disk."""
        self._chooser.set_input_files(path)

    def upload_all(self, files: dict[str, bytes]) -> None:
        """Choose several files at once: name -> content."""
        sent = [{"name": name, "mimeType": "", "buffer": content} for name, content in files.items()]
        self._chooser.set_input_files(sent)

    @property
    def _chooser(self) -> Locator:
        return self.page.locator("[data-testid=upload] input[type=file]")

    @property
    def revision(self) -> int:
        """How many answers were shown so far."""
        return int(self.answer.get_attribute("data-revision") or 0)

    @property
    def digits(self) -> str | None:
        """The answer as tests read it."""
        return self.answer.get_attribute("data-digits")

    def after(self, act: Callable[[], None]) -> str | None:
        """Do something and return the answer to it, once no newer one is to come."""
        before = self.revision
        act()
        self.page.wait_for_function(
            """before => {
                const { dataset, ariaBusy } = document.querySelector("[data-testid=answer]");
                return ariaBusy === "false" && Number(dataset.revision) > before;
            }""",
            arg=before,
            timeout=WAIT_MS,
        )
        return self.digits

    def expect_digits(self, digits: str) -> None:
        """Wait until the answer is this."""
        expect(self.answer).to_have_attribute("data-digits", digits, timeout=WAIT_MS)
