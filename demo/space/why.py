"""What the static page has to know to explain an answer, in the visitor's browser."""

from typing import Any

from core.catalogue import CATALOGUE, EXPLAIN
from demo.answers import choices, understand, understand_views
from demo.settings import MODELS
from demo.space import own_pictures

TEMPLATES = ("explanation", "sentence")  # filled by static/browser/analysis/why.mjs


def facts() -> dict[str, Any]:
    """The graphs, what they change, and the page's words and tints. models: of each reader, the recogniser in it."""
    return {
        "graphs": EXPLAIN,
        "sweeps": understand.sweeps(),
        "models": {reader: {"file": file, "title": choices.title(MODELS / file)} for reader, file in _inside().items()},
        "words": {
            "no_ink": understand_views.NO_INK,
            "changes": understand_views.CHANGES,
            "stays": understand_views.STAYS,
        },
        "tints": [understand_views.FOR, understand_views.AGAINST],
    }


def _inside() -> dict[str, str]:
    """File of a reader -> file of the recogniser with its weights, where that is exported."""
    recognizers = {CATALOGUE[file.removesuffix(".onnx")].weights: file for file in own_pictures.models()}
    readers = [model for model in CATALOGUE.values() if model.kind == "reader" and model.weights in recognizers]
    return {f"{model.name}{form}": recognizers[model.weights] for model in readers for form in model.forms}
