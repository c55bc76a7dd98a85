"""The configuration is the command line: every field a flag, every impossible value a sentence."""

import dataclasses

import pytest

from core.train.command_line import parse
from core.train.config import TrainConfig
from core.train.presets import PRESETS

REFUSED = {
    "--epochs 0": "--epochs must be from 1 to 1e+06; got 0",
    "--batch -4": "--batch must be from 1",
    "--peak-lr 0": "--peak-lr must be from 1e-08 to 100; got 0",
    "--peak-lr nan": "--peak-lr must be from 1e-08 to 100; got nan",
    "--ema 1": "--ema must be from 0 to 0.999999; got 1",
    "--thickness 2": "--thickness must be from 0 to 1; got 2",
    "--optimizer lion": "--optimizer must be one of adam, adamw, sgd; got 'lion'",
    "--net LeNet9": "--net must be one of",
    "--val-count 60000": "--val-count must be from 1 to 59999; got 60000",
    "--warped-extras 60000": "--warped-extras must be from 0 to 55000; got 60000",
    "--device tpu": "--device must be cpu, cuda or auto; got 'tpu'",
    "--epoch 3": "unrecognized arguments: --epoch 3",
    "--epochs many": "invalid int value: 'many'",
    "--preset best": "invalid choice: 'best'",
}


@pytest.mark.parametrize(("line", "sentence"), REFUSED.items(), ids=REFUSED.keys())
def test_impossible_settings_are_refused_with_name_value_and_what_is_allowed(line, sentence, capsys):
    with pytest.raises(SystemExit) as stopped:
        parse(line.split(), PRESETS)
    assert stopped.value.code == 2
    assert sentence in capsys.readouterr().err


def test_every_field_is_a_flag_that_overrides_the_preset():
    config, arguments = parse(
        ["--preset", "reference", "--epochs", "3", "--peak-lr", "0.01", "--batch-norm", "--resume"], PRESETS
    )
    expected = dataclasses.replace(PRESETS["reference"], epochs=3, peak_lr=0.01, batch_norm=True, out=config.out)
    assert config == expected
    assert arguments.resume is not None


def test_runs_of_different_presets_and_seeds_get_their_own_folders():
    lines = ("", "--seed 1", "--preset reference", "--preset reference --seed 1")
    assert len({parse(line.split(), PRESETS)[0].out for line in lines}) == 4


def test_every_field_says_what_it_means():
    assert all(len(field.metadata["help"]) > 5 for field in dataclasses.fields(TrainConfig))


def test_the_reference_preset_is_the_published_recipe():
    reference = PRESETS["reference"]
    published = {
        "optimizer": "adam",
        "peak_lr": 0.003,
        "schedule": "exponential",
        "lr_decay": 0.89,
        "batch": 128,
        "epochs": 40,
        "val_count": 10_000,
        "warped_extras": 30_000,
        "dropout": 1.0,
        "ema": 0,
    }
    assert {name: getattr(reference, name) for name in published} == published
    assert not any(getattr(reference, name) for name in ("shift_px", "angle_deg", "scale", "shear", "elastic_px"))
