"""A folded part of the analysis tab that takes files, and opens what was kept of them."""

from collections.abc import Callable

import gradio as gr


def build(title: str, said: str, label: str, elem_id: str, keep: Callable[..., tuple[str, str]], opens: str) -> None:
    """Add it to the tab that is being built.

    keep:  files' paths -> the name of what was kept ("" for nothing), and a report as HTML.
    opens: a function of JavaScript that is given that name.
    """
    with gr.Accordion(title, open=False):
        gr.Markdown(said)
        files = gr.File(file_count="multiple", label=label, type="filepath", elem_id=elem_id)
        name = gr.Textbox(visible=False)
        report = gr.HTML(apply_default_css=False, elem_id=f"{elem_id}-report")
    kept = files.upload(keep, files, [name, report], api_visibility="private")
    kept.then(None, name, None, js=opens)
