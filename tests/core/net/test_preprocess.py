"""Any picture becomes what MNIST's authors would have made of it."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.net.preprocess import Preprocess
from core.sets import draw

PREPROCESS = Preprocess().eval()
DRAWINGS = {
    "one": [[[10, 0], [0, 100]]],
    "seven": [[[0, 0], [60, 0], [20, 100]]],
    "four": [[[40, 0], [0, 60], [70, 60]], [[50, 30], [50, 100]]],
    "zero": [[[30 + 30 * math.sin(a / 6), 50 - 50 * math.cos(a / 6)] for a in range(39)]],
    "dash": [[[0, 0], [100, 5]]],
}


def seen(picture):
    """(H, W) uint8 -> (28, 28) float32."""
    with torch.no_grad():
        return PREPROCESS(torch.tensor(picture)[None])[0][0].numpy()


def published_preparation(ink):
    """MNIST's own description, pixel by pixel: box of 20 px, anti-aliased, centre of mass in the middle.

    ink: (H, W) float in [0, 1], 1 is ink. Each result pixel is the tent-weighted mean of the source around it.
    """
    rows = [y for y in range(len(ink)) if max(ink[y]) > 0.5]
    columns = [x for x in range(len(ink[0])) if max(row[x] for row in ink) > 0.5]
    scale = max(rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1) / 20
    mass = sum(sum(row) for row in ink)
    centre_y = sum(y * value for y, row in enumerate(ink) for value in row) / mass
    centre_x = sum(x * value for row in ink for x, value in enumerate(row)) / mass
    result = [[0.0] * 28 for _ in range(28)]
    for i in range(28):
        for j in range(28):
            at_y, at_x = centre_y + (i - 13.5) * scale, centre_x + (j - 13.5) * scale
            total = 0.0
            for y in range(max(0, math.ceil(at_y - scale)), min(len(ink), math.floor(at_y + scale) + 1)):
                for x in range(max(0, math.ceil(at_x - scale)), min(len(ink[0]), math.floor(at_x + scale) + 1)):
                    tent = (1 - abs(y - at_y) / scale) * (1 - abs(x - at_x) / scale)
                    total += ink[y][x] * tent / scale**2
            result[i][j] = total
    peak = sorted(value for row in result for value in row)[-16:]
    return np.array(result) / (sum(peak) / 16)


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("pen_px", [8, 14])
def test_clean_drawings_match_the_published_description(name, pen_px):
    drawing = draw(DRAWINGS[name], pen_px=pen_px, side_px=140)
    expected = published_preparation((1 - drawing / 255.0).tolist()).clip(0, 1)
    result = seen(drawing)
    assert np.abs(result - expected).mean() < 0.03
    assert np.corrcoef(result.ravel(), expected.ravel())[0, 1] > 0.96


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_box_is_20_px_and_the_mass_is_in_the_middle(name):
    result = seen(draw(DRAWINGS[name], pen_px=20, side_px=280))
    inked = np.argwhere(result > 0.5)
    longest = (inked.max(0) - inked.min(0) + 1).max()
    centre = (np.indices((28, 28)) * result).sum((1, 2)) / result.sum()
    assert 19 <= longest <= 21
    np.testing.assert_allclose(centre, 13.5, atol=0.35)


CHANGES = {
    "inverted": lambda p: 255 - p,
    "faint": lambda p: (215 - (255 - p) * 0.15).astype(np.uint8),
    "dim": lambda p: (p * 0.35).astype(np.uint8),
    "shifted": lambda p: np.roll(p, (17, -21), (0, 1)),
    "padded": lambda p: np.pad(p, ((60, 20), (10, 90)), constant_values=255),
    "enlarged": lambda p: p.repeat(3, 0).repeat(3, 1),
    "tall canvas": lambda p: np.pad(p, ((400, 0), (0, 0)), constant_values=255),
    "lit from the left": lambda p: (p * np.linspace(1, 0.5, p.shape[1])).astype(np.uint8),
    "a far speck": lambda p: np.pad(p[:-4, :-4], ((0, 4), (0, 4)), constant_values=90),
    "grainy": lambda p: (p * 0.7 + np.random.default_rng(0).normal(30, 6, p.shape)).clip(0, 255).astype(np.uint8),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("name", ["seven", "four", "zero"])
def test_what_a_person_would_overlook_changes_little(name, change):
    plain = draw(DRAWINGS[name], pen_px=16, side_px=280)
    before, after = seen(plain), seen(change(plain))
    assert np.corrcoef(before.ravel(), after.ravel())[0, 1] > 0.9


@pytest.mark.parametrize("level", [0, 1, 127, 255])
@pytest.mark.parametrize("shape", [(1, 1), (28, 28), (280, 280), (37, 211)])
def test_a_blank_gives_nothing_to_see(level, shape):
    image = torch.full((2, *shape), level, dtype=torch.uint8)
    result, contrast = PREPROCESS(image)
    assert result.abs().max() == 0
    assert contrast.max() < 2 / 255


@settings(max_examples=40, deadline=None)
@given(
    height=st.integers(1, 300),
    width=st.integers(1, 300),
    kind=st.sampled_from(["noise", "stripes", "one pixel", "ramp"]),
    seed=st.integers(0, 2**16),
)
def test_any_picture_gives_finite_numbers_in_range(height, width, kind, seed):
    random = np.random.default_rng(seed)
    picture = np.zeros((height, width), np.uint8)
    if kind == "noise":
        picture = random.integers(0, 256, (height, width), dtype=np.uint8)
    elif kind == "stripes":
        picture[:: random.integers(2, 9)] = 255
    elif kind == "one pixel":
        picture[random.integers(height), random.integers(width)] = 255
    else:
        picture[:] = np.linspace(0, 255, width).astype(np.uint8)
    result = seen(picture)
    assert np.isfinite(result).all()
    assert result.min() >= 0
    assert result.max() <= 1


@pytest.mark.parametrize("shape", [(1, 5000), (5000, 1), (3000, 4000)])
def test_extreme_shapes_are_finite(shape):
    picture = np.full(shape, 255, np.uint8)
    picture[shape[0] // 3 : shape[0] // 2 + 1, shape[1] // 3 : shape[1] // 2 + 1] = 0
    assert np.isfinite(seen(picture)).all()


def test_a_picture_is_seen_the_same_alone_and_in_a_batch():
    batch = torch.from_numpy(np.stack([draw(strokes, 16, 120) for strokes in DRAWINGS.values()]))
    together = PREPROCESS(batch)[0]
    alone = torch.cat([PREPROCESS(picture[None])[0] for picture in batch])
    torch.testing.assert_close(together, alone, atol=2e-5, rtol=0)


def test_a_digit_that_is_already_prepared_stays_as_it_is():
    prepared = (seen(draw(DRAWINGS["four"], pen_px=26, side_px=280)) * 255).round().astype(np.uint8)
    assert np.abs(seen(prepared) - prepared / 255).mean() < 0.02
