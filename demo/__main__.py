"""`python -m demo`: the page, as `python app.py` serves it, on an address that the command line may name."""

import os
import shlex
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core import verbs
from core.refusals import in_a_sentence
from demo import editors, settings

if TYPE_CHECKING:
    import gradio as gr


@in_a_sentence()
def main(argv: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C; returns the exit status where the page cannot be built."""
    parser = verbs.parser("demo", "Serve the page on which people draw; Ctrl-C ends it. docs/hosting.md has the rest.")
    parser.add_argument("--host", help="address to listen on, 0.0.0.0 for all (default: DIGITS_HOST, or 127.0.0.1)")
    parser.add_argument("--port", help="port to listen on (default: DIGITS_PORT, or 7860)")
    parser.add_argument(
        "--models",
        metavar="FOLDER",
        help="read with the models of this folder, which `digits export RUN` wrote, beside those that ship (default: "
        "DIGITS_MODELS)",
    )
    asked = parser.parse_args(argv)
    for name, value in {"DIGITS_HOST": asked.host, "DIGITS_PORT": asked.port, "DIGITS_MODELS": asked.models}.items():
        if value is not None:
            os.environ[name] = value
    settings.port()  # a wrong one ends it before anything is loaded
    page = build()
    if asked.models:
        print(f"`digits space --models {shlex.quote(asked.models)}` makes it a page that can be hosted for nothing")
    return serve(page)


def build() -> "gr.Blocks":
    """The whole page, not yet served; RefusalError when a model or a record cannot be used."""
    settings.ask_nobody()
    with editors.without_notes():
        from demo import page, zero_gpu

        built = page.build()
    zero_gpu.declare()
    return built


@in_a_sentence()
def serve(built: "gr.Blocks") -> int:
    """Serve the page until Ctrl-C or SIGTERM; returns the exit status where it cannot be served, as on a taken port."""
    from demo import page

    page.serve(built)


if __name__ == "__main__":
    sys.exit(main())
