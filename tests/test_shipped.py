"""The shipped models are the ones that the records speak of, and as good as they say: no worse, and not too good."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from core.files import sha256
from core.net import checkpoint
from core.train import data
from core.train.measure import metrics as metrics_of

MODELS = Path(__file__).resolve().parents[1] / "models"
FLOOR, CEILING = (
    0.0045,
    0.0010,
)  # more errors are a regression; fewer were never reached by one net without the test set
COST = 0.0005  # errors that the preprocessing may add, as a share of MNIST's test pictures
NAMES = ("convnet", "recognizer")


@pytest.fixture(scope="module")
def metrics():
    return json.loads((MODELS / "metrics.json").read_text())


@pytest.fixture(scope="module")
def sessions():
    return {name: onnxruntime.InferenceSession(MODELS / f"{name}.onnx") for name in NAMES}


@pytest.fixture(scope="module")
def wrong(sessions):
    images, labels = (part.numpy() for part in data.load("test"))
    return {
        "convnet": count_wrong(sessions["convnet"], images[:, None].astype(np.float32) / 255, labels),
        "recognizer": count_wrong(sessions["recognizer"], images, labels),
    }


def count_wrong(session, images, labels):
    answers = [session.run(None, {"image": part})[0].argmax(1) for part in np.array_split(images, 40)]
    return int((np.concatenate(answers) != labels).sum())


def plausible(errors):
    return CEILING <= errors / 10_000 <= FLOOR


@pytest.mark.parametrize("name", NAMES)
def test_weights_are_the_recorded_ones(name, metrics):
    assert sha256(MODELS / f"{name}.safetensors") == metrics["models"][name]["sha256"]


@pytest.mark.parametrize("name", NAMES)
def test_graph_was_made_from_these_weights(name, sessions):
    metadata = sessions[name].get_modelmeta().custom_metadata_map
    assert sha256(MODELS / f"{name}.safetensors") in metadata.values()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_graph_makes_exactly_the_recorded_errors(name, metrics, wrong):
    assert wrong[name] == metrics["models"][name]["test"]["wrong"]


@pytest.mark.slow
def test_convnet_is_between_floor_and_ceiling(wrong):
    assert plausible(wrong["convnet"])


@pytest.mark.slow
@pytest.mark.xfail(strict=True, reason="44 wrong through it and 38 without it; 5 apart are allowed")
def test_preprocessing_costs_mnist_next_to_nothing(wrong):
    images, labels = data.load("test")
    net, _ = checkpoint.load_net(MODELS / "recognizer.safetensors")
    bare = metrics_of.count_wrong(metrics_of.predict(net, images), labels).wrong
    assert wrong["recognizer"] - bare <= COST * 10_000


@pytest.mark.slow
@pytest.mark.xfail(strict=True, reason="44 against 34: an ensemble taught ConvNet, which has not helped the recogniser")
def test_the_recogniser_reads_mnist_as_well_as_convnet(wrong):
    assert wrong["recognizer"] - wrong["convnet"] <= COST * 10_000


@pytest.mark.slow
def test_the_gate_sees_a_worse_net_and_one_that_is_too_good(sessions):
    images, labels = (part.numpy() for part in data.load("test"))
    moved = np.roll(images, 6, axis=2)[:, None].astype(np.float32) / 255
    assert not plausible(count_wrong(sessions["convnet"], moved, labels))
    assert not plausible(0)
    assert not plausible(9)


@pytest.mark.parametrize("shape", [(28, 28), (280, 280), (1, 1)], ids=str)
@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_blank_is_refused(sessions, metrics, shape, level):
    _, seen, score = sessions["recognizer"].run(None, {"image": np.full((1, *shape), level, np.uint8)})
    assert seen.max() == 0
    assert score[0] < metrics["models"]["recognizer"]["calibration"]["score_threshold"]


def test_published_runs_say_how_to_repeat_them(metrics):
    for name, model in metrics["models"].items():
        run = metrics["runs"][model["run"]]
        assert run["command"].startswith("python -m core.train"), name
        assert {"config", "versions", "machine", "data_md5", "epochs", "test"} <= run.keys()
