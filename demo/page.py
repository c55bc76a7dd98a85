"""Wires the tabs into one page; what each tab shows and does lives in its own file."""

import os
import signal
import sys
from typing import Any, NoReturn

import gradio as gr
from starlette.middleware import Middleware

from demo import about_tab, allocator, analysis_tab, api, corrections, limits, recognise_tab, settings
from demo.guard import Guard
from demo.recognizer import Recognizer
from demo.settings import MODELS, STATIC
from demo.theme import colours_css, theme

GRACE_S = 2
SESSIONS = 100  # that Gradio keeps, 60 to 100 kB each; nothing here needs one again, and its default is 10,000
KEEP_ALIVE_S = 75  # longer than clients and proxies keep a resting connection: else one closes just as it is used
TITLE = "Digit recogniser"
INVITATION = (
    "Draw a digit or a number, or send a picture: "
    "a small neural network reads it, shows what it saw and how sure it is."
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


def serve(page: gr.Blocks) -> NoReturn:
    """Serve the page until Ctrl-C or SIGTERM; both let running answers end, for GRACE_S seconds at most.

    Never returns: Python's own way out would abort where a thread is still in native code.
    """
    allocator.give_back_freed_memory()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        page.launch(**launch_options(page), prevent_thread_lock=True)
        page.server.config.timeout_graceful_shutdown = GRACE_S
        page.server.config.timeout_keep_alive = KEEP_ALIVE_S
        page.block_thread()
    except KeyboardInterrupt:
        pass  # while it was still starting; later `block_thread` ends by itself
    sys.stdout.flush()
    os._exit(0)


def launch_options(page: gr.Blocks) -> dict[str, Any]:
    """What `Blocks.launch` needs: address, look, the guard before it, and no calls to other hosts."""
    return {
        "server_name": settings.host(),
        "server_port": settings.port(),
        "root_path": settings.root_path(),
        "theme": theme(),
        "head": colours_css(),
        "css_paths": [STATIC / "page.css", STATIC / "recognise.css", STATIC / "analysis.css"],
        "footer_links": ["api"],
        "max_file_size": limits.UPLOAD_BYTES,
        "state_session_capacity": SESSIONS,
        "app_kwargs": {"middleware": [Middleware(Guard, downloads=about_tab.offered(page))]},
        "enable_monitoring": False,
        "ssr_mode": False,
        "share": False,
    }
