"""Pictures of numbers are read in order; what is no digit stays refused, whichever model reads."""

import numpy as np
import pytest

from demo.answers.reader import UNREAD, Number, Part, Reader, read_with
from demo.answers.recognizer import Answer
from demo.mnist import load
from proof.numbers import run
from proof.numbers.strings import write_number
from tests.demo.answers.graphs import PICTURE, constant

PARTS = 32
STRINGS = 150
FLOOR = 0.96  # exact match; the aim is 0.98, and what is missing are digits that the net misreads one by one
MOST_MISREAD = 0.2  # of pairs that touch, without a word


def given(path, digits, boxes, lines, more=0):
    """Write a reader that says of every picture what it is told: of each part digit, box and line; returns its path."""
    count = len(digits)
    values = {
        "digits": np.full((1, PARTS), -1, np.int64),
        "probabilities": np.zeros((1, PARTS, 10), np.float32),
        "digit_score": np.zeros((1, PARTS), np.float32),
        "boxes": np.zeros((1, PARTS, 4), np.float32),
        "line": np.full((1, PARTS), -1, np.int64),
        "seen": np.zeros((1, PARTS, 28, 28), np.float32),
        "more": np.array([more], np.int64),
    }
    values["digits"][0, :count] = digits
    values["boxes"][0, :count] = np.reshape(boxes, (count, 4))
    values["line"][0, :count] = lines
    values["probabilities"][0, np.arange(count), np.array(digits, int) % 10] = 0.75
    values["digit_score"][0, :count] = np.arange(count) / 8
    values["seen"][0, :count, 14] = 0.8
    return constant(path, [PICTURE], values)


@pytest.fixture
def told(tmp_path):
    """Opens a reader that says what it is told."""
    return lambda *words, **others: Reader(given(tmp_path / "m.onnx", *words, **others))


def blank(height=60, width=200):
    return np.full((height, width), 255, np.uint8)


BOXES = [(1.5, 2.4, 40.6, 20.5), (2, 50, 41, 70), (45, 0, 60, 9.49)]


def test_each_part_is_told_in_the_order_of_the_file(told):
    number = told([4, 10, 0], BOXES, [0, 0, 1], more=3)(blank())
    assert [part.box for part in number.parts] == [(2, 2, 41, 21), (2, 50, 41, 70), (45, 0, 60, 9)]
    assert all(type(edge) is int for part in number.parts for edge in part.box)
    assert [part.answer.label for part in number.parts] == [4, None, 0]
    assert [part.line for part in number.parts] == [0, 0, 1]
    assert [part.answer.digit_score for part in number.parts] == [0, 0.125, 0.25]
    assert [part.answer.probabilities.tolist().index(0.75) for part in number.parts] == [4, 0, 0]
    assert (number.digits, number.several, number.more) == (f"4{UNREAD} 0", True, 3)


def test_a_part_is_kept_as_it_was_seen_dark_on_light(told):
    (part,) = told([4], BOXES[:1], [0])(blank()).parts
    assert (part.image.dtype, part.image.shape) == (np.uint8, (28, 28))
    assert (part.image[14] == 255 - 204).all()
    assert (np.delete(part.image, 14, 0) == 255).all()


def test_one_part_answers_for_the_picture(told):
    number = told([4], BOXES[:1], [0])(blank())
    assert (number.digits, number.several) == ("4", False)
    assert number.one is number.parts[0].answer


def test_nothing_is_a_blank(told):
    number = told([], [], [])(blank())
    assert (number.digits, number.several, number.parts, number.more) == ("", False, [], 0)
    assert (number.one.label, number.one.blank, number.one.digit_score) == (None, True, 0)
    assert number.one.probabilities.tolist() == pytest.approx([0.1] * 10)


def test_a_full_picture_has_all_parts_and_says_that_there_is_more(told):
    number = told([7] * PARTS, [BOXES[0]] * PARTS, [0] * PARTS, more=5)(blank())
    assert (number.digits, number.more) == ("7" * PARTS, 5)


class Fixed:
    """A recogniser that answers what it is told, one picture at a time or all, and keeps what it was given."""

    def __init__(self, *labels, ink=True):
        self.labels, self.ink = labels, ink
        self.given = []

    def __call__(self, image):
        return self.batch(image[None])[0]

    def batch(self, images):
        self.given.append(images)
        return [
            Answer(label, np.eye(10, dtype=np.float32)[label or 0], np.full((28, 28), float(self.ink), np.float32), 0.9)
            for label in self.labels
        ]


def test_another_model_reads_each_part_at_once_and_a_refused_one_stays_so(told):
    first, recognizer = told([4, 10, 0], BOXES, [0, 0, 1], more=3), Fixed(9, 8, None)
    before, number = first(blank()), read_with(first, recognizer, blank())
    (images,) = recognizer.given
    np.testing.assert_array_equal(images, [part.image for part in before.parts])
    assert (number.digits, number.more) == (f"9{UNREAD} {UNREAD}", 3)
    assert [(part.box, part.line) for part in number.parts] == [(part.box, part.line) for part in before.parts]
    assert [part.answer.probabilities.argmax() for part in number.parts] == [9, 8, 0]
    np.testing.assert_array_equal([part.image for part in number.parts], images)


WHOLE = {  # what the reader says -> box of what the other model reads
    "one digit": ([4], (2, 2, 41, 21)),
    "one that is no digit": ([10], (2, 2, 41, 21)),
    "nothing": ([], (0, 0, 60, 200)),
}


@pytest.mark.parametrize(("digits", "box"), WHOLE.values(), ids=WHOLE.keys())
def test_another_model_is_given_the_whole_picture_of_one_part_or_none(told, digits, box):
    recognizer = Fixed(9)
    number = read_with(told(digits, BOXES[: len(digits)], [0] * len(digits)), recognizer, blank())
    assert [images.shape for images in recognizer.given] == [(1, 60, 200)]
    assert (number.digits, [part.box for part in number.parts]) == ("9", [box])


def test_another_model_says_whether_there_is_anything(told):
    assert read_with(told([4], BOXES[:1], [0]), Fixed(None, ink=False), blank()).parts == []


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("shape", [(1, 1), (28, 28), (280, 280)], ids=str)
def test_on_an_empty_picture_is_nothing(reader, shape, level):
    number = reader(np.full(shape, level, np.uint8))
    assert (number.parts, number.more) == ([], 0)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (37, 211), (900, 1200)], ids=str)
def test_any_picture_is_answered_within_the_contract(reader, shape):
    number = reader(np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8))
    assert len(number.parts) <= PARTS
    assert number.more >= 0
    for part in number.parts:
        top, left, bottom, right = part.box
        assert 0 <= top <= bottom <= shape[0]
        assert 0 <= left <= right <= shape[1]
        assert np.isfinite(part.answer.probabilities).all()
        assert 0 <= part.answer.digit_score <= 1
        assert 0 <= part.answer.seen.min() <= part.answer.seen.max() <= 1
    assert [part.line for part in number.parts] == sorted(part.line for part in number.parts)


@pytest.fixture(scope="module")
def apart():
    """Numbers of 2 to 5 well-spaced digits, dark on light, each with what it says."""
    test, generator = load("test"), np.random.default_rng(1)
    return [write_number(test.images[:500], test.labels, 2 + place % 4, generator) for place in range(12)]


def test_well_spaced_numbers_are_read_in_either_polarity(reader, apart):
    for turned in (0, 255):
        read = [reader(turned ^ picture).digits == truth for picture, truth in apart]
        assert sum(read) >= len(apart) - 1


def test_boxes_lie_in_reading_order_around_the_ink(reader, apart):
    for picture, truth in apart:
        number = reader(picture)
        assert len(number.parts) == len(truth)
        lefts, rights = ([part.box[edge] for part in number.parts] for edge in (1, 3))
        assert all(right <= left + 3 for right, left in zip(rights, lefts[1:], strict=False))
        for top, left, bottom, right in (part.box for part in number.parts):
            assert (picture[top:bottom, left:right] < 128).any()
        assert {part.line for part in number.parts} == {0}


def test_lines_are_parted(reader, apart):
    """Two lines have digits of half the size, of which one is lost now and then: at least 8 of 12 are read whole."""
    whole = 0
    for (upper, above), (lower, below) in zip(apart, [*apart[4:], *apart[:4]], strict=True):
        width = max(upper.shape[1], lower.shape[1])
        padded = [np.pad(one, ((0, 0), (0, width - one.shape[1])), constant_values=255) for one in (upper, lower)]
        number = reader(np.vstack(padded))
        whole += number.digits == f"{above} {below}"
        lines = [part.line for part in number.parts]
        assert set(lines) == {0, 1}
        assert sorted(lines) == lines
    assert whole >= 8


def test_a_part_alone_reads_as_it_does_in_its_number(reader, recognizer, apart):
    """Explanations, comparisons and corrections are given the part's own picture."""
    parts = [part for picture, _ in apart for part in reader(picture).parts]
    alone = recognizer.batch(np.stack([part.image for part in parts]))
    same = [part.answer.label == answer.label for part, answer in zip(parts, alone, strict=True)]
    assert sum(same) >= len(same) - 1


def test_one_digit_is_read_as_one(reader):
    """A broken 4 may look like two; more than one in a hundred would be the finder's fault."""
    test = load("test")
    numbers = [reader(np.pad(image, 20)) for image in test.images[:200]]
    assert sum(number.several for number in numbers) <= 2
    assert sum(number.digits == str(label) for number, label in zip(numbers, test.labels[:200], strict=True)) >= 196


@pytest.mark.slow
def test_strings_of_two_to_eight_digits_are_read_exactly(reader):
    assert run.strings(lambda picture: reader(picture).digits, STRINGS, 0)["exact"] >= FLOOR * STRINGS


@pytest.mark.slow
def test_the_gate_sees_a_reader_that_loses_the_last_digit(reader):
    assert run.strings(lambda picture: reader(picture).digits[:-1], STRINGS, 0)["exact"] < FLOOR * STRINGS


@pytest.mark.slow
def test_digits_that_touch_are_read_or_refused(reader):
    found = run.touching(lambda picture: reader(picture).digits, STRINGS, 0)
    assert found["misread"] <= MOST_MISREAD * STRINGS
    assert found["exact"] >= STRINGS * 2 / 3


def test_digits_are_text_by_lines():
    def part(label, line):
        return Part((0, 0, 1, 1), Answer(label, np.full(10, 0.1, np.float32), np.ones((28, 28), np.float32), 1.0), line)

    assert Number([part(4, 0), part(None, 0), part(0, 1)]).digits == "4? 0"
    assert Number([part(None, 0)]).digits == UNREAD
