"""Why this answer: each claim is checked by asking the model apart."""

import numpy as np
import pytest

from core.session import ModelError
from demo.answers import understand, understand_views
from demo.answers.neighbours import nearest
from demo.answers.recognizer import Answer
from demo.mnist import Labelled, load
from demo.rendering import ENVIRONMENT


@pytest.fixture(scope="module")
def seven(recognizer):
    return recognizer(load("test").images[0])


@pytest.fixture(scope="module")
def explained(recognizer, seven):
    return understand.explain(recognizer, seven)


def test_heat_lies_on_the_ink_and_its_strongest_is_one(seven, explained):
    assert explained.heat.shape == (28, 28)
    assert (explained.heat[seven.seen <= 0.1] == 0).all()
    assert np.abs(explained.heat).max() == pytest.approx(1)


def test_heat_is_the_fall_of_the_answer_when_that_ink_is_wiped_out(recognizer, seven, explained):
    heat = explained.heat
    seen = (seven.seen * 255).round().astype(np.uint8)

    def surprise(y, x):
        wiped = seen.copy()
        wiped[y - 2 : y + 3, x - 2 : x + 3] = 0
        return -np.log(recognizer(wiped).probabilities[7])

    inner = [(y, x) for y, x in np.argwhere(heat != 0) if 2 <= y < 26 and 2 <= x < 26]
    strongest, weakest = max(inner, key=lambda place: heat[*place]), min(inner, key=lambda place: heat[*place])
    whole = -np.log(recognizer(seen).probabilities[7])
    scale = (surprise(*strongest) - whole) / heat[*strongest]
    assert scale > 0
    assert (surprise(*weakest) - whole) / scale == pytest.approx(heat[*weakest], abs=1e-3)


def test_heat_alone_is_the_same(recognizer, seven, explained):
    np.testing.assert_array_equal(understand.heat_map(recognizer, seven), explained.heat)


def test_a_drawing_of_one_dot_has_heat_without_a_fault(recognizer):
    image = np.zeros((28, 28), np.uint8)
    image[14, 14] = 255
    assert np.isfinite(understand.heat_map(recognizer, recognizer(image))).all()


def test_every_sweep_starts_from_the_answer_itself(explained):
    assert [one.name for one in explained.sweeps] == ["Turn", "Thicken", "Move", "Erase"]
    for sweep in explained.sweeps:
        assert sweep.answers[sweep.values.index(0)] == 7
        assert len(sweep.values) == len(sweep.shares) == len(sweep.answers)
        assert ((sweep.shares >= 0) & (sweep.shares <= 1)).all()
    assert np.ptp([sweep.shares[sweep.values.index(0)] for sweep in explained.sweeps]) < 1e-5


def test_moving_changes_nothing_since_the_model_centres_the_ink(explained):
    (move,) = [sweep for sweep in explained.sweeps if sweep.name == "Move"]
    assert np.ptp(move.shares) < 0.02


def test_a_graph_that_is_not_there_is_a_sentence(seven, recognizer, tmp_path, monkeypatch):
    monkeypatch.setattr(understand, "MODELS", tmp_path)
    understand._graph.cache_clear()
    with pytest.raises(ModelError, match=r"explain\.onnx: no such model"):
        understand.explain(recognizer, seven)


@pytest.mark.parametrize(
    ("answers", "words"),
    [([7, 7, 7], "It stays a 7"), ([1, 7, 7], "At -1 steps it is read as a 1"), ([1, 7, 2], "At -1 steps")],
)
def test_the_smallest_change_to_another_answer_is_told(answers, words):
    sweep = understand.Sweep("Turn", "steps", [-1, 0, 1], np.ones(3, np.float32), answers)
    assert understand_views.turning_point(sweep, 7).startswith(words)


def test_a_change_to_the_other_side_is_told_as_that_side():
    turn = understand.Sweep("Turn", "degrees to the right", [-80, 0, 80], np.ones(3, np.float32), [0, 8, 8])
    assert understand_views.turning_point(turn, 8) == "At 80 degrees to the left it is read as a 0."
    erase = understand.Sweep("Erase", "% from the bottom", [0, 70], np.ones(2, np.float32), [8, 8])
    assert understand_views.turning_point(erase, 8) == "It stays an 8 all the way, from 0 to 70% from the bottom."


def test_the_nearest_pictures_are_those_of_the_smallest_distance():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (9001, 28, 28), dtype=np.uint8)  # more than two chunks
    seen = (images[8500] / 255).astype(np.float32)
    near = nearest(seen, 5, Labelled("noise", images, np.zeros(9001, np.uint8)))
    distances = ((images.reshape(9001, -1) / 255 - seen.reshape(-1)) ** 2).sum(1)
    assert near.indices.tolist() == np.argsort(distances)[:5].tolist()
    assert near.indices[0] == 8500


def test_the_heat_map_is_an_image_with_words(seven):
    tinted = understand_views.tinted(seven.seen, np.zeros((28, 28), np.float32))
    html = ENVIRONMENT.get_template("understand.html").module.heat_map(tinted)
    assert 'src="data:image/png;base64,' in html
    assert "alt=" in html


def test_a_blank_has_no_heat(recognizer):
    blank = Answer(None, np.full(10, 0.1, np.float32), np.zeros((28, 28), np.float32), 0.0)
    assert not understand.heat_map(recognizer, blank).any()
