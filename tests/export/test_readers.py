"""A reader's file against torch: equal on what it is shown, and the proof notices when it is not."""

import shutil

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, numpy_helper

from core.catalogue import CATALOGUE
from core.net.reader import load_reader
from core.train.data import load
from export import readers, variants
from export.contracts import FINDER, READERS
from export.proving import sets
from export.proving.ladder import MismatchError
from export.proving.prove import Subject
from export.proving.sets import MNIST_TEST, NUMBERS, Labelled
from tests.export.conftest import WEIGHTS

ROW = READERS["reader"]


@pytest.fixture(autouse=True, scope="module")
def _few(digits):
    patch = pytest.MonkeyPatch()
    patch.setattr(readers, "DIGITS", 30)
    patch.setattr(readers, "NUMBERS", 30)
    patch.setattr(readers, "SIZES", ((1, 1), (37, 211)))
    patch.setattr(readers, "sets_for", lambda *_: few(digits))
    patch.setattr(variants, "calibration_batches", lambda *_: [digits[-100:]])
    yield
    patch.undo()


def few(digits):
    """Some digits, and numbers of them, with what they say."""
    labelled = Labelled([digits[:30]], load("test")[1][:30].numpy().astype(np.str_))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sets, "READ", 10)
        return {MNIST_TEST: labelled, NUMBERS: sets.numbers_of(labelled)}


@pytest.fixture(scope="module")
def written(tmp_path_factory, digits):
    """The folder of a reader's files, and what the record says of them."""
    folder = tmp_path_factory.mktemp("reader")
    return folder, readers.export_reader(ROW, WEIGHTS, folder, digits, lambda _: None)


@pytest.fixture(scope="module")
def module():
    return load_reader(WEIGHTS / FINDER, WEIGHTS / ROW.weights)


def prove(module, file, digits):
    return readers.prove(module, file, [*readers.cases(digits)], lambda _: None)


def test_a_reader_and_its_other_forms_are_proved(written):
    folder, entries = written
    assert {f"reader{form}" for form in CATALOGUE["reader"].forms} == {path.name for path in folder.iterdir()}
    assert {entry["file"] for entry in entries.values()} == {path.name for path in folder.iterdir()}
    assert all(entry["labels_changed"] == 0 and entry["pictures"] for entry in entries.values())
    assert entries["reader.fp16"]["reference"] == variants.ROUNDED
    assert entries["reader.int8"]["accuracy"].keys() == {MNIST_TEST, NUMBERS}


@pytest.mark.parametrize("form", [".onnx", ".fp16.onnx", ".int8.onnx"])
def test_old_runtimes_know_a_readers_operators(written, form):
    model = onnx.load(written[0] / f"reader{form}")
    assert model.ir_version <= 8
    assert [(entry.domain, entry.version) for entry in model.opset_import] == [("", 18)]


@pytest.mark.parametrize("part", ["finder", "net"])
def test_a_changed_weight_is_noticed(written, digits, part):
    module = load_reader(WEIGHTS / FINDER, WEIGHTS / ROW.weights)
    with torch.no_grad():
        [*getattr(module, part).parameters()][-1].add_(1.0)
    with pytest.raises(MismatchError, match=r"reader\.onnx: "):
        prove(module, written[0] / "reader.onnx", digits)


def test_half_precision_is_not_passed_off_as_float32(written, module, digits):
    with pytest.raises(MismatchError, match=r"reader\.fp16\.onnx: "):
        prove(module, written[0] / "reader.fp16.onnx", digits)


def test_the_net_is_in_8_bits_and_the_finder_in_half_precision(written):
    model = onnx.load(written[0] / "reader.int8.onnx")
    kinds = {tensor.name: tensor.data_type for tensor in model.graph.initializer}
    assert {kinds[name] for name in kinds if name.endswith("conv.weight.float16")} == {TensorProto.FLOAT16}
    assert {kinds[f"net.members.0.{layer}.weight_quantized"] for layer in ("conv1", "fc2")} == {TensorProto.INT8}
    large = [name for name, kind in kinds.items() if kind == TensorProto.FLOAT and name.startswith(("net.", "finder."))]
    assert [name for name in large if name.endswith(".weight") and ".norm." not in name] == []


def test_8_bits_that_read_worse_are_refused(written, module, digits, tmp_path, monkeypatch):
    def spoilt(*_):
        model = onnx.load(written[0] / "reader.int8.onnx")
        weight = next(one for one in model.graph.initializer if one.name == "net.members.0.fc2.weight_quantized")
        weight.CopyFrom(numpy_helper.from_array(0 * numpy_helper.to_array(weight), weight.name))
        return model

    monkeypatch.setattr(variants, "int8", spoilt)
    parent = tmp_path / "reader.onnx"
    shutil.copy(written[0] / parent.name, parent)
    subject = Subject(ROW, module, WEIGHTS / ROW.weights, digits, lambda _: None)
    with pytest.raises(MismatchError, match=r"reader\.int8\.onnx, numbers: \d of 10 wrong"):
        variants.write_int8(subject, parent, few(digits))


def test_a_changed_file_is_noticed(written, module, digits, tmp_path):
    model = onnx.load(written[0] / "reader.onnx")
    tensor = max(model.graph.initializer, key=lambda one: len(one.raw_data))
    tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor) * 1.5, tensor.name))
    onnx.save(model, tmp_path / "reader.onnx")
    with pytest.raises(MismatchError):
        prove(module, tmp_path / "reader.onnx", digits)
