"""Learning curves, read back from their HTML."""

import re

import numpy as np
import pytest

from demo.analysis import curves_view


def test_curves_are_drawn_and_told():
    html = curves_view.learning_curves({"net <1>": np.array([[1, 0.05], [2, 0.01]])}, {})
    assert html.count("<polyline") == 1
    assert "net &lt;1&gt;" in html
    assert "<td>5.00%</td>" in html


def test_runs_of_other_lengths_share_one_table():
    html = curves_view.learning_curves({"a": np.array([[1, 0.05]]), "b": np.array([[1, 0.04], [2, 0.03]])}, {})
    assert '<tr><th scope="row">2</th><td></td><td>3.00%</td></tr>' in html


def test_without_runs_there_is_a_sentence():
    assert "no curve to draw" in curves_view.learning_curves({}, {})


def test_the_test_error_is_marked_only_where_it_was_read():
    runs = {"read": np.array([[1, 0.05], [2, 0.02]]), "not read": np.array([[1, 0.04], [2, 0.03]])}
    html = curves_view.learning_curves(runs, {"read": (2, 0.01)})
    assert html.count('class="reading"') == 1
    assert 'cx="586.0" cy="214.0"' in html  # the last epoch, the lowest error of all
    (first, last) = re.findall(r'<polyline class="digit-0" points="60.0,([\d.]+) 586.0,([\d.]+)"', html)[0]
    assert (float(first), float(last)) == (14.0, pytest.approx(214 - 200 * np.log(2) / np.log(5), abs=0.1))
    assert "read: test error 1.00%, read after epoch 2" in html
    assert '<th scope="row">Test error</th><td>1.00%, after epoch 2</td><td>not read</td>' in html
