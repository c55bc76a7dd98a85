"""A mean of weights, or of answers, is their mean, is written as a run, and is refused for runs of different kinds."""

from dataclasses import asdict, replace

import pytest
import torch

from core.net import checkpoint
from core.net.model import build, xavier
from core.train.combine import soup
from core.train.presets import PRESETS


@pytest.fixture
def run(tmp_path, monkeypatch):
    pictures = torch.zeros(6, 28, 28, dtype=torch.uint8), torch.arange(6)
    monkeypatch.setattr(soup.data, "load", lambda _: pictures)

    def make(name, value, **settings):
        config = replace(PRESETS["edge"], val_count=4, **settings)
        net = build(config.net)
        with torch.no_grad():
            for parameter in net.parameters():
                parameter.fill_(value)
        history = {"config": asdict(config)}
        checkpoint.save(tmp_path / name / "weights.safetensors", net.state_dict(), config.net, history)
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


def test_nets_beside_one_another_answer_with_the_mean_of_their_logits(run, tmp_path):
    runs = [run("a", 0.01, net="ConvNet"), run("b", -0.02)]
    nets = [checkpoint.load_net(folder / "weights.safetensors")[0] for folder in runs]
    for folder, net in zip(runs, nets, strict=True):
        xavier(net, torch.Generator().manual_seed(1))
        history = checkpoint.load(folder / "weights.safetensors")[2]
        checkpoint.save(folder / "weights.safetensors", net.state_dict(), history["config"]["net"], history)
    out = tmp_path / "out"
    assert soup.main([*map(str, runs), "--shares", "3", "1", "--beside", "--out", str(out)]) == 0
    together, history = checkpoint.load_net(out / "weights.safetensors")
    image = torch.rand(5, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        assert torch.allclose(together(image), 0.75 * nets[0](image) + 0.25 * nets[1](image), atol=1e-6)
    assert history["config"]["net"] == "ConvNet+EdgeNet"
    assert len(history["parents"]) == 2


def test_nets_of_different_pictures_do_not_stand_beside_one_another(run, tmp_path, capsys):
    runs = [str(run("a", 1.0)), str(run("b", 1.0, ink="people"))]
    assert soup.main([*runs, "--beside", "--out", str(tmp_path / "out")]) == 1
    assert "differ in ink (mnist, people)" in capsys.readouterr().err


def test_an_ensemble_does_not_stand_beside_another_net(run, tmp_path, capsys):
    runs = [str(run("a", 1.0)), str(run("b", 1.0, net="ConvNet+EdgeNet"))]
    assert soup.main([*runs, "--beside", "--out", str(tmp_path / "out")]) == 1
    assert "b: holds several nets already, ConvNet+EdgeNet" in capsys.readouterr().err
