"""`python -m export` as a person meets it: what it writes, what it leaves alone, and what it says when it stops."""

import json
import shutil

import numpy as np
import pytest

from core.files import sha256
from core.net.checkpoint import save
from core.net.model import build
from core.train.data import load
from export import __main__ as command
from export import variants
from export.proving.sets import Labelled
from tests.export.conftest import WEIGHTS

FILES = ("convnet", "convnet.fp16", "convnet.int8", "convnet.ort")


@pytest.fixture
def weights(tmp_path):
    folder = tmp_path / "weights"
    folder.mkdir()
    shutil.copy(WEIGHTS / "convnet.safetensors", folder)
    return folder


@pytest.fixture(autouse=True)
def few_digits(monkeypatch, digits):
    images, labels = load("test")
    few = images[:20], labels[:20]
    monkeypatch.setattr(command, "load", lambda split: few if split == "test" else load(split))
    monkeypatch.setattr(variants, "sets_for", lambda *_: {"few": Labelled([digits[:20]], labels[:20].numpy())})


def run(weights, out):
    return command.main(["--only", "convnet", "--weights", str(weights), "--out", str(out)])


def test_it_writes_every_file_and_the_record_of_its_proof(weights, tmp_path, capsys):
    out = tmp_path / "out"
    assert run(weights, out) == 0
    record = json.loads((out / "parity.json").read_text())
    entry = record["models"]["convnet"]
    assert record["format"] == 1
    assert record["command"] == "python -m export --only convnet"
    assert entry["sha256"] == sha256(out / "convnet.onnx")
    assert entry["weights_sha256"] == sha256(weights / "convnet.safetensors")
    assert entry["margin"]["holds"] is True
    assert set(record["models"]) == set(FILES)
    assert str(tmp_path) not in (out / "parity.json").read_text()
    assert "no label can differ" in capsys.readouterr().out


def test_missing_weights_are_one_sentence(tmp_path, capsys):
    assert run(tmp_path, tmp_path) == 1
    error = capsys.readouterr().err
    assert error.startswith("export stopped: ")
    assert "convnet.safetensors: no such file" in error
    assert error.count("\n") == 1


def test_a_failed_proof_leaves_the_earlier_file_and_record(weights, tmp_path, capsys):
    out = tmp_path / "out"
    run(weights, out)
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    net = build("ConvNet")
    net.fc3.bias.data[0] = np.nan
    save(weights / "convnet.safetensors", net.state_dict(), "ConvNet", {})
    assert run(weights, out) == 1
    assert "not a number" in capsys.readouterr().err
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before


def test_a_record_keeps_what_is_still_true_of_other_models(weights, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "kept.onnx").write_bytes(b"kept")
    entries = {
        "kept": {"file": "kept.onnx", "sha256": sha256(out / "kept.onnx")},
        "replaced": {"file": "kept.onnx", "sha256": "0" * 64},
        "gone": {"file": "gone.onnx", "sha256": "0" * 64},
    }
    (out / "parity.json").write_text(json.dumps({"format": 1, "models": entries}))
    run(weights, out)
    assert set(json.loads((out / "parity.json").read_text())["models"]) == {"kept", *FILES}
