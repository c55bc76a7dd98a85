"""The model card says what the records say."""

import digits
from export.pages.card import card

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
    assert f"Version {digits.__version__}:" in text
    assert "%" not in text
    assert "## Results" not in text
    assert "## Files" not in text
