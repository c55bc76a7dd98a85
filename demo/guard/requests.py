"""Which requests reach Gradio: those that it understands. Where it would stumble, a sentence says what is expected."""

import inspect
import re
from typing import Any
from urllib.parse import parse_qs

import gradio as gr
from gradio.block_function import BlockFunction
from starlette.types import Scope

from demo.guard import shape
from demo.guard.guard import API
from demo.guard.temporary import Temporary

CALL = re.compile(rf"{API}/call/(v2/)?(\w+)/?")
EVENT = re.compile(rf"{API}/call/\w+/(\w+)")
OVER = "That question is unknown here, or was answered already. Please ask again."
UNCOUNTED = "Expected data, a list of {count}."
UNKNOWN = "This page has no function {name}; {names} are public."
PARAMETERS = "{name} takes {names}."
NOT_SENT = (
    "Expected a picture as a data URL, or a file that was sent to this page: handle_file with a path of yours, not with"
    " an address. Files stay here for some minutes; please send them again."
)


class Requests:
    """Looks at requests before Gradio does."""

    def __init__(self, page: gr.Blocks, files: Temporary) -> None:
        self._page = page
        self._files = files
        self._public = {
            fn.api_name: fn
            for fn in page.fns.values()
            if isinstance(fn.api_name, str) and fn.api_visibility == "public"
        }

    def check(self, scope: Scope, content: bytes | None) -> str | None:
        """Why a request is refused, or None; `content` is its whole body, None where it has none."""
        path = scope["path"].removeprefix(scope.get("root_path") or "")
        query = parse_qs(scope.get("query_string", b"").decode("ascii", "replace"))
        try:
            if content is None:
                return self._listening(path, query)
            return self._asking(path, shape.parsed(content))
        except shape.ShapeError as error:
            return str(error)

    def _listening(self, path: str, query: dict[str, list[str]]) -> str | None:
        queue = self._page._queue
        if path == f"{API}/queue/data":
            known = query.get("session_hash", [""])[0] in queue.pending_messages_per_session
            return None if known else OVER
        if found := EVENT.fullmatch(path):
            event = found[1]
            known = event in queue.event_ids_to_events or any(
                event in ids for ids in list(queue.pending_event_ids_session.values())
            )
            return None if known else OVER
        if path == f"{API}/upload_progress" and len(query.get("upload_id", [""])[0]) > shape.SESSION_CHARACTERS:
            return OVER
        return None

    def _asking(self, path: str, question: dict[str, Any]) -> str | None:
        if question.get("session_hash") is not None:
            shape.session(question["session_hash"])
        if path.rstrip("/") == f"{API}/queue/join":
            return self._join(question)
        if found := CALL.fullmatch(path):
            return self._call(found[2], question, by_name=bool(found[1]))
        return None  # `cancel` and `reset`: a few words, which their own models check

    def _join(self, question: dict[str, Any]) -> str | None:
        shape.session(question.get("session_hash"))
        function = self._page.fns.get(shape.whole(question.get("fn_index"), "fn_index"))
        if function is None or function.fn is None:
            return OVER
        if question.get("trigger_id") is not None:
            shape.whole(question["trigger_id"], "trigger_id")
        for name in ("event_id", "event_data", "batched", "oauth_token"):
            if question.get(name):
                return f"Expected no {name}."
        return self._data(function, question.get("data"))

    def _call(self, name: str, question: dict[str, Any], *, by_name: bool) -> str | None:
        function = self._public.get(name)
        if function is None:
            return UNKNOWN.format(name=name, names=", ".join(sorted(self._public)))
        if not by_name:
            return self._data(function, question.get("data"))
        names = list(inspect.signature(function.fn).parameters)
        if set(question) != set(names):
            return PARAMETERS.format(name=name, names=", ".join(names))
        return self._data(function, list(question.values()))

    def _data(self, function: BlockFunction, data: object) -> str | None:
        if not isinstance(data, list) or len(data) != len(function.inputs):
            return UNCOUNTED.format(count=len(function.inputs))
        for block, given in zip(function.inputs, data, strict=True):
            if not self._sent(given) or (isinstance(block, gr.File) and not _files(given)):
                return NOT_SENT
        return None

    def _sent(self, given: object) -> bool:
        """Whether all files that a value speaks of were uploaded here: for others Gradio would ask other hosts."""
        if isinstance(given, list):
            return all(map(self._sent, given))
        if not isinstance(given, dict):
            return True
        path = given.get("path")
        return ("path" not in given or self._is_upload(path)) and all(map(self._sent, given.values()))

    def _is_upload(self, path: object) -> bool:
        return isinstance(path, str) and self._files.holds(path)


def _files(given: object) -> bool:
    """Whether a value fits a component of files: nothing, or a list of them."""
    return given is None or (isinstance(given, list) and all(isinstance(one, dict) and "path" in one for one in given))
