"""The error analysis tab: a frame that asks for what its address names, worked out when somebody first looks."""

import gradio as gr

from demo.analysis.screen import Screen
from demo.message import Message
from demo.settings import STATIC

SCRIPTS = ("newest.js", "analysis.js")


def build() -> None:
    """Fill the tab that is being built; everything is computed from the pictures that are here."""
    screen = Screen()

    def view(hash_part: str) -> Message:
        """What the address names, as pieces of HTML."""
        return screen.view(hash_part)

    def take_away(question: list[str]) -> Message:
        """The gallery of [address, "csv" or "zip"] as a file in a data URL."""
        return screen.take_away(*question)

    gr.HTML(
        html_template=(STATIC / "analysis.html").read_text(),
        js_on_load="\n".join((STATIC / name).read_text() for name in SCRIPTS),
        server_functions=[view, take_away],
        apply_default_css=False,
        elem_id="analysis",
    )
