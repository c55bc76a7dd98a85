"""A visitor's own model: opened in another process with limits, analysed alone or beside ours, or refused."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper

from core.pictures import PictureError
from demo.analysis import own_models
from demo.analysis.own_models import OwnModels, open_own
from demo.analysis.predictions import predict
from demo.analysis.screen import Screen
from demo.answers.recognizer import ModelError
from demo.guard import limits
from demo.guard.deadline import Deadline, within
from demo.mnist import Labelled, load
from tests.foreign_models import OTHER_PREPARATION, SAME_ANSWERS, edge

EDGE = Path("models/edge.onnx")


@pytest.fixture(scope="module")
def twenty():
    whole = load("test")
    return Labelled("twenty", whole.images[:20], whole.labels[:20])


@pytest.mark.parametrize("make", [SAME_ANSWERS["channels last"], OTHER_PREPARATION["ink is 0, pixels 0 to 255"]])
def test_a_model_of_ones_own_gives_its_answers_whatever_it_wants(make, twenty):
    model = open_own("mine.onnx", make().SerializeToString())
    done = []
    told = model.predict(twenty, done.append)
    ours = predict(EDGE, twenty, None, lambda _: None)
    np.testing.assert_allclose(told.probabilities, ours.probabilities, atol=1e-4)
    assert done[-1] == 1
    assert "of 300 validation pictures misread" in model.said


def test_it_is_shown_alone_and_beside_ours(twenty):
    screen = Screen(wait_s=100)
    name = screen.bench.own_models.keep(open_own("mine.onnx", edge().SerializeToString()))
    data = screen.bench.uploads.keep(twenty)
    for beside in ("", "&other=convnet.onnx&show=compare", "&picture=3", "&show=map"):
        message = screen.view(f"#analysis?data={data}&model={name}{beside}")
        assert message.get("problem") is None
        assert "Your own: mine.onnx" in message["parts"]["choices"]
    assert "no longer kept" in screen.view(f"#analysis?data={data}&model=own-0")["problem"]


def looping():
    """A graph that adds for ever."""
    counter = helper.make_tensor_value_info("carried", TensorProto.FLOAT, None)
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go_on"], ["go_on_out"]),
            helper.make_node("Identity", ["carried"], ["carried_out"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, ()),
            helper.make_tensor_value_info("go_on", TensorProto.BOOL, ()),
            counter,
        ],
        [
            helper.make_tensor_value_info("go_on_out", TensorProto.BOOL, ()),
            helper.make_tensor_value_info("carried_out", TensorProto.FLOAT, None),
        ],
    )
    model = edge()
    model.graph.initializer.append(helper.make_tensor("yes", TensorProto.BOOL, (), [True]))
    model.graph.node.append(helper.make_node("Loop", ["", "yes", "logits"], ["endless"], body=body))
    del model.graph.output[:]
    model.graph.output.append(helper.make_tensor_value_info("endless", TensorProto.FLOAT, ("N", 10)))
    return model


def greedy():
    """A graph that asks for 400 GB."""
    model = edge()
    model.graph.initializer.append(helper.make_tensor("huge", TensorProto.INT64, (1,), [10**11]))
    model.graph.node.append(helper.make_node("ConstantOfShape", ["huge"], ["zeros"]))
    model.graph.output.append(helper.make_tensor_value_info("zeros", TensorProto.FLOAT, None))
    return model


def with_external_data(inside_an_attribute=False):
    model = edge()
    tensor = model.graph.initializer[0]
    if inside_an_attribute:
        tensor = helper.make_tensor("hidden", TensorProto.FLOAT, (1,), [1.0])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/passwd")
    if inside_an_attribute:
        model.graph.node.append(helper.make_node("Constant", [], ["stolen"], value=tensor))
    return model


def with_an_operator_of(domain):
    model = edge()
    model.graph.node.append(helper.make_node("RunThis", ["logits"], ["ran"], domain=domain))
    return model


# what it is -> (bytes, what the sentence says)
REFUSED = {
    "no model": (lambda: b"not a model at all", "not a whole .onnx file"),
    "nothing": (lambda: b"", "not a whole .onnx file"),
    "ORT's own format": (lambda: Path("models/edge.ort").read_bytes(), "only .onnx files are opened here"),
    "weights elsewhere": (lambda: with_external_data().SerializeToString(), "without external data"),
    "weights elsewhere, hidden": (lambda: with_external_data(True).SerializeToString(), "without external data"),
    "somebody's operator": (
        lambda: with_an_operator_of("evil").SerializeToString(),
        "needs the operator 'RunThis' of 'evil'; only ONNX's own are run here",
    ),
    "memory without end": (lambda: greedy().SerializeToString(), "mine.onnx"),
    "two inputs": (
        lambda: (lambda m: (m.graph.input.append(helper.make_tensor_value_info("x", 1, ())), m)[1])(
            edge()
        ).SerializeToString(),
        "has 2 inputs",
    ),
}


@pytest.mark.parametrize(("make", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_opened_gets_a_sentence(make, says):
    with pytest.raises(ModelError) as refused:
        open_own("mine.onnx", make())
    assert says in str(refused.value)
    assert "Traceback" not in str(refused.value)


def test_a_model_that_never_ends_is_ended(monkeypatch):
    monkeypatch.setattr(limits, "MODEL_S", 5)
    with pytest.raises(ModelError, match=r"mine\.onnx took longer than 5 s"):
        open_own("mine.onnx", looping().SerializeToString())


def test_it_ends_with_the_question_that_asked(monkeypatch):
    asked, processes = Deadline(60), []
    real = subprocess.Popen

    def started(*given, **settings):
        processes.append(real(*given, **settings))
        threading.Timer(0.5, asked.end).start()  # as when its sender leaves
        return processes[-1]

    monkeypatch.setattr(own_models.subprocess, "Popen", started)
    with within(asked), pytest.raises(PictureError, match="took too long"):
        open_own("mine.onnx", looping().SerializeToString())
    assert processes[0].returncode == -signal.SIGKILL


def test_a_larger_file_is_not_even_looked_at(monkeypatch):
    monkeypatch.setattr(limits, "MODEL_BYTES", 1000)
    monkeypatch.setattr(own_models, "_running", None)
    with pytest.raises(ModelError, match="at most 0 MB are read"):
        open_own("mine.onnx", bytes(1001))


def test_where_nothing_can_be_limited_nothing_foreign_is_opened(monkeypatch):
    monkeypatch.setattr(own_models, "limited", lambda: False)
    with pytest.raises(ModelError, match="cannot limit what they use"):
        open_own("mine.onnx", edge().SerializeToString())


def test_the_other_process_knows_no_secrets_and_none_is_left_behind(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_TOKEN", "secret")
    with own_models._process(str(tmp_path)) as process:
        environment = Path(f"/proc/{process.pid}/environ").read_bytes() if Path("/proc/self").is_dir() else b""
    assert b"secret" not in environment
    assert process.poll() is not None
    timers = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer) and thread.is_alive()]
    assert [timer.name for timer in timers if timer.name != "forgetting"] == []  # which looks after results of any test


def test_pictures_of_another_size_are_refused(twenty):
    model = own_models.OwnModel("mine.onnx", b"", 28, {}, "")
    with pytest.raises(ModelError, match=r"mine\.onnx reads pictures of 28×28, these are 40×30"):
        model.predict(Labelled("large", np.zeros((1, 40, 30), np.uint8), twenty.labels[:1]), lambda _: None)


def test_the_oldest_models_make_room():
    kept = OwnModels(limit_bytes=10)
    first, second = (kept.keep(own_models.OwnModel(name, bytes(8), 28, {}, "")) for name in "ab")
    assert kept.get(second).name == "b"
    with pytest.raises(ModelError, match="no longer kept"):
        kept.get(first)


# what another process says in place of what it found, and its answers
LIES = ["[]", "no JSON", '{"side_px": "x", "preparation": {}}', '{"side_px": 28}', "9" * 20_000]


@pytest.mark.parametrize("lie", LIES, ids=range(len(LIES)))
def test_what_the_other_process_says_is_not_believed_blindly(lie, monkeypatch):
    code = f"import sys; print({lie!r}); sys.stdout.flush(); sys.stdin.buffer.read()"
    monkeypatch.setattr(own_models, "COMMAND", (sys.executable, "-c", code))
    with pytest.raises(ModelError):
        open_own("mine.onnx", edge().SerializeToString())
