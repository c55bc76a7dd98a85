"""The state of an unfinished run as plain tensors, and back: what the next epoch needs, and nothing that is pickled."""

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from core.net import checkpoint
from core.train.config import TrainConfig, flag

CHECKPOINT = "checkpoint.safetensors"
FREE = {"device", "threads", "out"}  # settings that may differ when a run goes on


def state_tensors(net: nn.Module, average: nn.Module, optimizer: Optimizer) -> dict[str, Tensor]:
    """Everything that changes while training, under the names net.*, average.* and optimizer.INDEX.*."""
    tensors = {f"net.{name}": value for name, value in net.state_dict().items()}
    tensors |= {f"average.{name}": value for name, value in average.state_dict().items()}
    for index, state in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": value for name, value in state.items() if value is not None}
    return tensors


def restore(tensors: dict[str, Tensor], net: nn.Module, average: nn.Module, optimizer: Optimizer) -> None:
    """Put `state_tensors` back."""
    net.load_state_dict(part(tensors, "net."))
    average.load_state_dict(part(tensors, "average."))
    optimizer.load_state_dict(optimizer_state(part(tensors, "optimizer."), optimizer))


def optimizer_state(tensors: dict[str, Tensor], optimizer: Optimizer) -> dict[str, Any]:
    """The optimiser's state dictionary from tensors called INDEX.NAME, each laid out as its parameter is.

    The file holds plain rows; the fused steps walk weight and state by address and would pair the wrong numbers.
    """
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        index, key = name.split(".", 1)
        like = parameters[int(index)]
        laid_out = torch.empty_like(like).copy_(value) if value.shape == like.shape else value
        state.setdefault(int(index), {})[key] = laid_out
    return {"state": state, "param_groups": optimizer.state_dict()["param_groups"]}


def part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The tensors whose name starts with `prefix`, without it."""
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def save(path: Path, tensors: dict[str, Tensor], net: str, history: dict[str, Any]) -> None:
    """Write a checkpoint, atomically, with the SHA-256 that tells a damaged one."""
    checkpoint.save(path, tensors, net, {**history, "content_sha256": content_sha256(tensors, history)})


def load(path: Path, only: str | None = None) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors and history of a checkpoint, of the net `only` if given; CheckpointError when missing or damaged."""
    try:
        _, tensors, history = checkpoint.load(path, only)
        expected = history.pop("content_sha256", None)  # older versions wrote none
        history["config"], history["epochs"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(path, f"its record cannot be read: {error!r}") from error
    if expected not in (None, content_sha256(tensors, history)):
        raise damaged(path, "it does not hold what was written")
    return tensors, history


def damaged(path: Path, why: str) -> checkpoint.CheckpointError:
    """The error for a checkpoint that can be opened but not used."""
    return checkpoint.CheckpointError(f"{path}: damaged ({why}); restore it, or train again without --resume")


def content_sha256(tensors: dict[str, Tensor], history: dict[str, Any]) -> str:
    """The SHA-256 of the history and of all names, shapes and values, in the order of the names."""
    digest = hashlib.sha256(json.dumps(history, sort_keys=True).encode())
    for name in sorted(tensors):
        digest.update(f"{name} {list(tensors[name].shape)}".encode())
        digest.update(tensors[name].detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def refuse_other_settings(path: Path, saved: dict[str, Any], config: TrainConfig) -> None:
    """CheckpointError when a checkpoint was begun with other settings; device, threads and folder may differ.

    A setting that the checkpoint's version did not know had its default.
    """
    for item in dataclasses.fields(config):
        first, now = saved.get(item.name, item.default), getattr(config, item.name)
        if item.name not in FREE and first != now:
            raise checkpoint.CheckpointError(
                f"{path}: was begun with {flag(item.name)} {first!r}, asked to go on with {now!r}; "
                f"use the first setting, or another --out"
            )
