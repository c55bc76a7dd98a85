"""Curves from the record of robustness, and sentences where it is missing or of another shape."""

import json
import re

import pytest
from scipy.stats import binomtest

from demo.analysis import robustness_view
from demo.analysis.address import Address
from demo.analysis.counts import wilson
from demo.analysis.robustness import robustness
from demo.records import RecordError


def steps(*wrong):
    return [{"strength": strength, "wrong": count, "n": 1000} for strength, count in enumerate(wrong, 1)]


RECORD = {
    "models": {
        "convnet": {
            "clean": {"wrong": 4, "n": 1000},
            "corruptions": {"blur": steps(5, 8, 13), "fog": steps(40, 120, 300)},
        },
        "edge": {"clean": {"wrong": 6, "n": 1000}, "corruptions": {"blur": steps(7, 9, 20)}},
    }
}


def written(folder, record):
    (folder / "robustness.json").write_text(json.dumps(record))
    return folder / "robustness.json"


def test_each_curve_starts_at_the_clean_pictures_and_what_harms_most_comes_first(tmp_path):
    curves = robustness(written(tmp_path, RECORD))
    assert list(curves) == ["fog", "blur"]
    assert list(curves["blur"]) == ["convnet", "edge"]
    assert [(strength, rate.hits) for strength, rate in curves["fog"]["convnet"]] == [
        (0, 4),
        (1, 40),
        (2, 120),
        (3, 300),
    ]


def test_every_number_of_the_record_stands_in_the_table_with_its_interval(tmp_path):
    html = robustness_view.section(robustness(written(tmp_path, RECORD)), [], Address(show="robustness"))
    text = re.sub("<[^>]+>", " ", html)
    assert html.count('<th scope="row">') == 4 * 3  # four strengths, three curves
    low, high = binomtest(300, 1000).proportion_ci(0.95, "wilson")
    assert re.search(rf"fog, 3\s+convnet\s+300 of 1,000\s+30.00%\s+{low:.2%} to {high:.2%}", text)


def test_points_are_drawn_where_their_errors_are(tmp_path):
    html = robustness_view.section(robustness(written(tmp_path, RECORD)), [], None)
    fog = re.findall(r'<polyline class="line-0" points="([^"]+)"', html)[0]
    places = [tuple(map(float, point.split(","))) for point in fog.split()]
    assert [x for x, _ in places] == pytest.approx([60, 230.7, 401.3, 572], abs=0.1)
    heights = [220 - y for _, y in places]
    assert heights[3] / heights[2] == pytest.approx(300 / 120, rel=0.01)


def test_without_a_record_there_is_a_sentence(tmp_path):
    html = robustness_view.section(robustness(tmp_path / "robustness.json"), [], Address())
    assert "No record of robustness" in html
    assert "Choose a change" in html


def test_live_rates_are_drawn_and_told():
    rates = [wilson(wrong, 100) for wrong in (1, 2, 4, 8, 16, 32)]
    html = robustness_view.section({}, rates, Address(change="blur"))
    assert "<td>32 of 100</td><td>32.00%</td>" in html
    assert html.count('class="whisker-line"') == 6


@pytest.mark.parametrize("record", [{"models": {"a": {}}}, {"models": []}, {"models": {"a": {"clean": 1}}}])
def test_a_record_of_another_shape_is_a_sentence(tmp_path, record):
    with pytest.raises(RecordError, match=r"robustness\.json: expected models"):
        robustness(written(tmp_path, record))
