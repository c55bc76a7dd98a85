"""Numbers to read: the same for the same seed, dark on light, and what they say is known."""

from core.train.data import load
from export.proving import sets
from export.proving.numbers import NUMBER_PX, write_numbers
from export.proving.sets import Labelled


def test_numbers_are_rows_of_dark_digits(digits):
    drawn, chosen = write_numbers(digits, 5, seed=0)
    assert drawn.shape == (5, *NUMBER_PX)
    assert (drawn == write_numbers(digits, 5, seed=0)[0]).all()
    assert ((drawn < 128).mean((1, 2)) > 0.01).all()
    assert all(2 <= len(places) <= 8 for places in chosen)


def test_what_they_say_is_the_digits_in_their_order(digits, monkeypatch):
    monkeypatch.setattr(sets, "READ", 5)
    labels = load("test")[1].numpy()[: len(digits)].astype(str)
    numbers = sets.numbers_of(Labelled([digits[:200], digits[200:]], labels))
    _, chosen = write_numbers(digits, 5, seed=0)
    assert [*numbers.truth] == ["".join(labels[places]) for places in chosen]
    assert sum(map(len, numbers.batches)) == 5
