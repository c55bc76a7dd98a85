"""The model card says what the records say."""

from export.card import ROOT, card, main
from export.readme import read_records

MODEL = {
    "parameters": 1234,
    "seed": 7,
    "test": {"wrong": 25, "n": 10_000, "ece": 0.0012},
    "val": {"wrong": 9, "n": 5000, "ece": 0.001},
    "calibration": {"score_threshold": 0.25},
}
FILE = {"file": "x.onnx", "bytes": 1_234_567, "sha256": "ab" * 32}


def test_card_says_what_the_records_say():
    text = card({"models": {"convnet": MODEL}}, {"models": {"convnet": FILE}})
    for part in (
        "`convnet`: test error 0.25% (25 of 10000;",
        "9 of 5,000 validation pictures wrong; calibration error 0.12%; threshold 0.250",
        "1,234,567",
        "abab",
    ):
        assert part in text


def test_card_without_records_invents_nothing():
    text = card({}, {})
    assert "%" not in text
    assert "## Results" not in text
    assert "## Files" not in text


def test_shipped_card_is_the_one_that_the_records_make():
    assert main(["--check"]) == 0


def test_check_sees_a_card_that_says_something_else(monkeypatch, tmp_path, capsys):
    records = read_records(ROOT)
    monkeypatch.setattr("export.card.ROOT", tmp_path)
    monkeypatch.setattr("export.card.read_records", lambda _root: records)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "README.md").write_text(card(records["metrics"], records["parity"]) + "and 100% right\n")
    assert main(["--check"]) == 1
    assert "run `make readme`" in capsys.readouterr().err
