"""The page on speed says what the records say, and the check notices when it does not."""

import json

import pytest

from core.bench import page

ABOUT = {"machine": {"cores": 2, "processor": "A chip"}, "versions": {"torch": "9"}}
RECORDS = {
    "training_step.json": ABOUT
    | {
        "rows": [
            {"precision": "float32", "float32_product_gflops": 100.0, "training_gflops": 68.0}
            | {"share_of_float32_product": 0.68, "epoch_s": 26.8}
        ]
    },
    "training_ways.json": ABOUT | {"rows": [{"way": "torch.compile", "step_ms": 43.2, "relative": 1.29}]},
    "time_to_accuracy.json": ABOUT
    | {
        "targets": {
            "99.2%": [
                {"recipe": "quick", "seconds": [20.0, None], "reached": 1, "mean": 20.0},
                {"recipe": "tutorial loop", "seconds": [150.0], "reached": 1, "mean": 150.0},
                {"recipe": "reference", "seconds": [None], "reached": 0, "mean": None},
            ]
        }
    },
    "scaling.json": ABOUT | {"pictures": 16_000, "rows": [{"batch": 128, "processes": 2, "epoch_s": 4.0, "gain": 1.5}]},
}


@pytest.fixture
def docs(tmp_path, monkeypatch):
    (tmp_path / "records").mkdir()
    for name, record in RECORDS.items():
        (tmp_path / "records" / name).write_text(json.dumps(record))
    monkeypatch.setattr(page, "DOCS", tmp_path)
    return tmp_path


def test_every_record_has_its_rows(docs):
    text = page.page(docs / "records")
    assert "| float32 | 100 GFLOP/s | 68 GFLOP/s | **68%** | 27 s |" in text
    assert "| torch.compile | 43.2 ms | x 1.29 |" in text
    assert "| 99.2% | quick | 20 | 1 of 2 | 7.5 |" in text
    assert "| 99.2% | reference | - | 0 of 1 | - |" in text
    assert "| 128 | 2 | 4.0 s | 1.50 |" in text


def test_what_was_not_measured_is_left_out(docs):
    (docs / "records" / "scaling.json").unlink()
    assert "Several processes" not in page.page(docs / "records")


def test_the_check_notices_a_page_that_is_out_of_date(docs, capsys):
    assert page.main(["--check"]) == 1
    assert page.main([]) == 0
    assert page.main(["--check"]) == 0
    (docs / page.NAME).write_text("other")
    assert page.main(["--check"]) == 1
    assert "differs from the records" in capsys.readouterr().err


def test_the_shipped_page_says_what_the_shipped_records_say():
    assert page.main(["--check"]) == 0
