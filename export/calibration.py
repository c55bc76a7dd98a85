"""The training pictures that set the ranges of 8-bit integers, and the validation pictures that settings are chosen on.

None is of a test set. A recogniser sees them as people make them: MNIST's own, sketched and photographed anew, and
drawn with a pen, at every side that it was trained on.
"""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Generator, Tensor

from core.train.data import hold_out, load
from core.train.synthetic.penstrokes import pen_digits
from core.train.synthetic.people import SIDES_PX
from core.train.synthetic.realink import photograph
from export.contracts import NET, Contract
from export.proving.sets import Labelled, model_input
from export.runtimes.run import Array

VALIDATION_PICTURES = 5000  # held out of training by default
PICTURES = 1000  # of MNIST's training split; a recogniser sees as many drawn anew and half as many from the pen
BATCH = 100


def calibration_batches(contract: Contract, seed: int = 0) -> list[Array]:
    """Batches in a model's own input form, 1000 pictures for a net, 2500 for others; equal seeds, equal ones."""
    (images, _), _ = hold_out(load("train"), VALIDATION_PICTURES)
    chosen = np.random.default_rng(seed).choice(len(images), PICTURES, replace=False)
    own = images[torch.from_numpy(np.sort(chosen))]
    return [model_input(contract, part.numpy()) for part in as_people_make_them(contract, own, seed)]


def as_people_make_them(contract: Contract, own: Tensor, seed: int) -> Iterator[Tensor]:
    """Batches (N, H, W) uint8 of pictures (M, 28, 28); but for a bare net also those drawn from them and from pens."""
    yield from own.split(BATCH)
    if contract != NET:
        generator = Generator().manual_seed(seed)
        pens, _ = pen_digits(len(own) // 2, generator)
        for index, part in enumerate((*own.split(BATCH), *pens.split(BATCH))):
            yield photograph(part, generator, SIDES_PX[index % len(SIDES_PX)])


def validation_set(contract: Contract, seed: int = 1) -> Labelled:
    """MNIST's 5000 validation pictures; but for a bare net each also drawn anew."""
    _, (images, labels) = hold_out(load("train"), VALIDATION_PICTURES)
    batches, truth = list(images.split(BATCH)), [labels]
    if contract != NET:
        generator = Generator().manual_seed(seed)
        batches += [photograph(p, generator, SIDES_PX[i % len(SIDES_PX)]) for i, p in enumerate(images.split(BATCH))]
        truth.append(labels)
    return Labelled([batch.numpy() for batch in batches], torch.cat(truth).numpy())
