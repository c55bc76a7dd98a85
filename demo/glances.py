"""A part seen as other hands might have written it: leaning, narrower, wider; several looks know more than one."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from demo.recognizer import Answer, Grey, Recognizer

LEAN = 0.2  # px to the side in each px of height, to either side
NARROWER = 0.8  # times as wide
WIDER = 1.25  # the same


def look_again(recognizer: Recognizer, image: Grey, answer: Answer) -> Answer:
    """The answer for (H, W) uint8 with the mean probabilities of nine views; refused where their mean score is low too.

    Source: test-time augmentation as in Krizhevsky, Sutskever, Hinton (2012), with this project's amounts.
    """
    answers = recognizer.batch(glances(image))
    probabilities = np.mean([one.probabilities for one in answers], 0)
    score = max(answer.digit_score, float(np.mean([one.digit_score for one in answers])))
    label = int(probabilities.argmax()) if score >= recognizer.threshold else None
    return replace(answer, label=label, probabilities=probabilities, digit_score=score)


def glances(image: Grey) -> NDArray[np.uint8]:
    """(9, H, W) uint8: each slant with each width, the picture itself among them."""
    return np.stack([_bent(image, lean, wide) for lean in (-LEAN, 0, LEAN) for wide in (NARROWER, 1, WIDER)])


def _bent(image: Grey, lean: float, wide: float) -> Grey:
    """Slanted about the middle and stretched along the rows, between pixels by straight lines, paper at the sides."""
    height, width = image.shape
    rows = np.arange(height)[:, None] - (height - 1) / 2
    at = (width - 1) / 2 + (np.arange(width) - (width - 1) / 2) / wide + lean * rows
    left = np.floor(at)
    here, there = (
        np.take_along_axis(image, np.clip(left.astype(int) + step, 0, width - 1), 1).astype(float) for step in (0, 1)
    )
    return np.floor(here + (there - here) * (at - left) + 0.5).astype(np.uint8)
