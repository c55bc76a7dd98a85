"""What is asked to explain an answer, and what the answers say: against Pillow, and against a model with one rule."""

import numpy as np
import pytest
import torch
from PIL import Image, ImageFilter

from core.net.explain import ERASE, MARGIN_PX, MOVE, SIDE_PX, STUDIO_PX, SWEEPS, THICKEN, TURN, Changes, Reasons
from core.train.data import load

ENDS = np.cumsum([len(sweep.values) for sweep in SWEEPS])
PARTS = {sweep: slice(end - len(sweep.values), end) for sweep, end in zip(SWEEPS, ENDS, strict=True)}


@pytest.fixture(scope="module")
def seen():
    """A seven, as MNIST has it."""
    return load("test")[0][0].float() / 255


@pytest.fixture(scope="module")
def asked(seen):
    with torch.inference_mode():
        return Changes()(seen)


def reasons(seen, of_occluded, of_swept, answer=1):
    with torch.inference_mode():
        return Reasons()(seen, torch.eye(10)[answer], of_occluded, of_swept)


def test_each_pixel_with_ink_has_its_picture_and_the_last_is_whole(seen, asked):
    occluded, _ = asked
    grey = (seen * 255).round().to(torch.uint8)
    places = (seen > 0.1).nonzero().tolist()
    assert len(occluded) == len(places) + 1
    for picture, (y, x) in zip(occluded, places, strict=False):
        expected = grey.clone()
        expected[max(y - 2, 0) : y + 3, max(x - 2, 0) : x + 3] = 0
        assert torch.equal(picture, expected)
    assert torch.equal(occluded[-1], grey)


def by_pillow(seen):
    """The same sweeps in Pillow, as the page once made them."""
    studio = Image.new("L", (SIDE_PX, SIDE_PX))
    small = Image.fromarray((seen * 255).round().to(torch.uint8).numpy())
    studio.paste(small.resize((STUDIO_PX, STUDIO_PX), Image.Resampling.BICUBIC), (MARGIN_PX, MARGIN_PX))
    yield from (studio.rotate(-degrees, Image.Resampling.BICUBIC) for degrees in TURN.values)
    for steps in THICKEN.values:
        picture = studio
        for _ in range(abs(steps)):
            picture = picture.filter((ImageFilter.MaxFilter if steps > 0 else ImageFilter.MinFilter)(3))
        yield picture
    for shift in MOVE.values:
        moved = Image.new("L", studio.size)
        moved.paste(studio, (shift, 0))
        yield moved


def test_sweeps_are_those_of_pillow_but_for_rounding_between_two_passes(seen, asked):
    expected = np.stack([np.asarray(picture) for picture in by_pillow(seen)]).astype(int)
    difference = np.abs(asked[1][: len(expected)].numpy() - expected)
    assert difference.max() < 32
    assert difference.mean(axis=(1, 2)).max() < 1


def test_nothing_is_changed_at_0(asked):
    neutral = [asked[1][part][sweep.values.index(0)] for sweep, part in PARTS.items()]
    assert all(torch.equal(one, neutral[0]) for one in neutral)
    assert neutral[0].max() == 255


@pytest.mark.parametrize("share", [0, 35, 70])
def test_the_lowest_rows_are_erased_and_no_others(asked, share):
    whole, erased = (asked[1][PARTS[ERASE]][ERASE.values.index(one)] for one in (0, share))
    rows = whole.amax(1).nonzero()
    top, bottom = int(rows.min()), int(rows.max()) + 1
    end = bottom - round((bottom - top) * share / 100)
    assert torch.equal(erased[:end], whole[:end])
    assert not erased[end:].any()


def test_ink_that_a_model_needs_speaks_for_its_answer(seen, asked):
    """The model says 1 where the seven's bar is, and is indifferent to its stem."""
    bar = torch.zeros_like(seen)
    bar[:11] = seen[:11]
    share = 0.1 + 0.8 * (asked[0] * bar).sum((1, 2)) / (asked[0][-1] * bar).sum()
    answers = torch.stack([1 - share, share, *[torch.zeros_like(share)] * 8], dim=1)
    heat, _, _ = reasons(seen, answers, answers[:0])
    ink = seen > 0.1
    assert heat.max() == 1
    assert (heat[:9][ink[:9]] > 0).all()
    assert (heat[13:] == 0).all()
    assert (heat[~ink] == 0).all()
    against, _, _ = reasons(seen, answers, answers[:0], answer=0)
    assert (against[:9][ink[:9]] < 0).all()


def test_curves_follow_the_answer_and_name_the_likeliest(seen, asked):
    answers = torch.tensor([[0.2, 0.7, 0.1], [0.6, 0.3, 0.1]])
    answers = torch.cat([answers, torch.zeros(2, 7)], dim=1)
    _, shares, digits = reasons(seen, torch.full((len(asked[0]), 10), 0.1), answers)
    assert shares.tolist() == pytest.approx([0.7, 0.3])
    assert digits.tolist() == [1, 0]


def test_a_blank_picture_is_asked_about_once_and_has_no_heat():
    blank = torch.zeros(28, 28)
    occluded, swept = Changes()(blank)
    assert occluded.shape == (1, 28, 28)
    assert swept.shape == (ENDS[-1], SIDE_PX, SIDE_PX)
    assert not swept.any()
    heat, shares, _ = reasons(blank, torch.full((1, 10), 0.1), torch.full((53, 10), 0.1))
    assert not heat.any()
    assert shares.tolist() == pytest.approx([0.1] * 53)
