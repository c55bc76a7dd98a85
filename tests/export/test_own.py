"""`digits export RUN`: a run of one's own becomes files, proved and described; what is no run gets a sentence."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import digits as command_line
from core import manifest
from core.files import sha256
from core.net import checkpoint
from core.train.__main__ import main as train
from demo.answers.recognizer import Recognizer
from export import __main__ as command
from export import calibration, own
from export.proving.ladder import MismatchError

TINY = ["--net", "EdgeNet", "--dropout", "0", "--limit", "512", "--batch", "64", "--threads", "1"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "my run"
    assert train([*TINY, "--val-count", "40", "--epochs", "1", "--out", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module", autouse=True)
def few_pictures():
    """The ladder on few pictures: tests/export/test_prove.py and its neighbours climb it whole."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own, "other_cases", lambda *_: ())
        patch.setattr(calibration, "PICTURES", 40)
        yield


@pytest.fixture(scope="module")
def exported(run):
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    assert command.main([str(run), "--also", "ort", "fp16"]) == 0
    assert {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()} == before
    return run / "export"


@pytest.fixture
def taken_as_proved(monkeypatch):
    """For tests of what comes after the proof, which takes seconds."""
    entry = {"pictures": 1, "labels_changed": 0}
    monkeypatch.setattr(own, "prove", lambda _, file: {"file": file.name, **entry})


def test_files_card_and_manifest_are_written_and_agree(exported):
    models = manifest.read(exported)
    about = models["my-run"]
    assert {*about["files"]} == {"my-run.safetensors", "my-run.onnx", "my-run.ort", "my-run.fp16.onnx"}
    assert {path.name for path in exported.iterdir()} == {*about["files"], "README.md", "manifest.json"}
    for name, file in about["files"].items():
        assert file == {"bytes": (exported / name).stat().st_size, "sha256": sha256(exported / name)}
    assert about["contract"]["input"] == "image uint8 (N, H, W)"
    assert about["proof"]["onnx"]["labels_changed"] == 0
    assert about["validation"]["n"] == 40
    card = (exported / "README.md").read_text()
    assert "digits serve --models ." in card
    assert all(name in card for name in about["files"])
    assert "test_error" not in (exported / "my-run.onnx").read_bytes().decode("latin-1")


def test_the_file_is_a_recogniser_with_the_runs_calibration(exported):
    _, history = checkpoint.load_net(exported / "my-run.safetensors")
    recognizer = Recognizer(exported / "my-run.onnx")
    assert recognizer.threshold == pytest.approx(history["calibration"]["score_threshold"])
    bar = np.full((60, 60), 255, np.uint8)
    bar[10:50, 26:34] = 0
    assert recognizer(bar).probabilities.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.usefixtures("taken_as_proved")
def test_it_says_what_it_wrote_and_the_next_command(run, tmp_path, capsys):
    out = tmp_path / "of mine"
    assert command.main([str(run), "--out", str(out), "--name", "mine"]) == 0
    said = capsys.readouterr().out
    assert f"wrote mine.safetensors, mine.onnx, README.md, manifest.json in {out}" in said
    assert f"next: `digits serve --models '{out}'`" in said
    assert (out / "mine.safetensors").is_file()


@pytest.mark.usefixtures("taken_as_proved")
def test_several_models_share_a_folder_and_a_new_export_clears_the_forms_of_the_one_before(run, exported, tmp_path):
    folder = tmp_path / "both"
    shutil.copytree(exported, folder)
    assert command.main([str(run), "--out", str(folder), "--name", "second"]) == 0
    assert {*manifest.read(folder)} == {"my-run", "second"}
    assert command.main([str(run), "--out", str(folder)]) == 0
    assert not (folder / "my-run.ort").exists()
    assert (folder / "second.onnx").is_file()
    assert "## second" in (folder / "README.md").read_text()


@pytest.mark.usefixtures("taken_as_proved")
def test_a_form_that_fails_its_proof_is_left_out_and_told(run, tmp_path, monkeypatch, capsys):
    def fails(*_):
        raise MismatchError("two labels changed")

    monkeypatch.setitem(own.FORMS, "int8", fails)
    assert command.main([str(run), "--out", str(tmp_path), "--also", "int8"]) == 1
    assert capsys.readouterr().err == "int8 is not written: two labels changed\n"
    assert {*manifest.read(tmp_path)["my-run"]["files"]} == {"my-run.safetensors", "my-run.onnx"}


def test_a_file_that_is_not_proved_replaces_nothing(run, exported, monkeypatch, capsys):
    def fails(*_):
        raise MismatchError("another answer")

    before = {path.name: path.read_bytes() for path in exported.iterdir()}
    monkeypatch.setattr(own, "prove", fails)
    assert command.main([str(run)]) == 1
    assert "export stopped: another answer" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in exported.iterdir()} == before


def test_it_reads_pictures_by_the_name_of_the_run(run, exported, capsys):
    picture = Path(__file__).resolve().parents[1] / "cases" / "pictures"
    for model in (run, exported, exported / "my-run.onnx"):
        command_line._model.cache_clear()
        assert command_line.main(["read", "--model", str(model), str(next(picture.glob("*.png")))]) == 0
        assert capsys.readouterr().out


def copy_without(run, folder, *names):
    shutil.copytree(run, folder)
    for name in names:
        (folder / name).unlink()
    return folder


def finder(folder):
    folder.mkdir()
    (folder / "finder.safetensors").write_bytes(b"")
    return folder


def damaged(run, folder, name):
    copy_without(run, folder)
    (folder / name).write_bytes((folder / name).read_bytes()[:100])
    return folder


BAD = {
    "no folder": (lambda _, folder: folder, "no such folder"),
    "a file": (lambda run, _: run / "weights.safetensors", "name the folder of the run"),
    "an empty folder": (lambda _, folder: folder.mkdir() or folder, "no run; expected a folder that `digits train`"),
    "not finished": (lambda run, folder: copy_without(run, folder, "metrics.json"), "not finished"),
    "no weights": (lambda run, folder: copy_without(run, folder, "weights.safetensors"), "no such file"),
    "damaged weights": (lambda run, folder: damaged(run, folder, "weights.safetensors"), "is not the"),
    "a damaged record": (lambda run, folder: damaged(run, folder, "metrics.json"), "damaged"),
    "a finder": (lambda _, folder: finder(folder), "the net that finds digits, which reads none"),
}


@pytest.mark.parametrize(("make", "words"), BAD.values(), ids=BAD.keys())
def test_what_is_no_finished_run_gets_one_sentence(make, words, run, tmp_path, capsys):
    assert command.main([str(make(run, tmp_path / "given"))]) == 1
    error = capsys.readouterr().err
    assert words in error
    assert error.startswith("export stopped: ")
    assert error.count("\n") == 1


ASKED = {
    "a shipped name": (["--name", "recognizer"], "is the name of a model that ships"),
    "the shipped folder": (["--out", str(command.MODELS)], "what ships lies there"),
    "a path for a name": (["--name", "../mine"], "expected letters, digits"),
}


@pytest.mark.parametrize(("words", "sentence"), ASKED.values(), ids=ASKED.keys())
def test_what_ships_is_never_touched(words, sentence, run, capsys):
    before = {path.name: path.stat().st_mtime_ns for path in command.MODELS.iterdir()}
    assert command.main([str(run), *words]) == 1
    assert sentence in capsys.readouterr().err
    assert {path.name: path.stat().st_mtime_ns for path in command.MODELS.iterdir()} == before


USAGE = {
    "a foreign name": (["--only", "mine"], "`digits export RUN` exports a run of one's own"),
    "a run's name alone": (["--name", "mine"], "go with RUN"),
    "a run and --only": (["runs/x", "--only", "convnet"], "are for what ships"),
}


@pytest.mark.parametrize(("words", "sentence"), USAGE.values(), ids=USAGE.keys())
def test_words_that_do_not_go_together_say_what_to_type(words, sentence, capsys):
    with pytest.raises(SystemExit, match="2"):
        command.main(words)
    assert sentence in capsys.readouterr().err


def test_a_run_in_the_place_of_shipped_weights_is_told_the_command(run, capsys):
    assert command.main(["--weights", str(run)]) == 1
    assert f"`digits export {run}` exports it" in capsys.readouterr().err


def folder_of(tmp_path, files):
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    return tmp_path


FOLDERS = {
    "nothing": ({}, "holds no model"),
    "a run that is not exported": ({"config.json": "{}"}, "`digits export "),
    "two models": ({"a.onnx": "", "b.onnx": ""}, "name the file of one"),
    "a damaged manifest": ({"manifest.json": "{"}, "damaged"),
    "a manifest of another kind": ({"manifest.json": json.dumps({"format": 9, "models": {}})}, "format 9"),
    "a manifest that leads elsewhere": (
        {"manifest.json": json.dumps({"format": 1, "models": {"a": {"files": {"../a.onnx": {"sha256": ""}}}}})},
        "no file of this folder",
    ),
}


@pytest.mark.parametrize(("files", "words"), FOLDERS.values(), ids=FOLDERS.keys())
def test_a_folder_that_holds_no_one_model_gets_a_sentence(files, words, tmp_path, capsys):
    folder = folder_of(tmp_path, files)
    assert command_line.main(["read", "--model", str(folder), "x.png"]) == 1
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_a_changed_file_is_not_opened(exported, tmp_path, capsys):
    folder = tmp_path / "copy"
    shutil.copytree(exported, folder)
    with (folder / "my-run.onnx").open("ab") as file:
        file.write(b"\0")
    assert command_line.main(["read", "--model", str(folder), "x.png"]) == 1
    assert "my-run.onnx: damaged or changed" in capsys.readouterr().err
