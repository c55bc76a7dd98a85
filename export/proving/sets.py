"""Labelled pictures to count errors on: MNIST's test set, and the other people's digits that the project ships."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.net.reader import MARK, NOTHING
from core.sets import read
from core.train.data import load
from export.contracts import NET, READER, RECOGNIZER, Contract
from export.proving.numbers import write_numbers
from export.proving.pictures import BATCHES, Case, Grey, as_net_input
from export.runtimes.run import Array, Run

Labels = NDArray[np.int64] | NDArray[np.str_]
MNIST_TEST, NUMBERS = "MNIST test", "numbers"
READ = 2000  # numbers that a reader is asked for
BATCH = 256
KINDS = ("*.zip", "*.npz", "*.jsonl.gz")


@dataclass(frozen=True)
class Labelled:
    """Pictures as batches (N, H, W) uint8, each of one size, and the digit of every picture (M,), or what it says."""

    batches: list[Grey]
    truth: Labels


def mnist_test() -> Labelled:
    """MNIST's 10,000 test pictures."""
    images, labels = load("test")
    return Labelled([part.numpy() for part in images.split(BATCH)], labels.numpy())


def other_digits(data: Path) -> dict[str, Labelled]:
    """Every other set below the data folder, by its folder's name; what is no single digit is left aside."""
    sets = {}
    for folder in sorted(path for path in data.iterdir() if path.is_dir() and path.name != "MNIST"):
        sources = [folder] if (folder / "labels.csv").is_file() else []
        sources += sorted(path for kind in KINDS for path in folder.glob(kind))
        found = [picture for source in sources for picture in read(source).pictures if picture.label.isdigit()]
        if found:
            truth = np.array([int(picture.label) for picture in found])
            sets[folder.name] = Labelled([*batched([picture.image for picture in found])], truth)
    return sets


def batched(images: list[Grey]) -> Iterator[Grey]:
    """Pictures (H, W) in their own order as batches (N, H, W); a new one begins where the size changes."""
    for _, alike in groupby(images, key=lambda image: image.shape):
        whole = np.stack([*alike])
        yield from (whole[start : start + BATCH] for start in range(0, len(whole), BATCH))


def sets_for(contract: Contract, data: Path) -> dict[str, Labelled]:
    """The sets that a model can read: a bare net takes MNIST's pictures only, others any, and a reader numbers too."""
    sets = {MNIST_TEST: mnist_test()} | (other_digits(data) if contract != NET else {})
    if contract != READER:
        return sets
    texts = {name: Labelled(one.batches, one.truth.astype(np.str_)) for name, one in sets.items()}
    return texts | {NUMBERS: numbers_of(sets[MNIST_TEST])}


def numbers_of(digits: Labelled) -> Labelled:
    """Numbers of single digits (N, 28, 28), and what they say."""
    pictures, chosen = write_numbers(np.concatenate(digits.batches), READ, seed=0)
    said = ["".join(map(str, digits.truth[places])) for places in chosen]
    return Labelled([*batched([*pictures])], np.array(said))


def other_cases(contract: Contract, data: Path) -> tuple[Case, ...]:
    """The other sets as pictures of the ladder, one case for each size of picture in each set."""
    found = []
    for name, labelled in (other_digits(data) if contract == RECOGNIZER else {}).items():
        for height, width in dict.fromkeys(batch.shape[1:] for batch in labelled.batches):
            same = [batch for batch in labelled.batches if batch.shape[1:] == (height, width)]
            found.append(Case(f"digits of {name} {height}x{width}", np.concatenate(same), BATCHES))
    return tuple(found)


def model_input(contract: Contract, grey: Grey) -> Array:
    """Pictures (N, H, W) uint8, ink 255, in the form that a model takes."""
    return as_net_input(grey) if contract == NET else grey


def answers(run: Run, contract: Contract, labelled: Labelled) -> Labels:
    """The digit (M,) that a model reads on every picture; of a reader the text, with ? for ink that is no digit."""
    parts = [run(model_input(contract, batch)) for batch in labelled.batches]
    if contract == READER:
        return np.array([text_of(row) for part in parts for row in part["digits"]])
    return np.concatenate([part[contract.scores].argmax(1) for part in parts])


def text_of(digits: NDArray[np.int64]) -> str:
    """What a reader's row `digits` (32,) says."""
    return "".join("?" if digit == MARK else str(digit) for digit in digits if digit != NOTHING)
