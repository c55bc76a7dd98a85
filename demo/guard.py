"""What stands before Gradio: only the routes that the page needs, bounded bodies, and headers that browsers obey."""

import re
import time
from collections import deque
from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo import limits, settings

API = "/gradio_api"
OPEN = re.compile(
    r"/|/config/?|/(assets|static|svelte)/.+|/(theme\.css|favicon\.ico|manifest\.json|robots\.txt)|/pwa_icon(/\d+)?|"
    rf"{API}/(info|openapi\.json|startup-events|theme\.css|upload|upload_progress|component_server|cancel|reset|"
    r"queue/(join|data|status)|heartbeat/\w+|call/\w+(/\w+)?)/?"
)
FILE = f"{API}/file="
SPACES = "https://huggingface.co https://*.huggingface.co"  # where a Space is shown in a frame, with a bar above it
TOO_LARGE = "That is more than {megabytes} MB at once. Please send less."
FULL = "Many files were sent within the last hour. Please send yours again later."


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


class Guard:
    """ASGI middleware around the page.

    downloads: the paths of the only files that are handed out; what visitors uploaded is for the page's own code alone.
    """

    def __init__(self, app: ASGIApp, downloads: Iterable[str]) -> None:
        self._app = app
        self._offered = frozenset(downloads)
        self._headers = security_headers(settings.on_space())
        self._uploads: deque[tuple[float, int]] = deque()  # (when, bytes), the oldest first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        path = scope["path"].removeprefix(scope.get("root_path") or "")
        upload = path.rstrip("/") == f"{API}/upload"
        if not self._is_open(path):
            await PlainTextResponse("Not found.", 404)(scope, receive, with_headers)
        elif upload and self._kept_bytes() >= limits.UPLOADS_BYTES:
            await PlainTextResponse(FULL, 503)(scope, receive, with_headers)
        else:
            await self._app(scope, self._bounded(receive, upload), with_headers)

    def _is_open(self, path: str) -> bool:
        if path.startswith(FILE):
            return path.removeprefix(FILE) in self._offered
        return OPEN.fullmatch(path) is not None

    def _bounded(self, receive: Receive, upload: bool) -> Receive:
        read = 0

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            size = len(message.get("body", b""))
            read += size
            if upload:
                self._uploads.append((time.monotonic(), size))
            if read > limits.REQUEST_BYTES:
                raise HTTPException(413, TOO_LARGE.format(megabytes=limits.REQUEST_BYTES // limits.MB))
            return message

        return bounded

    def _kept_bytes(self) -> int:
        """What was uploaded in the time that Gradio keeps files."""
        while self._uploads and self._uploads[0][0] < time.monotonic() - settings.GRADIO_FILES_LIVE_S:
            self._uploads.popleft()
        return sum(size for _, size in self._uploads)
