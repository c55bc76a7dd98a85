"""Publishing: the best run by validation is shipped, all runs are recorded, unfinished and changed ones refused."""

import dataclasses
import json
import statistics

import pytest

from core.files import MODELS, sha256
from core.net import checkpoint
from core.train import publish
from core.train.__main__ import main as train
from core.train.presets import PRESETS

TINY = ["--limit", "256", "--val-count", "128", "--batch", "64", "--threads", "1", "--precision", "float32"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folders = [tmp_path_factory.mktemp("runs") / f"seed{seed}" for seed in range(2)]
    for seed, folder in enumerate(folders):
        assert train([*TINY, "--epochs", str(1 + 3 * seed), "--seed", str(seed), "--out", str(folder)]) == 0
    return folders


@pytest.fixture(scope="module")
def few_test_pictures():
    with pytest.MonkeyPatch.context() as patch:
        everything = publish.data.load
        patch.setattr(publish.data, "load", lambda split: tuple(part[:400] for part in everything("test"))
                      if split == "test" else everything(split))  # fmt: skip
        yield


@pytest.mark.usefixtures("few_test_pictures")
def test_best_run_by_validation_is_shipped_and_every_run_recorded(runs, tmp_path):
    publish.publish("convnet", runs, tmp_path)
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    shipped = metrics["models"]["convnet"]
    val = {name: publish.val_error(metrics["runs"][name]) for name in ("seed0", "seed1")}
    assert shipped["run"] == min(val, key=val.get)
    assert shipped["sha256"] == sha256(tmp_path / "convnet.safetensors")
    assert shipped["parameters"] == 856_586
    assert shipped["test"]["n"] == 400
    errors = [metrics["runs"][name]["test"]["wrong"] / 400 for name in ("seed0", "seed1")]
    group = metrics["groups"]["convnet"]
    assert group["test_error_mean"] == pytest.approx(statistics.mean(errors), abs=1e-6)
    assert group["test_error_sd"] == pytest.approx(statistics.stdev(errors), abs=1e-6)
    _, history = checkpoint.load_net(tmp_path / "convnet.safetensors")
    assert history["calibration"]["temperature"] > 0


@pytest.mark.usefixtures("few_test_pictures")
def test_recording_alone_ships_nothing_and_keeps_what_is_there(runs, tmp_path):
    publish.publish("convnet", runs[:1], tmp_path)
    before = (tmp_path / "convnet.safetensors").read_bytes()
    publish.publish("reference", runs[1:], tmp_path, only_record=True)
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert set(metrics["groups"]) == {"convnet", "reference"}
    assert set(metrics["models"]) == {"convnet"}
    assert metrics["groups"]["reference"]["test_error_sd"] is None
    assert (tmp_path / "convnet.safetensors").read_bytes() == before
    assert not (tmp_path / "reference.safetensors").exists()


def test_unfinished_run_is_refused(tmp_path, capsys):
    assert publish.main(["convnet", str(tmp_path), "--models", str(tmp_path)]) == 1
    assert "the run is not finished" in capsys.readouterr().err


def test_a_finder_is_shipped_and_a_net_is_none(runs, tmp_path, capsys):
    run, models = tmp_path / "run", tmp_path / "models"
    run.mkdir()
    models.mkdir()
    (run / "finder.safetensors").write_bytes((MODELS / "finder.safetensors").read_bytes())
    assert publish.main(["finder", str(run), "--models", str(models)]) == 0
    assert sha256(models / "finder.safetensors") == sha256(MODELS / "finder.safetensors")
    (run / "finder.safetensors").write_bytes((runs[0] / "weights.safetensors").read_bytes())
    assert publish.main(["finder", str(run), "--models", str(models)]) == 1
    assert sha256(models / "finder.safetensors") == sha256(MODELS / "finder.safetensors")
    assert "known: Finder" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        publish.main(["finder", str(run), str(run)])


def test_run_whose_weights_changed_is_refused(runs, tmp_path, capsys):
    folder = tmp_path / "changed"
    folder.mkdir()
    (folder / "metrics.json").write_bytes((runs[0] / "metrics.json").read_bytes())
    (folder / "weights.safetensors").write_bytes((runs[1] / "weights.safetensors").read_bytes())
    assert publish.main(["convnet", str(folder), "--models", str(tmp_path)]) == 1
    assert "SHA-256" in capsys.readouterr().err


def test_runs_with_a_presets_settings_are_named_by_it():
    config = {**dataclasses.asdict(PRESETS["reference"]), "seed": 3, "out": "runs/x"}
    assert publish.recipe({"config": config, "command": "long"}) == "python -m core.train --preset reference"
    assert publish.recipe({"config": config | {"epochs": 3}, "command": "long"}) == "long"
    assert publish.recipe({"config": config, "command": "mean of two", "parents": {}}) == "mean of two"


def test_earlier_runs_of_the_same_recipe_stay_in_the_group_and_others_leave_it():
    config = dataclasses.asdict(PRESETS["reference"])
    runs = {
        "a": {"config": config | {"seed": 0}, "command": "a"},
        "b": {"config": config | {"epochs": 3}, "command": "b"},
    }
    metrics = {"runs": runs, "groups": {"reference": {"runs": ["a", "b"]}}}
    new = {"c": {"config": config | {"seed": 1}, "command": "c"}}
    assert set(publish.same_recipe(metrics, "reference", new)) == {"a"}
    assert publish.same_recipe(metrics, "convnet", new) == {}
