"""The page on speed says what the records say."""

from export.pages.training_speed import page

ABOUT = {"machine": {"cores": 2, "processor": "A chip"}, "versions": {"torch": "9"}}
RECORDS = {
    "training_step": ABOUT
    | {
        "rows": [
            {"precision": "float32", "float32_product_gflops": 100.0, "training_gflops": 68.0}
            | {"share_of_float32_product": 0.68, "epoch_s": 26.8}
        ]
    },
    "training_ways": ABOUT | {"rows": [{"way": "torch.compile", "step_ms": 43.2, "relative": 1.29}]},
    "time_to_accuracy": ABOUT
    | {
        "targets": {
            "99.2%": [
                {"recipe": "quick", "seconds": [20.0, None], "reached": 1, "mean": 20.0},
                {"recipe": "tutorial loop", "seconds": [150.0], "reached": 1, "mean": 150.0},
                {"recipe": "reference", "seconds": [None], "reached": 0, "mean": None},
            ]
        }
    },
    "scaling": ABOUT | {"pictures": 16_000, "rows": [{"batch": 128, "processes": 2, "epoch_s": 4.0, "gain": 1.5}]},
}


def test_every_record_has_its_rows():
    text = page(RECORDS)
    assert "| float32 | 100 GFLOP/s | 68 GFLOP/s | **68%** | 27 s |" in text
    assert "| torch.compile | 43.2 ms | x 1.29 |" in text
    assert "| 99.2% | quick | 20 | 1 of 2 | 7.5 |" in text
    assert "| 99.2% | reference | - | 0 of 1 | - |" in text
    assert "| 128 | 2 | 4.0 s | 1.50 |" in text


def test_what_was_not_measured_is_left_out():
    assert "Several processes" in page(RECORDS)
    assert "Several processes" not in page(RECORDS | {"scaling": {}})
