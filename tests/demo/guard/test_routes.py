"""What Gradio serves beside the page: no file of ours, no file of another visitor, no room to fill the disk."""

import json
import re
import urllib.error
import urllib.request
from pathlib import Path

import gradio as gr
import pytest
from gradio.routes import App

from demo.guard import guard, limits
from tests.apart import finished
from tests.demo.browsing import ROOT, WAIT_MS


def ask(url: str, body: bytes | None = None, kind: str = "") -> tuple[int, bytes]:
    """Status and first kilobyte of an answer."""
    request = urllib.request.Request(url, data=body, headers={"Content-Type": kind} if kind else {})
    try:
        with urllib.request.urlopen(request, timeout=WAIT_MS / 1000) as answer:
            return answer.status, answer.read(1024)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(1024)


CLOSED = {
    "a file of the system": "/gradio_api/file=/etc/passwd",
    "a file by climbing": "/gradio_api/file=../../../../etc/passwd",
    "a source": f"/gradio_api/file={ROOT}/app.py",
    "a source, relative": "/gradio_api/file=app.py",
    "the repository": f"/gradio_api/file={ROOT}/.git/config",
    "weights": f"/gradio_api/file={ROOT}/models/convnet.safetensors",
    "a static file by climbing": "/static/../../app.py",
    "an escaped climb": "/static/%2e%2e/%2e%2e/app.py",
    "another server through this one": "/gradio_api/proxy=http://127.0.0.1:22/",
    "usage figures": "/monitoring",
    "the editor": "/gradio_api/vibe-code/",
    "the interactive documentation": "/docs",
}


@pytest.mark.parametrize("path", CLOSED.values(), ids=CLOSED.keys())
def test_a_stranger_gets_nothing(page_address, path):
    status, body = ask(page_address + path)
    assert 400 <= status < 500
    assert b"root:" not in body
    assert b"import" not in body
    assert b"Traceback" not in body


OPEN_ROUTES = {
    *("/", "/config", "/theme.css", "/favicon.ico", "/manifest.json", "/robots.txt", "/pwa_icon"),  # the page itself
    *("/assets/x", "/static/x", "/svelte/x"),  # Gradio's own files
    *(
        "/queue/join",
        "/queue/data",
        "/queue/status",
        "/component_server",
        "/cancel",
        "/reset",
        "/heartbeat/x",
    ),  # events
    *("/call/x", "/call/x/x", "/call/v2/x", "/info", "/openapi.json", "/startup-events"),  # programs
    *("/upload", "/upload_progress"),  # data sets to analyse
}


def upload(page_address: str, name: str, content: bytes) -> tuple[int, bytes]:
    head = f'--edge\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
    return ask(
        f"{page_address}/gradio_api/upload", head + content + b"\r\n--edge--\r\n", "multipart/form-data; boundary=edge"
    )


def test_gradios_own_upload_takes_no_large_file(page_address):
    status, _ = upload(page_address, "large.bin", bytes(limits.UPLOAD_BYTES + 1))
    assert status == 413


def test_another_visitors_upload_cannot_be_fetched(page_address):
    """Not even by who knows where it lies."""
    _, body = upload(page_address, "mine.png", b"a visitor's own picture")
    [path] = json.loads(body)
    assert Path(path).read_bytes() == b"a visitor's own picture"
    for address in (f"/gradio_api/file={path}", f"/gradio_api/file/{path}", f"/gradio_api/file=//{path}"):
        status, body = ask(page_address + address)
        assert status == 404, address
        assert b"own picture" not in body


async def gradios_routes() -> set[str]:
    """The paths of a page with nothing on it; made inside a loop, for else Gradio opens one that nobody closes."""
    return set(App.create_app(gr.Blocks()).openapi()["paths"])


def test_every_route_of_gradio_is_known(page_address):
    """A new Gradio brings new routes: each must be looked at before it is opened."""
    routes = finished(gradios_routes())
    filled = {re.sub(r"{\w+(:path)?}", "x", path) for path in routes}
    open_ = {path.removeprefix(guard.API).rstrip("/") or "/" for path in filled if guard.OPEN.fullmatch(path)}
    assert len(filled) > 40
    assert open_ == OPEN_ROUTES
    for path in sorted(filled):
        if not guard.OPEN.fullmatch(path) and "file=" not in path:
            assert ask(page_address + path) == (404, b"Not found."), path


def test_the_page_tells_browsers_what_not_to_do(page_address):
    with urllib.request.urlopen(page_address, timeout=WAIT_MS / 1000) as answer:
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_uploaded_name_cannot_climb(page_address):
    status, body = upload(page_address, "../../../climber.html", b"<script>alert(1)</script>")
    assert status == 200
    [path] = json.loads(body)
    assert ".." not in path
    assert path.endswith("/climber.html")


def test_settings_are_not_told(page_address):
    """The page's configuration is public; the environment and folders of the server are not in it."""
    with urllib.request.urlopen(f"{page_address}/config", timeout=WAIT_MS / 1000) as answer:
        config = answer.read()
    assert str(ROOT).encode() not in config
    assert b"DIGITS_" not in config
