"""Pixels in, answer out, and what happens to files that are no recogniser."""

import hashlib
import json
import os
import threading

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from demo import limits
from demo.canvas import PictureError
from demo.recognizer import ModelError, Recognizer
from demo.records import RecordError, model_digests
from demo.settings import MODELS


def model(path, inputs, outputs, metadata=None):
    """Write a graph that gives constants of the contract's shapes for one picture."""
    values = {"probabilities": (1, 10), "seen": (1, 28, 28), "digit_score": (1,), "logits": (1, 10)}
    nodes = [
        helper.make_node(
            "Constant",
            [],
            [name],
            value=helper.make_tensor(name, TensorProto.FLOAT, values[name], np.full(values[name], 0.5).ravel()),
        )
        for name in outputs
    ]
    graph = helper.make_graph(
        nodes,
        "constant",
        [helper.make_tensor_value_info(name, kind, shape) for name, kind, shape in inputs],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, values[name]) for name in outputs],
    )
    built = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    helper.set_model_props(built, metadata or {})
    onnx.save(built, path)
    return path


PICTURE = ("image", TensorProto.UINT8, ["N", "H", "W"])
OUTPUTS = ["probabilities", "seen", "digit_score"]


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
        np.testing.assert_allclose(one.probabilities, other.probabilities, atol=1e-5)


BAD_ARRAYS = {
    "float": np.zeros((1, 28, 28), np.float32),
    "one picture without its batch": np.zeros((28, 28), np.uint8),
    "colour": np.zeros((1, 28, 28, 3), np.uint8),
    "no picture": np.zeros((0, 28, 28), np.uint8),
    "no pixel": np.zeros((1, 0, 28), np.uint8),
}


@pytest.mark.parametrize("images", BAD_ARRAYS.values(), ids=BAD_ARRAYS.keys())
def test_other_arrays_are_refused(recognizer, images):
    with pytest.raises(ValueError, match="expected uint8"):
        recognizer.batch(images)


def recorded(path):
    """Write the record beside a model, with the file as it is."""
    entry = {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    path.with_name("parity.json").write_text(json.dumps({"models": {"m": entry}}))


def test_the_file_of_the_record_is_opened(tmp_path):
    path = model(tmp_path / "m.onnx", [PICTURE], OUTPUTS)
    recorded(path)
    assert Recognizer(path).path == path


def test_a_changed_file_is_named_and_refused_though_it_would_open(tmp_path):
    recorded(model(tmp_path / "m.onnx", [PICTURE], OUTPUTS))
    changed = model(tmp_path / "m.onnx", [PICTURE], OUTPUTS, {"title": "another"})
    with pytest.raises(
        ModelError, match=r"m\.onnx: this file was changed: its SHA-256 is [0-9a-f]{64}, parity.json says"
    ):
        Recognizer(changed)


def test_a_file_that_the_record_does_not_know_is_refused(tmp_path):
    recorded(model(tmp_path / "m.onnx", [PICTURE], OUTPUTS))
    with pytest.raises(ModelError, match=r"other\.onnx: this file was changed.*says nothing"):
        Recognizer(model(tmp_path / "other.onnx", [PICTURE], OUTPUTS))


@pytest.mark.parametrize("record", ['{"models": []}', '{"models": {"m": {"file": "m.onnx"}}}', "no JSON"])
def test_an_unreadable_record_is_named(tmp_path, record):
    path = model(tmp_path / "m.onnx", [PICTURE], OUTPUTS)
    path.with_name("parity.json").write_text(record)
    with pytest.raises(RecordError, match=r"parity\.json: expected"):
        Recognizer(path)


def test_every_shipped_graph_is_in_the_record():
    stated = model_digests(MODELS / "parity.json")
    shipped = sorted(MODELS.glob("*.onnx"))
    assert shipped
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in shipped}.items() <= stated.items()


def test_who_waits_too_long_gets_a_sentence(tmp_path, monkeypatch):
    recognizer = Recognizer(model(tmp_path / "m.onnx", [PICTURE], OUTPUTS))
    monkeypatch.setattr(limits, "REQUEST_S", 0)
    busy = threading.Event()
    others = [recognizer._workers.submit(busy.wait) for _ in range(os.cpu_count() or 1)]
    with pytest.raises(PictureError, match="took too long"):
        recognizer(np.zeros((5, 5), np.uint8))
    busy.set()
    assert all(other.result() for other in others)


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
    assert Recognizer(model(tmp_path / "m.onnx", [PICTURE], OUTPUTS, metadata)).threshold == expected


@pytest.mark.parametrize(("threshold", "label"), [("0.4", 0), ("0.6", None)])
def test_a_score_below_the_threshold_is_refused(tmp_path, threshold, label):
    recognizer = Recognizer(model(tmp_path / "m.onnx", [PICTURE], OUTPUTS, {"score_threshold": threshold}))
    assert recognizer(np.zeros((5, 5), np.uint8)).label == label  # the score is 0.5


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"m\.onnx: no such model"):
        Recognizer(tmp_path / "m.onnx")


def test_a_damaged_file_is_named(tmp_path):
    (tmp_path / "m.onnx").write_bytes(b"no model at all")
    with pytest.raises(ModelError, match=r"m\.onnx: ONNX Runtime cannot open it"):
        Recognizer(tmp_path / "m.onnx")


OTHER_CONTRACTS = {
    "float input": ([("image", TensorProto.FLOAT, ["N", "H", "W"])], OUTPUTS),
    "another input name": ([("x", TensorProto.UINT8, ["N", "H", "W"])], OUTPUTS),
    "colour": ([("image", TensorProto.UINT8, ["N", "H", "W", 3])], OUTPUTS),
    "logits": ([PICTURE], ["logits"]),
}


@pytest.mark.parametrize(("inputs", "outputs"), OTHER_CONTRACTS.values(), ids=OTHER_CONTRACTS.keys())
def test_another_contract_is_refused(tmp_path, inputs, outputs):
    with pytest.raises(ModelError, match="expected image uint8"):
        Recognizer(model(tmp_path / "m.onnx", inputs, outputs))
