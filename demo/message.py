"""An answer, or the reason for none, in the words and numbers that the page shows."""

import base64
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from demo.recognizer import Answer

PREVIEW_SIDE_PX = 320
UNSURE_BELOW = 0.8  # probability under which the runner-up is named too

# The static page says the same: it is built with these three.
NAMES = [f"{'an' if digit == 8 else 'a'} {digit}" for digit in range(10)]
SENTENCES = {
    "blank": "I see no ink yet. Draw one digit, large, or send a picture with more contrast.",
    "refused": "That does not look like a digit. Draw one digit, large; if I must guess, it is {first}.",
    "unsure": "Probably {first}, but it could be {second}.",
    "sure": "This is {first}. I am {share} sure.",
}

Message = dict[str, Any]


def of_answer(answer: Answer) -> Message:
    """For the answer panel: digits ("" when there is none), sentence, probabilities (10 numbers), seen (a data URL)."""
    return {
        "digits": "" if answer.label is None else str(answer.label),
        "sentence": _sentence(answer),
        "probabilities": None if answer.blank else [round(float(p), 4) for p in answer.probabilities],
        "seen": data_url((answer.seen * 255).round().astype(np.uint8)),
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


def preview(image: NDArray[np.uint8]) -> str:
    """A data URL of (H, W) uint8 grey, at most 320 px a side, so that people see what arrived and which way up."""
    picture = Image.fromarray(image)
    picture.thumbnail((PREVIEW_SIDE_PX, PREVIEW_SIDE_PX))
    return data_url(np.asarray(picture))


def data_url(image: NDArray[np.uint8]) -> str:
    """(H, W) uint8 grey as a PNG in a data URL."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
