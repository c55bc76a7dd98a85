"""A file of one size in the runtimes that free sizes keep out: it answers as what ships, and what does not is named."""

import json

import numpy as np
import pytest

from export.contracts import RECOGNIZER, SHIPPED
from export.graph.fixed import arranged
from export.graph.to_onnx import export
from export.pages import one_size_page
from export.proving.ladder import in_batches
from export.proving.tolerance import allowed
from export.runtimes import one_size
from export.runtimes.run import MissingError, Runtime, UnsupportedError
from export.runtimes.with_onnxruntime import open_model
from tests.export.conftest import WEIGHTS

QUICK = ["onnxruntime, all, 1 thread", "OpenVINO", "OpenCV dnn", "tract", "MNN", "generated C"]
PARENT = WEIGHTS / SHIPPED[one_size.NAME].file


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The file of one size, pictures, what ships says of them, and how far apart answers may be."""
    module, file = export(SHIPPED[one_size.NAME], WEIGHTS, tmp_path_factory.mktemp("one"), one_size.BUILD)
    pictures = one_size.shown(4)
    return file, pictures, in_batches(open_model(PARENT), pictures, 8), allowed(RECOGNIZER, module)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the runtimes' own bindings
@pytest.mark.parametrize("name", QUICK)
def test_a_runtime_answers_as_what_ships(made, name):
    outcome = one_size.tried(one_size.RUNTIMES[name], *made)
    if outcome["outcome"] == "missing":
        pytest.skip(outcome["reason"])
    assert outcome["outcome"] == "agrees", outcome["reason"]


def refuse(_):
    raise UnsupportedError("no such operator")


def absent():
    raise MissingError("the package is not installed")


def off_by_one_label(_):
    return lambda batch: {
        "probabilities": np.eye(10, dtype=np.float32)[[3] * len(batch)],
        "seen": np.zeros((len(batch), 28, 28), np.float32),
        "digit_score": np.ones(len(batch), np.float32),
    }


FAULTS = {
    "differs": Runtime("faulty", lambda: "1", off_by_one_label),
    "refuses": Runtime("faulty", lambda: "1", refuse),
    "missing": Runtime("faulty", absent, refuse),
}


@pytest.mark.parametrize(("outcome", "runtime"), FAULTS.items(), ids=FAULTS.keys())
def test_what_goes_wrong_is_named(made, outcome, runtime):
    assert one_size.tried(runtime, *made)["outcome"] == outcome


def test_the_command_writes_a_record_from_which_the_page_has_its_table(tmp_path, monkeypatch):
    monkeypatch.setattr(one_size, "ROUNDS", 2)
    monkeypatch.setitem(one_size.RUNTIMES, "MNN", FAULTS["refuses"])
    record = tmp_path / "record.json"
    words = ["--pictures", "2", "--record", str(record), "--runtimes", QUICK[0], "MNN"]
    assert one_size.main(words) == 0
    told = json.loads(record.read_text())
    assert (told["agree"], told["pictures"]) == (1, 4)
    plain, phone = [*told["forms"].values()][1:]
    assert phone["phone_check"]["coreml"] == {"pieces": 1, "taken": phone["nodes"], "nodes": phone["nodes"]}
    assert plain["phone_check"]["coreml"]["pieces"] > 1
    page = "\n".join(one_size_page.rows(told))
    assert "in 1 of 2 runtimes; MNN refuses it." in page
    assert all(name in page for name in told["forms"])


def test_pictures_lie_in_the_file_as_it_takes_them():
    assert arranged(one_size.shown(1), one_size.BUILD).shape == (2, 1, 96, 96)
    assert arranged(one_size.shown(1), one_size.BUILD).dtype == np.float32
