"""The command line of a training run: a preset, or a run to go on with, then one flag a field."""

import argparse
import dataclasses
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_type_hints

from core import kept_corrections, verbs
from core.files import MODELS
from core.net import checkpoint
from core.net.device import pick_device
from core.train.config import TrainConfig, flag
from core.train.resume import CHECKPOINT

TAKEN_FROM_WEIGHTS = ("net", "ink", "val_count")  # what was held out for the weights has to stay held out
OTHER_BEGINNINGS = ("from_", "net", "ink", "batch_norm", "lessons")  # who states one of them means no fine-tuning
SHIPPED = MODELS / "recognizer.safetensors"  # what people's own pictures are learned on top of, unless told otherwise


def parse(argv: Sequence[str] | None, presets: Mapping[str, TrainConfig]) -> tuple[TrainConfig, argparse.Namespace]:
    """Read the command line: a preset or the run to resume, then one flag a field that overrides it.

    Impossible settings end the program with a sentence and status 2.
    errors: CheckpointError when --from or --resume names a file that cannot be used.
    """
    parser = _parser(presets)
    arguments = parser.parse_args(argv)
    _name_corrections(arguments, parser)
    stated = {item.name: getattr(arguments, item.name) for item in dataclasses.fields(TrainConfig)}
    stated = {name: value for name, value in stated.items() if value is not None}
    if stated.get("extra") and not arguments.preset and not stated.keys() & set(OTHER_BEGINNINGS):
        stated["from_"] = _from_here(SHIPPED)
    try:
        config = dataclasses.replace(_start(arguments, stated, presets), **stated)
        if not config.out:
            config = dataclasses.replace(config, out=str(Path("runs") / f"{arguments.preset}-seed{config.seed}"))
        pick_device(config.device)
    except ValueError as error:
        parser.error(str(error))
    return config, arguments


def _start(arguments: argparse.Namespace, stated: dict[str, Any], presets: Mapping[str, TrainConfig]) -> TrainConfig:
    """The settings that the stated ones override; fills in the preset that --from or nothing at all stands for."""
    if arguments.resume and not arguments.preset:
        saved = checkpoint.load(Path(arguments.resume) / CHECKPOINT)[2]["config"]
        known = {item.name for item in dataclasses.fields(TrainConfig)}
        return TrainConfig(**{**{k: v for k, v in saved.items() if k in known}, "out": arguments.resume})
    weights = stated.get("from_")
    arguments.preset = arguments.preset or ("finetune" if weights else "default")
    config = presets[arguments.preset]
    if not weights:
        return config
    trained_with = checkpoint.load(Path(weights))[2].get("config", {})
    return dataclasses.replace(config, **{k: trained_with[k] for k in TAKEN_FROM_WEIGHTS if k in trained_with})


def _name_corrections(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    """Make --corrections a way to say --extra."""
    if arguments.corrections is None:
        return
    if arguments.extra is not None:
        parser.error("--corrections cannot go with --extra: put both sets of pictures into one folder for --extra")
    file = Path(arguments.corrections) if arguments.corrections else kept_corrections.file_of_page()
    if file is None:
        parser.error("--corrections: DIGITS_CORRECTIONS is off, so the page here keeps none; name the file")
    arguments.extra = str(file)


def _from_here(path: Path) -> str:
    """As a person in this folder would name it: a record then names no folder of one machine."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)


def _parser(presets: Mapping[str, TrainConfig]) -> argparse.ArgumentParser:
    parser = verbs.parser("core.train", TrainConfig.__doc__)
    parser.add_argument(
        "--preset",
        choices=sorted(presets),
        help="settings to start from (default: default; with --from: finetune; with --extra and none of --preset, "
        "--from, --net, --ink, --lessons and --batch-norm: finetune, --from the shipped recogniser; --from '' begins "
        "afresh)",
    )
    parser.add_argument(
        "--corrections",
        nargs="?",
        const="",
        metavar="FILE",
        help="--extra with what people corrected on a page of your own: its file (default: DIGITS_CORRECTIONS, or "
        "corrections.sqlite beside app.py)",
    )
    parser.add_argument(
        "--resume", nargs="?", const="", metavar="RUN", help="go on from the checkpoint of RUN, or of --out"
    )
    types = get_type_hints(TrainConfig)
    for item in dataclasses.fields(TrainConfig):
        kind = types[item.name]
        extra: dict[str, Any] = {"action": argparse.BooleanOptionalAction} if kind is bool else {"type": kind}
        help_text = f"{item.metadata['help']} (default: {item.default!r})"
        parser.add_argument(flag(item.name), dest=item.name, default=None, help=help_text, **extra)
    return parser
