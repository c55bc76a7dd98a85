"""The benchmark interleaves, counts every round, and says so when there is nothing to measure."""

import numpy as np

from export.benchmark import calls, interleaved, main, matrix_product, statistics


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
