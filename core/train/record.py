"""What a training's or a measurement's result needs beside it to be believed, where torch computed it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch

from core.mnist import MD5
from core.stamp import command_line, machine, stamp, versions

PACKAGES = ("torch", "torchvision", "numpy", "safetensors")


def environment(device: torch.device) -> dict[str, Any]:
    """Machine, versions and data of this process, without names of hosts, people or folders."""
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
    return {
        "machine": machine() | {"device": name, "threads": torch.get_num_threads()},
        "versions": versions(PACKAGES),
        "data_md5": MD5,
    }


def head(device: torch.device, inputs: Iterable[Path], command: str = "") -> dict[str, Any]:
    """The head of a record (core/stamp.py) with the device; `command` where this process's own says too much."""
    return {**stamp(command or command_line(), inputs), **environment(device)}
