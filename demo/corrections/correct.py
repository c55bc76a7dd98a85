"""What the page's correction buttons ask for: keep one, show mine, take them back, take them away."""

import base64
from typing import Any

import numpy as np

from demo.answers import canvas
from demo.answers.message import data_url, preview
from demo.answers.recognizer import OneDigit
from demo.corrections.packing import as_npz, as_pictures
from demo.corrections.store import MOST_OF_ONE_VISITOR, VISITOR, Correction, CorrectionError, Corrections

MOST_SHOWN = 100  # of a visitor's own, the newest
# What the static page says too, where the visitor's own browser keeps corrections.
WORDS = {
    "kept": "Thank you. Kept as a {digit}{instead}; you have corrected {count} so far.",
    "instead": " instead of a {digit}",
    "blank": "There is no ink to learn from. Draw the digit first.",
    "taken_back": "Taken back; {count} of your corrections are left.",
}
UNKNOWN = "Your browser asked for something unknown. Please reload the page."
KINDS = {
    "npz": ("corrections.npz", "application/octet-stream", as_npz),
    "pictures": ("corrections.zip", "application/zip", as_pictures),
}


def keep(store: Corrections, recognizer: OneDigit, request: object) -> dict[str, Any]:
    """Keep {picture: data URL, digit, visitor}, in the place of what was said of the same picture before.

    returns: sentence, count (None when it was not kept), and the id by which it can be taken back.
    """
    try:
        picture, digit, visitor = _fields(request, "picture", "digit", "visitor")
        image = canvas.read(str(picture))
        answer = recognizer(image)
        if answer.blank:
            raise CorrectionError(WORDS["blank"])
        seen = (answer.seen * 255).round().astype(np.uint8)
        drawing = base64.b64decode(preview(image).partition(",")[2])
        kept = store.replace(str(visitor), Correction(digit, answer.label, seen, drawing))  # type: ignore[arg-type]
    except (CorrectionError, canvas.PictureError) as error:
        return {"sentence": str(error), "count": None}
    former = kept.replaced[-1] if kept.replaced else digit
    instead = WORDS["instead"].format(digit=former) if former != digit else ""
    shared = f" It goes into the data set {store.dataset.name}." if store.dataset else ""
    said = WORDS["kept"].format(digit=digit, instead=instead, count=kept.count) + shared
    return {"sentence": said, "count": kept.count, "id": kept.id}


def mine(store: Corrections, request: object) -> dict[str, Any]:
    """What {visitor} corrected: count; shown, [{id, digit, answer, seen: data URL}], newest first. Or {sentence}."""
    try:
        (visitor,) = _fields(request, "visitor")
        if not VISITOR.fullmatch(str(visitor)):
            raise CorrectionError(UNKNOWN)
        own = store.of(str(visitor))
    except CorrectionError as error:
        return {"sentence": str(error)}
    shown = [
        {"id": one.id, "digit": one.digit, "answer": one.answer, "seen": data_url(one.seen)}
        for one in own[: -MOST_SHOWN - 1 : -1]
    ]
    return {"count": len(own), "shown": shown}


def forget(store: Corrections, request: object) -> dict[str, Any]:
    """Take back corrections of {visitor, ids: a list, None for all}; returns {sentence, count}, None when it failed."""
    try:
        visitor, ids = _fields(request, "visitor", "ids")
        if ids is not None and not (isinstance(ids, list) and all(type(one) is int and 0 < one < 2**63 for one in ids)):
            raise CorrectionError(UNKNOWN)
        if ids is not None and len(ids) > MOST_OF_ONE_VISITOR:
            raise CorrectionError(UNKNOWN)
        count = store.forget(str(visitor), ids)
    except CorrectionError as error:
        return {"sentence": str(error), "count": None}
    shared = f" What was sent to the data set {store.dataset.name} before stays there." if store.dataset else ""
    return {"sentence": WORDS["taken_back"].format(count=count) + shared, "count": count}


def take(store: Corrections, request: object) -> dict[str, Any]:
    """The visitor's own corrections, {visitor, kind: npz or pictures}, as {name, url}; {sentence} when that fails."""
    try:
        visitor, kind = _fields(request, "visitor", "kind")
        if kind not in KINDS or not VISITOR.fullmatch(str(visitor)):
            raise CorrectionError(UNKNOWN)
        name, media_type, pack = KINDS[str(kind)]
        content = pack(store.of(str(visitor)))
    except CorrectionError as error:
        return {"sentence": str(error)}
    return {"name": name, "url": f"data:{media_type};base64,{base64.b64encode(content).decode()}"}


def _fields(request: object, *names: str) -> list[object]:
    if not isinstance(request, dict) or not set(names) <= set(request):
        raise CorrectionError("Your browser sent something incomplete. Please reload the page.")
    return [request[name] for name in names]
