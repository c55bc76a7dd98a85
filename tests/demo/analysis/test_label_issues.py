"""Confident learning on an example small enough for paper."""

import numpy as np

from demo.analysis import label_issues
from demo.analysis.address import Address
from demo.analysis.label_issues_view import section
from demo.analysis.predictions import Predictions
from demo.analysis.table import Table
from demo.mnist import Labelled

# Label, probabilities of 0 and 1. Means on own pictures: of 0 (.9 + .8 + .1) / 3 = .6, of 1 (.9 + .3 + .6) / 3 = .6
ROWS = [(0, 0.9, 0.1), (0, 0.8, 0.2), (0, 0.1, 0.9), (1, 0.1, 0.9), (1, 0.7, 0.3), (1, 0.4, 0.6)]


def table(rows):
    probabilities = np.zeros((len(rows), 10), np.float32)
    probabilities[:, :2] = [(zero, one) for _, zero, one in rows]
    pictures = np.zeros((len(rows), 28, 28), np.uint8)
    labels = np.array([label for label, _, _ in rows], np.uint8)
    predictions = Predictions(probabilities, np.ones(len(rows)), pictures, np.zeros((len(rows), 0), np.float16))
    return Table(Labelled("paper", pictures, labels), predictions, 0.0)


def test_pictures_confidently_of_another_digit_are_candidates_the_most_doubtful_first():
    found = label_issues.find(table(ROWS))  # 2: .1 - .9 = -.8; 4: .3 - .7 = -.4
    assert found.indices.tolist() == [2, 4]
    assert found.suggested.tolist() == [1, 0]


def test_a_misread_picture_below_the_other_digits_usual_confidence_is_no_candidate():
    rows = [(0, 0.9, 0.1), (0, 0.45, 0.55), (1, 0.1, 0.9)]  # 1 is usually seen with .9; .55 is not confident
    assert len(label_issues.find(table(rows)).indices) == 0


def test_each_candidate_can_be_accepted_or_dismissed():
    html = section(table(ROWS), label_issues.find(table(ROWS)), None, Address())
    about = 'data-set="mnist-test" data-picture="2" data-file="" data-label="0" data-suggested="1"'
    assert f'data-decide="relabel" {about}' in html
    assert f'data-decide="keep" {about}' in html
