"""What explains answers ships as the code writes it, is equal to torch, and the proof notices where it is not."""

import json

import onnx
import pytest
from onnx import numpy_helper

from core.catalogue import EXPLAIN
from core.net.explain import SWEEPS
from core.session import open_session
from export import __main__ as command
from export import explain
from export.explain import CHANGES, GRAPHS
from export.proving.ladder import MismatchError
from tests.export.conftest import WEIGHTS


@pytest.fixture(scope="module")
def written(tmp_path_factory, digits):
    """The folder of both files, and what the record says of them."""
    folder = tmp_path_factory.mktemp("explain")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(explain, "DIGITS", 5)
        return folder, explain.export_explain(folder, digits, lambda _: None)


def test_both_files_are_proved(written):
    _, entries = written
    assert [entry["file"] for entry in entries.values()] == list(EXPLAIN)
    assert all(entry["pictures"] == 8 for entry in entries.values())
    assert entries["explained"]["largest_difference"]["heat"] < 1e-5


@pytest.mark.parametrize("file", EXPLAIN)
def test_what_ships_is_what_the_code_writes(written, file):
    assert (written[0] / file).read_bytes() == (WEIGHTS / file).read_bytes(), "run `python -m export --only explain`"


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.file)
def test_old_runtimes_know_their_operators_and_they_tell_nothing_of_their_origin(graph):
    model = onnx.load(WEIGHTS / graph.file, load_external_data=False)
    assert model.ir_version <= 8
    assert [(entry.domain, entry.version) for entry in model.opset_import] == [("", 18)]
    assert not model.functions
    assert b".py" not in model.SerializeToString()


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.file)
def test_names_kinds_and_axes_are_the_stated_ones(graph):
    session = open_session(WEIGHTS / graph.file)
    for found, stated in ((session.get_inputs(), graph.inputs), (session.get_outputs(), graph.outputs)):
        assert [(one.name, tuple(one.shape)) for one in found] == [(port.name, port.axes) for port in stated]


def test_the_file_says_what_its_pictures_are():
    says = open_session(WEIGHTS / CHANGES.file).get_modelmeta().custom_metadata_map
    assert [one["values"] for one in json.loads(says["sweeps"])] == [list(one.values) for one in SWEEPS]
    assert says["licence"] == "MIT"


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.file)
def test_a_changed_file_is_noticed(written, digits, tmp_path, graph):
    for other in GRAPHS:
        model = onnx.load(written[0] / other.file)
        if other is graph:
            spoil(model)
        onnx.save(model, tmp_path / other.file)
    with pytest.raises(MismatchError, match=graph.file):
        explain.prove(tmp_path, explain.shown(digits[:1]))


def spoil(model):
    """Change a number of its constants by a tenth: the first that is no whole one."""
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == "float32" and values.max() > 0:
            tensor.CopyFrom(numpy_helper.from_array(values * values.dtype.type(1.1), tensor.name))
            return


def test_they_are_written_in_one_form(tmp_path, capsys):
    with pytest.raises(SystemExit):
        command.main(["--only", "explain", "--opset", "17", "--out", str(tmp_path)])
    assert "explain is written in one form" in capsys.readouterr().err


def test_the_record_keeps_them_apart_from_models():
    record = json.loads((WEIGHTS / "parity.json").read_text())
    assert {entry["file"] for entry in record["graphs"].values()} == {*EXPLAIN}
    assert not {entry["file"] for entry in record["models"].values()} & {*EXPLAIN}
