"""Runs side by side: the table counts, the picture is drawn, what is no run is refused."""

import json

import pytest

from core.train.measure.compare import main, read_run, table


def run_folder(path, wrong, answers=None):
    path.mkdir()
    epochs = [
        {"epoch": e + 1, "train_loss": 0.5, "val_wrong": w, "val_n": 20, "seconds": 2.0} for e, w in enumerate(wrong)
    ]
    (path / "metrics.json").write_text(json.dumps({"epochs": epochs}))
    if answers:
        lines = [f"{picture},1,{answer}" for picture, answer in enumerate(answers)]
        (path / "validation.csv").write_text("\n".join(["picture,label,answer", *lines]))
    return path


def test_table_and_picture(tmp_path, capsys):
    first = run_folder(tmp_path / "a", [9, 8], [0] * 8 + [1] * 12)
    second = run_folder(tmp_path / "b", [5, 0], [1] * 20)
    assert main([str(first), str(second), "--out", str(tmp_path / "both.png")]) == 0
    out = capsys.readouterr().out
    assert "a  epoch   2         4 s  40.00% (8 of 20; 95% interval 21.88% to 61.34%)" in out
    assert "against a: 8 fixed, 0 broken, McNemar's p = 0.0078: better" in out
    assert (tmp_path / "both.png").read_bytes().startswith(b"\x89PNG")


def test_a_run_without_answers_has_its_interval_alone(tmp_path):
    runs = [run_folder(tmp_path / name, [3]) for name in "ab"]
    assert "no stored answers" in table([read_run(run) for run in runs])


def test_a_run_that_goes_on_is_read_from_its_table(tmp_path):
    (tmp_path / "epochs.csv").write_text("epoch,train_loss,val_wrong,val_n,lr,seconds\n1,0.5,3,20,0.01,1.5\n")
    assert read_run(tmp_path).epochs[0]["val_wrong"] == 3


@pytest.mark.parametrize("content", [None, "{}", "no json", '{"epochs": []}'])
def test_what_is_no_run_gets_a_sentence(tmp_path, capsys, content):
    if content is not None:
        (tmp_path / "metrics.json").write_text(content)
    assert main([str(tmp_path)]) == 2
    assert "expected the folder of a run with metrics.json or epochs.csv" in capsys.readouterr().err
