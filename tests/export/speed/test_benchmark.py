"""The benchmark interleaves, counts every round, and says so when there is nothing to measure."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.train.data import load
from export.graph.quantize import int8
from export.pages.benchmark_page import page
from export.speed import benchmark, front
from export.speed.benchmark import floor, main
from export.speed.matrix import products
from export.speed.memory import megabytes_of
from export.speed.operators import microseconds_by_operator
from export.speed.timing import calls, interleaved, statistics
from export.speed.work import multiply_adds


def test_each_round_calls_each_model_once():
    said = []
    times = interleaved({name: lambda name=name: said.append(name) for name in "ab"}, 3)
    assert "".join(said) == "ababab"
    assert all(len(row) == 3 and (row > 0).all() for row in times.values())


def test_a_turn_begins_with_a_call_that_is_not_counted():
    said = []
    times = interleaved({name: lambda name=name: said.append(name) for name in "ab"}, rounds=2, turn=2)
    assert "".join(said) == "aaabbb" * 2
    assert all(len(row) == 4 for row in times.values())


def test_statistics_are_of_the_given_times():
    assert statistics(np.arange(1.0, 102.0)) == {"p50_us": 51.0, "p99_us": 100.0, "min_us": 1.0}


def test_a_model_of_fixed_batch_is_called_picture_by_picture():
    sizes = []
    _, many = calls(lambda images: sizes.append(len(images)), np.zeros((4, 2)), by_one=True)
    sizes.clear()
    many()
    assert sizes == [1, 1, 1, 1]


def test_the_floor_multiplies_the_same_matrices_in_both_libraries():
    here, there = (np.asarray(product()) for product in products().values())
    assert here.shape == (512, 512)
    np.testing.assert_allclose(here, there, rtol=1e-5)


def test_a_net_at_half_the_rate_of_a_product_reaches_half_of_the_floor():
    reached = floor(5_000_000, gflop_per_s=100, times=np.array([300.0, 200.0]))
    assert reached == {"floor_us": 100.0, "share_of_floor": 0.5}
    assert floor(None, 100, np.array([1.0])) == {}


# file -> its multiply-adds, counted on paper from core/net/model.py
WORK = {
    "convnet": 32 * 25 * 28 * 28 + 64 * 32 * 9 * 14 * 14 + 3136 * 256 + 256 * 128 + 128 * 10,
    "edge": 16 * 25 * 14**2 + 16 * 16 * 9 * 14**2 + 16 * 32 * 9 * 7**2 + 32 * 32 * 9 * 7**2 + 288 * 10,
}


@pytest.mark.parametrize("name", WORK)
def test_multiply_adds_are_those_of_the_layers(name, exported):
    image = np.zeros((1, 1, 28, 28), np.float32)
    model = onnx.load(exported(name)[2])
    assert multiply_adds(model, image) == WORK[name]
    assert multiply_adds(int8(model, [image]), image) == WORK[name]


def uneven(folder):
    """A model of two products of 512 x 512 matrices, and of 512 changed signs."""
    nodes = [
        helper.make_node("Neg", ["image"], ["row"]),
        helper.make_node("MatMul", ["square", "square"], ["power"]),
        helper.make_node("MatMul", ["row", "power"], ["answer"]),
    ]
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, (1, 512)) for name in ("image", "answer")]
    side = helper.make_tensor_value_info("square", TensorProto.FLOAT, (512, 512))
    square = numpy_helper.from_array(np.eye(512, dtype=np.float32), "square")
    # named among the inputs too, so that the product is not worked out when the file is opened
    graph = helper.make_graph(nodes, "uneven", [ports[0], side], [ports[1]], [square])
    path = folder / "uneven.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10), path)
    return path


def test_the_profile_names_the_operators_that_take_the_time(exported, tmp_path):
    """Which of a net's layers takes longest hangs on the machine; that a product of large matrices does, on none."""
    spent = microseconds_by_operator(uneven(tmp_path), np.zeros((1, 512), np.float32), calls=20)
    assert list(spent) == ["MatMul", "Neg"]
    assert spent["MatMul"] > spent["Neg"]
    of_net = microseconds_by_operator(exported("convnet")[2], np.zeros((1, 1, 28, 28), np.float32), calls=20)
    assert {"Conv", "MaxPool"} < of_net.keys()
    assert list(of_net.values()) == sorted(of_net.values(), reverse=True)


def test_no_models_is_one_sentence(tmp_path, capsys):
    assert main(["--models", str(tmp_path)]) == 1
    assert (
        capsys.readouterr().err == f"stopped: {tmp_path}: none of the shipped files; `python -m export` writes them\n"
    )


def test_memory_is_at_least_the_weights(exported):
    file = exported("convnet")[2]
    assert megabytes_of(file, np.zeros((1, 1, 28, 28), np.float32)) > file.stat().st_size / 2**20


def always_seven(sizes):
    def run(images):
        sizes.append(len(images))
        return {"logits": np.tile(np.eye(10, dtype=np.float32)[7], (len(images), 1))}

    return run


@pytest.mark.parametrize(("by_one", "count", "calls_made"), [(False, 10_000, 40), (True, 300, 300)])
def test_errors_are_counted_over_every_picture(by_one, count, calls_made, exported, monkeypatch):
    sizes = []
    monkeypatch.setattr(benchmark, "open_model", lambda _: always_seven(sizes))
    sevens = int((load("test")[1][:count] == 7).sum())
    assert benchmark.wrong(exported("convnet")[2], by_one=by_one, count=count) == count - sevens
    assert sum(sizes) == count
    assert len(sizes) == calls_made


def test_a_model_that_wants_pixels_up_to_255_is_given_them(exported, tmp_path):
    assert benchmark.best_scale(exported("convnet")[2], by_one=False) == 1
    model = onnx.load(exported("convnet")[2])
    model.graph.initializer.append(numpy_helper.from_array(np.float32(255), "white"))
    model.graph.node[0].input[0] = "scaled"
    model.graph.node.insert(0, helper.make_node("Div", ["image", "white"], ["scaled"]))
    onnx.save(model, tmp_path / "other.onnx")
    assert benchmark.best_scale(tmp_path / "other.onnx", by_one=False) == 255


RECORD = {
    "models": {
        "big.onnx": {"min_us": 100, "bytes": 9000, "wrong": 20},
        "small.onnx": {"min_us": 30, "bytes": 900, "wrong": 35},
        "beaten.onnx": {"min_us": 120, "bytes": 9999, "wrong": 30},
        "torch": {"min_us": 5},
        "big.ort": {"min_us": 1, "bytes": 1, "wrong": 1},
        "reference.onnx": {"min_us": 1, "bytes": 1, "wrong": 1},
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


ROW = {"p50_us": 100, "p99_us": 120, "min_us": 90, "pictures_per_s": 9999}
WHOLE = {
    "matrix_gflop_per_s": {"product in torch": 97.2},
    "machine": {"processor": "a processor", "load": 0.1},
    "versions": {"onnxruntime": "1", "torch": "2"},
    "models": {
        "convnet.onnx": ROW | {"bytes": 3_400_000, "wrong": 40, "share_of_floor": 0.83, "us_by_operator": {"Conv": 77}},
        "convnet.int8.onnx": ROW | {"min_us": 45, "wrong": 41},
        "edge.onnx": ROW | {"min_us": 30, "wrong": 50},
        "mnist-8.onnx": ROW | {"min_us": 40, "wrong": 110},
        "convnet, torch": ROW,
    },
    "sizes": {"recognizer.onnx": {"280x280": ROW | {"p50_us": 650, "min_us": 590}}},
}


def test_the_page_says_what_was_aimed_at_and_what_came_out():
    said = page(WHOLE)
    assert "83% of the floor (aim: 80%)" in said
    assert "2.00 times as fast as float32" in said
    assert (
        "edge.onnx takes 0.75 times as long as mnist-8.onnx (aim: at most 1) and misreads 50 pictures, not 110" in said
    )
    assert "| convnet.onnx | Conv 77 |" in said
    assert "97 GFLOP/s as product in torch" in said
    assert "| recognizer.onnx | 0.65, 0.59 |" in said
