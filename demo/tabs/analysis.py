"""The error analysis tab: a frame that asks for what its address names, worked out when somebody first looks."""

from collections.abc import Sequence
from pathlib import Path

import gradio as gr

from core.mnist import DataError
from core.pictures import PictureError
from demo.analysis import uploads
from demo.analysis.screen import Screen
from demo.answers.message import Message
from demo.answers.shelf import Shelved
from demo.corrections.store import Corrections
from demo.guard import deadline, limits
from demo.guard.temporary import Temporary
from demo.rendering import render, sentence
from demo.settings import STATIC
from demo.tabs import own_model_upload, upload_part

SCRIPTS = ("answered.js", "newest.js", "visitor.js", "decisions.js", "analysis.js", "analysis-map.js")
OPEN_UPLOAD = "(name) => { if (name) location.hash = `#analysis?data=${name}`; }"


def build(store: Corrections | None, files: Temporary, shelf: Sequence[Shelved] = ()) -> None:
    """Fill the tab that is being built; everything is computed from the pictures that are here.

    store: where people's corrections are kept, of which each visitor may analyse their own; None for nowhere.
    files: where uploads lie until they are read.
    shelf: models of a folder of one's own, to analyse beside those that ship.
    """
    screen = Screen(corrections=store, shelf=shelf)

    def view(hash_part: str) -> Message:
        """What the address names, as pieces of HTML."""
        return screen.view(hash_part)

    def take_away(question: object) -> Message:
        """The gallery of [address, "csv" or "zip"] as a file in a data URL."""
        return screen.take_away(*_two(question))

    def from_drawing(question: object) -> Message:
        """Mistakes like the drawing of [address, data URL]."""
        return screen.from_drawing(*_two(question))

    def own_corrections(visitor: str) -> Message:
        """The name under which a visitor's own corrections can be analysed."""
        return screen.own_corrections(visitor)

    gr.HTML(
        html_template=(STATIC / "analysis.html").read_text(encoding="utf-8"),
        js_on_load="\n".join((STATIC / name).read_text(encoding="utf-8") for name in SCRIPTS),
        server_functions=[view, take_away, from_drawing, own_corrections],
        apply_default_css=False,
        elem_id="analysis",
    )
    _add_upload(screen, files)
    own_model_upload.build(screen, files)


def _add_upload(screen: Screen, temporary: Temporary) -> None:
    def keep(files: list[str] | None, progress: gr.Progress = gr.Progress()) -> tuple[str, str]:  # noqa: B008
        """The name that the upload has from now on ("" for none), and what could not be read."""

        def tell(share: float) -> None:
            deadline.current().check()
            progress(share, desc="Reading")

        paths = [Path(file) for file in files or []]
        try:
            upload = uploads.read(paths, tell)
        except (DataError, PictureError) as error:
            return "", sentence(str(error))
        finally:
            temporary.forget(paths)
        return screen.bench.uploads.keep(upload.data), _report(upload)

    said = (
        f"Send {uploads.ACCEPTED}. A picture's label is the digit that its folder or its name begins with,"
        " or stands in a labels.csv with the columns file and label."
        f" A file may have {limits.UPLOAD_BYTES // limits.MB} MB."
    )
    upload_part.build("Analyse your own pictures", said, "Files", "analysis-upload", keep, OPEN_UPLOAD)


def _two(question: object) -> tuple[object, object]:
    """The two parts of a question; nothing where a browser's script would not ask so."""
    return (question[0], question[1]) if isinstance(question, list) and len(question) == 2 else ("", None)


def _report(upload: uploads.Upload) -> str:
    return render("upload", count=len(upload.data.labels), problems=upload.problems)
