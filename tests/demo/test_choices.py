"""The models side by side: those that are there, each opened once, compared by what they say."""

import shutil

import numpy as np
import pytest

from demo import choices_views, recognise_tab
from demo.canvas import PictureError
from demo.choices import Choices, Reading, files, title
from demo.message import data_url
from demo.recognizer import Answer, Recognizer


def bar():
    image = np.full((280, 280), 255, np.uint8)
    image[40:240, 130:150] = 0
    return image


@pytest.fixture
def choices(recognizer, tmp_path):
    for name in ("recognizer.onnx", "recognizer.int8.onnx", "edge-recognizer.onnx", "convnet.onnx"):
        shutil.copy(recognizer.path, tmp_path / name)
    return Choices(Recognizer(tmp_path / "recognizer.onnx"))


def test_every_file_with_the_contract_is_offered_and_no_other(choices):
    names = [path.name for path in choices.paths]
    assert names == ["recognizer.onnx", "recognizer.int8.onnx", "edge-recognizer.onnx"]
    assert choices_views.options(choices).count("<option") == 3


def test_a_model_is_opened_when_asked_for_and_once(choices):
    assert choices.get("recognizer.int8.onnx") is choices.get("recognizer.int8.onnx")
    assert set(choices._open) == {"recognizer.onnx", "recognizer.int8.onnx"}


@pytest.mark.parametrize("name", ["../recognizer.onnx", "convnet.onnx", "", None, 7, ["recognizer.onnx"]])
def test_any_other_name_is_a_sentence(choices, name):
    with pytest.raises(PictureError, match="not on this server"):
        choices.get(name)


def test_each_model_is_timed_on_the_drawing(choices):
    readings = choices.compare(bar())
    assert [reading.answer.label for reading in readings] == [1, 1, 1]
    assert all(reading.latency_ms > 0 for reading in readings)
    assert "All 3 models agree on this drawing: 1." in choices_views.comparison(choices, bar())


def reading(label):
    return Reading("m.onnx", Answer(label, np.full(10, 0.1, np.float32), np.zeros((28, 28), np.float32), 1.0), 1.0)


VERDICTS = {
    "agree": ([1, 1], "All 2 models agree on this drawing: 1."),
    "agree on nothing": ([None, None], "no digit"),
    "differ": ([1, 7], "do not agree"),
    "alone": ([1], "one model"),
}


@pytest.mark.parametrize(("labels", "words"), VERDICTS.values(), ids=VERDICTS.keys())
def test_agreement_is_a_sentence(labels, words):
    assert words in choices_views.verdict([reading(label) for label in labels])


def test_the_shipped_models_have_titles(recognizer):
    for path in files(recognizer.path.parent):
        assert f"({path.stat().st_size / 1e6:.1f} MB)" in title(path)


def test_the_chosen_model_answers(choices):
    asked = {"picture": data_url(bar()), "model": "edge-recognizer.onnx"}
    assert recognise_tab._read(choices, asked, show=False)["digits"] == "1"
    assert "edge-recognizer.onnx" in choices._open
    assert recognise_tab._read(choices, asked | {"model": "x"}, show=False)["problem"]


def test_the_reasons_are_those_of_the_chosen_model(choices):
    asked = {"picture": data_url(bar()), "model": "edge-recognizer.onnx"}
    assert "As EdgeNet, float32" in recognise_tab._explanation(choices, asked)
    assert "As Full net, float32" in recognise_tab._explanation(choices, asked["picture"])
    assert "not on this server" in recognise_tab._explanation(choices, asked | {"model": "x"})
