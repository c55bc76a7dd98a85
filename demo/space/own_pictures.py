"""What the static page has to know to analyse pictures of a visitor's own, in the visitor's browser."""

from typing import Any

from demo.analysis import uploads
from demo.analysis.address import KINDS, SECTIONS, SORTS
from demo.answers.recognizer import Recognizer
from demo.settings import MODELS
from demo.space.kept_views import ANALYSED

# Filled by static/browser/analysis/own/views.mjs.
TEMPLATES = (
    *("finding", "chooser", "sections", "overview", "calibration", "comparison", "label_issues"),
    *("gallery", "picture", "models"),
)


def models() -> dict[str, str]:
    """File name -> title of the models that read pictures of any size; the first one is asked at once."""
    named = {name: model.analysed for name, model in ANALYSED.items() if model.kind == "recognizer"}
    return {name: title for name, title in named.items() if (MODELS / name).is_file()}


def facts(data: dict[str, str]) -> dict[str, Any]:
    """data: name -> title of the sets whose views are kept."""
    return {
        "sections": SECTIONS,
        "kinds": KINDS,
        "sorts": SORTS,
        "data": data,
        "models": models(),
        "thresholds": {name: Recognizer(MODELS / name).threshold for name in models()},
        "limits": {"files": uploads.MOST_PICTURES, "bytes": uploads.MOST_BYTES, "accepted": uploads.ACCEPTED},
    }
