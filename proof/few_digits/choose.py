"""`python -m proof.few_digits.choose`: ways to learn from few digits, side by side; preset `finetune` is one."""

from pathlib import Path
from statistics import mean
from typing import NamedTuple

from tqdm import tqdm

from core.files import write_json
from core.refusals import in_a_sentence
from proof.few_digits.finetuning import Row, asked, begun, measured, settings
from proof.few_digits.writers import Writer, writers

RECORD = Path(__file__).with_name("choice.json")
# Of its validation pictures, one of 5,000. With 0.05 points, two, dense layers at three times the rate were taken, and
# another hundred digits of a writer, as they were written, cost nine.
MNIST_MAY_LOSE = 0.0002
# Writer, digits given. Only by these anything is chosen; all other writers are for run.py's report.
CASES = (
    ("writer 7", 30),
    ("writer 15", 100),
    ("writer 37", 30),
    ("writer 37", 100),
    ("writer 38", 30),
)


class Way(NamedTuple):
    """Settings of a fine-tuning, as `digits train` has them."""

    epochs: int
    limit: int
    extra_share: float
    peak_lr: float
    ema: float
    layers: str = "all"


WAYS = {
    "gentle": Way(1, 1000, 0.5, 0.0003, 0.98),
    "gentle, twice as long": Way(2, 1000, 0.5, 0.0003, 0.98),
    "a fifth of the writer's own": Way(2, 1000, 0.2, 0.0003, 0.98),
    "three times the rate": Way(2, 1000, 0.5, 0.001, 0.98),
    "three times the rate, dense layers alone": Way(2, 1000, 0.5, 0.001, 0.98, "dense"),
    "three times the rate, last layer alone": Way(2, 1000, 0.5, 0.001, 0.98, "last"),
}


@in_a_sentence()
def main() -> int:
    """Try every way on every case, write what came of it, and say which is chosen."""
    chosen, record = asked("proof.few_digits.choose", __doc__, RECORD)
    by_name = {writer.name: writer for writer in writers(chosen.pens)}
    record["ways"] = begun(chosen.out, record, "inputs", "versions").get("ways", {})
    for name, way in tqdm(WAYS.items(), "ways", disable=None):
        if record["ways"].get(name, {}).get("settings") != way._asdict():
            record["ways"][name] = tried(way, by_name)
            write_json(chosen.out, record)
    record["chosen"] = choice(record["ways"])
    write_json(chosen.out, record)
    print(f"chosen: {record['chosen']}\n{chosen.out} written")
    return 0


def tried(way: Way, by_name: dict[str, Writer]) -> Row:
    """A way's settings, its rows, and their sums."""
    config = settings(**way._asdict())
    rows = [measured(by_name[name], count, 0, config) for name, count in CASES]
    row = {"settings": way._asdict(), "loss": mean_loss(rows), "rows": rows}
    print(f"{way}: loss {row['loss']}, {[(one['others']['after'], one['mnist']['after']) for one in rows]}", flush=True)
    return row


def mean_loss(rows: list[Row]) -> float:
    """The log loss on digits that were not given, the mean over the cases."""
    return round(mean(row["others"]["loss_after"] for row in rows), 5)


def choice(ways: dict[str, Row]) -> str:
    """The way with the least log loss among those that cost MNIST at most MNIST_MAY_LOSE in every case; "" for none."""
    kept = {name: way for name, way in ways.items() if max(map(cost, way["rows"])) <= MNIST_MAY_LOSE}
    return min(kept, key=lambda name: float(kept[name]["loss"]), default="")


def cost(row: Row) -> float:
    """What MNIST lost, as a share of its validation pictures."""
    mnist = row["mnist"]
    return float((mnist["after"] - mnist["before"]) / mnist["n"])


def is_preset(way: Row) -> bool:
    """Whether `digits train --extra` has these settings."""
    return settings(**way["settings"]) == settings()


if __name__ == "__main__":
    raise SystemExit(main())
