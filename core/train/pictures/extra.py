"""People's own labelled pictures, seen through the preprocessing: some to learn from, some held out."""

import hashlib
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor

from core import sets
from core.net.preprocess import Preprocess
from core.sets import Picture, PicturesError, PictureSet
from core.train.config import TrainConfig
from core.train.data import Pictures
from core.train.measure.picture_report import is_digit_label
from core.train.synthetic.people import NO_DIGIT

FEWEST = 2  # one to learn from, one to hold out


@dataclass(frozen=True)
class Extra:
    """Pictures (N, 28, 28) uint8 with labels (N,) int64; names of those held out; a sentence for each unused one."""

    train: Pictures
    held_out: Pictures
    held_out_names: list[str]
    not_used: list[str]

    @property
    def record(self) -> dict[str, Any]:
        """What tells whether a resumed run still has the same pictures."""
        digest = hashlib.sha256()
        for part in (*self.train, *self.held_out):
            digest.update(part.numpy().tobytes())
        return {"learned": len(self.train[1]), "held_out": len(self.held_out[1]), "sha256": digest.hexdigest()}


def extra_pictures(config: TrainConfig) -> Extra:
    """Read, preprocess and divide the pictures of --extra.

    Pictures that the net would see alike are used once, so that none is both learned and held out. Of each digit the
    same share is held out, the same pictures for the same seed.
    errors: PicturesError when the set cannot be read or holds fewer than two usable pictures.
    """
    found = read_set(Path(config.extra))
    usable, labels, not_used = with_labels(found, strangers=config.ink == "people")
    images = see(usable)
    kept = first_of_alike(images)
    not_used += [f"{usable[i].name}: looks like one before it" for i in sorted(set(range(len(usable))) - set(kept))]
    if len(kept) < FEWEST:
        reasons = "; ".join(not_used[:3]) or "it is empty"
        raise PicturesError(f"{config.extra}: needs {FEWEST} usable pictures or more, found {len(kept)} ({reasons})")
    images, labels = images[kept], labels[kept]
    out = held_out_mask(labels, config.extra_val, config.seed)
    names = [usable[i].name for i, is_out in zip(kept, out.tolist(), strict=True) if is_out]
    return Extra((images[~out], labels[~out]), (images[out], labels[out]), names, not_used)


def read_set(path: Path) -> PictureSet:
    """Every picture of a set, or PicturesError."""
    try:
        return sets.read(path)
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise PicturesError(f"{path}: cannot be read ({error})") from error


def with_labels(found: PictureSet, strangers: bool) -> tuple[list[Picture], Tensor, list[str]]:
    """The pictures that can be learned from, their labels (N,) int64, and a sentence for each other one.

    strangers: whether pictures of no digit are learned too, with the label NO_DIGIT.
    """
    usable: list[Picture] = []
    not_used = list(found.unreadable)
    for picture in found.pictures:
        if is_digit_label(picture.label) or (strangers and picture.label.startswith("OTHER")):
            usable.append(picture)
        else:
            not_used.append(f"{picture.name}: label {picture.label!r}; this net learns 0 to 9")
    labels = [int(picture.label) if is_digit_label(picture.label) else NO_DIGIT for picture in usable]
    return usable, torch.tensor(labels, dtype=torch.int64), not_used


@torch.no_grad()
def see(usable: list[Picture]) -> Tensor:
    """What the net sees of pictures, each of its own size: (N, 28, 28) uint8, ink 255."""
    preprocess, images = Preprocess().eval(), torch.zeros(len(usable), 28, 28, dtype=torch.uint8)
    for image, picture in zip(images, usable, strict=True):
        seen, _ = preprocess(torch.from_numpy(np.array(picture.image))[None])
        image.copy_((seen[0] * 255).round())
    return images


def first_of_alike(images: Tensor) -> list[int]:
    """Indexes of images (N, 28, 28) uint8 that are equal to none before them."""
    first: dict[bytes, int] = {}
    for index, image in enumerate(images):
        first.setdefault(image.numpy().tobytes(), index)
    return sorted(first.values())


def held_out_mask(labels: Tensor, share: float, seed: int) -> Tensor:
    """(N,) bool: `share` of each label, drawn from the seed; at least one picture of all, and never all of them."""
    generator, out = Generator().manual_seed(seed), torch.zeros(len(labels), dtype=torch.bool)
    for label in labels.unique():
        of_label = (labels == label).nonzero()[:, 0]
        order = of_label[torch.randperm(len(of_label), generator=generator)]
        out[order[: round(share * len(order))]] = True
    if not out.any() or out.all():
        out[0] = not out[0]
    return out
