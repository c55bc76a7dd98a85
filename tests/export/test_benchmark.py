"""The benchmark interleaves, counts every round, and says so when there is nothing to measure."""

import numpy as np
import pytest

from export import front
from export.benchmark import calls, interleaved, main, matrix_product, statistics, wrong
from export.memory import megabytes_of


def test_each_round_calls_each_model_once():
    said = []
    times = interleaved({name: lambda name=name: said.append(name) for name in "ab"}, 3)
    assert "".join(said) == "ababab"
    assert all(len(row) == 3 and (row > 0).all() for row in times.values())


def test_statistics_are_of_the_given_times():
    assert statistics(np.arange(1.0, 102.0)) == {"p50_us": 51.0, "p99_us": 100.0, "min_us": 1.0}


def test_a_model_of_fixed_batch_is_called_picture_by_picture():
    sizes = []
    _, many = calls(lambda images: sizes.append(len(images)), np.zeros((4, 2)), by_one=True)
    sizes.clear()
    many()
    assert sizes == [1, 1, 1, 1]


def test_the_floor_multiplies_matrices():
    assert matrix_product()().shape == (512, 512)


def test_no_models_is_one_sentence(tmp_path, capsys):
    assert main(["--models", str(tmp_path)]) == 1
    assert (
        capsys.readouterr().err == f"stopped: {tmp_path}: none of the shipped files; `python -m export` writes them\n"
    )


def test_memory_is_at_least_the_weights(exported):
    file = exported("convnet")[2]
    assert megabytes_of(file, np.zeros((1, 1, 28, 28), np.float32)) > file.stat().st_size / 2**20


def test_errors_are_counted_over_every_picture():
    always_seven = np.eye(10, dtype=np.float32)[7]
    sizes = []

    def run(images):
        sizes.append(len(images))
        return {"logits": np.tile(always_seven, (len(images), 1))}

    assert wrong(run, by_one=False) == 10_000 - 1028  # sevens among MNIST's test pictures
    assert sum(sizes) == 10_000


RECORD = {
    "models": {
        "big.onnx": {"min_us": 100, "bytes": 9000, "wrong": 20},
        "small.onnx": {"min_us": 30, "bytes": 900, "wrong": 35},
        "beaten.onnx": {"min_us": 120, "bytes": 9999, "wrong": 30},
        "torch": {"min_us": 5},
    }
}


def test_the_front_is_what_nothing_beats():
    assert front.best(front.points(RECORD, "min_us", 1)) == [
        ("small", 30, pytest.approx(0.35)),
        ("big", 100, pytest.approx(0.2)),
    ]


def test_the_front_is_drawn(tmp_path):
    front.draw(RECORD, tmp_path / "front.png")
    assert (tmp_path / "front.png").read_bytes().startswith(b"\x89PNG")
