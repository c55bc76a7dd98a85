"""An answer, or the reason for none, in the words and numbers that the page shows."""

import base64
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from demo.number import UNREAD, Number
from demo.recognizer import Answer

PREVIEW_SIDE_PX = 320
FRAME = (29, 78, 216)
UNSURE_BELOW = 0.8  # probability under which the runner-up is named too

# The static page says the same: it is built with these three.
NAMES = [f"{'an' if digit == 8 else 'a'} {digit}" for digit in range(10)]
SENTENCES = {
    "blank": "I see no ink yet. Draw one digit, large, or send a picture with more contrast.",
    "refused": "That does not look like a digit. Draw one digit, large; if I must guess, it is {first}.",
    "unsure": "Probably {first}, but it could be {second}.",
    "sure": "This is {first}. I am {share} sure.",
}

NUMBER = "This is {number}, read digit by digit. The least sure is the {digit}: {share}."
PARTLY = "I read {number}. A part is no digit to me; leave a gap between digits, and draw each clearly."
TOUCHING = "That may be two digits that touch. Leave a gap between them, or draw one digit, large."

Message = dict[str, Any]


def of_answer(answer: Answer) -> Message:
    """For the answer panel: digits ("" when there is none), sentence, probabilities (10 numbers), seen (a data URL)."""
    return {
        "digits": "" if answer.label is None else str(answer.label),
        "sentence": _sentence(answer),
        "probabilities": None if answer.blank else [round(float(p), 4) for p in answer.probabilities],
        "seen": data_url((answer.seen * 255).round().astype(np.uint8)),
    }


def of_number(number: Number) -> Message:
    """For a number, the same fields: no bars, what was seen side by side. For one digit as `of_answer`."""
    if not number.several:
        told = of_answer(number.whole)
        return told | {"sentence": TOUCHING} if number.touching else told
    answers = [answer for _, answer in number.parts]
    read = UNREAD not in number.digits
    weakest = min(answers, key=lambda answer: answer.probabilities.max())
    return {
        "digits": number.digits if read else "",
        "sentence": NUMBER.format(
            number=number.digits,
            digit=NAMES[int(weakest.probabilities.argmax())].split()[1],
            share=_percent(float(weakest.probabilities.max())),
        )
        if read
        else PARTLY.format(number=number.digits),
        "probabilities": None,
        "seen": data_url((np.hstack([answer.seen for answer in answers]) * 255).round().astype(np.uint8)),
        "number": True,
    }


def of_problem(sentence: str) -> Message:
    """For a picture that could not be read: the same fields with no answer in them."""
    return {"digits": "", "sentence": sentence, "probabilities": None, "seen": None, "problem": True}


def _sentence(answer: Answer) -> str:
    first, second = (NAMES[digit] for digit in answer.probabilities.argsort()[::-1][:2])
    share = float(answer.probabilities.max())
    if answer.blank:
        kind = "blank"
    elif answer.label is None:
        kind = "refused"
    else:
        kind = "unsure" if share < UNSURE_BELOW else "sure"
    return SENTENCES[kind].format(first=first, second=second, share=_percent(share))


def _percent(share: float) -> str:
    return "more than 99.9%" if share > 0.999 else f"{share:.1%}"


def marked_preview(image: NDArray[np.uint8], number: Number) -> str:
    """As `preview`, with a frame around each digit of a number."""
    if not number.several:
        return preview(image)
    marked = Image.fromarray(image).convert("RGB")
    pencil, width_px = ImageDraw.Draw(marked), max(2, max(image.shape) // 120)
    for (top, left, bottom, right), _ in number.parts:
        pencil.rectangle((left, top, right, bottom), outline=FRAME, width=width_px)
    marked.thumbnail((PREVIEW_SIDE_PX, PREVIEW_SIDE_PX))
    return data_url(np.asarray(marked))


def preview(image: NDArray[np.uint8]) -> str:
    """A data URL of (H, W) uint8 grey, at most 320 px a side, so that people see what arrived and which way up."""
    picture = Image.fromarray(image)
    picture.thumbnail((PREVIEW_SIDE_PX, PREVIEW_SIDE_PX))
    return data_url(np.asarray(picture))


def data_url(image: NDArray[np.uint8]) -> str:
    """(H, W) uint8 grey, or (H, W, 3) colour, as a PNG in a data URL."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
