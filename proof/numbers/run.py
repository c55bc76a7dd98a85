"""`python -m proof.numbers.run`: numbers of MNIST's test digits and of people's pens: read, refused or misread."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from numpy.random import Generator, default_rng
from tqdm import tqdm

from core import mnist, verbs
from core.files import MODELS, write_json
from core.session import open_session
from core.stamp import stamp
from core.train.data import load
from proof.numbers import pens
from proof.numbers.strings import Grey, write_number, write_touching

RECORD = Path(__file__).with_name("record.json")
PACKAGES = ("onnxruntime", "numpy", "pillow")
LENGTHS = (2, 8)
HALVES = {"development": 0, "verdict": 1}  # of the writers: every other one
UNREAD = "?"
ALONE = "each digit on a picture of its own"

Written = TypeVar("Written")  # a picture of a number, or one of each of its digits
Read = Callable[[Grey], str]
Counts = dict[str, int]


def main() -> None:
    """Read as many numbers of each kind as asked for, and write what came of them."""
    parser = verbs.parser("proof.numbers.run", __doc__)
    parser.add_argument("--n", type=int, default=1000, help="numbers of each kind (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--model", type=Path, default=MODELS / "reader.onnx", help="a reader")
    parser.add_argument("--pens", type=Path, help="a set of pen strokes with writers, .jsonl.gz")
    parser.add_argument("--half", choices=HALVES, default="verdict", help="of its writers (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=RECORD, help="where the record goes")
    chosen = parser.parse_args()
    read = reader(chosen.model)
    flags = f"--n {chosen.n} --seed {chosen.seed}" + (f" --pens FILE --half {chosen.half}" if chosen.pens else "")
    measured = [chosen.model, *mnist.files("test"), *([chosen.pens] if chosen.pens else [])]
    record = stamp(f"python -m proof.numbers.run {flags}", measured, PACKAGES)
    record |= {"model": chosen.model.name, "seed": chosen.seed}
    record |= {what.__name__: what(read, chosen.n, chosen.seed) for what in (strings, touching)}
    if chosen.pens:
        writers = pens.writers(chosen.pens)[HALVES[chosen.half] :: 2]
        record |= {"half": chosen.half, "writers": len(writers)}
        record["pens"] = {ALONE: alone(read, writers, chosen.n, chosen.seed)}
        record["pens"] |= {kind: written(read, writers, kind, chosen.n, chosen.seed) for kind in pens.KINDS}
    write_json(chosen.out, record)
    print(f"{chosen.out} written")


def reader(path: Path) -> Read:
    """What a reader's file says of a picture, lines parted by a space, UNREAD where ink is no digit."""
    session = open_session(path)

    def read(picture: Grey) -> str:
        digits, lines = session.run(["digits", "line"], {"image": picture[None]})
        said = [(str(digit) if digit < 10 else UNREAD, line) for digit, line in zip(digits[0], lines[0], strict=True)]
        rows = range(int(lines.max()) + 1)
        return " ".join("".join(text for text, line in said if line == row) for row in rows)

    return read


def strings(read: Read, count: int, seed: int) -> Counts:
    """Numbers of 2 to 8 of MNIST's test digits."""
    images, labels = (part.numpy() for part in load("test"))
    random = default_rng(seed)
    lengths = (int(random.integers(LENGTHS[0], LENGTHS[1] + 1)) for _ in range(count))
    return counted(read, (write_number(images, labels, length, random) for length in lengths), count, "strings")


def touching(read: Read, count: int, seed: int) -> Counts:
    """Pairs of MNIST's test digits that touch."""
    images, labels = (part.numpy() for part in load("test"))
    random = default_rng(seed)
    return counted(read, (write_touching(images, labels, random) for _ in range(count)), count, "touching pairs")


def written(read: Read, writers: list[list[pens.Digit]], kind: str, count: int, seed: int) -> Counts:
    """Numbers of pen strokes, each of one writer."""
    random = default_rng(seed)
    return counted(read, (pens.write_number(_any(writers, random), kind, random) for _ in range(count)), count, kind)


def alone(read: Read, writers: list[list[pens.Digit]], count: int, seed: int) -> Counts:
    """As many digits as the numbers have, each alone: no reader of numbers can do better than it reads these."""
    random = default_rng(seed)
    written = (pens.write_alone(_any(writers, random), random) for _ in range(count))
    return counted(lambda pictures: "".join(read(one) or UNREAD for one in pictures), written, count, ALONE)


def _any(writers: list[list[pens.Digit]], random: Generator) -> list[pens.Digit]:
    return writers[int(random.integers(len(writers)))]


def counted(read: Callable[[Written], str], numbers: Iterator[tuple[Written, str]], count: int, kind: str) -> Counts:
    """How many numbers were read exactly, refused at least in part, or misread without a word."""
    found = Counter(outcome(read(picture), truth) for picture, truth in tqdm(numbers, kind, count, disable=None))
    counts = {"n": found.total()} | {name: found[name] for name in ("exact", "refused", "misread")}
    print(f"{kind:14s} {counts}", flush=True)
    return counts


def outcome(said: str, truth: str) -> str:
    """`exact`, `refused` where nothing or not all is said to be read, else `misread`."""
    if said == truth:
        return "exact"
    return "refused" if UNREAD in said or not said else "misread"


if __name__ == "__main__":
    main()
