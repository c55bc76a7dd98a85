"""The pages in docs/ say what the records say, and only that."""

import json

import pytest

from export.pages import __main__ as pages
from export.pages.__main__ import device, filled
from export.pages.records import PageError
from export.pages.runtimes_page import agreement, page

AGREES = {
    "outcome": "agrees",
    "version": "1.2",
    "pictures": 10_768,
    "largest_difference": {"logits": 2.71e-5},
    "margin": "2 x 2.7e-05 < 0.03, the smallest gap between best and second score: no label can differ",
    "load_s": 0.5,
    "latency_us": {"p50": 40.0, "p99": 90.0, "min": 31.4},
    "memory_mb": 8.9,
    "device_bytes": None,
}
ON_DEVICE = AGREES | {"latency_us": None, "memory_mb": None, "pictures": 32}
ON_DEVICE["device_bytes"] = {"flash": 116_884, "static_ram": 5_904, "stack": 72_580}
RUNTIMES = {
    "format": 1,
    "machine": {"processor": "a processor"},
    "models": {
        "edge.onnx": {
            "file": "edge.onnx",
            "bytes": 79_937,
            "reference": "torch 2",
            "runtimes": {
                "OpenVINO": AGREES,
                "Cortex-M7": ON_DEVICE,
                "tract": {"outcome": "refuses", "version": "0.2", "reason": "no such\noperator"},
                "ncnn": {"outcome": "missing", "reason": "not installed"},
            },
        }
    },
}
PLACES = "".join(f"<!-- {name}:begin -->\nold\n<!-- {name}:end -->\n" for name in ("costs", "device", "one_size"))
FEW_DIGITS = "<!-- few-digits:begin -->\n<!-- few-digits:end -->\n"
ATTEMPTS = f"# Training\n<!-- attempts:begin -->\n<!-- attempts:end -->\n{FEW_DIGITS}"
STRONG = {"command": "python -m core.train --epochs 80", "n": 2, "test_error_mean": 0.0052, "test_error_sd": 0.0001}
METRICS = {"format": 1, "groups": {"strong": STRONG}}


def training(checkout):
    return (checkout / "docs" / "training.md").read_text()


@pytest.mark.parametrize(
    "row",
    [
        "79,937 bytes, against torch 2.",
        "| OpenVINO | 1.2 | agrees; no label can differ | 10,768 | logits 2.7e-05 | 0.50 | 31 | 9 |",
        "| Cortex-M7 | 1.2 | agrees; no label can differ | 32 | logits 2.7e-05 |  |  |  |",
        "| tract | 0.2 | **refuses**: no such operator | | | | | |",
        "- skipped ncnn: not installed",
        "| edge.onnx | 116,884 | 5,904 | 72,580 |",
    ],
)
def test_each_outcome_has_its_row(row):
    assert row in page(RUNTIMES).splitlines()


def test_agreement_counts_what_was_tried():
    assert agreement(RUNTIMES["models"]["edge.onnx"]) == "2 of 3, 1 refuse it"


def test_the_microcontroller_costs_what_was_measured():
    (sentence,) = device(RUNTIMES)
    assert "`edge.onnx`: 117 kB of flash, 6 kB of static RAM and 73 kB of stack" in sentence


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A folder with a deploy page that has places, and the record of the runtimes."""
    (tmp_path / "docs" / "records").mkdir(parents=True)
    (tmp_path / "docs" / "deploy.md").write_text(f"before\n{PLACES}after\n")
    (tmp_path / "docs" / "training.md").write_text(ATTEMPTS)
    (tmp_path / "docs" / "your-digits.md").write_text(FEW_DIGITS)
    (tmp_path / "docs" / "many.md").write_text("<!-- rates:begin -->\n<!-- rates:end -->\n")
    (tmp_path / "docs" / "results.md").write_text("<!-- results:begin -->\nold\n<!-- results:end -->\nafter\n")
    (tmp_path / "README.md").write_text("before\n<!-- numbers:begin -->\nold\n<!-- numbers:end -->\n")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "metrics.json").write_text(json.dumps(METRICS))
    (tmp_path / "docs" / "records" / "runtimes.json").write_text(json.dumps(RUNTIMES))
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    return tmp_path


def test_pages_are_written_and_a_stale_one_is_named(checkout, capsys):
    assert pages.main(["--check"]) == 1
    assert capsys.readouterr().err.count("make readme") == 6
    assert not (checkout / "docs" / "runtimes.md").exists()
    assert pages.main([]) == 0
    assert pages.main(["--check"]) == 0
    text = (checkout / "docs" / "deploy.md").read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "117 kB of flash" in text
    assert "old" not in text
    assert "| strong | 2 | 0.520% ± 0.010% | `python -m core.train --epochs 80` |" in training(checkout)
    assert (checkout / "docs" / "results.md").read_text().count("| 2 of 3, 1 refuse it |") == 1
    assert (checkout / "README.md").read_text().startswith("before\n<!-- numbers:begin -->\n| what |")
    assert not (checkout / "docs" / "benchmark.md").exists()  # which has no record


def test_a_record_of_another_format_is_refused(checkout, capsys):
    (checkout / "models" / "metrics.json").write_text('{"format": 2}')
    assert pages.main([]) == 1
    assert "models/metrics.json: format 2" in capsys.readouterr().err


def test_the_check_names_a_page_that_was_changed_by_hand(checkout, capsys):
    assert pages.main([]) == 0
    (checkout / "models" / "README.md").write_text("and 100% right\n")
    assert pages.main(["--check"]) == 1
    assert capsys.readouterr().err == "models/README.md differs from the records; run `make readme`\n"
    assert (checkout / "models" / "README.md").read_text() == "and 100% right\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<!-- device:begin -->",
        "<!-- device:end --><!-- device:begin -->",
        "<!-- device:begin -->" * 2 + "<!-- device:end -->",
    ],
)
def test_missing_markers_are_named(text):
    with pytest.raises(PageError, match="expected one <!-- device:begin -->"):
        filled(text, "device", [], "docs/deploy.md")


def test_the_shipped_pages_say_what_the_shipped_records_say(capsys):
    assert pages.main(["--check"]) == 0, capsys.readouterr().err
