"""What a pen, a finger, a palm and the buttons of a mouse leave on the canvas."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from tests.demo.browsing import DESK
from tests.demo.visitor import Visitor

pytestmark = pytest.mark.browser

TOUCH = {"pointerType": "touch", "pointerId": 2}
PEN = {"pointerType": "pen", "pointerId": 3}
ERASER = PEN | {"button": 5, "buttons": 32}
BAR = [(0.5, 0.2), (0.5, 0.5), (0.5, 0.8)]
POINT = """(canvas, events) => {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  for (const [type, [x, y], options] of events) {
    const usual = { button: type === "pointermove" ? -1 : 0, buttons: type === "pointerup" ? 0 : 1 };
    const place = { clientX: left + x * width, clientY: top + y * height };
    canvas.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true, ...usual, ...place, ...options }));
  }
}"""


def stroke(points, pointer):
    """The events of a pointer that goes down, along the points, and up."""
    moves = [("pointermove", place, pointer | {"button": -1}) for place in points[1:]]
    return [("pointerdown", points[0], pointer), *moves, ("pointerup", points[-1], pointer | {"buttons": 0})]


class Hand(Visitor):
    """A visitor whose pointers do what is said."""

    def point(self, *events):
        """Events as (kind, place in [0, 1] of the canvas, the pointer), one right after the other."""
        self.canvas.evaluate(POINT, events)

    def stroke(self, points, pointer):
        """Down, along the points, up."""
        self.point(*stroke(points, pointer))

    def ink(self, place):
        """How dark the drawing is at a place in [0, 1], 0 for paper and 255 for ink."""
        url = self.canvas.evaluate("canvas => canvas.drawing()")
        if url is None:
            return 0
        with Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as image:
            return 255 - int(np.asarray(image)[int(place[1] * 280), int(place[0] * 280)])


@pytest.fixture
def hand(guest, static_address):
    return Hand(guest(static_address, **DESK))


def test_a_pen_takes_the_palms_dot_away_and_draws(hand):
    palm = (0.2, 0.9)
    hand.point(("pointerdown", palm, TOUCH))
    assert hand.ink(palm) == 255
    hand.stroke(BAR, PEN)
    hand.point(("pointermove", (0.3, 0.9), TOUCH))
    hand.point(("pointerup", palm, TOUCH | {"buttons": 0}))
    assert (hand.ink(palm), hand.ink(BAR[1])) == (0, 255)
    hand.expect_digits("1")


def test_a_palm_that_lies_down_while_the_pen_is_lifted_leaves_nothing(hand):
    hand.point(*stroke(BAR, PEN), *stroke([(0.2, 0.9), (0.3, 0.9)], TOUCH))
    assert (hand.ink((0.2, 0.9)), hand.ink(BAR[1])) == (0, 255)
    hand.page.wait_for_timeout(1100)
    hand.stroke([(0.2, 0.9), (0.3, 0.9)], TOUCH)  # a finger draws again once the pen is away
    assert hand.ink((0.2, 0.9)) == 255


def test_a_touch_that_the_system_takes_for_a_palm_leaves_nothing(hand):
    hand.point(("pointerdown", (0.2, 0.9), TOUCH))
    hand.point(("pointercancel", (0.2, 0.9), TOUCH | {"buttons": 0}))
    assert hand.ink((0.2, 0.9)) == 0
    hand.stroke(BAR, PEN)
    assert hand.ink(BAR[1]) == 255


def test_the_eraser_end_of_a_pen_erases(hand):
    hand.stroke(BAR, PEN)
    hand.stroke([(0.1, 0.8), (0.9, 0.8)], PEN)
    hand.stroke([(0.05, 0.8), (0.95, 0.8)], ERASER)
    assert (hand.ink((0.2, 0.8)), hand.ink(BAR[0])) == (0, 255)
    hand.stroke([(0.1, 0.9), (0.2, 0.9)], PEN)  # its tip draws as before
    assert hand.ink((0.15, 0.9)) == 255


@pytest.mark.parametrize("button", ["right", "middle"])
def test_other_buttons_of_a_mouse_do_nothing(hand, button):
    (x, y), (end_x, end_y) = hand._on_screen([BAR[0], BAR[2]])
    hand.page.mouse.move(x, y)
    hand.page.mouse.down(button=button)
    hand.page.mouse.move(end_x, end_y, steps=5)
    assert hand.ink(BAR[1]) == 0
    hand.page.mouse.move(x, y)
    hand.page.mouse.down()  # the first button draws all the same
    hand.page.mouse.move(end_x, (y + end_y) / 2, steps=5)
    hand.page.mouse.up()
    hand.page.mouse.move(end_x + 100, end_y, steps=5)  # the other one is still down
    hand.page.mouse.up(button=button)
    assert (hand.ink((0.5, 0.4)), hand.ink((0.6, 0.7))) == (255, 0)


def test_buttons_that_would_leave_the_page_are_held_back_on_the_canvas(hand):
    kept = hand.canvas.evaluate(
        """canvas => ["mousedown", "mouseup", "auxclick", "contextmenu"].map((type) =>
            !canvas.dispatchEvent(new MouseEvent(type, { button: 3, bubbles: true, cancelable: true })))"""
    )
    assert kept == [True] * 4
