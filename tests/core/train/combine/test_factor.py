"""A factored net answers nearly as the whole one, on the pictures that it was factored for."""

from dataclasses import asdict, replace

import pytest
import torch

from core.net import checkpoint
from core.net.model import ConvNet, build, xavier
from core.train import data
from core.train.combine import factor
from core.train.presets import PRESETS


@pytest.fixture
def net():
    net = ConvNet().eval()
    xavier(net, torch.Generator().manual_seed(0))
    return net


@pytest.fixture
def images():
    return data.load("train")[0][:300]


def answers(net, images):
    with torch.no_grad():
        return net(images[:, None].float() / 255)


def test_answers_are_kept_where_the_rank_suffices(net, images):
    with torch.no_grad():
        net.fc1.weight[128:] = net.fc1.weight[:128]
    assert torch.allclose(answers(factor.factored(net, images), images), answers(net, images), atol=1e-5)


def test_the_components_of_the_pictures_keep_more_than_others_do(net, images):
    kept = answers(factor.factored(net, images), images) - answers(net, images)
    elsewhere = answers(factor.factored(net, images.roll(9, 1)), images) - answers(net, images)
    assert 0 < kept.norm() < 0.5 * elsewhere.norm()


def test_a_run_is_written_as_another(net, tmp_path, capsys, monkeypatch):
    pictures = data.load("train")
    monkeypatch.setattr(factor.data, "load", lambda _: tuple(part[:400] for part in pictures))
    history = {"config": asdict(replace(PRESETS["default"], val_count=100))}
    checkpoint.save(tmp_path / "whole" / "weights.safetensors", net.state_dict(), "ConvNet", history)
    assert factor.main([str(tmp_path / "whole"), "--out", str(tmp_path / "thin")]) == 0
    assert "of 100 validation pictures wrong" in capsys.readouterr().out
    thin, history = checkpoint.load_net(tmp_path / "thin" / "weights.safetensors")
    assert history["config"]["net"] == "FactoredConvNet" == type(thin).__name__
    assert list(history["parents"]) == [str(tmp_path / "whole")]


def test_another_net_is_refused(tmp_path, capsys):
    history = {"config": asdict(PRESETS["edge"])}
    checkpoint.save(tmp_path / "edge" / "weights.safetensors", build("EdgeNet").state_dict(), "EdgeNet", history)
    assert factor.main([str(tmp_path / "edge"), "--out", str(tmp_path / "out")]) == 1
    assert "holds EdgeNet; only ConvNet" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
