"""Few digits of one writer: what is given is never what is read, and what is tried moves only what it says."""

import gzip
import json
from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from core.sets import PicturesError
from core.train.presets import PRESETS
from proof.few_digits import choose, run
from proof.few_digits import writers as development
from proof.few_digits.finetuning import begun, compared, settings
from proof.few_digits.writers import FEWEST, FEWEST_LEFT, Writer, given, gives, writers

RECORDS = Path(choose.__file__).parent
SLANTED = [[[500 + 3 * number, 0], [500 - 3 * number, 1000]] for number in range(2)]


@pytest.fixture
def writer():
    """Pictures that can be told apart: each has its own level."""
    images = torch.arange(150, dtype=torch.uint8)[:, None, None].expand(150, 28, 28)
    return Writer("somebody", images, torch.arange(150) % 10)


def levels(images):
    return {int(image[0, 0]) for image in images}


@pytest.mark.parametrize("turn", [0, 1])
def test_what_is_given_is_learned_or_held_out_and_nothing_of_it_is_read(writer, turn):
    extra, (unseen, labels) = given(writer, 100, turn, held_out=0.25)
    learned, aside, left = levels(extra.train[0]), levels(extra.held_out[0]), levels(unseen)
    assert len(learned) + len(aside) == 100
    assert len(left) == len(labels) == 50
    assert learned.isdisjoint(aside)
    assert left.isdisjoint(learned | aside)


def test_every_turn_gives_other_digits(writer):
    first, second = (levels(given(writer, 50, turn, 0.25)[0].train[0]) for turn in range(2))
    assert first.isdisjoint(second)


def test_a_writer_gives_only_what_leaves_enough_to_read(writer):
    assert gives(writer, 150 - FEWEST_LEFT)
    assert not gives(writer, 150 - FEWEST_LEFT + 1)


def pens(path, *rows):
    lines = [json.dumps({"writer": name, "label": "1", "strokes": SLANTED[:1]}) for name, n in rows for _ in range(n)]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return path


def test_only_the_development_half_and_who_wrote_enough_take_part(tmp_path, monkeypatch):
    monkeypatch.setattr(development, "see", lambda drawn: torch.zeros(len(drawn), 28, 28, dtype=torch.uint8))
    rows = [("a", FEWEST), ("b verdict", FEWEST), ("c", FEWEST - 1), ("d verdict", FEWEST), ("ibm/e", FEWEST)]
    assert [one.name for one in writers(pens(tmp_path / "pens.jsonl.gz", *rows))] == ["writer 0"]


def test_a_set_without_such_writers_gets_a_sentence(tmp_path):
    with pytest.raises(PicturesError, match=f"no writer of {FEWEST} digits"):
        writers(pens(tmp_path / "pens.jsonl.gz", ("a", 20)))


def test_errors_before_and_after_are_counted():
    def answers(digit):
        def net(images):
            return torch.nn.functional.one_hot(torch.full((len(images),), digit), 10).float() * 9

        net.training, net.eval, net.train = False, lambda: None, lambda _: None
        return net

    images, labels = torch.zeros(5, 28, 28, dtype=torch.uint8), torch.tensor([1, 1, 2, 2, 2])
    row = compared(answers(1), answers(2), (images, labels), "people")
    assert (row["n"], row["before"], row["after"], row["fixed"], row["broken"]) == (5, 3, 2, 3, 2)
    assert row["loss_after"] < row["loss_before"]


def way(loss, *after):
    rows = [{"mnist": {"n": 5000, "before": 20, "after": misread}} for misread in after]
    return {"loss": loss, "rows": rows}


def test_the_least_log_loss_is_chosen_of_what_keeps_mnist():
    assert choose.choice({"greedy": way(0.1, 30, 26), "kept": way(0.2, 21, 20), "idle": way(0.3, 20, 20)}) == "kept"
    assert choose.choice({"greedy": way(0.1, 22, 20)}) == ""


def test_the_preset_is_the_way_that_was_chosen():
    record = json.loads((RECORDS / "choice.json").read_text())
    assert record["chosen"] == choose.choice(record["ways"])
    assert choose.is_preset(record["ways"][record["chosen"]])
    assert settings().peak_lr == PRESETS["finetune"].peak_lr
    assert "models/recognizer.safetensors" in record["inputs"]


def test_the_record_holds_every_writer_and_size_that_was_asked_for():
    record = json.loads((RECORDS / "record.json").read_text())
    asked = {(name, size) for name, n in record["writers"].items() for size in run.SIZES if n >= size + FEWEST_LEFT}
    assert {(row["writer"], row["given"]) for row in record["rows"]} == asked
    assert len(record["rows"]) == len(asked)
    assert record["settings"] == json.loads(json.dumps(asdict(PRESETS["finetune"])))


def test_what_is_measured_already_is_kept_and_what_is_not_is_asked_for(writer, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "measured", lambda one, size, *_: {"writer": one.name, "given": size})
    monkeypatch.setattr(run, "settings", lambda: None)
    unfinished = {"inputs": {"a": "b"}, "rows": [{"writer": "somebody", "given": 30}]}
    (tmp_path / "record.json").write_text(json.dumps(unfinished))
    done = begun(tmp_path / "record.json", {"inputs": {"a": "b"}}, "inputs")["rows"]
    assert [row["given"] for row in run.curves([writer], done)] == [100, 10]
    assert begun(tmp_path / "record.json", {"inputs": {"a": "changed"}}, "inputs") == {}
    assert begun(tmp_path / "none.json", unfinished, "inputs") == {}
