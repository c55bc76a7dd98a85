"""The tables of docs/results.md and the numbers of README.md: what no record holds is left out, never made up."""

import re

import pytest

from export.pages import headlines, results
from export.pages.records import RECORDS

METRICS = {
    "format": 1,
    "models": {
        "recognizer": {"parameters": 856586, "val": {"wrong": 12, "n": 5000}, "run": "mean"},
        "convnet": {"parameters": 856586, "test": {"wrong": 40, "n": 10000, "ece": 0.00153}, "run": "net-seed1"},
    },
    "groups": {
        "convnet": {
            "command": "python -m core.train",
            "runs": ["net-seed0", "net-seed1"],
            "n": 5,
            "test_error_mean": 0.00412,
            "test_error_sd": 0.00021,
        },
        "recognizer": {
            "command": "python " * 20,
            "runs": ["mean"],
            "n": 1,
            "test_error_mean": 0.0046,
            "test_error_sd": None,
        },
        "stage": {"command": "python -m stage", "n": 1, "test_error_mean": 0.0031, "test_error_sd": None},
        "quick": {"command": "python -m quick", "n": 1, "test_error_mean": 0.0052, "test_error_sd": None},
    },
}
PARITY = {
    "format": 1,
    "models": {
        "convnet": {
            "bytes": 3_434_000,
            "runtime": "onnxruntime",
            "reference": "torch",
            "pictures": 10000,
            "labels_changed": 0,
            "largest_difference": {"logits": 3.3e-6},
            "margin": {"holds": True},
        }
    },
}
START = {"format": 1, "clone_to_page_s": 31.4, "start_to_first_answer_s": 4.26}
OTHERS = {
    "format": 1,
    "digits": {
        "usps": {"wrong": 13, "n": 2007},
        "strokes, pen 8": {"wrong": 10, "n": 1000},
        "strokes, pen 16": {"wrong": 20, "n": 1000},
    },
    "pooled_ece": 0.0174,
    "non_digits": {"letters": {"n": 1028, "auroc": 0.9751, "accepted": 0.082}},
}
RUNTIMES = {
    "format": 1,
    "models": {
        "convnet": {
            "file": "convnet.onnx",
            "bytes": 3_434_000,
            "runtimes": {
                "OpenVINO": {"outcome": "agrees"},
                "tract": {"outcome": "refuses"},
                "MNN": {"outcome": "differs"},
                "ncnn": {"outcome": "missing"},
            },
        }
    },
}
STRINGS = {
    "format": 1,
    "strings": {"n": 1000, "exact": 981, "refused": 8, "misread": 11},
    "touching": {"n": 500, "exact": 260, "refused": 190, "misread": 50},
}
BENCHMARK = {
    "format": 1,
    "models": {
        "edge.onnx": {"min_us": 30.6, "share_of_floor": 0.831, "bytes": 79_937, "wrong": 45},
        "edge.ort": {"min_us": 68.0, "bytes": 88_008, "wrong": 45},
    },
}
HANDED = {"format": 1, "n": 1000, "kinds": {"cut to its ink": {"reader": 12, "recognizer": 240}}}
NOTHING = {name: {} for name in RECORDS}

ROWS = {
    "error with Wilson's interval": ("metrics", "| 856,586 | 40 of 10,000 | **0.40%** (0.29% to 0.54%) | 0.15% |"),
    "mean over seeds": ("metrics", "| `python -m core.train` | `convnet` | 5 | 0.412% ± 0.021% |"),
    "long commands are linked to, one seed has no deviation": ("metrics", "made) | `recognizer` | 1 | 0.460% |"),
    "the quick recipe": ("metrics", "| `python -m quick` | nothing that is shipped | 1 | 0.520% |"),
    "parity": ("parity", "| `convnet.onnx` | 3.43 MB | torch | 0 of 10,000, provably | 3.3e-06 |"),
    "other people's digits": ("other_digits", "| usps | envelopes, 16x16 | 13 of 2,007 | 0.65% (0.38% to 1.11%) |"),
    "one row for all pens": ("other_digits", "| strokes |  | 10, 20 of 1,000, pens of 8, 16 px | 1.00%, 2.00% |"),
    "runtimes": ("runtimes", "| 1 of 3, 1 refuse it, **MNN differs** |"),
    "speed": ("benchmark", "| edge.onnx | 31 | 83% | 80 | 45 |"),
    "what is no digit": ("other_digits", "| letters |  | 1,028 | 0.975 | 8.2% |"),
    "numbers": ("numbers", "| 1,000: 98.1% read exactly, 0.8% refused, 1.1% misread |"),
    "as other programs hand it over": ("handed", "| cut to its ink | 1.2% | 24.0% |"),
    "digits that touch": ("numbers", "| two digits that touch | 500: 52.0% read exactly"),
    "clone to page": ("start", "| 31 s |"),
    "first answer": ("start", "| 4.3 s |"),
}


@pytest.mark.parametrize(("record", "row"), ROWS.values(), ids=ROWS.keys())
def test_a_record_has_its_row(record, row):
    records = {"metrics": METRICS, "parity": PARITY, "start": START, "other_digits": OTHERS}
    records |= {"runtimes": RUNTIMES, "benchmark": BENCHMARK, "numbers": STRINGS, "handed": HANDED}
    assert row in "\n".join(results.tables(records))
    assert row not in "\n".join(results.tables(records | {record: {}}))


def test_a_model_without_test_result_has_no_row():
    assert "recognizer.onnx" not in "\n".join(results.tables(NOTHING | {"metrics": METRICS}))


def test_without_records_there_is_no_table():
    assert results.tables(NOTHING) == [""]


def test_only_recipes_that_gave_a_shipped_model_or_are_quick_are_named():
    """docs/training.md lists the others."""
    assert "python -m stage" not in "\n".join(results.tables(NOTHING | {"metrics": METRICS}))


def test_files_stand_in_one_order_whatever_the_record_does():
    entry = PARITY["models"]["convnet"]
    names = ["reference.onnx", "edge.ort", "edge.int8.onnx", "edge.onnx", "convnet.fp16.onnx", "recognizer.onnx"]
    parity = {"models": {name: entry | {"file": name} for name in names}}
    text = "\n".join(results.tables(NOTHING | {"parity": parity}))
    ordered = ["convnet.fp16.onnx", "recognizer.onnx", "edge.onnx", "edge.int8.onnx", "edge.ort", "reference.onnx"]
    assert re.findall(r"^\| `(\S+)`", text, re.MULTILINE) == ordered


def test_a_claim_is_made_only_when_its_proof_holds():
    loose = {"margin": {"holds": False}}
    parity = {"format": 1, "models": {"convnet": PARITY["models"]["convnet"] | loose}}
    assert "provably |" not in "\n".join(results.tables(NOTHING | {"parity": parity}))


AGREEMENT = {
    "sets": {
        "usps": {"pictures": 2007, "runtimes": {"a": {"labels_changed": 1}, "b": {"labels_changed": 0}}},
        "letters": {"pictures": 1000, "runtimes": {"a": {"labels_changed": 0}, "b": {"labels_changed": 2}}},
    }
}
NUMBERS = {
    "MNIST": ("metrics", METRICS, "| **0.40%** (40 of 10,000) |"),
    "others": ("other_digits", OTHERS | {"mean_error": 0.0123}, "| **1.23%**, the mean over 2 sets |"),
    "everywhere": ("agreement", AGREEMENT, "| **3** of 3,007 |"),
    "fast": (
        "benchmark",
        {"models": {"recognizer.onnx": {"min_us": 416.5, "bytes": 2_188_698}}},
        "| **0.4 ms**, 2.2 MB |",
    ),
}


@pytest.mark.parametrize(("name", "record", "row"), NUMBERS.values(), ids=NUMBERS.keys())
def test_each_number_of_the_readme_has_its_record(name, record, row):
    assert row in "\n".join(headlines.rows(NOTHING | {name: record}))
    assert [*headlines.rows(NOTHING)] == [*headlines.HEAD]


def test_a_number_whose_model_changed_says_so():
    stale = {"inputs": {"models/recognizer.onnx": "0" * 64}, "mean_error": 0.01}
    assert "**1.00%**, the mean over 0 sets; measured with an earlier model |" in "\n".join(
        headlines.rows(NOTHING | {"other_digits": stale})
    )
