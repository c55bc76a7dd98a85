"""The readers that the static page lets people choose among: the folder's own, and others, fetched once chosen."""

from collections.abc import Sequence
from typing import Any

from core.catalogue import CATALOGUE, FORMS
from demo.answers import choices_views
from demo.rendering import file_size, render
from demo.settings import MODELS
from demo.space.own_models import Own


def others(first: str) -> list[str]:
    """File names of what is exported: the smallest form of the folder's reader, and the other readers."""
    files = (model.smallest if model.file == first else model.file for model in CATALOGUE.values() if model.space)
    return [file for file in files if (MODELS / file).is_file()]


def options(first: str, own: Sequence[Own] = ()) -> str:
    """For a <select>, each with its size; models of one's own before all."""
    titles = {one.name: one.title for one in own} | {file: title(file) for file in (first, *others(first))}
    return render("options", options=titles)


def title(file: str) -> str:
    """What a reader is called, which form of it this is, and how large it is."""
    name, _, ending = file.partition(".")
    form = f", {FORMS[f'.{ending}']}" if ending != "onnx" else ""
    return f"{CATALOGUE[name].title}{form}, {file_size(MODELS / file)}"


def facts(first: str, sums: dict[str, str], before: dict[str, Any]) -> dict[str, Any]:
    """What the page's scripts know of them.

    sums:   path in the folder -> SHA-256, in the order of the readers.
    before: the same of models of one's own.
    """
    files = zip((first, *others(first)), sums.items(), strict=True)
    models = {file: {"title": title(file), "file": path, "sums": known} for file, (path, known) in files}
    return {"models": before | models, "verdicts": choices_views.VERDICTS}
