"""What the page's own scripts ask of its components, answered in the places of demo/guard/places.py.

The protocol is Gradio's (`component_server`), its machinery is not: that keeps a state for each visitor's name, takes
files of any number, and has one place for everything.
"""

import asyncio
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from gradio.blocks import Block
from starlette.responses import PlainTextResponse, Response

from core.pictures import PictureError
from demo.guard import places, shape
from demo.guard.deadline import Deadline

FAILED = "This page failed to answer that. Please try again; if it happens again, tell who runs this page."
UNKNOWN = "This page has no such function. Please reload it."


class Questions:
    """Answers to the functions of a page's components; whoever asks waits no longer than limits.REQUEST_S."""

    def __init__(self, blocks: Mapping[int, Block]) -> None:
        self._blocks = blocks

    async def answer(self, body: bytes, address: str, left_s: float) -> Response:
        """The answer to a question, or a refusal that says what is wrong with it.

        address: of the sender.
        left_s:  seconds that are left since it arrived.
        errors:  CancelledError when the sender leaves; the work then ends too.
        """
        question = shape.parsed(body)
        session = shape.session(question.get("session_hash"))
        function = self._function(question)
        if function is None:
            return PlainTextResponse(UNKNOWN, 404)
        name, given = str(question["fn_name"]), question.get("data")
        place = places.OF.get(name, places.PICTURES)
        deadline = Deadline(left_s, (address, session), aside=place.costly)
        try:
            answer = await place.run(lambda: function(given), deadline)
        except PictureError as error:  # the time is over, or too many wait
            return PlainTextResponse(str(error), 429, {"Retry-After": "1"})
        except asyncio.CancelledError:
            raise
        except Exception:
            print(f"{name} failed:\n{traceback.format_exc()}", file=sys.stderr)
            return PlainTextResponse(FAILED, 500)
        return Response(orjson.dumps(answer), media_type="application/json")

    def _function(self, question: dict[str, Any]) -> Callable[[object], object] | None:
        block = self._blocks.get(shape.whole(question.get("component_id"), "component_id"))
        name = question.get("fn_name")
        found = getattr(block, name, None) if isinstance(name, str) and name.isidentifier() else None
        return found if getattr(found, "_is_server_fn", False) else None
