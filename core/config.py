"""One frozen dataclass is the configuration of a training run, its command line, and its record."""

import argparse
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_type_hints

import torch

from core.model import NETS

OPTIMIZERS = ("adam", "adamw", "sgd")
SCHEDULES = ("cosine", "exponential")
PRECISIONS = ("auto", "float32", "bfloat16")
INKS = ("mnist", "people")


def opt(default: Any, help: str) -> Any:  # noqa: ANN401 (a dataclass field of any type)
    """A field with its default and the sentence that the command line shows for it."""
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True)
class TrainConfig:
    """Train a digit classifier on MNIST."""

    net: str = opt("ConvNet", f"which net: {', '.join(NETS)}")
    epochs: int = opt(80, "passes over the training pictures")
    batch: int = opt(128, "pictures a step")
    optimizer: str = opt("adamw", f"one of {', '.join(OPTIMIZERS)}")
    peak_lr: float = opt(0.002, "largest learning rate")
    schedule: str = opt("cosine", "learning rate: cosine to 0, or exponential by --lr-decay an epoch")
    lr_decay: float = opt(0.89, "factor an epoch of the exponential schedule, 0 to 1")
    warmup_epochs: float = opt(1.0, "epochs of linear rise to the peak learning rate")
    weight_decay: float = opt(0.05, "decoupled weight decay (adamw, sgd)")
    label_smoothing: float = opt(0.0, "share of the target spread over all classes, 0 to below 1")
    dropout: float = opt(1.0, "multiplies the net's dropout rates; 0 turns them off")
    batch_norm: bool = opt(False, "normalise after every convolution while training; folded away at the end")
    ema: float = opt(0.999, "decay a step of the averaged weights that are kept; 0 keeps the last weights")
    ink: str = opt("mnist", "pictures: mnist (bent training digits) or people (photos, sketches and non-digits)")
    copies: int = opt(2, "times that every digit is drawn anew, with --ink people")
    strangers: float = opt(0.75, "non-digits a digit, with --ink people")
    shift_px: float = opt(2.0, "largest shift, in pixels")
    angle_deg: float = opt(15.0, "largest rotation, in degrees")
    scale: float = opt(0.15, "largest relative change of size, each axis")
    shear: float = opt(0.2, "largest shear, in pixels a pixel")
    elastic_px: float = opt(1.0, "deviation of the elastic displacement, in pixels")
    thickness: float = opt(0.5, "largest thickening or thinning of strokes, in pixels, 0 to 1")
    erase: float = opt(0.0, "chance that a small rectangle is erased")
    warped_extras: int = opt(0, "pictures added once through RandomPerspective (the reference adds 30000)")
    val_count: int = opt(5000, "training pictures held out for validation: the last ones in the file")
    limit: int = opt(0, "train on this many pictures only, for a trial; 0 takes all")
    seed: int = opt(0, "seed of weights, order, augmentation and dropout")
    device: str = opt("auto", "cpu, cuda or auto")
    precision: str = opt("auto", "float32, bfloat16, or auto (bfloat16 where the hardware multiplies it natively)")
    threads: int = opt(0, "processor threads; 0 leaves torch's own choice")
    out: str = opt("", "folder of the run; empty: runs/PRESET-seedSEED")

    def __post_init__(self) -> None:
        one_of("net", self.net, tuple(NETS))
        one_of("optimizer", self.optimizer, OPTIMIZERS)
        one_of("schedule", self.schedule, SCHEDULES)
        one_of("precision", self.precision, PRECISIONS)
        one_of("ink", self.ink, INKS)
        for name in ("epochs", "batch"):
            bounded(name, getattr(self, name), 1, 10**6)
        for name in ("warmup_epochs", "weight_decay", "shift_px", "angle_deg", "elastic_px", "threads", "seed"):
            bounded(name, getattr(self, name), 0, 2**31)
        for name in ("thickness", "erase", "lr_decay", "scale", "shear"):
            bounded(name, getattr(self, name), 0, 1)
        for name in ("label_smoothing", "ema"):
            bounded(name, getattr(self, name), 0, 0.999999)
        bounded("peak_lr", self.peak_lr, 1e-8, 100)
        bounded("copies", self.copies, 0, 20)
        bounded("strangers", self.strangers, 0, 1)
        bounded("dropout", self.dropout, 0, 2)
        bounded("val_count", self.val_count, 1, 59_999)
        bounded("limit", self.limit, 0, 60_000)
        bounded("warped_extras", self.warped_extras, 0, 60_000 - self.val_count)


def one_of(name: str, value: str, allowed: Sequence[str]) -> None:
    """ValueError with the flag, the value and the choices unless `value` is one of them."""
    if value not in allowed:
        raise ValueError(f"{flag(name)} must be one of {', '.join(allowed)}; got {value!r}")


def bounded(name: str, value: float, low: float, high: float) -> None:
    """ValueError with the flag, the value and the range unless low <= value <= high (NaN is refused)."""
    if not low <= value <= high:
        raise ValueError(f"{flag(name)} must be from {low:g} to {high:g}; got {value:g}")


def flag(name: str) -> str:
    """The command-line flag of a field."""
    return "--" + name.replace("_", "-")


PRESETS: dict[str, TrainConfig] = {
    "default": TrainConfig(),
    # The recogniser's net: trained on what people draw and photograph, seen through the preprocessing.
    "people": TrainConfig(
        ink="people",
        epochs=20,
        batch=256,
        shift_px=1.5,
        angle_deg=8,
        scale=0.08,
        shear=0.1,
        elastic_px=0.7,
        thickness=0.4,
    ),
    # The known design as published: 50,000 + 30,000 warped pictures, 40 epochs, no augmentation on the fly.
    "reference": TrainConfig(
        epochs=40,
        optimizer="adam",
        peak_lr=0.003,
        schedule="exponential",
        lr_decay=0.89,
        warmup_epochs=0,
        weight_decay=0,
        ema=0,
        shift_px=0,
        angle_deg=0,
        scale=0,
        shear=0,
        elastic_px=0,
        thickness=0,
        warped_extras=30_000,
        val_count=10_000,
        precision="float32",
    ),
}


def parse(argv: Sequence[str] | None, presets: dict[str, TrainConfig]) -> tuple[TrainConfig, argparse.Namespace]:
    """Read the command line: a preset, then one flag a field that overrides it, and --resume.

    Impossible settings end the program with a sentence and status 2.
    """
    parser = argparse.ArgumentParser(
        prog="python -m core.train",
        description=TrainConfig.__doc__,
        allow_abbrev=False,
    )
    parser.add_argument("--preset", choices=sorted(presets), default="default", help="settings to start from")
    parser.add_argument("--resume", action="store_true", help="go on from the run folder's checkpoint")
    types = get_type_hints(TrainConfig)
    for item in dataclasses.fields(TrainConfig):
        kind = types[item.name]
        extra: dict[str, Any] = {"action": argparse.BooleanOptionalAction} if kind is bool else {"type": kind}
        help_text = f"{item.metadata['help']} (default: {item.default!r})"
        parser.add_argument(flag(item.name), default=None, help=help_text, **extra)
    arguments = parser.parse_args(argv)
    chosen = {f.name: getattr(arguments, f.name) for f in dataclasses.fields(TrainConfig)}
    try:
        config = dataclasses.replace(presets[arguments.preset], **{k: v for k, v in chosen.items() if v is not None})
        if not config.out:
            config = dataclasses.replace(config, out=str(Path("runs") / f"{arguments.preset}-seed{config.seed}"))
        pick_device(config.device)
    except ValueError as error:
        parser.error(str(error))
    return config, arguments


def pick_device(name: str) -> torch.device:
    """The device called `name`; `auto` takes a GPU when there is one. ValueError when it is not there."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name.split(":")[0] not in ("cpu", "cuda"):
        raise ValueError(f"--device must be cpu, cuda or auto; got {name!r}")
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise ValueError(f"--device {name}: this machine offers torch no CUDA device; use --device cpu")
    return torch.device(name)


def pick_dtype(name: str, device: torch.device) -> torch.dtype:
    """The dtype of the matrix products: `auto` is bfloat16 where the hardware has units for it, else float32."""
    if name != "auto":
        return torch.bfloat16 if name == "bfloat16" else torch.float32
    native = torch.cuda.is_bf16_supported() if device.type == "cuda" else torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if native else torch.float32
