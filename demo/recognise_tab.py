"""The first screen: sketch or upload on the left, the answer beside it. Canvas and panel live in static/."""

import gradio as gr

from demo import canvas, message
from demo.recognizer import Recognizer
from demo.settings import STATIC

SCRIPTS = (
    "canvas.js",
    "newest.js",
    "answer.js",
    "upload.js",
    "batch.js",
    "camera.js",
    "examples.js",
    "recognise.js",
)


def build(recognizer: Recognizer) -> gr.HTML:
    """Add the sketch, the upload and their common answer to the page that is being built."""

    def recognise(picture: str) -> message.Message:
        """Read a drawing, a data URL; problems come back as sentences."""
        return _read(recognizer, picture, show=False)

    def recognise_upload(picture: str) -> message.Message:
        """Read an image file of any kind, a data URL, and show how it arrived."""
        return _read(recognizer, picture, show=True)

    return gr.HTML(
        html_template=(STATIC / "recognise.html").read_text(),
        js_on_load="\n".join((STATIC / name).read_text() for name in SCRIPTS),
        server_functions=[recognise, recognise_upload],
        apply_default_css=False,
        elem_id="recognise",
    )


def _read(recognizer: Recognizer, picture: object, *, show: bool) -> message.Message:
    if not isinstance(picture, str):
        return message.of_problem("The picture did not arrive in one piece. Please send it again.")
    try:
        image = canvas.read(picture)
    except canvas.PictureError as error:
        return message.of_problem(str(error))
    answer = message.of_answer(recognizer(image))
    return answer | {"preview": message.preview(image)} if show else answer
