"""The words and numbers of an answer."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from demo import message
from demo.recognizer import Answer


def answer(label, *, first=0.97, second=0.02, ink=True):
    probabilities = np.full(10, (1 - first - second) / 8, np.float32)
    probabilities[7], probabilities[1] = first, second
    seen = np.zeros((28, 28), np.float32)
    seen[10:12] = float(ink)
    return Answer(label, probabilities, seen, 0.5)


SENTENCES = {
    "sure": (answer(7), "7", "This is a 7. I am 97.0% sure."),
    "very sure": (answer(7, first=0.9999, second=0.0001), "7", "This is a 7. I am more than 99.9% sure."),
    "between two": (answer(7, first=0.6, second=0.3), "7", "Probably a 7, but it could be a 1."),
    "refused": (answer(None), "", "does not look like a digit"),
    "blank": (answer(None, ink=False), "", "no ink yet"),
}


@pytest.mark.parametrize(("given", "digits", "words"), SENTENCES.values(), ids=SENTENCES.keys())
def test_each_answer_has_its_sentence(given, digits, words):
    told = message.of_answer(given)
    assert told["digits"] == digits
    assert words in told["sentence"]


def test_what_was_seen_travels_without_loss():
    seen = np.random.default_rng(0).random((28, 28), np.float32)
    url = message.of_answer(Answer(1, np.full(10, 0.1, np.float32), seen, 1.0))["seen"]
    with Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as image:
        np.testing.assert_array_equal(np.asarray(image), (seen * 255).round().astype(np.uint8))


def test_a_blank_has_no_bars():
    assert message.of_answer(answer(None, ink=False))["probabilities"] is None
