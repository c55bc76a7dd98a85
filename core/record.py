"""What a result needs beside it to be believed: machine, versions, data."""

import os
import platform
import shlex
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from core.data import MD5

PACKAGES = ("torch", "torchvision", "numpy", "safetensors")


def environment(device: torch.device) -> dict[str, Any]:
    """Machine, versions and data of this process, without names of hosts, people or folders."""
    return {
        "machine": {
            "processor": processor(),
            "cores": os.cpu_count(),
            "device": torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
            "threads": torch.get_num_threads(),
            "system": platform.system(),
        },
        "versions": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
        "data_md5": MD5,
    }


def processor() -> str:
    """The processor's name, with its matrix units, as the operating system gives it."""
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.is_file():
        return platform.processor() or platform.machine()
    text = cpuinfo.read_text()
    name = next((line.split(":")[1].strip() for line in text.splitlines() if line.startswith("model name")), "unknown")
    units = [unit for unit in ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16") if unit in text]
    return f"{name} ({', '.join(units)})"


def command() -> str:
    """The command line that runs this process, as a person would type it."""
    spec = sys.modules["__main__"].__spec__
    module = spec.name if spec and spec.name.startswith("core.") else f"core.{Path(sys.argv[0]).stem}"
    arguments = [argument for argument in sys.argv[1:] if argument != "--resume"]  # ends in the same weights
    return shlex.join(["python", "-m", module, *arguments])
