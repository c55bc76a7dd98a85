"""The page of remaining errors names every misread picture once, with the ensemble's view."""

import json

import pytest
import torch

from core.files import MODELS
from core.train import data
from core.train.__main__ import main as train
from core.train.measure import ensemble as ensembles
from core.train.measure.ensemble import main as ensemble
from export.pages.remaining import page
from studies.remaining import group_of, main, misread


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "small"
    flags = ["--net", "EdgeNet", "--limit", "2000", "--epochs", "3", "--batch", "32", "--peak-lr", "0.005", "--threads"]
    assert train([*flags, "1", "--out", str(out)]) == 0
    return out


@pytest.mark.parametrize(
    ("probability", "group"),
    [(0.0, "label is doubtful"), (0.0999, "label is doubtful"), (0.1, "ambiguous"), (0.9, "our fault")],
)
def test_the_group_follows_the_probability_of_the_label(probability, group):
    assert group_of(probability) == group


def test_every_misread_picture_is_listed_once(run, monkeypatch):
    monkeypatch.setattr(ensembles, "pick_dtype", lambda *_: torch.float32)  # also where the processor has bfloat16
    images, labels = data.load("test")
    rows = misread(run / "weights.safetensors", [run], (images[:300], labels[:300]))
    assert rows
    assert len({row["picture"] for row in rows}) == len(rows)
    assert all(row["answer"] != row["label"] == int(labels[row["picture"]]) for row in rows)
    # the ensemble is the model itself here, so it never sides with the label
    assert all(row["ensemble_on_label"] < 0.5 + 1e-4 for row in rows)
    text = page({"model": "small", "n": 300, "nets": 1, "rows": rows})
    assert all(f"| {row['picture']} | {row['label']} | {row['answer']} |" in text for row in rows)


def test_the_command_writes_page_record_and_pictures(run, tmp_path):
    assert main([str(MODELS / "convnet.safetensors"), str(run), "--out", str(tmp_path)]) == 0
    record = json.loads((tmp_path / "records" / "remaining_errors.json").read_text())
    groups = {row["group"] for row in record["rows"]}
    assert all((tmp_path / f"remaining-{group.replace(' ', '-')}.png").is_file() for group in groups)
    assert f"{len(record['rows'])} of the 10,000" in (tmp_path / "remaining-errors.md").read_text()


def test_an_ensemble_of_one_is_that_one(run, tmp_path):
    out = tmp_path / "ensemble.json"
    assert ensemble([str(run), "--out", str(out)]) == 0
    record = json.loads(out.read_text())
    assert record["together"]["test"] == record["each"]["small"]["test"]
    assert record["together"]["test"]["n"] == 10_000


def test_an_unfinished_run_is_named(tmp_path, capsys):
    assert ensemble([str(tmp_path)]) == 1
    assert "weights.safetensors: no such file" in capsys.readouterr().err
