"""The same engine on a GPU, where there is one: everything on the device, and going on ends in a net that reads."""

import dataclasses

import pytest
import torch
from torch import Generator

from core.train.loop import Run
from core.train.pictures.augment import augment
from core.train.presets import PRESETS

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine offers torch no CUDA device")
SMALL = {"limit": 2000, "val_count": 500, "batch": 64, "epochs": 3, "ema": 0.0, "device": "cuda"}


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_it_learns_with_all_data_on_the_device_and_goes_on(tmp_path, precision):
    config = dataclasses.replace(PRESETS["default"], **SMALL, precision=precision, out=str(tmp_path))
    run = Run(config)
    assert {run.images.device.type, run.labels.device.type, next(run.net.parameters()).device.type} == {"cuda"}
    assert run.net.conv2.weight.is_contiguous(memory_format=torch.channels_last)
    run.train()
    epochs = run.history["epochs"]
    assert epochs[-1]["val_wrong"] < 0.2 * epochs[-1]["val_n"]
    again = Run(config, go_on=True)
    for name, value in run.net.state_dict().items():
        assert torch.equal(again.net.state_dict()[name], value)
    assert again.finish().is_file()


def test_augmentation_without_strength_is_the_identity_there_too():
    still = {"shift_px": 0, "angle_deg": 0, "scale": 0, "shear": 0, "elastic_px": 0, "thickness": 0}
    images = torch.randint(0, 256, (8, 28, 28), dtype=torch.uint8, device="cuda")
    config = dataclasses.replace(PRESETS["default"], **still)
    assert torch.equal(augment(images, config, Generator("cuda").manual_seed(0)), images[:, None].float() / 255)
