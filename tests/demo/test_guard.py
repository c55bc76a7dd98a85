"""The guard before Gradio: what is closed, what is too much, and what browsers are told; without a server."""

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from demo import guard, limits
from demo.guard import Guard, security_headers

MODEL = "/copies/recognizer.onnx"


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture
def client(monkeypatch):
    monkeypatch.delenv("SPACE_ID", raising=False)
    monkeypatch.setattr(limits, "REQUEST_BYTES", 1000)
    monkeypatch.setattr(limits, "UPLOADS_BYTES", 1500)
    app = Starlette(
        routes=[Route("/{path:path}", echo, methods=["GET", "POST"])],
        middleware=[Middleware(Guard, downloads=[MODEL])],
    )
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/config", "/assets/x.js", "/gradio_api/queue/join", "/gradio_api/call/recognise/1"]
)
def test_what_the_page_needs_is_open(client, path):
    assert client.get(path).status_code == 200


CLOSED = (
    "/monitoring",
    "/gradio_api/proxy=http://x/",
    "/gradio_api/vibe-code/",
    "/gradio_api/call/a/b/c",
    "/run",
)


@pytest.mark.parametrize("path", [*CLOSED, "/gradio_api/queue/join/x", "/gradio_api/process_recording"])
def test_everything_else_is_closed(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (404, "Not found.")


@pytest.mark.parametrize(
    ("path", "status"), [(MODEL, 200), ("/copies/other.onnx", 404), ("/copies/../etc/passwd", 404)]
)
def test_only_offered_files_are_handed_out(client, path, status):
    assert client.get(f"/gradio_api/file={path}").status_code == status


def test_a_prefix_of_a_proxy_is_taken_off():
    app = Guard(echo, downloads=[])
    assert app._is_open("/config")
    seen = asked(app, {"path": "/digits/monitoring", "root_path": "/digits"})
    assert seen[0]["status"] == 404


def test_an_address_of_slashes_alone_is_closed():
    # a client would read "//" as the beginning of a host's name, so it is asked for without one
    assert asked(Guard(echo, downloads=[]), {"path": "//"})[0]["status"] == 404


def asked(app, more):
    """The messages with which the app answers a GET."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        sent.append(message)

    asyncio.run(app({"type": "http", "method": "GET", "headers": []} | more, receive, send))
    return sent


def pieces(count, size):
    return (b"x" * size for _ in range(count))


def test_a_body_within_the_limit_passes(client):
    assert client.post("/config", content=pieces(10, 100)).text == "1000"


def test_a_longer_one_is_refused_though_it_does_not_say_its_length(client):
    answer = client.post("/config", content=pieces(11, 100))
    assert (answer.status_code, answer.text) == (413, "That is more than 0 MB at once. Please send less.")


def test_uploads_share_the_disk_and_make_room_again(client, monkeypatch):
    statuses = [client.post("/gradio_api/upload", content=b"x" * 800).status_code for _ in range(3)]
    assert statuses == [200, 200, 503]
    assert client.post("/config", content=b"x").status_code == 200
    later = guard.time.monotonic() + guard.settings.GRADIO_FILES_LIVE_S + 1
    monkeypatch.setattr(guard.time, "monotonic", lambda: later)
    assert client.post("/gradio_api/upload", content=b"x").status_code == 200


@pytest.mark.parametrize("path", ["/", "/monitoring"])
def test_every_answer_carries_the_headers(client, path):
    answer = client.get(path)
    expected = security_headers(on_space=False)
    assert {name: answer.headers.get(name) for name in expected} == expected


def test_only_a_space_is_shown_in_a_foreign_frame():
    home, space = (security_headers(on_space)["Content-Security-Policy"] for on_space in (False, True))
    assert "frame-ancestors 'self';" in home + ";"
    assert "https" not in home
    assert "frame-ancestors 'self' https://huggingface.co" in space
