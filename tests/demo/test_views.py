"""What the error analysis shows, read back from its HTML."""

import re

import numpy as np

from demo import views
from demo.analysis import analyse
from tests.demo.test_analysis import tiny


def test_the_headline_states_count_share_and_interval():
    data, predictions = tiny()
    text = re.sub("<[^>]+>", "", views.headline(data, analyse(data, predictions, threshold=0.4)))
    assert text.startswith("3 of 6 pictures of tiny are misread: 50.00% (95% interval 18.76% to 81.24%).")
    assert "1 would be refused" in text


def test_every_cell_of_the_confusion_matrix_is_shown():
    data, predictions = tiny()
    cells = re.findall(
        r'<td class="(right|none|wrong)"[^>]*>(\d+)</td>', views.confusion(analyse(data, predictions, 0))
    )
    assert len(cells) == 100
    assert cells[49] == ("wrong", "2")  # truth 4, answer 9
    assert cells[44] == ("right", "1")


def test_the_gallery_shows_each_misread_picture_with_truth_answer_and_confidence():
    data, predictions = tiny()
    cards = views.gallery(data, predictions, analyse(data, predictions, 0)).split("<li>")[1:]
    assert [re.search(r'alt="([^"]+)"', card).group(1) for card in cards] == [
        "Picture 2: a 9 read as 4",
        "Picture 5: a 4 read as 9",
        "Picture 0: a 4 read as 9",
    ]
    assert "95.0% sure" in cards[0]
    assert "60.0% sure" in cards[2]


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
