"""What stands before Gradio: whom this page answers, what may be asked of it, how much, and for how long."""

import asyncio
import re
import sys
import time
import traceback
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo import settings
from demo.guard import limits, shape
from demo.guard.bodies import Body, BodyError, too_large
from demo.guard.origins import Origins
from demo.guard.temporary import FILE_BEGINS, Temporary

API = "/gradio_api"
SMALL, PICTURE = shape.SMALL_BYTES, limits.PICTURE_BYTES * 4 // 3 + shape.SMALL_BYTES  # base64 takes four for three
FILE = f"{API}/file="
SPACES = "https://huggingface.co https://*.huggingface.co"  # where a Space is shown in a frame, with a bar above it
ADDRESS_CHARACTERS = 2048
FILES_A_PIECE = 20
ANSWER_S = 60.0  # for a piece of an answer to be fetched


@dataclass(frozen=True)
class Route:
    """An address that is open: a pattern below the page's own, the method that it takes, and its largest body."""

    path: str
    method: str = "GET"
    most_bytes: int = 0
    json: bool = True


ROUTES = (
    Route(r"/|/config/?|/(assets|static|svelte)/.+|/(theme\.css|favicon\.ico|manifest\.json|robots\.txt)"),
    Route(rf"/pwa_icon(/\d{{1,4}})?|{API}/(info|openapi\.json|startup-events|theme\.css|queue/status)/?"),
    Route(rf"{API}/heartbeat/[\w-]{{1,64}}|{API}/(upload_progress|queue/data)|{API}/call/\w{{1,64}}/\w{{1,64}}"),
    Route(rf"{API}/upload/?", "POST", limits.REQUEST_BYTES, json=False),
    Route(rf"{API}/component_server/?", "POST", PICTURE),
    Route(rf"{API}/(queue/join|call/(v2/)?\w{{1,64}})/?", "POST", limits.REQUEST_BYTES),
    Route(rf"{API}/(cancel|reset)/?", "POST", SMALL),
)
OPEN = re.compile("|".join(route.path for route in ROUTES))
NOT_FOUND = "Not found."
FAILED = "This page failed to answer that. Please try again; if it happens again, tell who runs this page."
METHOD = "That address takes {method} alone."
JSON_ONLY = "Please send JSON, with the header Content-Type: application/json; docs/api.md shows how."
FORM_ONLY = "Please send the file as multipart/form-data."
PACKED = "Compressed bodies are not read here. Please send it as it is."
LONG_ADDRESS = "That address is too long."

Handler = Callable[[bytes, str, float], Awaitable[Response]]  # body, address, seconds left
Check = Callable[[Scope, bytes | None], str | None]  # of a request to Gradio: None, or why it is refused


def security_headers(on_space: bool) -> dict[str, str]:
    """Name -> value. The page's scripts stand in its HTML and Gradio compiles some, so those two stay allowed."""
    others = f" {SPACES}" if on_space else ""
    policy = {
        "default-src": f"'self'{others}",
        "script-src": f"'self' 'unsafe-inline' 'unsafe-eval' blob:{others}",
        "style-src": f"'self' 'unsafe-inline'{others}",
        "img-src": f"'self' data: blob:{others}",
        "font-src": "'self' data:",
        "connect-src": f"'self' data: blob:{others}",
        "media-src": "'self' data: blob:",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": f"'self'{others}",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


class Refused(Exception):  # noqa: N818 (it is an answer)
    """A request that gets a sentence in place of an answer."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Guard:
    """ASGI middleware around the whole page, before everything that Gradio puts there.

    downloads: the paths of the only files that are handed out; what visitors uploaded is for the page's own code alone.
    questions: answers the page's own scripts, in Gradio's place.
    check:     says what is wrong with a request to Gradio, so that none reaches it that it would stumble over.
    files:     where uploads go.
    """

    def __init__(
        self,
        app: ASGIApp,
        downloads: Iterable[str],
        questions: Handler | None = None,
        check: Check | None = None,
        files: Temporary | None = None,
    ) -> None:
        self._app = app
        self._offered = frozenset(downloads)
        self._questions = questions
        self._check = check
        self._files = files
        self._origins = Origins()
        self._headers = security_headers(settings.on_space())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, self._headers)
        try:
            await self._handle(scope, receive, answer)
        except (Refused, BodyError, shape.ShapeError) as refusal:
            status = getattr(refusal, "status", 400)
            await answer.refuse(PlainTextResponse(str(refusal), status), scope, receive)
        except TimeoutError:
            return  # nobody fetched the answer
        except Exception:
            print(f"{scope['method']} {scope['path'][:200]!r} failed:\n{traceback.format_exc()}", file=sys.stderr)
            await answer.refuse(PlainTextResponse(FAILED, 500), scope, receive)

    async def _handle(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        started_at = time.monotonic()
        headers = Headers(scope=scope)
        if refusal := self._origins.refusal(headers):
            raise Refused(403, refusal)
        path = scope["path"].removeprefix(scope.get("root_path") or "")
        route = self._route(scope, path)
        _check_headers(route, headers)
        address = scope["client"][0] if scope.get("client") else ""
        uploads = self._files if route.method == "POST" and not route.json else None
        body = Body(receive, address, route.most_bytes, _counted(uploads, address))
        try:
            if uploads:
                uploads.begin_upload(address)
                try:
                    await self._app(scope, _for_gradio(body, receive), answer)
                finally:
                    uploads.end_upload(address)
            elif route.method == "GET":
                if self._check and (refusal := self._check(scope, None)):
                    raise Refused(404, refusal)
                await self._app(scope, receive, answer)
            else:
                await self._post(scope, path, receive, body, answer, address, started_at)
        finally:
            body.give_back()

    def _route(self, scope: Scope, path: str) -> Route:
        if max(len(path), len(scope.get("query_string", b""))) > ADDRESS_CHARACTERS:
            raise Refused(414, LONG_ADDRESS)
        offered = path.startswith(FILE) and path.removeprefix(FILE) in self._offered
        found = [ROUTES[0]] if offered else [route for route in ROUTES if re.fullmatch(route.path, path)]
        if not found:
            raise Refused(404, NOT_FOUND)
        method = {"HEAD": "GET"}.get(scope["method"], scope["method"])
        route = next((route for route in found if route.method == method), None)
        if route is None:
            raise Refused(405, METHOD.format(method=found[0].method))
        return route

    async def _post(
        self,
        scope: Scope,
        path: str,
        receive: Receive,
        body: Body,
        answer: "_Answer",
        address: str,
        started_at: float,
    ) -> None:
        content = await body.whole()
        if content is None:
            return
        if body.read > shape.SMALL_BYTES:
            started_at = time.monotonic()  # what is large may take its time to arrive
        left_s = started_at + limits.REQUEST_S - time.monotonic()
        if self._questions and path.rstrip("/") == f"{API}/component_server":
            response = await _unless_left(self._questions(content, address, left_s), receive)
            if response is not None:
                await response(scope, receive, answer)
            return
        if self._check and (refusal := self._check(scope, content)):
            raise Refused(400, refusal)
        scope["digits.body_bytes"] = len(content)  # for the queue, which keeps it
        await self._app(scope, _replayed(content, receive), answer)


class _Answer:
    """Sends with the headers that every answer carries, and gives up when nobody fetches it."""

    def __init__(self, send: Send, headers: dict[str, str]) -> None:
        self._send = send
        self._headers = headers
        self._begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(self._headers)
            self._begun = True
        async with asyncio.timeout(ANSWER_S):
            await self._send(message)

    async def refuse(self, response: Response, scope: Scope, receive: Receive) -> None:
        """A refusal, unless an answer has begun; the connection is closed, since its body may not have been read."""
        response.headers["Connection"] = "close"
        if response.status_code == 503:
            response.headers["Retry-After"] = "10"
        if not self._begun:
            await response(scope, receive, self)


def _check_headers(route: Route, headers: Headers) -> None:
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused(415, PACKED)
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length[:20]) > route.most_bytes:
        raise too_large(route.most_bytes)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if route.method == "POST" and kind != ("application/json" if route.json else "multipart/form-data"):
        raise Refused(415, JSON_ONLY if route.json else FORM_ONLY)


def _counted(files: Temporary | None, address: str) -> Callable[[bytes], None] | None:
    return (lambda piece: files.take(address, piece)) if files else None


def _for_gradio(body: Body, receive: Receive) -> Receive:
    """The body as it comes, refusals in the way that Gradio's framework turns into answers; then what follows.

    A piece with many files in it comes as many: Gradio makes the files of a piece while all other visitors wait.
    """
    pending: deque[Message] = deque()

    async def bounded() -> Message:
        if pending:
            await asyncio.sleep(0)
            return pending.popleft()
        if body.arrived:
            return await receive()
        try:
            message = await body.next()
        except BodyError as error:
            raise HTTPException(error.status, str(error)) from error
        pending.extend(_with_few_files(message))
        return pending.popleft()

    return bounded


def _with_few_files(message: Message) -> list[Message]:
    piece = message.get("body", b"")
    if piece.count(FILE_BEGINS) <= FILES_A_PIECE:
        return [message]
    size = len(piece) * FILES_A_PIECE // piece.count(FILE_BEGINS)
    starts = range(0, len(piece), size)
    more = [True] * (len(starts) - 1) + [message.get("more_body", False)]
    return [
        {"type": "http.request", "body": piece[start : start + size], "more_body": is_more}
        for start, is_more in zip(starts, more, strict=True)
    ]


def _replayed(content: bytes, receive: Receive) -> Receive:
    """The body once, then whatever the connection says."""
    pending: list[Message] = [{"type": "http.request", "body": content, "more_body": False}]

    async def replayed() -> Message:
        return pending.pop() if pending else await receive()

    return replayed


async def _unless_left(answering: Awaitable[Response], receive: Receive) -> Response | None:
    """The answer, or None when the sender leaves before; then the work is cancelled."""
    working, leaving = asyncio.ensure_future(answering), asyncio.ensure_future(receive())
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        leaving.cancel()
        working.cancel()
