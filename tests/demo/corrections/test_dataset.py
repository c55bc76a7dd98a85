"""Corrections reach the folder that is pushed to Hugging Face, and nothing of the visitor does."""

import json
import threading

import numpy as np
import pytest

from demo.answers.message import data_url
from demo.corrections import correct, dataset
from demo.corrections.store import Correction, opened

ALICE, BOB = "a" * 32, "b" * 32


class Scheduler:
    """Stands in for huggingface_hub's, without a network."""

    def __init__(self, **options):
        self.repo_id, self.folder_path, self.options = options["repo_id"], options["folder_path"], options
        self.lock = threading.Lock()


@pytest.fixture
def store(monkeypatch, tmp_path):
    monkeypatch.setenv("DIGITS_CORRECTIONS", str(tmp_path / "corrections.sqlite"))
    monkeypatch.setenv("DIGITS_DATASET", "me/digits")
    monkeypatch.setenv("HF_TOKEN", "secret")
    monkeypatch.setattr(dataset, "CommitScheduler", Scheduler)
    return opened()


def pushed(store):
    """The rows of all that would be pushed, each with its picture's bytes."""
    folder = store.path.with_name("corrections-dataset")
    return [
        json.loads(line) | {"picture": (path.parent / json.loads(line)["file_name"]).read_bytes()}
        for path in folder.rglob("metadata.jsonl")
        for line in path.read_text().splitlines()
    ]


def test_a_correction_is_kept_here_and_pushed_without_its_visitor(store):
    store.add(ALICE, Correction(7, None, np.zeros((28, 28), np.uint8), b"png"))
    assert len(store.of(ALICE)) == 1
    (row,) = pushed(store)
    assert row.pop("file_name").endswith(".png")
    assert row == {"label": 7, "answer": None, "picture": b"png"}


def test_what_is_corrected_anew_or_taken_back_is_not_pushed(store):
    seen = np.zeros((28, 28), np.uint8)
    for digit in (1, 7):
        kept = store.replace(ALICE, Correction(digit, None, seen, b"png"))
    store.replace(BOB, Correction(7, None, seen, b"png"))  # an example that both drew
    assert [row["label"] for row in pushed(store)] == [7, 7]
    store.forget(ALICE, [kept.id])
    assert [row["label"] for row in pushed(store)] == [7]
    store.forget(BOB, None)
    assert pushed(store) == []
    assert not list(store.path.with_name("corrections-dataset").rglob("*.png"))


def test_the_scheduler_gets_name_token_and_a_private_data_set(store):
    options = store.dataset._scheduler.options
    assert (options["repo_id"], options["token"], options["repo_type"]) == ("me/digits", "secret", "dataset")
    assert options["private"] is True


def test_the_visitor_is_told(store, recognizer):
    bar = np.full((280, 280), 255, np.uint8)
    bar[40:240, 130:150] = 0
    told = correct.keep(store, recognizer, {"picture": data_url(bar), "digit": 7, "visitor": ALICE})
    assert "data set me/digits" in told["sentence"]


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("missing", ["DIGITS_DATASET", "HF_TOKEN"])
def test_without_name_or_token_nothing_is_pushed(monkeypatch, missing):
    monkeypatch.delenv(missing)
    assert opened().dataset is None


@pytest.mark.usefixtures("store")
def test_a_refusing_hub_leaves_the_corrections_here(monkeypatch, capsys):
    def refuse(**_options):
        raise OSError("401 Unauthorized")

    monkeypatch.setattr(dataset, "CommitScheduler", refuse)
    kept = opened()
    assert kept.add(ALICE, Correction(7, 1, np.zeros((28, 28), np.uint8), b"png")) == 1
    assert "me/digits: corrections cannot be pushed there" in capsys.readouterr().err


def test_a_full_disk_loses_no_correction(store, capsys):
    store.path.with_name("corrections-dataset").write_text("in the way")
    assert store.add(ALICE, Correction(7, 1, np.zeros((28, 28), np.uint8), b"png")) == 1
    assert "will not be pushed" in capsys.readouterr().err
