"""What a run learns from and what it is validated on."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Generator, Tensor

from core.train import data
from core.train.combine.lessons import first_lesson
from core.train.config import TrainConfig
from core.train.data import Pictures
from core.train.pictures.extra import Extra, extra_pictures
from core.train.pictures.warp import warped_copies
from core.train.synthetic.penstrokes import pen_digits
from core.train.synthetic.people import people_pictures, resized

MNISTS = "MNIST's validation pictures"
PEN_SHARE = 0.5  # pen digits a training digit, with --ink people: shapes that MNIST's writers did not write


@dataclass(frozen=True)
class TrainingSet:
    """Pictures (N, 28, 28) uint8 to learn from and to validate on; people's own ones where --extra names some."""

    train: Pictures
    val: Pictures
    extra: Extra | None = None


def training_set(config: TrainConfig) -> TrainingSet:
    """The run's pictures, drawn, warped and extra ones included."""
    extra = extra_pictures(config) if config.extra else None  # first: others take minutes, and these may be refused
    train, val = data.hold_out(data.load("train"), config.val_count)
    if config.ink == "people":
        val = people_pictures(val, copies=1, strangers=0, seed=config.seed * 1009 + 500)
    if config.lessons:
        lesson = first_lesson(Path(config.lessons), config)
        return TrainingSet((lesson.images, lesson.labels), val)
    if config.limit:
        train = train[0][: config.limit], train[1][: config.limit]
    if config.ink == "people":
        seed, cache = config.seed * 1009, Path(config.out) / "pictures.safetensors"
        pens = pen_digits(int(len(train[1]) * PEN_SHARE), Generator().manual_seed(seed))
        mnist = train
        train = people_pictures(joined(train, pens), config.copies, config.strangers, seed, cache)
        for copy in range(config.repeats - 1):
            train = joined(train, (resized(mnist[0], seed + 100 + copy), mnist[1]))
    elif config.warped_extras:
        train = joined(train, warped_copies(*train, config.warped_extras, config.seed))
    drawn = TrainingSet(train, val)
    return mixed(drawn, extra, config.extra_share) if extra else drawn


def mixed(drawn: TrainingSet, extra: Extra, share: float) -> TrainingSet:
    """People's own pictures among others, repeated to about `share` of all."""
    return TrainingSet(joined(drawn.train, repeated(extra.train, len(drawn.train[1]), share)), drawn.val, extra)


def validated_on(ink: str) -> str:
    """What a run's error after an epoch is counted on, in words: never people's own pictures."""
    return f"{MNISTS} and each drawn anew" if ink == "people" else MNISTS


def mnists_own(labels: Tensor, config: TrainConfig) -> Tensor:
    """Which of a run's training pictures, of these labels (N,), are MNIST's own digits: (N,) bool."""
    own = torch.ones(len(labels), dtype=torch.bool)
    if config.ink == "people":
        count = config.limit or 60_000 - config.val_count
        own[count : len(own) - (config.repeats - 1) * count] = False
    return own


def repeated(pictures: Pictures, others: int, share: float) -> Pictures:
    """The pictures as many times over as bring them to about `share` of all, beside `others` other ones."""
    images, labels = pictures
    times = max(1, round(share / (1 - share) * others / len(labels)))
    return images.repeat(times, 1, 1), labels.repeat(times)


def joined(first: Pictures, second: Pictures) -> Pictures:
    """Both sets, one behind the other."""
    return torch.cat([first[0], second[0]]), torch.cat([first[1], second[1]])
