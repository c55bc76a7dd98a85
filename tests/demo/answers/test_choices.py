"""The models side by side: those that are there, each opened once, compared by what they say."""

import shutil

import numpy as np
import pytest

from demo.answers import canvas, choices_views
from demo.answers.canvas import PictureError
from demo.answers.choices import Choices, Reading, files, title
from demo.answers.message import data_url
from demo.answers.recognizer import Answer, Recognizer
from demo.tabs import recognise


def bar():
    image = np.full((280, 280), 255, np.uint8)
    image[40:240, 130:150] = 0
    return image


@pytest.fixture
def choices(reader, recognizer, tmp_path):
    for name in ("recognizer.onnx", "recognizer.int8.onnx", "edge-recognizer.onnx", "convnet.onnx"):
        shutil.copy(recognizer.path, tmp_path / name)
    return Choices(reader, Recognizer(tmp_path / "recognizer.onnx"))


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
    assert recognise._read(choices, asked, show=False)["digits"] == "1"
    assert "edge-recognizer.onnx" in choices._open
    assert recognise._read(choices, asked | {"model": "x"}, show=False)["problem"]


class Unasked:
    """A reader that nobody asks."""

    def __call__(self, image):
        raise AssertionError(image.shape)


def test_the_first_model_is_the_readers_own_and_it_alone_is_asked(choices, monkeypatch):
    monkeypatch.setattr(choices._open["recognizer.onnx"], "batch", Unasked())
    image = np.hstack([bar()[:, 70:210], bar()[:, 70:210]])
    for asked in (data_url(image), {"picture": data_url(image), "model": "recognizer.onnx"}):
        told = recognise._read(choices, asked, show=True)
        assert (told["digits"], len(told["parts"]), told["size"]) == ("11", 2, [280, 280])


def test_another_model_reads_the_parts_that_the_reader_finds(choices):
    image = np.hstack([bar()[:, 70:210], bar()[:, 70:210]])
    asked = {"picture": data_url(image), "model": "edge-recognizer.onnx"}
    told, own = (recognise._read(choices, one, show=True) for one in (asked, asked["picture"]))
    assert told["digits"] == own["digits"] == "11"
    assert [part["box"] for part in told["parts"]] == [part["box"] for part in own["parts"]]
    edge = choices.get("edge-recognizer.onnx")
    for part in told["parts"]:
        expected = edge(canvas.read(part["picture"]))
        np.testing.assert_allclose(part["probabilities"], expected.probabilities, atol=1e-4)


def test_the_reasons_are_those_of_the_chosen_model(choices):
    asked = {"picture": data_url(bar()), "model": "edge-recognizer.onnx"}
    assert "As EdgeNet, float32" in recognise._explanation(choices, asked)
    assert "As Full net, float32" in recognise._explanation(choices, asked["picture"])
    assert "not on this server" in recognise._explanation(choices, asked | {"model": "x"})
