"""The error analysis tab: a frame that asks for what its address names, worked out when somebody first looks."""

from html import escape
from pathlib import Path

import gradio as gr

from demo import limits
from demo.analysis import uploads
from demo.analysis.screen import Screen
from demo.corrections import Corrections
from demo.message import Message
from demo.mnist import DataError
from demo.settings import STATIC

SCRIPTS = ("newest.js", "analysis.js", "analysis-map.js")
OPEN_UPLOAD = "(name) => { if (name) location.hash = `#analysis?data=${name}`; }"
MOST_PROBLEMS = 20  # written out


def build(store: Corrections | None) -> None:
    """Fill the tab that is being built; everything is computed from the pictures that are here.

    store: where people's corrections are kept, of which each visitor may analyse their own; None for nowhere.
    """
    screen = Screen(corrections=store)

    def view(hash_part: str) -> Message:
        """What the address names, as pieces of HTML."""
        return screen.view(hash_part)

    def take_away(question: list[str]) -> Message:
        """The gallery of [address, "csv" or "zip"] as a file in a data URL."""
        return screen.take_away(*question)

    def from_drawing(question: list[str]) -> Message:
        """Mistakes like the drawing of [address, data URL]."""
        return screen.from_drawing(*question)

    def own_corrections(visitor: str) -> Message:
        """The name under which a visitor's own corrections can be analysed."""
        return screen.own_corrections(visitor)

    gr.HTML(
        html_template=(STATIC / "analysis.html").read_text(),
        js_on_load="\n".join((STATIC / name).read_text() for name in SCRIPTS),
        server_functions=[view, take_away, from_drawing, own_corrections],
        apply_default_css=False,
        elem_id="analysis",
    )
    _add_upload(screen)


def _add_upload(screen: Screen) -> None:
    def keep(files: list[str] | None, progress: gr.Progress = gr.Progress()) -> tuple[str, str]:  # noqa: B008
        """The name that the upload has from now on ("" for none), and what could not be read."""
        try:
            upload = uploads.read([Path(file) for file in files or []], lambda share: progress(share, desc="Reading"))
        except DataError as error:
            return "", f"<p>{escape(str(error))}</p>"
        return screen.bench.uploads.keep(upload.data), _report(upload)

    with gr.Accordion("Analyse your own pictures", open=False):
        gr.Markdown(
            f"Send {uploads.ACCEPTED}. A picture's label is the digit that its folder or its name begins with."
            f" A file may have {limits.UPLOAD_BYTES // limits.MB} MB."
        )
        files = gr.File(file_count="multiple", label="Files", type="filepath", elem_id="analysis-upload")
        name = gr.Textbox(visible=False)
        report = gr.HTML(apply_default_css=False, elem_id="analysis-upload-report")
    kept = files.upload(keep, files, [name, report], api_visibility="private")
    kept.then(None, name, None, js=OPEN_UPLOAD)


def _report(upload: uploads.Upload) -> str:
    problems = "".join(f"<li>{escape(problem)}</li>" for problem in upload.problems[:MOST_PROBLEMS])
    more = len(upload.problems) - MOST_PROBLEMS
    rest = f"<p>And {more:,} more like that.</p>" if more > 0 else ""
    return f"<p>{len(upload.data.labels):,} pictures are read.</p><ul>{problems}</ul>{rest}"
