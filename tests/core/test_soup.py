"""The mean of weights is their mean, is written as a run, and is refused for runs of different kinds."""

from dataclasses import asdict, replace

import pytest
import torch

from core import checkpoint, soup
from core.model import build
from core.presets import PRESETS


@pytest.fixture
def run(tmp_path, monkeypatch):
    pictures = torch.zeros(6, 28, 28, dtype=torch.uint8), torch.arange(6)
    monkeypatch.setattr(soup.data, "load", lambda _: pictures)

    def make(name, value, **settings):
        net = build("EdgeNet")
        with torch.no_grad():
            for parameter in net.parameters():
                parameter.fill_(value)
        config = asdict(replace(PRESETS["edge"], val_count=4, **settings))
        checkpoint.save(tmp_path / name / "weights.safetensors", net.state_dict(), "EdgeNet", {"config": config})
        return tmp_path / name

    return make


def test_every_weight_is_the_mean(run, tmp_path):
    assert soup.main([str(run("a", 1.0)), str(run("b", 4.0)), "--out", str(tmp_path / "out")]) == 0
    net, history = checkpoint.load_net(tmp_path / "out" / "weights.safetensors")
    assert all((parameter == 2.5).all() for parameter in net.parameters())
    assert history["epochs"][0]["val_n"] == 4
    assert len(history["parents"]) == 2


def test_runs_of_different_kinds_are_refused(run, tmp_path, capsys):
    assert soup.main([str(run("a", 1.0)), str(run("b", 1.0, ink="people")), "--out", str(tmp_path / "out")]) == 1
    assert "differ in ink (mnist, people)" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_missing_run_gets_a_sentence(tmp_path, capsys):
    assert soup.main([str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 1
    assert "no such file" in capsys.readouterr().err


def test_a_run_counts_as_much_as_its_share(run, tmp_path):
    runs = [str(run("a", 1.0)), str(run("b", 4.0))]
    assert soup.main([*runs, "--shares", "2", "1", "--out", str(tmp_path / "out")]) == 0
    net, _ = checkpoint.load_net(tmp_path / "out" / "weights.safetensors")
    assert all(torch.allclose(parameter, torch.tensor(2.0)) for parameter in net.parameters())


@pytest.mark.parametrize("shares", [["1"], ["1", "0"]])
def test_shares_that_do_not_fit_the_runs_are_refused(run, tmp_path, shares, capsys):
    with pytest.raises(SystemExit):
        soup.main([str(run("a", 1.0)), str(run("b", 4.0)), "--out", str(tmp_path / "out"), "--shares", *shares])
    assert "give each a positive number" in capsys.readouterr().err
