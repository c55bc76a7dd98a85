"""The words and numbers of an answer."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from demo import message
from demo.number import Number
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


def part(label, share=0.97):
    return (0, 0, 10, 10), answer(label, first=share)


def number(*parts):
    digits = "".join("?" if told.label is None else str(told.label) for _, told in parts)
    return Number(digits, answer(None), list(parts))


NUMBERS = {
    "read": (number(part(7), part(7, 0.9)), "77", "This is 77, read digit by digit. The least sure is the 7: 90.0%."),
    "partly": (number(part(7), part(None)), "", "I read 7?. A part is no digit"),
}


@pytest.mark.parametrize(("given", "digits", "words"), NUMBERS.values(), ids=NUMBERS.keys())
def test_a_number_is_told_digit_by_digit(given, digits, words):
    told = message.of_number(given)
    assert (told["digits"], told["number"], told["probabilities"]) == (digits, True, None)
    assert words in told["sentence"]
    with Image.open(io.BytesIO(base64.b64decode(told["seen"].partition(",")[2]))) as seen:
        assert seen.size == (56, 28)  # side by side


def test_a_number_of_one_digit_is_told_as_a_digit():
    alone = Number("7", answer(7), [])
    assert message.of_number(alone) == message.of_answer(answer(7))
