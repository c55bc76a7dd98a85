"""Corruptions make pictures worse by what they say, and the record counts every picture."""

import json

import pytest
import torch

from core.files import MODELS
from core.train import data
from core.train.measure.corrupt import CORRUPTIONS, STRENGTHS, corrupt
from core.train.measure.robustness import main


@pytest.fixture(scope="module")
def images():
    return data.load("train")[0][:32]


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_each_strength_moves_the_pictures_further(images, name):
    moved = [(corrupt(images, name, strength).float() - images.float()).abs().mean() for strength in STRENGTHS]
    assert 0 < moved[0] < moved[1] < moved[2]


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_equal_seeds_give_equal_pictures(images, name):
    worse = corrupt(images, name, 2, seed=7)
    assert torch.equal(worse, corrupt(images, name, 2, seed=7))
    assert worse.shape == images.shape
    assert worse.dtype == torch.uint8


@pytest.mark.parametrize(
    ("name", "strength", "expected"),
    [("shift", 1, 2.0), ("shift", 3, 6.0), ("contrast", 1, 0.0), ("rotation", 2, 0.0)],
)
def test_the_middle_of_a_dot_moves_as_far_as_said(name, strength, expected):
    dot = torch.zeros(64, 28, 28, dtype=torch.uint8)
    dot[:, 13:15, 13:15] = 200
    moved = corrupt(dot, name, strength).float()
    place = torch.arange(28) - 13.5
    x = (moved.sum(1) * place).sum(1) / moved.sum((1, 2))
    y = (moved.sum(2) * place).sum(1) / moved.sum((1, 2))
    assert torch.allclose(torch.hypot(x, y), torch.full((64,), expected), atol=0.15)


def test_occlusion_leaves_no_ink_in_its_square():
    full = torch.full((16, 28, 28), 255, dtype=torch.uint8)
    for strength, side in zip(STRENGTHS, (5, 7, 9), strict=True):
        assert ((corrupt(full, "occlusion", strength) == 0).sum((1, 2)) == side**2).all()


def test_the_record_holds_every_cell(tmp_path):
    out = tmp_path / "robustness.json"
    assert main([str(MODELS / "convnet.safetensors"), "--limit", "64", "--out", str(out)]) == 0
    found = json.loads(out.read_text())["models"]["convnet"]
    cells = [cell for row in found["corruptions"].values() for cell in row]
    assert len(cells) == len(CORRUPTIONS) * len(STRENGTHS)
    assert all(cell["n"] == 64 for cell in cells)
    mean = sum(cell["wrong"] / 64 for cell in cells) / len(cells)
    assert found["mean_corruption_error"] == pytest.approx(mean, abs=1e-6)


def test_a_missing_model_is_named(capsys):
    assert main(["none.safetensors"]) == 1
    assert "none.safetensors: no such file" in capsys.readouterr().err
