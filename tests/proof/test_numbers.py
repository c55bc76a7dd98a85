"""Numbers that are written to be read: what they say is what stands there, and what is misread is counted."""

import gzip
import json

import numpy as np
import pytest
from scipy import ndimage

from proof.numbers import pens, run

BAR = [[[500, 0], [500, 1000]]]
RING = [[[0, 0], [600, 0], [600, 1000], [0, 1000], [0, 0]]]


@pytest.fixture
def digits():
    """A hand that writes ones and noughts."""
    return [("1", [np.array(stroke, float) for stroke in BAR]), ("0", [np.array(stroke, float) for stroke in RING])]


def pieces(picture):
    return ndimage.label(picture < 128, structure=np.ones((3, 3)))[1]


@pytest.mark.parametrize("kind", ["apart", "near"])
def test_digits_apart_and_near_do_not_meet(digits, kind):
    for seed in range(5):
        picture, truth = pens.write_number(digits, kind, np.random.default_rng(seed))
        assert pieces(picture) == len(truth)


@pytest.mark.parametrize("kind", ["touching", "overlapping"])
def test_two_that_touch_are_one_piece(digits, kind):
    for seed in range(5):
        picture, truth = pens.write_number(digits, kind, np.random.default_rng(seed))
        assert (len(truth), pieces(picture)) == (2, 1)


def test_equal_seeds_write_equal_numbers(digits):
    for kind in pens.KINDS:
        pictures = [pens.write_number(digits, kind, np.random.default_rng(3))[0] for _ in range(2)]
        assert (pictures[0] == pictures[1]).all()


def test_only_writers_of_many_digits_write_numbers(tmp_path):
    rows = [{"label": "1", "writer": "many", "strokes": BAR}] * pens.FEWEST
    rows += [{"label": "1", "writer": "few", "strokes": BAR}] * (pens.FEWEST - 1)
    path = tmp_path / "pens.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    (only,) = pens.writers(path)
    assert len(only) == pens.FEWEST


@pytest.mark.parametrize(
    ("said", "outcome"), [("42", "exact"), ("4?", "refused"), ("", "refused"), ("4", "misread"), ("4 2", "misread")]
)
def test_what_is_said_is_judged(said, outcome):
    assert run.outcome(said, "42") == outcome


def test_a_reader_that_misreads_is_found_out(digits):
    counts = run.written(lambda _: "7", [digits], "apart", 4, seed=0)
    assert counts == {"n": 4, "exact": 0, "refused": 0, "misread": 4}


def test_alone_each_digit_has_a_picture_of_its_own_and_a_blank_answer_counts_as_refused(digits):
    pictures, truth = pens.write_alone(digits, np.random.default_rng(1))
    assert len(pictures) == len(truth) > 1
    assert all(pieces(picture) == 1 for picture in pictures)
    of_ones = run.alone(lambda _: "1", [digits[:1]], 4, seed=0)
    assert of_ones == {"n": 4, "exact": 4, "refused": 0, "misread": 0}
    assert run.alone(lambda _: "", [digits], 4, seed=0)["refused"] == 4
