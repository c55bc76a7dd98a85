"""One frozen dataclass is the configuration of a training run, its command line, and its record."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.net.model import NETS, is_known

OPTIMIZERS = ("adam", "adamw", "sgd")
SCHEDULES = ("cosine", "exponential")
PRECISIONS = ("auto", "float32", "bfloat16")
INKS = ("mnist", "people")
LAYERS = ("all", "dense", "last")


def opt(default: Any, help: str) -> Any:  # noqa: ANN401 (a dataclass field of any type)
    """A field with its default and the sentence that the command line shows for it."""
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True)
class TrainConfig:
    """Train a digit classifier on MNIST."""

    net: str = opt("ConvNet", f"which net: {', '.join(NETS)}, or several joined by +")
    epochs: int = opt(32, "passes over the training pictures")
    batch: int = opt(128, "pictures a step")
    optimizer: str = opt("adamw", f"one of {', '.join(OPTIMIZERS)}")
    peak_lr: float = opt(0.002, "largest learning rate")
    schedule: str = opt("cosine", "learning rate: cosine to 0, or exponential by --lr-decay an epoch")
    lr_decay: float = opt(0.89, "factor an epoch of the exponential schedule, 0 to 1")
    warmup_epochs: float = opt(1.0, "epochs of linear rise to the peak learning rate")
    weight_decay: float = opt(0.01, "decoupled weight decay (adamw, sgd)")
    label_smoothing: float = opt(0.0, "share of the target spread over all classes, 0 to below 1")
    dropout: float = opt(0.5, "multiplies the net's dropout rates; 0 turns them off")
    batch_norm: bool = opt(False, "normalise after every convolution while training; folded away at the end")
    ema: float = opt(0.999, "decay a step of the averaged weights that are kept; 0 keeps the last weights")
    ink: str = opt("mnist", "pictures: mnist (bent training digits) or people (photos, sketches and non-digits)")
    repeats: int = opt(
        1, "times an epoch that MNIST's digits are seen with --ink people: once as they are, else at other sizes"
    )
    copies: int = opt(2, "times that every digit is drawn anew, with --ink people")
    strangers: float = opt(0.75, "non-digits a digit, with --ink people")
    shift_px: float = opt(1.5, "largest shift, in pixels")
    angle_deg: float = opt(10.0, "largest rotation, in degrees")
    scale: float = opt(0.1, "largest relative change of size, each axis")
    shear: float = opt(0.1, "largest shear, in pixels a pixel")
    elastic_px: float = opt(0.8, "deviation of the elastic displacement, in pixels")
    thickness: float = opt(0.25, "largest thickening or thinning of strokes, in pixels, 0 to 1")
    erase: float = opt(0.0, "chance that a small rectangle is erased")
    spoil: float = opt(0.0, "share of the pictures that are spoiled by noise, faint ink, lines, gaps, blur or holes")
    warped_extras: int = opt(0, "pictures added once through RandomPerspective (the reference adds 30000)")
    from_: str = opt("", "weights to start from, instead of fresh ones")
    layers: str = opt("all", "weights that move: all, dense (those behind the convolutions) or last (that answers)")
    lessons: str = opt("", "folder of `digits teach`: learn what teachers say to bent pictures, instead of the labels")
    nudge_px: float = opt(0.0, "largest shift of a lesson's picture after its teachers saw it; a tenth of it scales")
    temperature: float = opt(2.0, "softens teachers and pupil alike, with --lessons")
    extra: str = opt("", "people's labelled pictures to learn too: folder per digit, .zip, .jsonl.gz, MNIST-like .npz")
    extra_share: float = opt(0.2, "share of the training pictures that --extra is repeated to")
    extra_val: float = opt(0.25, "share of --extra that is held out for the report")
    val_count: int = opt(5000, "training pictures held out for validation: the last ones in the file")
    limit: int = opt(0, "train on this many of MNIST's pictures only; 0 takes all")
    seed: int = opt(0, "seed of weights, order, augmentation and dropout")
    device: str = opt("auto", "cpu, cuda or auto")
    precision: str = opt("auto", "float32, bfloat16, or auto (bfloat16 where the hardware multiplies it natively)")
    threads: int = opt(0, "processor threads; 0 leaves torch's own choice")
    out: str = opt("", "folder of the run; empty: runs/PRESET-seedSEED")

    def __post_init__(self) -> None:
        if not is_known(self.net):
            one_of("net", self.net, tuple(NETS))
        one_of("optimizer", self.optimizer, OPTIMIZERS)
        one_of("schedule", self.schedule, SCHEDULES)
        one_of("precision", self.precision, PRECISIONS)
        one_of("ink", self.ink, INKS)
        one_of("layers", self.layers, LAYERS)
        for name in ("epochs", "batch"):
            bounded(name, getattr(self, name), 1, 10**6)
        for name in ("warmup_epochs", "weight_decay", "shift_px", "angle_deg", "elastic_px", "nudge_px"):
            bounded(name, getattr(self, name), 0, 2**31)
        for name in ("threads", "seed"):
            bounded(name, getattr(self, name), 0, 2**31)
        for name in ("thickness", "erase", "spoil", "lr_decay", "scale", "shear"):
            bounded(name, getattr(self, name), 0, 1)
        for name in ("extra_share", "extra_val"):
            bounded(name, getattr(self, name), 0.01, 0.9)
        if self.from_ and self.batch_norm:
            raise ValueError("--from cannot go with --batch-norm: the weights hold no statistics; use --no-batch-norm")
        for name in ("label_smoothing", "ema"):
            bounded(name, getattr(self, name), 0, 0.999999)
        bounded("peak_lr", self.peak_lr, 1e-8, 100)
        bounded("temperature", self.temperature, 0.1, 100)
        if self.lessons and (self.extra or self.warped_extras):
            raise ValueError("--lessons cannot go with --extra or --warped-extras: no teacher has spoken about those")
        bounded("repeats", self.repeats, 1, 20)
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
    return "--" + name.removesuffix("_").replace("_", "-")  # `from_`: Python keeps the bare word to itself
