"""The ablation changes one thing at a time, keeps what is trained, and its page says what its record says."""

import dataclasses
import json

import pytest

from core.net.checkpoint import CheckpointError
from core.train.presets import PRESETS
from export.pages.ablation import page
from studies import ablation
from studies.ablation import BASE, Variation, summary, variations
from studies.ablation_report import plot

ROWS = [
    {"name": BASE, "question": "-", "seeds": [0], "wrong": 30, "n": 5000, "interval": [0.0042, 0.0086]}
    | {"fixed": 0, "broken": 0, "mcnemar_p": 1.0, "verdict": "-"},
    {"name": "no", "question": "why", "seeds": [0], "wrong": 60, "n": 5000, "interval": [0.0093, 0.0154]}
    | {"fixed": 2, "broken": 32, "mcnemar_p": 1e-7, "verdict": "worse"},
]


def test_every_variation_is_possible_and_differs_from_the_default_recipe():
    first, *others = variations(8)
    assert first.settings == {}
    recipes = [
        dataclasses.replace(PRESETS["default"], epochs=8, **{"seed": 0, **v.settings})
        for v in others
        if "epochs" not in v.settings
    ]
    assert len(set(recipes)) == len(recipes)
    assert dataclasses.replace(PRESETS["default"], epochs=8) not in recipes


def test_the_page_holds_every_row():
    text = page({"epochs": 8, "rows": ROWS})
    assert "| why | no | 60 | 1.20% (0.93% to 1.54%) | 2 / 32 | 1e-07 | worse |" in text
    assert "seed 0;" in text
    assert plot(ROWS).startswith(b"\x89PNG")


def run_folder(path, answers):
    path.mkdir()
    rows = "\n".join(f"{i},{i % 10},{answer}" for i, answer in enumerate(answers))
    (path / "validation.csv").write_text(f"picture,label,answer\n{rows}\n")
    record = {"config": {"seed": 3}}
    (path / "metrics.json").write_text(json.dumps(record))
    return path


def test_a_row_counts_what_was_fixed_and_broken(tmp_path):
    right = [i % 10 for i in range(20)]
    base = run_folder(tmp_path / "base", [9, *right[1:]])
    other = run_folder(tmp_path / "other", [right[0], 8, 8, *right[3:]])
    row = summary(Variation("x", "why"), [other], [base])
    assert (row["wrong"], row["n"], row["fixed"], row["broken"]) == (2, 20, 1, 2)
    assert row["verdict"] == "no difference shown"


def test_a_finished_run_is_kept_and_one_of_other_settings_refused(tmp_path):
    tiny = Variation("tiny", "why", {"limit": 64, "batch": 32, "net": "EdgeNet"})
    out = ablation.train(tiny, 1, 0, tmp_path, threads=1)
    before = (out / "metrics.json").stat().st_mtime_ns
    assert ablation.train(tiny, 1, 0, tmp_path, threads=0) == out
    assert (out / "metrics.json").stat().st_mtime_ns == before
    with pytest.raises(CheckpointError, match="holds a run of other settings"):
        ablation.train(tiny, 2, 0, tmp_path, threads=1)


def test_a_variation_is_finished_when_every_seed_is(tmp_path):
    tiny = Variation("tiny one, too", "why")
    assert not ablation.all_finished(tiny, [0], tmp_path)
    run_folder(tmp_path / "tiny-one-too-seed0", [0])
    assert ablation.all_finished(tiny, [0], tmp_path)
    assert not ablation.all_finished(tiny, [0, 1], tmp_path)


def test_nothing_finished_gets_a_sentence(tmp_path, capsys):
    with pytest.raises(SystemExit):
        ablation.main(["--finished", "--folder", str(tmp_path)])
    assert "no finished run of the default recipe" in capsys.readouterr().err
