"""Every runtime that is installed gives the reference's answers; one that is not, crashes or differs is named."""

import os
from dataclasses import replace

import numpy as np
import onnx
import pytest

from export.graph.quantize import int8
from export.proving.ladder import in_batches
from export.proving.pictures import as_net_input
from export.proving.tolerance import allowed
from export.runtimes import trial as trials
from export.runtimes.__main__ import in_own_process
from export.runtimes.book import Book
from export.runtimes.run import MissingError, Runtime, UnsupportedError
from export.runtimes.trial import Trial, run_trial, trial_cases
from export.runtimes.with_onnxruntime import open_model
from export.runtimes.with_torch import wrap

# converting, compiling and emulating take a minute each: `make parity` does that
QUICK = ["onnxruntime, all, 1 thread", "onnx reference", "OpenVINO", "OpenCV dnn", "tract", "onnxruntime-node"]
FLOAT = ["onnxruntime, disabled, 1 thread", "onnxruntime, all, 2 threads", *QUICK, "onnxruntime-web"]
# requirements.txt and `make test` bring these, so that one which is not here is a failure and no reason to skip
EVERYWHERE = {*FLOAT} - {"tract", "onnxruntime-node"}
INTEGER = [*QUICK, "onnxruntime-web"]
SLOW, FEW = "onnx reference", 20  # it interprets node by node: a minute for all, which `make parity` takes


@pytest.fixture(scope="module")
def float_trial(exported, digits):
    """The net's float file with torch's answers on 300 digits and the plain pictures."""
    row, module, file = exported("convnet")
    answers = [in_batches(wrap(module, row.contract), case.images, 256) for case in trial_cases("convnet", digits)]
    return Trial(FLOAT[0], "convnet", file, digits, allowed(row.contract, module), answers)


@pytest.fixture(scope="module")
def integer_trial(float_trial, digits, tmp_path_factory):
    file = tmp_path_factory.mktemp("int8") / "convnet.int8.onnx"
    onnx.save(int8(onnx.load(float_trial.file), [as_net_input(digits[:100])]), file)
    run = open_model(file, level="disabled")
    answers = [in_batches(run, case.images, 256) for case in trial_cases("convnet", digits)]
    return replace(float_trial, file=file, answers=answers)


def test_a_step_of_8_bits_moves_logits_probabilities_and_nothing_that_the_net_sees(float_trial, tmp_path):
    shares = dict.fromkeys(("logits", "probabilities", "seen", "digit_score"), 1e-6)
    for shipped, wide in (("convnet", 2.0**-8), ("recognizer", 10 * 2.0**-8)):
        eight = replace(float_trial, shipped=shipped, file=tmp_path / f"{shipped}.int8.onnx", allowed=shares)
        found = trials.allowed(eight)
        assert found.pop("seen") == 1e-6
        assert set(found.values()) == {wide}
        assert set(trials.allowed(replace(eight, file=tmp_path / "float.onnx")).values()) == {1e-6}


@pytest.fixture(autouse=True)
def spared(monkeypatch):
    monkeypatch.setitem(trials.RUNTIMES, SLOW, replace(trials.RUNTIMES[SLOW], pictures=FEW))


def tried(trial):
    outcome = run_trial(trial)
    if outcome["outcome"] == "missing" and trial.runtime not in EVERYWHERE:
        pytest.skip(outcome["reason"])
    return outcome


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the runtimes' own bindings
@pytest.mark.parametrize("name", FLOAT)
def test_the_float_file_answers_as_torch_does(name, float_trial):
    outcome = tried(replace(float_trial, runtime=name))
    assert outcome["outcome"] == "agrees", outcome["reason"]
    assert outcome["labels_changed"] == 0


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", INTEGER)
def test_the_integer_file_answers_as_it_is_written(name, integer_trial):
    outcome = tried(replace(integer_trial, runtime=name))
    assert outcome["outcome"] == "agrees", outcome["reason"]


def fault(action):
    """A runtime that opens any model as `action`."""
    return Runtime("faulty", lambda: "1.0", lambda _: action)


def off_by_one_logit(batch):
    logits = np.zeros((len(batch), 10), np.float32)
    logits[:, 3] = 99
    return {"logits": logits}


def refuse(_):
    raise UnsupportedError("no such operator")


def absent():
    raise MissingError("the package is not installed")


# what the runtime does -> (outcome, what the reason says)
FAULTS = {
    "differs": (fault(off_by_one_logit), "the reference says"),
    "refuses": (fault(refuse), "no such operator"),
    "missing": (replace(fault(refuse), version=absent), "not installed"),
}


@pytest.mark.parametrize(("outcome", "runtime", "says"), [(k, *v) for k, v in FAULTS.items()], ids=FAULTS.keys())
def test_what_goes_wrong_is_named(outcome, runtime, says, float_trial, monkeypatch):
    monkeypatch.setitem(trials.RUNTIMES, "faulty", runtime)
    found = run_trial(replace(float_trial, runtime="faulty"))
    assert found["outcome"] == outcome
    assert says in found["reason"]


def test_large_pictures_are_spared_an_emulated_processor(exported, digits, monkeypatch):
    row, module, file = exported("edge-recognizer")
    few = digits[:3]
    answers = [in_batches(wrap(module, row.contract), case.images, 256) for case in trial_cases(row.name, few)]
    shown = []

    def open_watched(path):
        run = open_model(path)

        def watched(batch):
            shown.append(batch.shape)
            return run(batch)

        return watched

    monkeypatch.setitem(trials.RUNTIMES, "slow", Runtime("slow", lambda: "1", open_watched, pictures=2, timed=False))
    outcome = run_trial(Trial("slow", row.name, file, few, allowed(row.contract, module), answers))
    assert outcome["outcome"] == "agrees", outcome["reason"]
    assert max(len(shape) and shape[0] for shape in shown) == 2
    assert {shape[1:] for shape in shown} == {(28, 28), (1, 1), (37, 211)}


def test_memory_and_time_are_those_of_the_runtime(float_trial):
    outcome = in_own_process(float_trial)
    assert 0 < outcome["memory_mb"] < 100
    assert outcome["latency_us"]["min"] <= outcome["latency_us"]["p50"] <= outcome["latency_us"]["p99"]
    assert outcome["cpu_s"] > 0


def crash(_):
    os.abort()


def test_a_crash_is_a_finding_not_an_end(monkeypatch, float_trial):
    monkeypatch.setattr("export.runtimes.__main__.run_trial", crash)
    assert in_own_process(float_trial) == {"outcome": "refuses", "reason": "the process crashed"}


def test_a_second_call_goes_on_where_the_first_stopped(tmp_path, float_trial):
    book = Book(tmp_path / "record.json")
    outcomes = book.outcomes("convnet", float_trial.file, 300)
    outcomes |= {"tract": {"outcome": "agrees"}, "MNN": {"outcome": "missing", "reason": "not installed"}}
    book.write()
    again = Book(tmp_path / "record.json")
    assert set(again.outcomes("convnet", float_trial.file, 300)) == {"tract"}
    assert again.outcomes("convnet", float_trial.file, 20) == {}
    assert Book(tmp_path / "record.json", again=True).outcomes("convnet", float_trial.file, 300) == {}


def test_what_is_told_of_a_replaced_file_is_forgotten(tmp_path):
    for name in ("kept.onnx", "replaced.onnx", "gone.onnx"):
        (tmp_path / name).write_bytes(b"first")
    book = Book(tmp_path / "record.json")
    for name in ("kept.onnx", "replaced.onnx", "gone.onnx"):
        book.outcomes(name, tmp_path / name, 300)
    (tmp_path / "replaced.onnx").write_bytes(b"second")
    (tmp_path / "gone.onnx").unlink()
    book.forget_stale(tmp_path)
    assert set(book.models) == {"kept.onnx"}
