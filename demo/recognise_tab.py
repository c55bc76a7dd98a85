"""The first screen: sketch or upload on the left, the answer beside it. Canvas and panel live in static/."""

from html import escape

import gradio as gr

from demo import canvas, choices_views, limits, message, understand, understand_views
from demo.choices import Choices, title
from demo.correct import keep, take
from demo.corrections import Corrections
from demo.neighbours import nearest
from demo.number import read_number
from demo.recognizer import Grey, Recognizer
from demo.settings import STATIC

SCRIPTS = (
    "canvas.js",
    "newest.js",
    "answer.js",
    "upload.js",
    "batch.js",
    "camera.js",
    "why.js",
    "correct.js",
    "examples.js",
    "recognise.js",
)
MODELS_HERE = "<!-- models -->"


def script() -> str:
    """All scripts of the screen as one, for a function with `element` and `server`."""
    parts = [(STATIC / name).read_text(encoding="utf-8") for name in SCRIPTS]
    return "\n".join([*parts, f"const MAX_UPLOAD_BYTES = {limits.PICTURE_BYTES};"])


def build(recognizer: Recognizer, store: Corrections | None) -> gr.HTML:
    """Add the sketch, the upload and their common answer to the page being built; no `store`, no corrections."""
    choices = Choices(recognizer)

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
        """Keep what a picture really was."""
        assert store is not None
        return keep(store, recognizer, request)

    def take_corrections(request: object) -> message.Message:
        """A visitor's own corrections as a file."""
        assert store is not None
        return take(store, request)

    functions = [recognise, recognise_upload, explain, compare]
    return gr.HTML(
        html_template=(STATIC / "recognise.html").read_text().replace(MODELS_HERE, choices_views.options(choices)),
        js_on_load=script(),
        server_functions=[*functions, correct, take_corrections] if store else functions,
        apply_default_css=False,
        elem_id="recognise",
    )


def _read(choices: Choices, request: object, *, show: bool) -> message.Message:
    try:
        recognizer, image = _asked(choices, request)
    except canvas.PictureError as error:
        return message.of_problem(str(error))
    number = read_number(recognizer, image)
    told = message.of_number(number)
    return told | {"preview": message.marked_preview(image, number)} if show else told


def _comparison(choices: Choices, picture: object) -> str:
    try:
        return choices_views.comparison(choices, _picture(picture))
    except canvas.PictureError as error:
        return f"<p>{escape(str(error))}</p>"


def _explanation(choices: Choices, request: object) -> str:
    try:
        recognizer, image = _asked(choices, request)
        answer = recognizer(image)
    except canvas.PictureError as error:
        return f"<p>{escape(str(error))}</p>"
    if answer.blank:
        return "<p>There is no ink to explain yet.</p>"
    digit = int(answer.probabilities.argmax())
    curves = "".join(understand_views.sweep(sweep, digit) for sweep in understand.sweeps(recognizer, answer))
    return (
        f"<p>As {escape(title(recognizer.path))} sees it.</p>"
        f"<h3>Which ink mattered</h3>{understand_views.heat_map(answer.seen, understand.occlusion(recognizer, answer))}"
        f'<h3>What would change its mind</h3><div class="sweeps">{curves}</div>'
        f"<h3>The most similar training pictures</h3>{understand_views.neighbours(nearest(answer.seen))}"
    )


def _asked(choices: Choices, request: object) -> tuple[Recognizer, Grey]:
    """The model and the picture of a question: a data URL for the first model, or {picture: data URL, model: name}."""
    if not isinstance(request, dict):
        return choices.get(choices.paths[0].name), _picture(request)
    return choices.get(request.get("model")), _picture(request.get("picture"))


def _picture(picture: object) -> Grey:
    if not isinstance(picture, str):
        raise canvas.PictureError("The picture did not arrive in one piece. Please send it again.")
    return canvas.read(picture)
