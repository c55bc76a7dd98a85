"""`digits prove`: what changed since it was measured is found, run again and timed."""

import json

import pytest

from core.stamp import digests
from proof import prove

MEASURES = """
import json
from pathlib import Path
from core.stamp import digests

root = Path.cwd()
path = root / "proof/size/record.json"
record = {{"command": "python measure.py", "inputs": digests([root / "models/a.onnx"], root), "bytes": 6}}
path.write_text(json.dumps(record)) if {works} else None
"""


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A repository of two models and three records, one of them of a file that only its owner has."""
    monkeypatch.setenv("PYTHONPATH", str(prove.ROOT))
    for name in ("models/a.onnx", "models/b.onnx"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"first")
    for name, model, command in (
        ("size", "a", "python measure.py"),
        ("same", "b", "python measure.py"),
        ("owned", "a", "python -m proof.numbers.run --pens FILE"),
    ):
        record = {"command": command, "inputs": digests([tmp_path / f"models/{model}.onnx"], tmp_path), "took_s": 400}
        path = tmp_path / "proof" / name / "record.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(record))
    (tmp_path / "measure.py").write_text(MEASURES.format(works=True))
    return tmp_path


def size(root):
    return json.loads((root / "proof/size/record.json").read_text())


def test_nothing_is_measured_while_nothing_changed(checkout, capsys):
    before = size(checkout)
    assert prove.main(["--root", str(checkout)]) == 0
    assert "Every record is of the files that are here." in capsys.readouterr().out
    assert size(checkout) == before


def test_what_changed_is_measured_again_and_timed(checkout, capsys):
    (checkout / "models/a.onnx").write_bytes(b"second")
    assert prove.main(["--root", str(checkout)]) == 0
    told = capsys.readouterr().out
    assert "proof/size/record.json: models/a.onnx changed; `python measure.py` runs for about 7 min" in told
    assert "same" not in told
    assert size(checkout)["bytes"] == 6
    assert size(checkout)["took_s"] < 60
    assert [stale.path for stale in prove.stale_records(checkout)] == ["proof/owned/record.json"]


def test_what_needs_files_of_ones_own_is_told_and_left(checkout, capsys):
    (checkout / "models/a.onnx").write_bytes(b"second")
    prove.main(["--root", str(checkout)])
    assert "only you can run `digits numbers --pens FILE`" in capsys.readouterr().out


def test_a_dry_run_measures_nothing(checkout):
    (checkout / "models/a.onnx").write_bytes(b"second")
    before = size(checkout)
    assert prove.main(["--root", str(checkout), "--dry-run"]) == 0
    assert size(checkout) == before


def test_a_measure_that_writes_nothing_is_told(checkout, capsys):
    (checkout / "models/a.onnx").write_bytes(b"second")
    (checkout / "measure.py").write_text(MEASURES.format(works=False))
    assert prove.main(["--root", str(checkout)]) == 1
    assert "proof/size/record.json: is as it was" in capsys.readouterr().err
