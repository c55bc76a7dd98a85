"""`python -m tests.demo.measure_strings`: numbers written with MNIST's test digits, read; docs/records/strings.json."""

import argparse
import hashlib
import os
import platform
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from core.checkpoint import write_json
from core.record import processor
from demo.mnist import load
from demo.number import UNREAD, Number, read_number
from demo.recognizer import Grey, Recognizer
from demo.settings import MODELS
from tests.demo.browsing import ROOT
from tests.demo.strings import write_number, write_touching

RECORD = ROOT / "docs" / "records" / "strings.json"
MODEL = MODELS / "recognizer.onnx"
STRINGS, PAIRS, SEED = 1000, 500, 2
LENGTHS = (2, 8)

Read = Callable[[Recognizer, Grey], Number]


def main() -> None:
    """Read as many strings and touching pairs as asked for, and write what came of them."""
    parser = argparse.ArgumentParser(prog="tests.demo.measure_strings", description=__doc__, allow_abbrev=False)
    parser.add_argument("--strings", type=int, default=STRINGS, help="numbers of 2 to 8 digits")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="pairs of digits that touch")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--record", type=Path, default=RECORD)
    options = parser.parse_args()
    recognizer = Recognizer(MODEL)
    record = {
        "format": 1,
        "command": f"python -m tests.demo.measure_strings --strings {options.strings} --pairs {options.pairs} "
        f"--seed {options.seed}",
        "model": MODEL.name,
        "seed": options.seed,
        "strings": strings(recognizer, options.strings, options.seed),
        "touching": touching(recognizer, options.pairs, options.seed),
        "model_sha256": hashlib.sha256(MODEL.read_bytes()).hexdigest(),
        "machine": {"processor": processor(), "cores": os.cpu_count(), "system": platform.system()},
    }
    print(record["strings"], record["touching"])
    write_json(options.record, record)


def strings(recognizer: Recognizer, count: int, seed: int, read: Read = read_number) -> dict[str, Any]:
    """How many numbers were read exactly, refused at least in part, or misread; exact ones by length too."""
    test, generator = load("test"), np.random.default_rng(seed)
    lengths: dict[int, Counter[str]] = defaultdict(Counter)
    for _ in range(count):
        length = int(generator.integers(LENGTHS[0], LENGTHS[1] + 1))
        picture, truth = write_number(test.images, test.labels, length, generator)
        lengths[length][_outcome(read(recognizer, picture).digits, truth)] += 1
    by_length = {
        str(length): {"n": found.total(), "exact": found["exact"]} for length, found in sorted(lengths.items())
    }
    return _counts(sum(lengths.values(), Counter())) | {"by_length": by_length}


def touching(recognizer: Recognizer, count: int, seed: int) -> dict[str, int]:
    """How many pairs of digits that touch were read exactly, refused, or misread without a word."""
    test, generator = load("test"), np.random.default_rng(seed)
    pairs = [write_touching(test.images, test.labels, generator) for _ in range(count)]
    return _counts(Counter(_outcome(read_number(recognizer, picture).digits, truth) for picture, truth in pairs))


def _outcome(digits: str, truth: str) -> str:
    if digits == truth:
        return "exact"
    return "refused" if UNREAD in digits or not digits else "misread"


def _counts(found: Counter[str]) -> dict[str, int]:
    return {"n": found.total()} | {kind: found[kind] for kind in ("exact", "refused", "misread")}


if __name__ == "__main__":
    main()
