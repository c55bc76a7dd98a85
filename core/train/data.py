"""MNIST as tensors, and the fixed split into training and validation pictures."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torchvision.datasets import MNIST

from core import mnist
from core.mnist import DataError, Split

Pictures = tuple[Tensor, Tensor]  # images (N, 28, 28) uint8, ink 255; labels (N,) int64 in 0..9


def load(split: Split, folder: Path = mnist.FOLDER) -> Pictures:
    """All pictures of MNIST's training (60,000) or test (10,000) file, in file order; missing files are fetched.

    returns: images (N, 28, 28) uint8 in [0, 255], ink 255; labels (N,) int64 in 0..9.
    errors:  DataError when a file is damaged, or missing and not to be fetched.
    """
    if not all(path.is_file() for path in mnist.files(split, folder=folder)):
        _fetch(folder)
    images, labels = mnist.read(split, folder)
    return torch.from_numpy(images.copy()), torch.from_numpy(labels.astype(np.int64))


def hold_out(pictures: Pictures, count: int) -> tuple[Pictures, Pictures]:
    """Split into (training, validation): the last `count` pictures in file order are held out, always the same ones.

    MNIST's file keeps a writer's digits near each other, so an unshuffled cut shares few writers with training.
    """
    images, labels = pictures
    if not 0 < count < len(images):
        raise ValueError(f"cannot hold out {count} of {len(images)} pictures; choose 1 to {len(images) - 1}")
    return (images[:-count], labels[:-count]), (images[-count:], labels[-count:])


def _fetch(folder: Path) -> None:
    try:
        MNIST(str(folder.parents[1]), download=True)  # into MNIST/raw below that
    except (RuntimeError, OSError) as error:
        names = ", ".join(path.name for path in mnist.files("train", "test"))
        raise DataError(
            f"{folder}: MNIST's files are missing and could not be fetched ({error}); put {names} there"
        ) from error
