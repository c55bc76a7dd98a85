"""What counts as better, worse and chance, by hand."""

import pytest
import torch

from core.train.measure.change import change, is_improvement, mcnemar

BY_HAND = [(0, 0, 1.0), (1, 0, 1.0), (3, 3, 1.0), (5, 0, 2 / 32), (6, 0, 2 / 64), (7, 1, 2 * 9 / 256), (0, 6, 2 / 64)]


@pytest.mark.parametrize(("fixed", "broken", "p"), BY_HAND)
def test_mcnemars_exact_probability(fixed, broken, p):
    assert mcnemar(fixed, broken) == pytest.approx(p)


def made(fixed, broken, n=100):
    """A change that fixes the first `fixed` of n pictures and breaks the last `broken`."""
    before, after = torch.zeros(n, dtype=torch.int64), torch.zeros(n, dtype=torch.int64)
    before[:fixed] = 1
    after[n - broken :] = 1
    return change("set", before, after, torch.zeros(n, dtype=torch.int64))


def test_each_changed_picture_is_named_and_counted():
    one = made(2, 1)
    assert (one.fixed, one.broken) == ([0, 1], [99])
    assert (one.before.wrong, one.after.wrong, one.after.n) == (2, 1, 100)


VERDICTS = [((6, 0), "better"), ((0, 6), "worse"), ((5, 0), "no difference shown"), ((9, 8), "no difference shown")]


@pytest.mark.parametrize(("counts", "verdict"), VERDICTS)
def test_a_difference_that_can_be_chance_is_none(counts, verdict):
    assert made(*counts).verdict == verdict


CASES = {
    "better and MNIST kept": ((8, 0), (1, 2), True),
    "better and MNIST better": ((8, 0), (9, 1), True),
    "better at MNIST's cost": ((8, 0), (0, 9), False),
    "may be chance": ((4, 0), (0, 0), False),
    "worse": ((0, 8), (9, 0), False),
    "nothing changed": ((0, 0), (0, 0), False),
}


@pytest.mark.parametrize(("own", "mnist", "improved"), CASES.values(), ids=CASES.keys())
def test_an_improvement_is_better_where_it_should_and_no_worse_elsewhere(own, mnist, improved):
    assert is_improvement(made(*own), made(*mnist)) is improved
