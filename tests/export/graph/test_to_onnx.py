"""What a written file promises beyond its answers: names, one operator set, one file, the same bytes always."""

import os
import re
import subprocess
import sys
from pathlib import Path

import onnx
import pytest

from core.files import sha256
from core.net.checkpoint import save
from core.net.model import build
from export.contracts import SHIPPED
from export.graph.signature import read_contract
from export.graph.to_onnx import OPSET, ExportError, export, load_module, write
from tests.export.conftest import WEIGHTS

ROOT = Path(__file__).resolve().parents[3]


def test_names_kinds_and_axes_are_the_contracts(shipped, exported):
    assert read_contract(onnx.load(exported(shipped.name)[2])) == shipped.contract


def test_the_file_needs_no_other_file_and_one_operator_set(shipped, exported):
    model = onnx.load(exported(shipped.name)[2], load_external_data=False)
    assert [(entry.domain, entry.version) for entry in model.opset_import] == [("", OPSET)]
    assert not any(tensor.external_data for tensor in model.graph.initializer)
    assert not model.functions


def test_the_file_does_not_tell_where_it_was_made(shipped, exported):
    model = onnx.load(exported(shipped.name)[2])
    for tensor in model.graph.initializer:
        tensor.ClearField("raw_data")  # among millions of bytes of weights, any three letters occur by chance
    content = model.SerializeToString()
    for trace in (str(ROOT), str(Path.home()), "site-packages", "stack_trace", ".py"):
        assert trace.encode() not in content


def test_the_file_says_what_it_is(shipped, exported):
    model = onnx.load(exported(shipped.name)[2])
    says = {entry.key: entry.value for entry in model.metadata_props}
    assert says["title"] == shipped.title
    assert says["classes"] == "0,1,2,3,4,5,6,7,8,9"
    assert says["licence"] == "MIT"
    assert says["source_weights_sha256"] == sha256(WEIGHTS / shipped.weights)


def test_a_recogniser_carries_its_calibration(exported):
    says = {entry.key: entry.value for entry in onnx.load(exported("recognizer")[2]).metadata_props}
    assert float(says["temperature"]) > 0
    assert 0 <= float(says["score_threshold"]) <= 1


def test_the_test_result_is_told_when_the_weights_know_it(tmp_path):
    save(
        tmp_path / "convnet.safetensors", build("ConvNet").state_dict(), "ConvNet", {"test": {"wrong": 41, "n": 10000}}
    )
    _, file = export(SHIPPED["convnet"], tmp_path, tmp_path)
    assert re.search(rb"test_error.{1,4}41 wrong of 10000", file.read_bytes(), re.DOTALL)


# The full recogniser is the compact one around layers that the nets have too, and takes as long as all of these.
ELSEWHERE = [name for name in SHIPPED if name != "recognizer"]
EXPORT = """
import sys
from pathlib import Path
from export.contracts import SHIPPED
from export.graph.to_onnx import export
weights, folder, *names = sys.argv[1:]
for name in names:
    export(SHIPPED[name], Path(weights), Path(folder))
"""


@pytest.fixture(scope="session")  # of a module, it could be made again between the session's parameters
def exported_elsewhere(tmp_path_factory):
    """The folder that another process has exported the models into, in another order, with other hashes."""
    folder = tmp_path_factory.mktemp("elsewhere")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", EXPORT, str(WEIGHTS), str(folder), *reversed(ELSEWHERE)]
    subprocess.run(command, check=True, env=environment, cwd=folder)
    return folder


@pytest.mark.parametrize("name", ELSEWHERE)
def test_two_exports_in_two_processes_and_folders_are_the_same_bytes(name, exported, exported_elsewhere):
    assert (exported_elsewhere / f"{name}.onnx").read_bytes() == exported(name)[2].read_bytes()


def test_another_operator_set_than_asked_for_is_refused(exported, tmp_path):
    model = onnx.load(exported("convnet")[2])
    model.opset_import[0].version = OPSET + 1
    with pytest.raises(ExportError, match=f"expected only {OPSET}"):
        write(model, tmp_path / "other.onnx")


def test_a_recogniser_without_calibration_is_refused(tmp_path):
    save(tmp_path / "recognizer.safetensors", build("ConvNet").state_dict(), "ConvNet", {})
    with pytest.raises(ExportError, match="no calibration"):
        load_module(SHIPPED["recognizer"], tmp_path / "recognizer.safetensors")


def test_the_module_is_loaded_for_answering_not_for_training():
    module, _ = load_module(SHIPPED["convnet"], WEIGHTS / "convnet.safetensors")
    assert not any(layer.training for layer in module.modules())
