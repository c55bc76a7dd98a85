"""Where a run's settings come from: a preset, the run to go on with, or the weights to start from."""

import dataclasses
from pathlib import Path

import pytest

from core.net import checkpoint
from core.net.model import ConvNet
from core.train import resume
from core.train.command_line import SHIPPED, parse
from core.train.config import TrainConfig
from core.train.presets import PRESETS


@pytest.fixture
def saved(tmp_path):
    """A run's folder and weights, both trained with settings of their own."""
    config = dataclasses.replace(PRESETS["reference"], epochs=3, ink="people", out="elsewhere")
    record = {"config": dataclasses.asdict(config), "epochs": []}
    resume.save(tmp_path / resume.CHECKPOINT, {}, "ConvNet", record)
    checkpoint.save(tmp_path / "weights.safetensors", ConvNet().state_dict(), "ConvNet", record)
    return tmp_path, config


def test_a_run_that_is_named_goes_on_with_its_own_settings(saved):
    folder, config = saved
    assert parse(["--resume", str(folder)], PRESETS)[0] == dataclasses.replace(config, out=str(folder))


def test_fine_tuning_is_gentle_and_keeps_what_the_weights_held_out(saved):
    folder, config = saved
    chosen, _ = parse(["--from", str(folder / "weights.safetensors")], PRESETS)
    assert (chosen.epochs, chosen.peak_lr) == (PRESETS["finetune"].epochs, PRESETS["finetune"].peak_lr)
    assert (chosen.val_count, chosen.ink) == (config.val_count, "people")
    assert parse(["--from", str(folder / "weights.safetensors"), "--val-count", "7"], PRESETS)[0].val_count == 7


def test_a_run_that_is_not_there_gets_a_sentence(tmp_path):
    with pytest.raises(checkpoint.CheckpointError, match="no such file"):
        parse(["--resume", str(tmp_path)], PRESETS)


def test_normalising_cannot_start_from_weights_without_statistics():
    with pytest.raises(ValueError, match="--from cannot go with --batch-norm"):
        TrainConfig(from_="x", batch_norm=True)


def test_a_setting_that_an_older_checkpoint_does_not_know_had_its_default(tmp_path):
    older = dataclasses.asdict(PRESETS["default"])
    del older["extra"]
    resume.refuse_other_settings(tmp_path, older, PRESETS["default"])
    with pytest.raises(checkpoint.CheckpointError, match="was begun with --extra '', asked to go on with 'mine'"):
        resume.refuse_other_settings(tmp_path, older, dataclasses.replace(PRESETS["default"], extra="mine"))


def chosen(*words):
    return parse([*words], PRESETS)[0]


def test_pictures_of_ones_own_are_learned_on_top_of_the_shipped_recogniser():
    config = chosen("--extra", "mine.zip")
    assert config.from_ == str(Path("models", "recognizer.safetensors"))
    trained_with = checkpoint.load(SHIPPED)[2]["config"]
    assert (config.net, config.ink, config.epochs) == (trained_with["net"], "people", PRESETS["finetune"].epochs)
    assert config.out == str(Path("runs", "finetune-seed0"))


@pytest.mark.parametrize("words", [["--net", "EdgeNet"], ["--preset", "quick"], ["--from", ""], ["--ink", "people"]])
def test_who_states_another_beginning_gets_that(words):
    assert chosen("--extra", "mine.zip", *words).from_ == ""


def test_a_path_is_recorded_as_seen_from_here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert chosen("--extra", "mine.zip").from_ == str(SHIPPED)


def test_corrections_are_extra_pictures(monkeypatch, tmp_path, capsys):
    assert chosen("--corrections", "page.sqlite").extra == "page.sqlite"
    monkeypatch.setenv("DIGITS_CORRECTIONS", str(tmp_path / "kept.sqlite"))
    config = chosen("--corrections")
    assert (config.extra, Path(config.from_).name) == (str(tmp_path / "kept.sqlite"), SHIPPED.name)
    for words in (["--corrections", "page.sqlite", "--extra", "mine.zip"], ["--corrections"]):
        monkeypatch.setenv("DIGITS_CORRECTIONS", "off")
        with pytest.raises(SystemExit, match="2"):
            chosen(*words)
    assert "cannot go with --extra" in capsys.readouterr().err
