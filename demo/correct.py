"""What the page's correction buttons ask for: keep one, take mine away."""

import base64
from typing import Any

import numpy as np

from demo import canvas, corrections
from demo.corrections import Correction, CorrectionError, Corrections
from demo.message import preview
from demo.recognizer import Recognizer

KINDS = {
    "npz": ("corrections.npz", "application/octet-stream", corrections.as_npz),
    "pictures": ("corrections.zip", "application/zip", corrections.as_pictures),
}


def keep(store: Corrections, recognizer: Recognizer, request: object) -> dict[str, Any]:
    """Keep {picture: data URL, digit, visitor}; returns {sentence, count}, count None when it was not kept."""
    try:
        picture, digit, visitor = _fields(request, "picture", "digit", "visitor")
        image = canvas.read(str(picture))
        answer = recognizer(image)
        if answer.blank:
            raise CorrectionError("There is no ink to learn from. Draw the digit first.")
        seen = (answer.seen * 255).round().astype(np.uint8)
        drawing = base64.b64decode(preview(image).partition(",")[2])
        count = store.add(str(visitor), Correction(digit, answer.label, seen, drawing))  # type: ignore[arg-type]
    except (CorrectionError, canvas.PictureError) as error:
        return {"sentence": str(error), "count": None}
    shared = f" It goes into the data set {store.dataset.name}." if store.dataset else ""
    return {"sentence": f"Thank you. Kept as a {digit}; you have corrected {count} so far.{shared}", "count": count}


def take(store: Corrections, request: object) -> dict[str, Any]:
    """The visitor's own corrections, {visitor, kind: npz or pictures}, as {name, url}; {sentence} when that fails."""
    try:
        visitor, kind = _fields(request, "visitor", "kind")
        if kind not in KINDS or not corrections.VISITOR.fullmatch(str(visitor)):
            raise CorrectionError("Your browser asked for something unknown. Please reload the page.")
        name, media_type, pack = KINDS[str(kind)]
        content = pack(store.of(str(visitor)))
    except CorrectionError as error:
        return {"sentence": str(error)}
    return {"name": name, "url": f"data:{media_type};base64,{base64.b64encode(content).decode()}"}


def _fields(request: object, *names: str) -> list[object]:
    if not isinstance(request, dict) or not set(names) <= set(request):
        raise CorrectionError("Your browser sent something incomplete. Please reload the page.")
    return [request[name] for name in names]
