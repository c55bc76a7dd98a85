"""What the overview shows, read back from its HTML."""

import re

from demo.analysis import overview_view
from demo.analysis.address import Address
from tests.demo.analysis.tiny import tiny


def test_the_headline_states_count_share_and_interval():
    text = re.sub("<[^>]+>", "", overview_view.headline(tiny()))
    assert text.startswith("3 of 6 pictures of tiny are misread: 50.00% (95% interval 18.76% to 81.24%).")
    assert "1 would be refused" in text


def test_every_cell_of_the_confusion_matrix_is_shown_and_leads_to_its_pictures():
    html = overview_view.overview(tiny(), Address())
    cells = re.findall(r'<td class="(right|none|wrong)"[^>]*>(?:<a href="([^"]+)"[^>]*>)?(\d+)', html)
    assert len(cells) == 100
    assert cells[49] == ("wrong", "#analysis?truth=4&amp;answer=9&amp;only=all", "2")
    assert cells[44][2] == "1"
    assert cells[55] == ("none", "", "0")


def test_a_chosen_cell_leads_back_to_all_misreads():
    html = overview_view.overview(tiny(), Address(truth=4, answer=9, only="all"))
    assert '<a href="#analysis" aria-label="2 pictures of 4 read as 9" aria-current="true">2</a>' in html


def test_top_confusions_are_sentences():
    text = re.sub("<[^>]+>", "", overview_view.overview(tiny(), Address()))
    assert "4 read as 9: 2 of 3" in text


def test_a_digit_without_pictures_has_no_number_made_up():
    html = overview_view.overview(tiny(), Address())
    assert "<td>0 of 0</td>" in html
    assert html.count("<td>–</td>") == 14  # precision and recall of seven digits
