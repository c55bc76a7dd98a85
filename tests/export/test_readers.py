"""A reader's file against torch: equal on what it is shown, and the proof notices when it is not."""

import onnx
import pytest
import torch
from onnx import numpy_helper

from core.net.reader import load_reader
from export import readers
from export.contracts import FINDER, READERS
from export.proving.ladder import MismatchError
from tests.export.conftest import WEIGHTS

ROW = READERS["reader"]


@pytest.fixture(autouse=True, scope="module")
def _few():
    patch = pytest.MonkeyPatch()
    patch.setattr(readers, "DIGITS", 30)
    patch.setattr(readers, "NUMBERS", 30)
    patch.setattr(readers, "SIZES", ((1, 1), (37, 211)))
    yield
    patch.undo()


@pytest.fixture(scope="module")
def written(tmp_path_factory, digits):
    """The folder of a reader's files, and what the record says of them."""
    folder = tmp_path_factory.mktemp("reader")
    return folder, readers.export_reader(ROW, WEIGHTS, folder, digits, lambda _: None)


def prove(module, file, digits):
    return readers.prove(module, file, [*readers.cases(digits)], lambda _: None)


def test_a_reader_and_its_packed_form_are_proved(written):
    folder, entries = written
    assert set(entries) == {"reader", "reader.ort"}
    assert all(entry["labels_changed"] == 0 and entry["pictures"] for entry in entries.values())
    assert (folder / "reader.ort").is_file()


def test_old_runtimes_know_a_readers_operators(written):
    model = onnx.load(written[0] / "reader.onnx")
    assert model.ir_version <= 8
    assert [(entry.domain, entry.version) for entry in model.opset_import] == [("", 18)]


@pytest.mark.parametrize("part", ["finder", "net"])
def test_a_changed_weight_is_noticed(written, digits, part):
    module = load_reader(WEIGHTS / FINDER, WEIGHTS / ROW.weights)
    with torch.no_grad():
        [*getattr(module, part).parameters()][-1].add_(1.0)
    with pytest.raises(MismatchError, match=r"reader\.onnx: "):
        prove(module, written[0] / "reader.onnx", digits)


def test_a_changed_file_is_noticed(written, digits, tmp_path):
    model = onnx.load(written[0] / "reader.onnx")
    tensor = max(model.graph.initializer, key=lambda one: len(one.raw_data))
    tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor) * 1.5, tensor.name))
    onnx.save(model, tmp_path / "reader.onnx")
    with pytest.raises(MismatchError):
        prove(load_reader(WEIGHTS / FINDER, WEIGHTS / ROW.weights), tmp_path / "reader.onnx", digits)


def test_numbers_are_rows_of_dark_digits(digits):
    drawn = readers.numbers(digits, 5, seed=0)
    assert drawn.shape == (5, *readers.NUMBER_PX)
    assert (drawn == readers.numbers(digits, 5, seed=0)).all()
    assert ((drawn < 128).mean((1, 2)) > 0.01).all()
