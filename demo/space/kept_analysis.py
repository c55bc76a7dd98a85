"""The files of the static page's second tab: the Gradio page's screen, and every view that is kept, in bundles."""

import gzip
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import fields
from multiprocessing import get_context
from typing import Any

from tqdm import tqdm

from core.catalogue import EXPLAIN, OF_THE_PAGE
from demo.analysis import sources
from demo.analysis.address import PREFIX, Address
from demo.analysis.screen import PIECES, START_OVER
from demo.analysis.selection import TWO_NEEDED
from demo.settings import MODELS, STATIC
from demo.space import kept_views, readers, template_script, why
from demo.space import own_pictures as own
from demo.space.folders import Files
from demo.space.kept_address import CHANGED, COMPARING, KEPT
from demo.tabs.analysis import SCRIPTS

FOLDER = "analysis/"
LATER = ".bin.gz"  # ends the names of files that are fetched, and kept by a browser, once somebody asks for them
SENTENCES = {
    "two": TWO_NEEDED,
    "unfit": "{model} is analysed here on MNIST's pictures alone. Choose a recogniser.",
    "picture": "Picture {picture} is not kept on this page: only pictures that one of its models misreads, or whose "
    "label is in doubt, can be opened.",
    "view": "This page has no server and does not keep the view of this address. Choose another above.",
}
Work = Callable[[str, str, list[str]], Any]
Pair = tuple[str, str]  # data set, model


def kept_analysis(data: list[str] | None = None, models: list[str] | None = None, processes: int = 0) -> Files:
    """Name -> bytes, all of them below `analysis/`; shows how far it is.

    data, models: what to analyse; all that ships where None.
    processes:    how many work side by side; 1 for this one alone, 0 for one a core.
    """
    data = data or list(sources.data_sets())
    models = models or [name for name in sources.models() if name in kept_views.ANALYSED]
    bundles = {f"shared{LATER}": kept_views.shared(data, models)} | dict(_worked_out(data, models, processes))
    return screen() | {FOLDER + name: content for name, content in bundles.items()}


def screen() -> Files:
    """The tab's scripts, looks and models, the same whatever was worked out."""
    folder = STATIC / "browser" / "analysis"
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.mjs")}
    files |= {"screen.mjs": script().encode(), "analysis.css": (STATIC / "analysis.css").read_bytes()}
    files["own/templates.mjs"] = template_script.script((*own.TEMPLATES, *why.TEMPLATES)).encode()
    packed = {place(name): gzip.compress((MODELS / name).read_bytes(), 9, mtime=0) for name in packed_models()}
    return {FOLDER + name: content for name, content in files.items()} | packed


def packed_models() -> list[str]:
    """What a browser fetches once somebody asks for it: models for one's own pictures, other readers, and why."""
    return [*own.models(), *readers.others(f"{OF_THE_PAGE[0]}.onnx"), *EXPLAIN]


def place(model: str) -> str:
    """Where a model lies that a browser fetches once somebody asks for it."""
    return f"{FOLDER}model-{model}{LATER}"


def script() -> str:
    """The screen's scripts as one function of what Gradio gives them: `element` and `server`."""
    parts = [(STATIC / name).read_text(encoding="utf-8") for name in SCRIPTS]
    return "\n".join(["export function wire(element, server) {", *parts, "}"])


def facts(sums: dict[str, str]) -> dict[str, Any]:
    """What the scripts of the second tab have to know; sums: name of a bundle -> its SHA-256."""
    first = {field.name: "" if field.default is None else str(field.default) for field in fields(Address)}
    return {
        "prefix": PREFIX,
        "first": first,
        "changed": CHANGED,
        "kept": KEPT,
        "pieces": PIECES,
        "depends": kept_views.DEPENDS,
        "comparing": COMPARING,
        "any": kept_views.ANY,
        "sentences": SENTENCES,
        "start_over": START_OVER,
        "files": sums,
        "why": why.facts(),
        "own": own.facts({name: title for name, title in sources.data_sets().items() if _kept(name, sums)}),
    }


def _kept(data: str, sums: dict[str, str]) -> bool:
    return any(name.startswith(f"{FOLDER}{data}-") for name in sums)


def _worked_out(data: list[str], models: list[str], processes: int) -> Iterator[tuple[str, bytes]]:
    """The bundles of each data set and model, in an order that is always the same."""
    pairs = [(one, model) for one in data for model in models if kept_views.fits(one, model)]
    _all([(_answer, pair) for pair in pairs], models, "answers", processes)  # kept on the disk, for what follows
    kinds = {"": kept_views.views, "-opened": kept_views.opened}
    tasks = [(work, pair) for pair in pairs for work in kinds.values()]
    names = [f"{one}-{model}{kind}{LATER}" for one, model in pairs for kind in kinds]
    yield from zip(names, _all(tasks, models, "views", processes), strict=True)


def _answer(data: str, model: str, _: list[str]) -> None:
    kept_views.table(data, model)


def _all(tasks: Sequence[tuple[Work, Pair]], models: list[str], what: str, processes: int) -> list[Any]:
    """What each task gives, in their order."""
    if processes == 1:
        return [work(*pair, models) for work, pair in tqdm(tasks, desc=what, leave=False, disable=None)]
    with ProcessPoolExecutor(processes or os.cpu_count(), get_context("spawn")) as pool:
        running = [pool.submit(work, *pair, models) for work, pair in tasks]
        for _ in tqdm(as_completed(running), desc=what, total=len(tasks), leave=False, disable=None):
            pass
        return [one.result() for one in running]
