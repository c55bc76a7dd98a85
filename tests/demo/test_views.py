"""Learning curves, read back from their HTML."""

import numpy as np

from demo import views


def test_curves_are_drawn_and_told():
    html = views.learning_curves({"net <1>": np.array([[1, 0.05], [2, 0.01]])})
    assert html.count("<polyline") == 1
    assert "net &lt;1&gt;" in html
    assert "<td>5.00%</td>" in html


def test_runs_of_other_lengths_share_one_table():
    html = views.learning_curves({"a": np.array([[1, 0.05]]), "b": np.array([[1, 0.04], [2, 0.03]])})
    assert '<tr><th scope="row">2</th><td></td><td>3.00%</td></tr>' in html


def test_without_runs_there_is_a_sentence():
    assert "no curve to draw" in views.learning_curves({})
