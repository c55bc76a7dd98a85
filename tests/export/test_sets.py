"""Other people's digits as pictures of the ladder."""

from core.data import ROOT
from export.contracts import NET, RECOGNIZER
from export.sets import other_cases, other_digits


def test_a_recogniser_is_shown_every_other_digit_that_is_shipped():
    shown = sum(len(case.images) for case in other_cases(RECOGNIZER, ROOT))
    assert shown == sum(len(labelled.truth) for labelled in other_digits(ROOT).values()) > 0


def test_a_bare_net_is_shown_none():
    assert other_cases(NET, ROOT) == ()
