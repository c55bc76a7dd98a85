"""The first screen: sketch or upload on the left, the answer beside it. Canvas and panel live in static/."""

from collections.abc import Callable

import gradio as gr

from demo.answers import canvas, choices_views, message, understand, understand_views
from demo.answers.choices import Choices
from demo.answers.neighbours import nearest
from demo.answers.recognizer import Grey, ModelError, OneDigit
from demo.corrections.correct import forget, keep, mine, take
from demo.corrections.store import Corrections
from demo.guard import limits
from demo.rendering import render, sentence
from demo.settings import STATIC

SCRIPTS = (
    "answered.js",
    "raster.js",
    "png.js",
    "pointers.js",
    "canvas.js",
    "newest.js",
    "parts.js",
    "answer.js",
    "upload.js",
    "batch.js",
    "readback.js",
    "camera.js",
    "why.js",
    "visitor.js",
    "correct.js",
    "mine.js",
    "examples.js",
    "recognise.js",
)
Read = Callable[[str], Grey]
MODELS_HERE = "<!-- models -->"
KEPT_WHERE, OF_CORRECTIONS = "<!-- kept where -->", "<!-- of corrections -->"


def script() -> str:
    """All scripts of the screen as one, for a function with `element` and `server`."""
    parts = [(STATIC / name).read_text(encoding="utf-8") for name in SCRIPTS]
    return "\n".join([*parts, f"const MAX_UPLOAD_BYTES = {limits.PICTURE_BYTES};"])


def screen(models: str, kept_where: str, of_corrections: str = "") -> str:
    """The screen's markup. models: options to choose from; kept_where, of_corrections: what is said of corrections."""
    page = (STATIC / "recognise.html").read_text(encoding="utf-8")
    for place, text in {MODELS_HERE: models, KEPT_WHERE: kept_where, OF_CORRECTIONS: of_corrections}.items():
        page = page.replace(place, text)
    return page


def build(choices: Choices, store: Corrections | None) -> gr.HTML:
    """Add the sketch, the upload and their common answer to the page being built; no `store`, no corrections."""

    def recognise(picture: object) -> message.Message:
        """Read a drawing, a data URL or {picture: data URL, model: file name}; problems come back as sentences."""
        return _read(choices, picture, show=False)

    def recognise_upload(picture: object) -> message.Message:
        """Read an image file of any kind, sent in the same way, and show how it arrived."""
        return _read(choices, picture, show=True)

    def compare(picture: object) -> message.Message:
        """What every model says of a picture, a data URL: HTML for the panel below the answer."""
        return {"html": _comparison(choices, picture)}

    def explain(picture: object) -> message.Message:
        """Why a picture was read as it was by the model that was asked: HTML for the panel below the answer."""
        return {"html": _explanation(choices, picture)}

    def correct(request: object) -> message.Message:
        """Keep what a picture really was, beside what the model that was chosen said of it."""
        assert store is not None
        try:
            return keep(store, _chosen(choices, request), request)
        except canvas.PictureError as error:  # no such model
            return {"sentence": str(error), "count": None}

    def take_corrections(request: object) -> message.Message:
        """A visitor's own corrections as a file."""
        assert store is not None
        return take(store, request)

    def my_corrections(request: object) -> message.Message:
        """What a visitor corrected, the newest first."""
        assert store is not None
        return mine(store, request)

    def forget_corrections(request: object) -> message.Message:
        """Take back corrections of a visitor's own."""
        assert store is not None
        return forget(store, request)

    corrections = [correct, take_corrections, my_corrections, forget_corrections]
    functions = [recognise, recognise_upload, explain, compare]
    return gr.HTML(
        html_template=screen(choices_views.options(choices), "here"),
        js_on_load=script(),
        server_functions=[*functions, *corrections] if store else functions,
        apply_default_css=False,
        elem_id="recognise",
    )


def _read(choices: Choices, request: object, *, show: bool) -> message.Message:
    try:
        recognizer, image = _asked(choices, request, canvas.read if show else canvas.read_drawing)
        number = choices.read(recognizer, image)
    except canvas.PictureError as error:
        return message.of_problem(str(error))
    told = message.of_number(number) | {"size": list(image.shape)}  # height and width, in which boxes are
    return told | {"preview": message.marked_preview(image, number)} if show else told


def _comparison(choices: Choices, picture: object) -> str:
    try:
        return choices_views.comparison(choices, _picture(picture))
    except canvas.PictureError as error:
        return sentence(str(error))


def _explanation(choices: Choices, request: object) -> str:
    try:
        recognizer, image = _asked(choices, request)
        answer = recognizer(image)
        if answer.blank:
            return sentence(understand_views.NO_INK)
        heat, sweeps = understand.explain(recognizer, answer)
    except (canvas.PictureError, ModelError) as error:
        return sentence(str(error))
    digit = int(answer.probabilities.argmax())
    return render(
        "explanation",
        model=choices.title_of(recognizer),
        said=message.NAMES[digit],
        digit=digit,
        tinted=understand_views.tinted(answer.seen, heat),
        sweeps=[(one, understand_views.turning_point(one, digit)) for one in sweeps],
        near=nearest(answer.seen),
    )


def _asked(choices: Choices, request: object, read: Read = canvas.read) -> tuple[OneDigit, Grey]:
    """The model and the picture of a question: a data URL for the first model, or {picture: data URL, model: name}."""
    picture = request.get("picture") if isinstance(request, dict) else request
    return _chosen(choices, request), _picture(picture, read)


def _chosen(choices: Choices, request: object) -> OneDigit:
    name = request.get("model") if isinstance(request, dict) else None
    return choices.first if name is None else choices.get(name)


def _picture(picture: object, read: Read = canvas.read) -> Grey:
    if not isinstance(picture, str):
        raise canvas.PictureError("The picture did not arrive in one piece. Please send it again.")
    return read(picture)
