"""Files that read pictures, of either contract: which are opened, and what ends their work."""

import hashlib
import json
import os
import threading

import numpy as np
import pytest
from onnx import TensorProto

from demo.answers import reader, recognizer
from demo.answers.canvas import PictureError
from demo.answers.opened import ContractError, ModelError
from demo.answers.reader import Reader
from demo.answers.recognizer import Recognizer
from demo.guard import limits
from demo.guard.deadline import Deadline, within
from demo.records import RecordError, model_digests
from demo.settings import MODELS
from tests.demo.answers.graphs import PICTURE, constant

KINDS = {"recogniser": (Recognizer, recognizer.OUTPUTS), "reader": (Reader, reader.OUTPUTS)}
SHAPES = {"digits": (1, 32), "probabilities": (1, 10), "seen": (1, 28, 28), "digit_score": (1,), "logits": (1, 10)}


@pytest.fixture(params=KINDS.values(), ids=KINDS.keys())
def kind(request):
    """What opens a file, and the names of the outputs that it wants."""
    return request.param


def model(path, outputs, inputs=(PICTURE,), metadata=None):
    """Write a graph with outputs of these names; returns its path."""
    values = {name: np.full(SHAPES.get(name, (1,)), 0.5, np.float32) for name in outputs}
    return constant(path, inputs, values, metadata)


def recorded(path):
    """Write the record beside a model, with the file as it is."""
    entry = {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    path.with_name("parity.json").write_text(json.dumps({"models": {"m": entry}}))


def test_the_file_of_the_record_is_opened(kind, tmp_path):
    opened, outputs = kind
    path = model(tmp_path / "m.onnx", outputs)
    recorded(path)
    assert opened(path).path == path


def test_a_changed_file_is_named_and_refused_though_it_would_open(kind, tmp_path):
    opened, outputs = kind
    recorded(model(tmp_path / "m.onnx", outputs))
    changed = model(tmp_path / "m.onnx", outputs, metadata={"title": "another"})
    with pytest.raises(
        ModelError, match=r"m\.onnx: this file was changed: its SHA-256 is [0-9a-f]{64}, parity.json says"
    ):
        opened(changed)


def test_a_file_that_the_record_does_not_know_is_refused(kind, tmp_path):
    opened, outputs = kind
    recorded(model(tmp_path / "m.onnx", outputs))
    with pytest.raises(ModelError, match=r"other\.onnx: this file was changed.*says nothing"):
        opened(model(tmp_path / "other.onnx", outputs))


@pytest.mark.parametrize("record", ['{"models": []}', '{"models": {"m": {"file": "m.onnx"}}}', "no JSON"])
def test_an_unreadable_record_is_named(kind, tmp_path, record):
    opened, outputs = kind
    path = model(tmp_path / "m.onnx", outputs)
    path.with_name("parity.json").write_text(record)
    with pytest.raises(RecordError, match=r"parity\.json: expected"):
        opened(path)


def test_every_shipped_graph_is_in_the_record():
    stated = model_digests(MODELS / "parity.json")
    shipped = sorted(MODELS.glob("*.onnx"))
    assert shipped
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in shipped}.items() <= stated.items()


def test_a_missing_file_is_named(kind, tmp_path):
    with pytest.raises(ModelError, match=r"m\.onnx: no such model"):
        kind[0](tmp_path / "m.onnx")


def test_a_damaged_file_is_named(kind, tmp_path):
    (tmp_path / "m.onnx").write_bytes(b"no model at all")
    with pytest.raises(ModelError, match=r"m\.onnx: not a usable model: ONNX Runtime cannot open it"):
        kind[0](tmp_path / "m.onnx")


OTHER_INPUTS = {
    "float": ("image", TensorProto.FLOAT, ["N", "H", "W"]),
    "another name": ("x", TensorProto.UINT8, ["N", "H", "W"]),
    "colour": ("image", TensorProto.UINT8, ["N", "H", "W", 3]),
}


@pytest.mark.parametrize("given", OTHER_INPUTS.values(), ids=OTHER_INPUTS.keys())
def test_another_input_is_refused(kind, tmp_path, given):
    opened, outputs = kind
    with pytest.raises(ContractError, match="expected image uint8"):
        opened(model(tmp_path / "m.onnx", outputs, [given]))


@pytest.mark.parametrize("outputs", [["logits"], *(names for _, names in KINDS.values())], ids=len)
def test_other_outputs_are_refused(kind, tmp_path, outputs):
    opened, own = kind
    if outputs == own:
        outputs = outputs[::-1]
    with pytest.raises(ContractError, match="expected image uint8"):
        opened(model(tmp_path / "m.onnx", outputs))


@pytest.fixture(params=KINDS.values(), ids=KINDS.keys())
def shipped(request):
    """The shipped file of each kind, opened."""
    opened, _ = request.param
    return opened(MODELS / f"{opened.__name__.lower()}.onnx")


def test_who_waits_too_long_gets_a_sentence(shipped, monkeypatch):
    monkeypatch.setattr(limits, "REQUEST_S", 0)
    busy = threading.Event()
    others = [shipped._model._workers.submit(busy.wait) for _ in range(os.cpu_count() or 1)]
    with pytest.raises(PictureError, match="took too long"):
        shipped(np.zeros((5, 5), np.uint8))
    busy.set()
    assert all(other.result() for other in others)


def test_what_waits_for_its_turn_ends_when_its_sender_has_left(shipped):
    busy, deadline = threading.Event(), Deadline(60)
    others = [shipped._model._workers.submit(busy.wait) for _ in range(os.cpu_count() or 1)]
    leaving = threading.Timer(0.2, deadline.end)
    leaving.start()
    with within(deadline), pytest.raises(PictureError, match="took too long"):
        shipped(np.zeros((5, 5), np.uint8))
    busy.set()
    assert all(other.result() for other in others)


def test_what_runs_is_told_to_stop_when_its_sender_has_left(shipped):
    deadline = Deadline(600)
    large = np.random.default_rng(0).integers(0, 256, (64, 900, 1200), np.uint8)  # a third of a second of work, or more
    leaving = threading.Timer(0.05, deadline.end)
    leaving.start()
    with within(deadline), pytest.raises(PictureError, match="took too long"):
        shipped._model(large)


BAD_ARRAYS = {
    "float": np.zeros((1, 28, 28), np.float32),
    "one picture without its batch": np.zeros((28, 28), np.uint8),
    "colour": np.zeros((1, 28, 28, 3), np.uint8),
    "no picture": np.zeros((0, 28, 28), np.uint8),
    "no pixel": np.zeros((1, 0, 28), np.uint8),
}


@pytest.mark.parametrize("images", BAD_ARRAYS.values(), ids=BAD_ARRAYS.keys())
def test_other_arrays_are_refused(shipped, images):
    with pytest.raises(ValueError, match="expected uint8"):
        shipped._model(images)


def test_costly_work_takes_no_drawings_place(shipped):
    busy = threading.Event()
    others = [shipped._model._workers.submit(busy.wait) for _ in range(os.cpu_count() or 1)]
    with within(Deadline(60, aside=True)):
        shipped(np.zeros((5, 5), np.uint8))
    busy.set()
    assert all(other.result() for other in others)
