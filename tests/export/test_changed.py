"""The pictures whose labels quantising changed are shown with what is said of them."""

from export.changed import changed_pictures, plot

CHANGE = {"picture": 3, "truth": 0, "before": 0, "after": 6}
MODELS = {
    "convnet": {"file": "convnet.onnx"},
    "convnet.int8": {"accuracy": {"MNIST test": {"changed": [CHANGE]}}},
}


def test_a_changed_label_is_shown_with_its_picture():
    ((says, picture),) = changed_pictures(MODELS)
    assert says == "convnet.int8\nMNIST test 3\na 0: 0 → 6"
    assert picture.shape == (28, 28)
    assert plot([(says, picture)]).startswith(b"\x89PNG")


def test_nothing_changed_is_an_empty_plot():
    assert changed_pictures({"convnet": {}}) == []
    assert plot([]).startswith(b"\x89PNG")
