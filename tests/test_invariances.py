"""What a person would not notice leaves the answer as it is: on real pictures, for any amount of each change."""

import functools
import io
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from torch import Tensor

from core import sets
from core.train import data
from core.train.measure.answer import open_model

ROOT = Path(__file__).resolve().parents[1]
KEPT = 0.995  # share of the pictures whose answer stays, at least
COUNT = 1500
few = settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@functools.cache
def model():
    return open_model(ROOT / "models" / "recognizer.onnx")


@functools.cache
def real(side: int) -> Tensor:
    """MNIST's validation digits and photographed ones in turn, dark on light, (1500, side, side) uint8."""
    mnist = 255 - data.hold_out(data.load("train"), 5000)[1][0][: COUNT // 2]
    found = sets.read(ROOT / "data" / "paper_crops" / "pictures.npz").pictures[:: 1500 // (COUNT // 2)]
    crops = torch.stack([torch.from_numpy(picture.image.copy()) for picture in found[: COUNT // 2]])
    crops = F.pad(crops, (7, 7, 7, 7), value=255)  # they are cut off at the ink
    return torch.cat([resized(mnist, side), resized(crops, side)])


def resized(images: Tensor, side: int) -> Tensor:
    """Pictures (N, H, W) uint8 brought to another size."""
    same = F.interpolate(images[:, None].float(), size=(side, side), mode="bicubic", antialias=True)
    return same[:, 0].clamp(0, 255).round().to(torch.uint8)


def labels(images: Tensor) -> Tensor:
    return torch.cat([model()(part)[0].argmax(1) for part in images.split(250)])


@functools.cache
def answers(side: int) -> Tensor:
    return labels(real(side))


def share_kept(changed: Tensor, side: int) -> float:
    return float((labels(changed) == answers(side)).float().mean())


def test_the_measure_notices_other_answers():
    assert share_kept(real(56).flip(2), 56) < 0.8


def test_polarity():
    assert share_kept(255 - real(56), 56) >= KEPT


@few
@given(top=st.integers(0, 80), left=st.integers(0, 80), bottom=st.integers(0, 80), right=st.integers(0, 80))
def test_place_and_border(top, left, bottom, right):
    assert share_kept(F.pad(real(56), (left, right, top, bottom), value=255), 56) >= KEPT


@few
@given(side=st.integers(28, 140))
def test_smaller_by_up_to_five_times(side):
    assert share_kept(resized(real(140), side), 140) >= KEPT


@few
@given(side=st.integers(56, 280))
def test_larger_by_up_to_five_times(side):
    assert share_kept(resized(real(56), side), 56) >= KEPT


@few
@given(contrast=st.floats(0.4, 1), brightness=st.floats(0, 1))
def test_light_and_contrast(contrast, brightness):
    dimmed = real(56).float() * contrast + 255 * (1 - contrast) * brightness
    assert share_kept(dimmed.round().to(torch.uint8), 56) >= KEPT


def test_jpeg_at_90():
    def compressed(image: Tensor) -> Tensor:
        content = io.BytesIO()
        Image.fromarray(image.numpy()).save(content, format="jpeg", quality=90)
        return torch.from_numpy(np.array(Image.open(content)))

    assert share_kept(torch.stack([compressed(image) for image in real(56)]), 56) >= KEPT
