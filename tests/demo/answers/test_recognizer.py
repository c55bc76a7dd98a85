"""A picture of one digit in, an answer out."""

import numpy as np
import pytest

from demo.answers.recognizer import Recognizer
from tests.demo.answers.graphs import PICTURE, constant

SHAPES = {"probabilities": (1, 10), "seen": (1, 28, 28), "digit_score": (1,)}


def model(path, metadata=None):
    """Write a graph that gives constants of the contract's shapes for one picture; returns its path."""
    values = {name: np.full(shape, 0.5, np.float32) for name, shape in SHAPES.items()}
    return constant(path, [PICTURE], values, metadata)


def test_a_drawn_digit_is_answered(recognizer):
    one = np.full((280, 280), 255, np.uint8)
    one[40:240, 130:150] = 0
    answer = recognizer(one)
    assert answer.label == 1
    assert answer.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert answer.seen.shape == (28, 28)
    assert not answer.blank


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_blank_has_no_answer(recognizer, level):
    answer = recognizer(np.full((280, 280), level, np.uint8))
    assert answer.label is None
    assert answer.blank


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (37, 211), (900, 1200)])
def test_any_size_is_read(recognizer, shape):
    noise = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    assert np.isfinite(recognizer(noise).probabilities).all()


def test_a_batch_answers_as_each_picture_alone(recognizer):
    images = np.random.default_rng(1).integers(0, 256, (3, 40, 50), dtype=np.uint8)
    together, alone = recognizer.batch(images), [recognizer(image) for image in images]
    for one, other in zip(together, alone, strict=True):
        assert one.label == other.label
        np.testing.assert_allclose(one.probabilities, other.probabilities, atol=1e-4)  # as between two runtimes


THRESHOLDS = {
    # name -> (metadata, metrics.json, threshold)
    "the model's own goes first": ({"score_threshold": "0.6"}, '{"score_threshold": 0.2}', 0.6),
    "then the record beside it": ({}, '{"score_threshold": 0.2}', 0.2),
    "a record without one": ({}, "{}", 0.0),
    "neither": ({}, None, 0.0),
}


@pytest.mark.parametrize(("metadata", "metrics", "expected"), THRESHOLDS.values(), ids=THRESHOLDS.keys())
def test_the_threshold_comes_from_the_model(tmp_path, metadata, metrics, expected):
    if metrics is not None:
        (tmp_path / "metrics.json").write_text(metrics)
    assert Recognizer(model(tmp_path / "m.onnx", metadata)).threshold == expected


@pytest.mark.parametrize(("threshold", "label"), [("0.4", 0), ("0.6", None)])
def test_a_score_below_the_threshold_is_refused(tmp_path, threshold, label):
    recognizer = Recognizer(model(tmp_path / "m.onnx", {"score_threshold": threshold}))
    assert recognizer(np.zeros((5, 5), np.uint8)).label == label  # the score is 0.5
