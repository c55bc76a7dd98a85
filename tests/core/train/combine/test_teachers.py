"""A recogniser's teachers: who speaks about which picture, and what they may not unteach."""

import dataclasses

import pytest
import torch
from torch import nn

from core.train.combine.teach import main as teach
from core.train.combine.teachers import Staff, corrected
from core.train.pictures.augment import bend, nudges
from core.train.pictures.training_set import mnists_own
from core.train.presets import PRESETS

IMAGE = torch.rand(3, 1, 28, 28, generator=torch.Generator().manual_seed(0))


class Says(nn.Module):
    """Answers every picture with the same logits (10,)."""

    def __init__(self, logits: torch.Tensor) -> None:
        super().__init__()
        self.logits = logits

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.logits.expand(len(image), 10)


def one_hot(digit: int, height: float) -> torch.Tensor:
    return nn.functional.one_hot(torch.tensor(digit), 10) * height


def test_mnists_teachers_say_which_digit_and_recognizers_whether_it_is_one():
    staff = Staff([Says(one_hot(3, 20.0))], [Says(one_hot(5, 6.0))], torch.float32)
    said = staff.say(IMAGE, torch.tensor([3, 5, 5]), torch.tensor([True, False, False]))
    assert said.argmax(1).tolist() == [3, 5, 5]
    assert torch.allclose(said.logsumexp(1), one_hot(5, 6.0).logsumexp(0).expand(3))


def test_without_recognizers_all_pictures_have_the_same_teachers():
    staff = Staff([Says(one_hot(3, 20.0)), Says(one_hot(3, 10.0))], [], torch.float32)
    said = staff.say(IMAGE, torch.tensor([3, 5, 10]), torch.tensor([True, False, False]))
    assert torch.equal(said, one_hot(3, 15.0).expand(3, 10))


def test_right_answers_stay_as_they_are():
    logits = torch.tensor([[4.0, *[0.5] * 9], [-4.0] * 10])
    assert torch.equal(corrected(logits, torch.tensor([0, 10])), logits)


@pytest.mark.parametrize("label", [2, 10])
def test_wrong_answers_change_places_with_the_label(label):
    logits = torch.tensor([[4.0, 1.0, 2.0, *[-1.0] * 7]])
    right = corrected(logits, torch.tensor([label]))
    before, after = (nn.functional.pad(it, (0, 1)).softmax(1)[0] for it in (logits, right))
    assert after.argmax() == label
    assert torch.allclose(after.sort().values, before.sort().values)


def test_a_digit_that_was_refused_is_one_again():
    refused = torch.full((1, 10), -3.0)
    refused[0, 7] = -1.0
    right = nn.functional.pad(corrected(refused, torch.tensor([7])), (0, 1))
    assert right.argmax() == 7


def test_mnists_own_digits_are_the_first_and_the_repeated_ones():
    config = dataclasses.replace(PRESETS["people-taught"], limit=4, repeats=3)
    own = mnists_own(torch.zeros(20, dtype=torch.long), config)
    assert own.nonzero()[:, 0].tolist() == [0, 1, 2, 3, *range(12, 20)]
    assert mnists_own(torch.zeros(5), PRESETS["taught"]).all()


def test_a_nudge_moves_less_than_a_pixel_and_none_moves_nothing():
    generator = torch.Generator().manual_seed(1)
    still = dataclasses.replace(PRESETS["taught"], nudge_px=0.0)
    assert torch.equal(bend(IMAGE, nudges(still), generator), IMAGE)
    dot = torch.zeros(50, 1, 28, 28)
    dot[:, :, 14, 14] = 1
    moved = bend(dot, nudges(dataclasses.replace(still, nudge_px=0.4)), generator)
    assert (moved != dot).any()
    assert torch.allclose(moved[:, 0, 12:17, 12:17].sum((1, 2)), moved.sum((1, 2, 3)))


def test_recognizers_that_have_nothing_to_say_are_named(tmp_path, capsys):
    flags = ["a", "--recognizers", "b", "--preset", "taught", "--out", str(tmp_path)]
    assert teach(flags) == 1
    assert "--recognizers teach what people draw" in capsys.readouterr().err
