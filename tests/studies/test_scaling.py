"""The scaling record holds the best of the rounds, and gains against the first number of processes."""

import pytest

from studies import scaling


def test_the_best_round_counts_and_gains_are_within_a_batch(monkeypatch):
    seconds = iter([10.0, 6.0, 8.0, 5.0, 9.0, 6.5, 8.5, 4.0])
    monkeypatch.setattr(scaling, "epoch_seconds", lambda *_: next(seconds))
    rows = scaling.measure([1, 2], [128, 512], pictures=100, rounds=2)["rows"]
    assert [(row["batch"], row["processes"], row["epoch_s"], row["gain"]) for row in rows] == [
        (128, 1, 9.0, 1.0),
        (128, 2, 6.0, 1.5),
        (512, 1, 8.0, 1.0),
        (512, 2, 4.0, 2.0),
    ]


@pytest.mark.slow
def test_two_processes_are_really_run():
    assert scaling.epoch_seconds(2, pictures=256, batch=64) > 0


def test_a_failed_training_is_a_sentence(monkeypatch, capsys, tmp_path):
    def fails(*_):
        raise scaling.subprocess.CalledProcessError(1, "torchrun", stderr=b"no such thing")

    monkeypatch.setattr(scaling, "epoch_seconds", fails)
    assert scaling.main(["--out", str(tmp_path / "scaling.json")]) == 1
    assert "no such thing" in capsys.readouterr().err
    assert not (tmp_path / "scaling.json").exists()
