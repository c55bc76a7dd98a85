"""Models as other people publish them: opened by their axes, given the right pixels, read with the same answers."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from core.picture_model import open_picture_model, softmax
from core.preparation import Preparation
from core.session import ModelError
from core.train import data
from tests.foreign_models import OTHER_PREPARATION, SAME_ANSWERS, edge, node

COUNT = 300


@pytest.fixture(scope="module")
def validation():
    images, labels = data.hold_out(data.load("train"), COUNT)[1]
    return images.numpy(), labels.numpy()


@pytest.fixture(scope="module")
def expected(validation):
    return open_picture_model(edge().SerializeToString())(validation[0]).probabilities


@pytest.mark.parametrize("make", SAME_ANSWERS.values(), ids=SAME_ANSWERS.keys())
def test_any_form_of_the_same_net_gives_the_same_answers(make, validation, expected):
    model = open_picture_model(make().SerializeToString())
    found = model(validation[0]).probabilities
    np.testing.assert_allclose(found, expected, atol=2e-3)  # half precision
    assert model.better(*validation) is None


@pytest.mark.parametrize("make", OTHER_PREPARATION.values(), ids=OTHER_PREPARATION.keys())
def test_another_preparation_is_found_by_labelled_pictures(make, validation, expected):
    model = open_picture_model(make().SerializeToString())
    best, wrong = model.best_preparation(*validation)
    assert wrong <= (expected.argmax(1) != validation[1]).sum() + 1
    np.testing.assert_allclose(model.prepared(best)(validation[0]).probabilities, expected, atol=1e-3)


@pytest.mark.parametrize("name", ["pixels 0 to 255", "ink is 0", "ink is 0, pixels 0 to 255"])
def test_a_preparation_that_does_much_better_is_named(name, validation):
    model = open_picture_model(OTHER_PREPARATION[name]().SerializeToString(), "theirs.onnx")
    sentence = model.better(*validation)
    assert sentence.startswith("theirs.onnx: with pixels 0 to 1, ink 1 it misreads")
    assert f"`{model.best_preparation(*validation)[0].options}` asks for that" in sentence


def test_eight_by_eight_pictures_are_taken_to_have_sixteen_levels():
    model = open_picture_model(model_of(shape=("N", 64)))
    assert (str(model.layout), model.preparation) == ("(N, 64)", Preparation(16))
    assert model(np.full((2, 28, 28), 255, np.uint8)).probabilities.shape == (2, 10)


def model_of(kind=TensorProto.FLOAT, shape=("N", 1, 28, 28), classes=10, inputs=1):
    """A model that answers the first pixels of its picture."""
    ports = [helper.make_tensor_value_info(f"in{place}", kind, shape) for place in range(inputs)]
    nodes = [node("Flatten", "in0", "flat"), node("Slice", "flat from to axes", "out")]
    numbers = {"from": 0, "to": classes, "axes": 1}
    constants = [helper.make_tensor(name, TensorProto.INT64, (1,), [number]) for name, number in numbers.items()]
    graph = helper.make_graph(nodes, "pixels", ports, [helper.make_tensor_value_info("out", kind, None)], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()


# what it is -> (bytes, what the sentence says)
REFUSED = {
    "eleven classes": (lambda: model_of(classes=11), "gives out (11,) for a picture; expected ten numbers"),
    "two inputs": (lambda: model_of(inputs=2), "has 2 inputs (in0, in1); expected one"),
    "texts": (lambda: model_of(TensorProto.STRING), "takes in0 string (?, 1, 28, 28); expected numbers"),
    "no square": (lambda: model_of(shape=("N", 1, 28, 30)), "expected a picture"),
    "no picture": (lambda: model_of(shape=("N", 13)), "takes in0 float32 (?, 13); expected a picture"),
    "no model": (lambda: b"\x08\x0a\x12", "ONNX Runtime cannot open it"),
    "an unknown operator": (
        lambda: onnx.helper.make_model(
            helper.make_graph([helper.make_node("Guess", ["a"], ["b"], domain="mine")], "g", [], [])
        ).SerializeToString(),
        "ONNX Runtime cannot open it",
    ),
}


@pytest.mark.parametrize(("make", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_model_of_digits_gets_a_sentence(make, says):
    with pytest.raises(ModelError) as refused:
        open_picture_model(make(), "theirs.onnx")
    assert str(refused.value).startswith("theirs.onnx: ")
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_pictures_of_another_size_are_refused_with_the_way_out():
    model = open_picture_model(edge().SerializeToString(), "edge.onnx")
    with pytest.raises(
        ModelError, match=r"edge.onnx: reads pictures of 28×28 .* found one of 80×72; choose a recogniser"
    ):
        model(np.zeros((1, 80, 72), np.uint8))


def test_logarithms_and_logits_become_the_same_probabilities():
    logits = np.array([[1.0, 2.0, 700.0]])
    logs = logits - 700
    np.testing.assert_allclose(softmax(logits), softmax(logs))
    np.testing.assert_allclose(softmax(logits).sum(), 1)


IMPOSSIBLE = [({"std": 0}, "--std must be above 0"), ({"scale": -1}, "--scale"), ({"mean": np.nan}, "--mean")]


@pytest.mark.parametrize(("setting", "says"), IMPOSSIBLE)
def test_impossible_preparations_are_refused(setting, says):
    with pytest.raises(ValueError, match=says):
        Preparation(**setting)


def test_levels_become_what_a_net_was_trained_on():
    levels = np.array([0, 255], np.uint8)
    np.testing.assert_allclose(Preparation(1, 0.1307, 0.3081)(levels, "float32"), [-0.4242, 2.8215], atol=1e-4)
    assert Preparation(255, 128)(levels, "int8").tolist() == [-128, 127]
    assert Preparation(255, invert=True)(levels, "uint8").tolist() == [255, 0]
