"""Answers to a data set: computed once, kept whole, and never trusted when damaged."""

import shutil

import numpy as np
import pytest

from demo.analysis.predictions import BATCH, predict
from demo.answers.recognizer import ModelError
from demo.mnist import Labelled, load
from demo.settings import MODELS
from tests.demo.answers.graphs import PICTURE, constant

ALLOWED = 1e-4  # between two ways to the same answer on any processor, as between two runtimes
MODEL = MODELS / "recognizer.onnx"


@pytest.fixture(scope="module")
def data():
    whole = load("test")
    return Labelled("first 300", whole.images[:300], whole.labels[:300])


def silent(share):
    pass


def test_each_row_is_the_answer_to_its_picture(data, tmp_path, recognizer):
    predictions = predict(MODEL, data, tmp_path, silent)
    for index in (0, BATCH - 1, BATCH, 299):  # both sides of a batch's edge
        answer = recognizer(data.images[index])
        np.testing.assert_allclose(predictions.probabilities[index], answer.probabilities, atol=ALLOWED)
        assert predictions.digit_score[index] == pytest.approx(answer.digit_score, abs=ALLOWED)


def test_a_second_look_costs_nothing(data, tmp_path):
    first, shares = predict(MODEL, data, tmp_path, silent), []
    again = predict(MODEL, data, tmp_path, shares.append)
    assert shares == []
    np.testing.assert_array_equal(again.probabilities, first.probabilities)


def test_what_a_bare_net_saw_is_held_once(data, tmp_path):
    for _ in range(2):  # worked out, and out of the cache
        assert predict(MODELS / "edge.onnx", data, tmp_path, silent).seen is data.images
    assert predict(MODEL, data, tmp_path, silent).seen is not data.images


def test_progress_ends_at_one(data, tmp_path):
    shares = []
    predict(MODEL, data, tmp_path, shares.append)
    assert shares == [100 / 300, 200 / 300, 1.0]


def test_other_data_and_another_model_are_not_mixed_up(data, tmp_path):
    fewer = Labelled("first 10", data.images[:10], data.labels[:10])
    other = shutil.copy(MODEL, tmp_path / "other.onnx")
    with other.open("ab") as file:
        file.write(b"\x72\x00")  # an empty metadata entry: the same model, other bytes
    predict(MODEL, data, tmp_path / "cache", silent)
    assert len(predict(MODEL, fewer, tmp_path / "cache", silent).answers) == 10
    predict(other, fewer, tmp_path / "cache", silent)
    assert len(list((tmp_path / "cache").iterdir())) == 3


@pytest.mark.parametrize("damage", [b"", b"no zip", b"PK\x03\x04 half a zip"])
def test_a_damaged_cache_is_worked_out_again(data, tmp_path, damage):
    fewer = Labelled("first 5", data.images[:5], data.labels[:5])
    first = predict(MODEL, fewer, tmp_path, silent)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(damage)
    np.testing.assert_array_equal(predict(MODEL, fewer, tmp_path, silent).probabilities, first.probabilities)
    assert kept.read_bytes() != damage


def test_a_cache_that_cannot_be_written_changes_nothing_else(data, tmp_path):
    (tmp_path / "file").write_text("in the way of the folder")
    fewer = Labelled("first 5", data.images[:5], data.labels[:5])
    assert len(predict(MODEL, fewer, tmp_path / "file" / "cache", silent).answers) == 5


def test_a_model_that_answers_nothing_known_is_refused(data, tmp_path):
    seen_only = constant(tmp_path / "m.onnx", [PICTURE], {"seen": np.zeros((1, 28, 28), np.float32)})
    with pytest.raises(ModelError, match="expected probabilities or logits"):
        predict(seen_only, data, tmp_path, silent)
