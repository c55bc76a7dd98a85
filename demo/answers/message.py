"""An answer, or the reason for none, in the words and numbers that the page shows."""

import base64
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from demo.answers.reader import UNREAD, Number, Part
from demo.answers.recognizer import Answer

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
PARTLY = "I read {number}. Where a ? stands is ink that is no digit to me, such as a sign, or digits that run together."
MORE = " There is more than I can read at once; these are the first 32."

Message = dict[str, Any]


def of_answer(answer: Answer) -> Message:
    """For the answer panel: digits ("" when there is none), sentence, probabilities (10 numbers), seen (a data URL)."""
    return {
        "digits": "" if answer.label is None else str(answer.label),
        "sentence": _sentence("blank" if answer.blank else _kind(answer), answer),
        "probabilities": None if answer.blank else [round(float(p), 4) for p in answer.probabilities],
        "seen": data_url((answer.seen * 255).round().astype(np.uint8)),
    }


def of_number(number: Number) -> Message:
    """For a number, the same fields: no bars, what was seen side by side; and parts. For one digit as `of_answer`.

    parts: for each digit, and for ink that is none, the fields of `of_answer`, and digit_score in [0, 1]; picture, a
           data URL of it alone; box (top, left, bottom, right) in px of the picture; line, from 0.
    """
    if not number.several:
        return of_answer(number.one)
    answers = [part.answer for part in number.parts]
    read = UNREAD not in number.digits
    weakest = min(answers, key=lambda answer: answer.probabilities.max())
    sentence = (NUMBER if read else PARTLY).format(
        number=number.digits,
        digit=NAMES[int(weakest.probabilities.argmax())].split()[1],
        share=_percent(float(weakest.probabilities.max())),
    )
    return {
        "digits": number.digits if read else "",
        "sentence": sentence + (MORE if number.more else ""),
        "probabilities": None,
        "seen": data_url((np.hstack([answer.seen for answer in answers]) * 255).round().astype(np.uint8)),
        "number": True,
        "parts": [_of_part(part) for part in number.parts],
    }


def _of_part(part: Part) -> Message:
    return of_answer(part.answer) | {
        "sentence": _sentence(
            _kind(part.answer), part.answer
        ),  # where a part was found is ink, whatever was seen of it
        "digit_score": round(part.answer.digit_score, 4),
        "picture": data_url(part.image),
        "box": list(part.box),
        "line": part.line,
    }


def of_problem(sentence: str) -> Message:
    """For a picture that could not be read: the same fields with no answer in them."""
    return {"digits": "", "sentence": sentence, "probabilities": None, "seen": None, "problem": True}


def _kind(answer: Answer) -> str:
    """Which of SENTENCES tells of ink."""
    if answer.label is None:
        return "refused"
    return "unsure" if answer.probabilities.max() < UNSURE_BELOW else "sure"


def _sentence(kind: str, answer: Answer) -> str:
    first, second = (NAMES[digit] for digit in answer.probabilities.argsort()[::-1][:2])
    return SENTENCES[kind].format(first=first, second=second, share=_percent(float(answer.probabilities.max())))


def _percent(share: float) -> str:
    return "more than 99.9%" if share > 0.999 else f"{share:.1%}"


def marked_preview(image: NDArray[np.uint8], number: Number) -> str:
    """As `preview`, with a frame around each digit of a number."""
    if not number.several:
        return preview(image)
    marked = Image.fromarray(image).convert("RGB")
    pencil, width_px = ImageDraw.Draw(marked), max(2, max(image.shape) // 120)
    for part in number.parts:
        top, left, bottom, right = part.box
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
