"""Weights with their history, as safetensors. Nothing here pickles, so a file from a stranger runs no code."""

import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save as to_bytes
from torch import Tensor, nn

from core.files import write_atomic
from core.net.model import NETS, build, is_known
from core.refusals import RefusalError

FORMAT = 1


class CheckpointError(RefusalError):
    """A weights file that cannot be used; the message names the file, what was found and what is accepted."""


def save(path: Path, tensors: dict[str, Tensor], net: str, history: dict[str, Any]) -> None:
    """Write tensors with the name of their net and their history (config, seeds, versions, epochs), atomically."""
    # one key alone: safetensors writes several in an order that changes from run to run
    metadata = {"record": json.dumps({"format": FORMAT, "net": net, "history": history})}
    contiguous = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    write_atomic(path, to_bytes(contiguous, metadata))


def load(path: Path, only: str | None = None) -> tuple[str, dict[str, Tensor], dict[str, Any]]:
    """Read (net name, tensors, history); CheckpointError when the file is missing, damaged or of another format.

    only: the name of the one net that will do, such as the finder, which is no classifier; else any in `NETS`.
    """
    if not path.is_file():
        raise CheckpointError(f"{path}: no such file; expected weights written by `python -m core.train`")
    try:
        with safe_open(path, framework="pt") as file:
            record = json.loads((file.metadata() or {}).get("record", "{}"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
    except (SafetensorError, ValueError, RecursionError) as error:  # the latter two where the record is no JSON
        raise CheckpointError(f"{path}: not a whole safetensors file ({error}); train again or restore it") from error
    if not isinstance(record, dict) or not isinstance(record.get("history", {}), dict):
        raise CheckpointError(f"{path}: its record is not what this project writes; train again or restore it")
    if record.get("format") != FORMAT:
        raise CheckpointError(f"{path}: format {record.get('format')!r}; this version reads format {FORMAT!r}")
    if str(record.get("net")) != only if only else not is_known(str(record.get("net"))):
        raise CheckpointError(f"{path}: holds net {record.get('net')!r}; known: {only or ', '.join(sorted(NETS))}")
    return record["net"], tensors, record.get("history", {})


def load_net(path: Path) -> tuple[nn.Module, dict[str, Any]]:
    """Read a net in evaluation mode with its history; CheckpointError when weights and net do not fit."""
    name, tensors, history = load(path)
    net = build(name)
    try:
        net.load_state_dict(tensors)
    except RuntimeError as error:
        raise CheckpointError(f"{path}: its weights do not fit {name}: {error}") from error
    return net.eval(), history
