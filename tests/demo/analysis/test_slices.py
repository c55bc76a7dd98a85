"""Measures on pictures whose measures are known, and the ranking of slices against another computation."""

import numpy as np
import pytest
from scipy.stats import f_oneway

from demo.analysis import attributes, slices

MEASURED = attributes.measure


def bar(width=4, shift_each_row=0.0):
    """A vertical bar 20 px tall whose rows move to the left going down."""
    picture = np.zeros((28, 28), np.uint8)
    for row in range(4, 24):
        left = 12 - round(shift_each_row * (row - 13.5))
        picture[row, left : left + width] = 255
    return picture[None]


@pytest.mark.parametrize("width", [2, 3, 5])
def test_a_bar_has_its_width(width):
    # 2 * 20w / (2 * 20 + 2w): the two ends count as outline too
    assert MEASURED(bar(width))["stroke width"][0] == pytest.approx(40 * width / (40 + 2 * width))
    assert MEASURED(bar(width))["aspect"][0] == pytest.approx(width / 20)
    assert MEASURED(bar(width))["ink"][0] == pytest.approx(20 * width)


@pytest.mark.parametrize(("shift", "degrees"), [(0.0, 0), (0.5, 26.6), (-0.5, -26.6)])
def test_slant_is_the_angle_to_the_right(shift, degrees):
    assert MEASURED(bar(3, shift))["slant"][0] == pytest.approx(degrees, abs=1.5)


def test_a_picture_equal_to_its_mirror_image_is_fully_symmetric():
    assert MEASURED(bar(4))["symmetry"][0] == pytest.approx(1)
    assert MEASURED(bar(4, 0.5))["symmetry"][0] < 0.6


@pytest.mark.parametrize("level", [0, 255])
def test_blank_and_full_pictures_have_finite_measures(level):
    values = MEASURED(np.full((1, 28, 28), level, np.uint8))
    assert all(np.isfinite(column).all() for column in values.values())


def test_novelty_is_the_distance_to_the_nearest():
    known = np.concatenate([bar(2), bar(6)])
    assert attributes.novelty(bar(2), known)[0] == pytest.approx(0, abs=1e-3)
    # bar(4) has columns 12..15, bar(6) 12..17: two columns, one halved column, ten halved rows differ by 1
    assert attributes.novelty(bar(4), np.concatenate([bar(6)]))[0] == pytest.approx(np.sqrt(10))


def test_parts_are_equally_full_and_equal_values_stay_together():
    assert np.bincount(slices.parts_of(np.arange(100.0))).tolist() == [20] * 5
    assert set(slices.parts_of(np.zeros(10))) == {0}
    assert slices.parts_of(np.array([0.0] * 7 + [1.0] * 3)).tolist() == [0] * 7 + [1] * 3


def test_what_explains_most_comes_first_and_agrees_with_the_analysis_of_variance():
    random = np.random.default_rng(0)
    wrong = random.random(1000) < 0.1
    ranked = slices.rank({"noise": random.random(1000), "cause": wrong + random.random(1000)}, wrong)
    assert [one.name for one in ranked] == ["cause", "noise"]
    noise = ranked[1]
    groups = [np.repeat([1.0, 0.0], [part.error.hits, part.error.total - part.error.hits]) for part in noise.parts]
    f = f_oneway(*groups).statistic
    between, within = len(groups) - 1, 1000 - len(groups)
    assert noise.explained == pytest.approx(f * between / (f * between + within))
    assert ranked[0].explained > 50 * ranked[0].chance > 0


def test_without_mistakes_nothing_is_explained():
    assert slices.rank({"any": np.arange(10.0)}, np.zeros(10, bool))[0].explained == 0
