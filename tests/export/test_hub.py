"""`digits publish RUN --to-hub NAME`: the folder for a hub is whole, says what the records say, and loads back."""

import json
import re
import shutil
import socket

import numpy as np
import pytest
from huggingface_hub.repocard import metadata_load
from huggingface_hub.repocard_data import model_index_to_eval_results

import digits
from core import manifest
from core.files import ROOT, sha256
from core.net import checkpoint
from core.train.__main__ import main as train
from core.train.publish import main as publish
from export import __main__ as command
from export import own

TINY = ["--limit", "256", "--val-count", "40", "--batch", "64", "--threads", "1", "--epochs", "1"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run that learned pictures of its own, exported; that the file answers as torch does is tested elsewhere."""
    home = tmp_path_factory.mktemp("runs")
    random = np.random.default_rng(0)
    np.savez(home / "own.npz", images=random.integers(0, 256, (40, 28, 28), np.uint8), labels=np.arange(40) % 10)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        assert train([*TINY, "--net", "EdgeNet", "--dropout", "0", "--out", "first"]) == 0
        assert train([*TINY, "--from", "first/weights.safetensors", "--extra", "own.npz", "--out", "mine"]) == 0
        patch.setattr(own, "prove", lambda _, file: {"file": file.name, "pictures": 1, "labels_changed": 0})
        assert command.main(["mine"]) == 0
    return home / "mine"


@pytest.fixture(scope="module")
def made(run):
    assert publish([str(run), "--to-hub", "somebody/my-digits"]) == 0
    return run / "hub"


@pytest.fixture
def offline(monkeypatch):
    def refuse(*_):
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def copy(run, folder):
    shutil.copytree(run, folder, ignore=shutil.ignore_patterns("hub"))
    return folder


@pytest.mark.usefixtures("offline")
def test_it_names_what_it_wrote_and_the_upload_and_sends_nothing(run, tmp_path, capsys):
    out = tmp_path / "to upload"
    assert publish([str(run), "--to-hub", "somebody/my-digits", "--out", str(out)]) == 0
    said = capsys.readouterr()
    names = ["mine.safetensors", "mine.onnx", "config.json", "README.md", "manifest.json"]
    assert f"wrote {', '.join(names)} in {out}" in said.out
    assert f"next: `hf upload somebody/my-digits '{out}'`" in said.out
    assert {path.name for path in out.iterdir()} == {*names}
    assert said.err == ""


def test_the_command_of_the_page_does_it(run, tmp_path):
    page = (ROOT / "docs" / "your-digits.md").read_text(encoding="utf-8")
    (told,) = re.findall(r"^digits publish (.*)$", page, re.MULTILINE)
    words = [str(run) if word == "runs/finetune-seed0" else word for word in told.split()]
    assert publish([*words, "--out", str(tmp_path / "hub")]) == 0
    assert (tmp_path / "hub" / "README.md").is_file()


def test_the_files_are_those_that_were_exported(run, made):
    for name, file in manifest.read(made)["mine"]["files"].items():
        assert sha256(made / name) == sha256(run / "export" / name) == file["sha256"]


@pytest.mark.usefixtures("offline")
def test_the_documented_call_loads_it_back(made, monkeypatch):
    card = (made / "README.md").read_text()
    call = re.search(r"^digits\.read\(.*\)\.text$", card, re.MULTILINE)
    assert call[0] == 'digits.read("photo.jpg", model=".").text'
    page = np.full((90, 90), 255, np.uint8)
    page[15:75, 42:48] = 0
    monkeypatch.chdir(made)
    digits._model.cache_clear()
    assert len(digits.read(page, model=".").digits) == 1
    net, _ = checkpoint.load_net(made / "mine.safetensors")
    settings = json.loads((made / "config.json").read_text())
    assert settings["net"] == "EdgeNet"
    assert settings["parameters"] == sum(parameter.numel() for parameter in net.parameters())


def test_the_cards_snippet_runs_with_onnxruntime_alone(made, monkeypatch, capsys):
    _, snippet = re.findall(r"```python\n(.*?)```", (made / "README.md").read_text(), re.DOTALL)
    monkeypatch.chdir(made)
    exec(snippet, {})
    assert "array" in capsys.readouterr().out


def test_the_cards_metadata_are_what_the_hub_reads(made):
    metadata = metadata_load(made / "README.md")
    assert metadata["license"] == "mit"
    assert metadata["library_name"] == "onnx"
    assert metadata["pipeline_tag"] == "image-classification"
    assert {"onnx", "safetensors", "mnist"} <= {*metadata["tags"]}


def test_its_metrics_are_those_of_the_runs_records_alone(run, made):
    name, results = model_index_to_eval_results(metadata_load(made / "README.md")["model-index"])
    last = json.loads((run / "metrics.json").read_text())["epochs"][-1]
    changes = json.loads((run / "finetune.json").read_text())["changes"]
    counts = [(last["val_wrong"], last["val_n"]), *((one["after"]["wrong"], one["after"]["n"]) for one in changes)]
    assert name == "my-digits"
    assert [one.metric_value for one in results] == [pytest.approx(1 - wrong / n, abs=1e-6) for wrong, n in counts]
    assert [one["name"] for one in changes] == ["MNIST's validation pictures", "held-out pictures of your own"]
    own_name = "held-out pictures of its maker's own"
    assert [one.dataset_name for one in results][1:] == ["MNIST's validation pictures", own_name]
    assert not any(one.dataset_split == "test" for one in results)


def test_the_config_names_no_place(made):
    settings = json.loads((made / "config.json").read_text())["settings"]
    assert {"extra", "out", "from_", "lessons"}.isdisjoint(settings)
    assert settings["epochs"] == 1


def test_places_in_the_records_are_pointed_out(run, tmp_path, capsys):
    folder = copy(run, tmp_path / "mine")
    record = json.loads((folder / "metrics.json").read_text())
    record["config"]["extra"] = "/home/somebody/own.npz"
    (folder / "metrics.json").write_text(json.dumps(record))
    assert publish([str(folder), "--to-hub", "mine"]) == 0
    assert "note: its records name /home/somebody/own.npz," in capsys.readouterr().err


def test_a_second_call_takes_away_what_is_no_longer_exported(run, tmp_path):
    folder = copy(run, tmp_path / "mine")
    record = json.loads((folder / "export" / "manifest.json").read_text())
    (folder / "export" / "mine.ort").write_bytes(b"ORTM")
    more = {"mine.ort": {"bytes": 4, "sha256": sha256(folder / "export" / "mine.ort")}}
    record["models"]["mine"]["files"] |= more
    (folder / "export" / "manifest.json").write_text(json.dumps(record))
    assert publish([str(folder), "--to-hub", "mine"]) == 0
    assert (folder / "hub" / "mine.ort").is_file()
    del record["models"]["mine"]["files"]["mine.ort"]
    (folder / "export" / "manifest.json").write_text(json.dumps(record))
    assert publish([str(folder), "--to-hub", "mine"]) == 0
    assert not (folder / "hub" / "mine.ort").exists()


def without_export(folder):
    shutil.rmtree(folder / "export")


def trained_on(folder):
    net, tensors, history = checkpoint.load(folder / "weights.safetensors")
    checkpoint.save(folder / "weights.safetensors", {k: v + 1 for k, v in tensors.items()}, net, history)
    record = json.loads((folder / "metrics.json").read_text())
    record["weights_sha256"] = sha256(folder / "weights.safetensors")
    (folder / "metrics.json").write_text(json.dumps(record))


def changed(folder):
    (folder / "export" / "mine.onnx").write_bytes(b"other")


def occupied(folder):
    (folder / "hub").mkdir()
    (folder / "hub" / "thesis.txt").write_text("years of work")


def damaged(folder):
    (folder / "finetune.json").write_text("{")


def two(folder):
    record = json.loads((folder / "export" / "manifest.json").read_text())
    record["models"]["other"] = record["models"]["mine"]
    (folder / "export" / "manifest.json").write_text(json.dumps(record))


BAD = {
    "not exported": (without_export, "is not exported; `digits export "),
    "trained on after its export": (trained_on, "holds other weights than the run has now"),
    "a changed file": (changed, "damaged or changed"),
    "a folder of other things": (occupied, "choose an empty folder with --out"),
    "a damaged report": (damaged, "finetune.json: damaged"),
    "two models": (two, "holds 2 models (mine, other)"),
}


@pytest.mark.parametrize(("spoil", "words"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_published_gets_a_sentence_and_leaves_no_new_file(spoil, words, run, tmp_path, capsys):
    folder = copy(run, tmp_path / "mine")
    spoil(folder)
    before = set(folder.rglob("*"))
    assert publish([str(folder), "--to-hub", "mine"]) == 1
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
    assert set(folder.rglob("*")) == before


USAGE = {
    "a name that no hub takes": (["runs/x", "--to-hub", "my digits"], "no name of a repository"),
    "a name that leads elsewhere": (["runs/x", "--to-hub", "../x"], "no name of a repository"),
    "no licence": (["runs/x", "--to-hub", "x", "--licence", "all mine"], "no abbreviation"),
    "two runs": (["runs/x", "runs/y", "--to-hub", "x"], "takes one RUN alone"),
    "a run alone": (["runs/x"], "RUN alone goes with --to-hub"),
}


@pytest.mark.parametrize(("words", "sentence"), USAGE.values(), ids=USAGE.keys())
def test_words_that_do_not_go_together_say_what_to_type(words, sentence, capsys):
    with pytest.raises(SystemExit, match="2"):
        publish(words)
    assert sentence in capsys.readouterr().err
