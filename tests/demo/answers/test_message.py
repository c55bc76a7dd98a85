"""The words and numbers of an answer."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from demo.answers import message
from demo.answers.reader import Number, Part
from demo.answers.recognizer import Answer


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


def part(label, share=0.97, *, ink=True, line=0):
    return Part((0, 0, 10, 10), answer(label, first=share, ink=ink), line)


PARTLY = "I read 7?. Where a ? stands is ink that is no digit to me, such as a sign, or digits that run together."
MORE = " There is more than I can read at once; these are the first 32."
NUMBERS = {
    "read": (
        Number([part(7), part(7, 0.9)]),
        "77",
        "This is 77, read digit by digit. The least sure is the 7: 90.0%.",
    ),
    "partly": (Number([part(7), part(None)]), "", PARTLY),
    "of more parts": (
        Number([part(7)] * 32, more=2),
        "7" * 32,
        f"This is {'7' * 32}, read digit by digit. The least sure is the 7: 97.0%.{MORE}",
    ),
    "partly, of more parts": (Number([part(7), part(None)], more=1), "", PARTLY + MORE),
}


@pytest.mark.parametrize(("given", "digits", "sentence"), NUMBERS.values(), ids=NUMBERS.keys())
def test_a_number_is_told_digit_by_digit(given, digits, sentence):
    told = message.of_number(given)
    assert (told["digits"], told["number"], told["probabilities"]) == (digits, True, None)
    assert told["sentence"] == sentence
    with Image.open(io.BytesIO(base64.b64decode(told["seen"].partition(",")[2]))) as seen:
        assert seen.size == (28 * len(given.parts), 28)  # side by side


def test_each_part_of_a_number_is_told_as_a_digit_alone():
    given = Number([part(7), part(None, line=1)])
    first, second = message.of_number(given)["parts"]
    assert message.of_answer(answer(7)).items() <= first.items()
    assert (first["box"], first["line"], first["digit_score"]) == ([0, 0, 10, 10], 0, 0.5)
    with Image.open(io.BytesIO(base64.b64decode(first["picture"].partition(",")[2]))) as alone:
        np.testing.assert_array_equal(np.asarray(alone), given.parts[0].image)
    assert (second["digits"], second["line"]) == ("", 1)
    assert second["sentence"] == "That does not look like a digit. Draw one digit, large; if I must guess, it is a 7."


def test_a_part_of_which_nothing_was_seen_is_no_blank_picture():
    _, second = message.of_number(Number([part(7), part(None, ink=False)]))["parts"]
    assert "does not look like a digit" in second["sentence"]
    assert second["probabilities"] is None


def test_a_number_of_one_digit_is_told_as_a_digit():
    assert message.of_number(Number([part(7)])) == message.of_answer(answer(7))


def test_nothing_is_told_as_a_blank():
    told = message.of_number(Number([]))
    assert (told["digits"], told["probabilities"]) == ("", None)
    assert "no ink yet" in told["sentence"]


def test_only_a_numbers_parts_are_framed():
    picture = np.full((60, 60), 255, np.uint8)
    assert message.marked_preview(picture, Number([part(7)])) == message.preview(picture)
    assert message.marked_preview(picture, Number([part(7), part(1)])) != message.preview(picture)
