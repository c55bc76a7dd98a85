"""Models of one's own on the static page: recognisers, before the readers that ship; one of those finds the parts."""

import gzip
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from demo.answers import shelf
from demo.answers.reader import Number, Reader, read_with
from demo.answers.recognizer import Grey
from demo.rendering import sentence
from demo.settings import STATIC
from demo.space.folders import Files
from demo.space.kept_analysis import LATER
from demo.space.own_models import Own

SCRIPT = "models/recognizer.mjs"


def files(own: Sequence[Own]) -> Files:
    """Name -> bytes of the models, packed, and of the script that reads with them; nothing without models."""
    packed = [gzip.compress(one.content, 9, mtime=0) for one in own]
    script = {SCRIPT: (STATIC / "browser" / SCRIPT).read_bytes()} if own else {}
    return script | dict(zip(places(own), packed, strict=True))


def places(own: Sequence[Own]) -> list[str]:
    """Where they lie, whatever they are called: browsers keep the first with the page, others once chosen."""
    return [f"models/{at}.onnx{LATER if at else '.gz'}" for at in range(len(own))]


def reading(reader: Reader, own: Sequence[Own]) -> Callable[[Grey], Number]:
    """How the page reads for whoever chooses nothing."""
    return partial(read_with, reader, own[0].reads) if own else reader


def said(own: Sequence[Own]) -> str:
    """HTML that names the model which answers unasked; "" where that ships."""
    return sentence(shelf.said(own[0].title)) if own else ""


def facts(own: Sequence[Own], finder: str, sums: dict[str, str]) -> dict[str, Any]:
    """What the page's scripts know of them, by name. finder: the page's reader; sums: path in the folder -> SHA-256."""
    return {
        one.name: {
            "title": one.title,
            "file": path,
            "sums": known,
            "threshold": one.reads.threshold,
            "finder": finder,
        }
        for one, (path, known) in zip(own, sums.items(), strict=True)
    }
