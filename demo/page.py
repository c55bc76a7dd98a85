"""Wires the tabs into one page; what each tab shows and does lives in its own file."""

from typing import Any

import gradio as gr

from demo import about_tab, analysis_tab, api, corrections, recognise_tab, settings
from demo.recognizer import Recognizer
from demo.settings import MODELS, STATIC
from demo.theme import colours_css, theme

TITLE = "Digit recogniser"
INVITATION = (
    "Draw a digit or send a picture of one: a small neural network reads it, and shows what it saw and how sure it is."
)


def build() -> gr.Blocks:
    """The whole page, not yet served; ModelError when the recogniser's file is missing or of another contract."""
    recognizer = Recognizer(MODELS / "recognizer.onnx")
    store = corrections.opened()
    with gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=(600, settings.GRADIO_FILES_LIVE_S)) as page:
        gr.Markdown(f"# {TITLE}\n{INVITATION}", elem_id="title")
        with gr.Tabs():
            with gr.Tab("Recognise", id="recognise"):
                recognise_tab.build(recognizer, store)
            with gr.Tab("Error analysis", id="analysis"):
                analysis_tab.build(store)
            with gr.Tab("About", id="about"):
                about_tab.build()
        page.load(None, js=(STATIC / "analysis-shared.js").read_text(), api_visibility="private")
        api.publish(recognizer)
    return page


def launch_options() -> dict[str, Any]:
    """What `Blocks.launch` needs: address, look, and no calls to other hosts."""
    return {
        "server_name": settings.host(),
        "server_port": settings.port(),
        "root_path": settings.root_path(),
        "theme": theme(),
        "head": colours_css(),
        "css_paths": [STATIC / "page.css", STATIC / "recognise.css", STATIC / "analysis.css"],
        "footer_links": ["api"],
        "max_file_size": settings.GRADIO_UPLOAD_BYTES,
        "enable_monitoring": False,
        "ssr_mode": False,
        "share": False,
    }
