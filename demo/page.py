"""Wires the tabs into one page; what each tab shows and does lives in its own file."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, NoReturn

import gradio as gr
from starlette.applications import Starlette

from demo import api, settings
from demo.answers import canvas, shelf
from demo.answers.choices import Choices
from demo.answers.reader import Reader
from demo.answers.recognizer import Recognizer
from demo.corrections import store
from demo.guard import allocator, connection, limits, log
from demo.guard.guard import Guard
from demo.guard.questions import Questions
from demo.guard.requests import Requests
from demo.guard.resting_queue import rest
from demo.guard.temporary import Temporary
from demo.rendering import sentence
from demo.settings import READER, RECOGNIZER, STATIC
from demo.tabs import about, analysis, recognise
from demo.theme import colours_css, theme

GRACE_S = 2
SWEEP_EVERY_S = 30
SESSIONS = 100  # that Gradio keeps, 60 to 100 kB each; nothing here needs one again, and its default is 10,000
KEEP_ALIVE_S = 75  # longer than clients and proxies keep a resting connection: else one closes just as it is used
TITLE = "Digit recogniser"
INVITATION = (
    "Draw a digit or a number, or send a picture: "
    "a small neural network reads it, shows what it saw and how sure it is."
)


def build() -> gr.Blocks:
    """The whole page, not yet served; ModelError when a file that it reads with is missing or of another contract."""
    files = Temporary(settings.temporary_folder())
    reader, recognizer = Reader(READER), Recognizer(RECOGNIZER)
    chosen = settings.models_folder()
    own = shelf.load(chosen, recognizer) if chosen else []
    choices = Choices(reader, recognizer, own)
    kept = store.opened()
    with gr.Blocks(title=TITLE, analytics_enabled=False) as page:
        gr.Markdown(f"# {TITLE}\n{INVITATION}", elem_id="title")
        if own:
            gr.HTML(sentence(shelf.said(own[0].title)), elem_id="own-model", apply_default_css=False)
        with gr.Tabs():
            with gr.Tab("Recognise", id="recognise"):
                recognise.build(choices, kept)
            with gr.Tab("Error analysis", id="analysis"):
                analysis.build(kept, files, own)
            with gr.Tab("About", id="about"):
                about.build()
        page.load(None, js=(STATIC / "analysis-shared.js").read_text(encoding="utf-8"), api_visibility="private")
        # not somebody else's model, which takes a process for each picture
        answers = choices.first if isinstance(choices.first, Recognizer) else recognizer
        api.publish(partial(choices.read, answers), answers, files)
    rest(page._queue)
    files.keep_what_is_here()
    page.temporary_files = files
    return page


def serve(page: gr.Blocks) -> NoReturn:
    """Serve the page until Ctrl-C or SIGTERM; both let running answers end, for GRACE_S seconds at most.

    Never returns: Python's own way out would abort where a thread is still in native code.
    """
    allocator.give_back_freed_memory()
    log.bound()
    connection.raise_file_limit()
    canvas.start()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        page.launch(**launch_options(page), prevent_thread_lock=True)
        page.server.config.timeout_graceful_shutdown = GRACE_S
        page.server.config.timeout_keep_alive = KEEP_ALIVE_S
        page.server.config.http_protocol_class = connection.Connection
        page.block_thread()
    except KeyboardInterrupt:
        pass  # while it was still starting; later `block_thread` ends by itself
    page.temporary_files.remove()
    sys.stdout.flush()
    os._exit(0)


def launch_options(page: gr.Blocks) -> dict[str, Any]:
    """What `Blocks.launch` needs: address, look, the guard before it, and no calls to other hosts."""
    return {
        "server_name": settings.host(),
        "server_port": settings.port(),
        "root_path": settings.root_path(),
        "theme": theme(),
        "head": f"{colours_css()}<style>{(STATIC / 'frame.css').read_text(encoding='utf-8')}</style>",
        "css_paths": [STATIC / f"{name}.css" for name in ("page", "recognise", "analysis", "contrast")],
        "footer_links": ["api"],
        "max_file_size": limits.UPLOAD_BYTES,
        "state_session_capacity": SESSIONS,
        "app_kwargs": {"lifespan": lambda app: _guarded(app, page)},
        "enable_monitoring": False,
        "ssr_mode": False,
        "share": False,
    }


@asynccontextmanager
async def _guarded(app: Starlette, page: gr.Blocks) -> AsyncIterator[None]:
    """Put the guard before everything that Gradio puts before its routes, and sweep while the page is served."""
    files: Temporary = page.temporary_files
    assert app.middleware_stack is not None  # this itself was called through it
    app.middleware_stack = Guard(
        app.middleware_stack,
        downloads=about.offered(page),
        questions=Questions(page.blocks).answer,
        check=Requests(page, files).check,
        files=files,
    )
    sweeping = asyncio.create_task(_sweep(files))
    yield
    sweeping.cancel()


async def _sweep(files: Temporary) -> None:
    while True:
        await asyncio.to_thread(files.sweep)
        await asyncio.to_thread(allocator.trim)  # what a burst of visitors needed and freed since
        await asyncio.sleep(SWEEP_EVERY_S)
