"""The guard before Gradio: what is closed, what is too much, and what browsers are told; without a server."""

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from demo.guard import bodies, guard, limits, shape
from demo.guard.guard import Guard, security_headers
from demo.guard.temporary import Temporary
from tests.apart import finished

MODEL = "/copies/recognizer.onnx"
JSON = {"Content-Type": "application/json"}
CANCEL, JOIN, UPLOAD = "/gradio_api/cancel", "/gradio_api/queue/join", "/gradio_api/upload"
FORM = {"Content-Type": "multipart/form-data; boundary=edge"}


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


def asking(**options):
    app = Starlette(
        routes=[Route("/{path:path}", echo, methods=["GET", "POST", "OPTIONS"])],
        middleware=[Middleware(Guard, downloads=[MODEL], **options)],
    )
    return TestClient(app, base_url="http://localhost:7860")


@pytest.fixture
def client(monkeypatch):
    for name in ("SPACE_ID", "DIGITS_HOST", "DIGITS_HOSTS", "DIGITS_ROOT_PATH"):
        monkeypatch.delenv(name, raising=False)
    with asking() as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/config", "/assets/x.js", "/gradio_api/queue/data", "/gradio_api/call/recognise/1"]
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
    app = Guard(PlainTextResponse("here"), downloads=[])
    assert asked(app, {"path": "/digits/config", "root_path": "/digits"})[0]["status"] == 200
    seen = asked(app, {"path": "/digits/monitoring", "root_path": "/digits"})
    assert seen[0]["status"] == 404


def test_an_address_of_slashes_alone_is_closed():
    # a client would read "//" as the beginning of a host's name, so it is asked for without one
    assert asked(Guard(PlainTextResponse("here"), downloads=[]), {"path": "//"})[0]["status"] == 404


def asked(app, more):
    """The messages with which the app answers a GET."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        sent.append(message)

    finished(app({"type": "http", "method": "GET", "headers": []} | more, receive, send))
    return sent


def pieces(count, size):
    return (b"x" * size for _ in range(count))


def test_a_body_within_the_limit_passes(client):
    assert client.post(CANCEL, content=pieces(10, 100), headers=JSON).text == "1000"


def test_a_longer_one_is_refused_though_it_does_not_say_its_length(client):
    answer = client.post(CANCEL, content=pieces(66, 1024), headers=JSON)
    assert (answer.status_code, answer.text) == (413, "That is more than 64 kB at once. Please send less.")


def test_one_that_says_its_length_is_refused_before_it_arrives(client):
    answer = client.post(CANCEL, headers=JSON | {"Content-Length": "9" * 30})
    assert answer.status_code == 413


WRONG = {
    "text where JSON belongs": ("POST", CANCEL, {"Content-Type": "text/plain"}, 415, "Content-Type: application/json"),
    "nothing where JSON belongs": ("POST", CANCEL, {}, 415, "Content-Type: application/json"),
    "JSON where a file belongs": ("POST", UPLOAD, JSON, 415, "multipart/form-data"),
    "a compressed body": ("POST", CANCEL, JSON | {"Content-Encoding": "gzip"}, 415, "Compressed bodies"),
    "a question by GET": ("GET", JOIN, {}, 405, "takes POST alone"),
    "a page by POST": ("POST", "/config", JSON, 405, "takes GET alone"),
    "a preflight": ("OPTIONS", JOIN, {"Origin": "http://localhost:7860"}, 405, "takes POST alone"),
    "a long address": ("GET", "/assets/" + "a" * 3000, {}, 414, "too long"),
    "a long question": ("GET", "/config?a=" + "a" * 3000, {}, 414, "too long"),
    "an icon of 5,000 digits": ("GET", "/pwa_icon/" + "9" * 2000, {}, 404, "Not found."),
    "a long session": ("GET", "/gradio_api/heartbeat/" + "a" * 65, {}, 404, "Not found."),
}


@pytest.mark.parametrize(("method", "path", "headers", "status", "words"), WRONG.values(), ids=WRONG.keys())
def test_what_does_not_belong_is_refused_with_a_sentence(client, method, path, headers, status, words):
    answer = client.request(method, path, headers=headers)
    assert answer.status_code == status
    assert words in answer.text


def test_uploads_share_the_disk_and_make_room_again(monkeypatch, tmp_path):
    monkeypatch.setattr(limits, "UPLOADS_BYTES", 3000)
    files = Temporary(tmp_path)
    with asking(files=files) as client:
        statuses = [client.post(UPLOAD, content=b"x" * 800, headers=FORM).status_code for _ in range(2)]
        assert statuses == [200, 503]  # of one address half of it
        assert client.post(CANCEL, content=b"x", headers=JSON).status_code == 200
        monkeypatch.setattr(limits, "FILES_LIVE_S", -1)
        assert client.post(UPLOAD, content=b"x", headers=FORM).status_code == 200
    files.remove()


def test_a_piece_with_many_files_comes_as_many():
    whole = {"type": "http.request", "body": b'filename="x"' * 100 + b"end", "more_body": False}
    pieces = guard._with_few_files(whole)
    assert b"".join(piece["body"] for piece in pieces) == whole["body"]
    assert [piece["more_body"] for piece in pieces] == [True] * (len(pieces) - 1) + [False]
    assert max(piece["body"].count(b"filename=") for piece in pieces) <= guard.FILES_A_PIECE
    assert guard._with_few_files({"body": b"x"}) == [{"body": b"x"}]


FOREIGN = {
    "another website": ({"Origin": "https://evil.example"}, "Another website"),
    "a file that was opened": ({"Origin": "null"}, "Another website"),
    "another port": ({"Origin": "http://localhost:9000"}, "Another website"),
    "another scheme": ({"Origin": "file://localhost:7860"}, "Another website"),
    "a name that resolves here": ({"Host": "evil.example"}, "not served under that name"),
    "a name below localhost": ({"Host": "x.localhost:7860"}, "not served under that name"),
    "localhost with a dot": ({"Host": "localhost.:7860"}, "not served under that name"),
    "a user before the name": ({"Host": "localhost@evil.example"}, "not served under that name"),
    "nonsense": ({"Host": "[::1"}, "not served under that name"),
    "an address of the network": ({"Host": "192.168.1.5:7860"}, "not served under that name"),
}


@pytest.mark.parametrize(("headers", "words"), FOREIGN.values(), ids=FOREIGN.keys())
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_other_websites_and_foreign_names_are_refused(client, method, headers, words):
    answer = client.request(method, "/gradio_api/component_server/", headers=JSON | headers)
    assert answer.status_code == 403
    assert words in answer.text
    assert "access-control-allow-origin" not in answer.headers


OWN = {
    "no browser": {},
    "the page itself": {"Origin": "http://localhost:7860"},
    "by its number": {"Host": "127.0.0.1:7860", "Origin": "http://127.0.0.1:7860"},
    "by its longer number": {"Host": "[::1]:7860", "Origin": "http://[::1]:7860"},
    "through a tunnel": {"Host": "localhost:9999", "Origin": "http://localhost:9999"},
    "through a proxy that says so": {"Origin": "https://digits.example", "X-Forwarded-Host": "digits.example"},
}


@pytest.mark.parametrize("headers", OWN.values(), ids=OWN.keys())
def test_the_pages_own_scripts_are_answered(client, headers):
    assert client.post(CANCEL, content=b"{}", headers=JSON | headers).status_code == 200


ALLOWED = {
    "named in DIGITS_HOSTS": ({"DIGITS_HOSTS": "other.example, digits.example"}, "digits.example"),
    "the proxy's": ({"DIGITS_ROOT_PATH": "https://digits.example/page"}, "digits.example"),
    "a Space's": ({"SPACE_ID": "me/digits", "SPACE_HOST": "me-digits.hf.space"}, "me-digits.hf.space"),
    "a Space's frame": ({"SPACE_ID": "me/digits"}, "huggingface.co"),
    "the network's": ({"DIGITS_HOST": "0.0.0.0"}, "192.168.1.5"),
}


@pytest.mark.parametrize(("settings", "name"), ALLOWED.values(), ids=ALLOWED.keys())
def test_more_names_can_be_allowed(client, monkeypatch, settings, name):  # noqa: ARG001 (for a clean environment)
    for variable, value in settings.items():
        monkeypatch.setenv(variable, value)
    headers = JSON | {"Host": name, "Origin": f"https://{name}"}
    with asking() as allowed:
        assert allowed.post(CANCEL, content=b"{}", headers=headers).status_code == 200
        assert allowed.post(CANCEL, content=b"{}", headers=headers | {"Host": "evil.example"}).status_code == 403


def budgets(monkeypatch, small, large):
    monkeypatch.setattr(bodies, "SMALL", bodies.Budget(small))
    monkeypatch.setattr(bodies, "LARGE", bodies.Budget(large))


def test_what_arrives_at_once_is_bounded_and_the_slowest_goes_first(monkeypatch):
    budgets(monkeypatch, 2000, 0)
    told = finished(two_bodies())
    assert told == ["BodyError", b"x" * 1500]


async def two_bodies():
    """A body that begins and never ends, and one that comes whole when there is no room for both."""
    first_piece_is_here = asyncio.Event()

    async def endless():
        if not first_piece_is_here.is_set():
            first_piece_is_here.set()
            return {"type": "http.request", "body": b"x" * 1000, "more_body": True}
        await asyncio.sleep(60)
        raise AssertionError("it should have been cut")

    async def whole():
        return {"type": "http.request", "body": b"x" * 1500}

    slow = asyncio.create_task(bodies.Body(endless, "a", 10_000).whole())
    await first_piece_is_here.wait()
    await asyncio.sleep(0)
    quick = await bodies.Body(whole, "b", 10_000).whole()
    (cut,) = await asyncio.gather(slow, return_exceptions=True)
    return [type(cut).__name__, quick]


def test_a_body_that_comes_too_slowly_is_cut(monkeypatch):
    monkeypatch.setattr(bodies, "FIRST_S", 0.05)

    async def never():
        await asyncio.sleep(60)

    async def read():
        await bodies.Body(never, "a", 100).whole()

    with pytest.raises(bodies.BodyError, match="too slowly"):
        finished(read())


TOO_MUCH = {
    "a million empty objects": b"[" + b"{}," * 1_000_000 + b"{}]",
    "a million lists in one another": b"[" * 1_000_000,
    "long text that is not ASCII": b'{"data": "' + "ü".encode() * 40_000 + b'"}',
    "long text with escapes": b'{"data": "' + b"x" * 70_000 + b'\\ud83d\\ude00"}',
    "a list": b"[]",
    "a lone surrogate": b'{"data": "\\ud800"}',
    "a number of 5,000 digits": b'{"data": ' + b"9" * 5000 + b"}x",
    "no JSON": b"data",
    "nothing": b"",
    "21 lists in one another": b'{"data": ' + b"[" * 21 + b"]" * 21 + b"}",
}


@pytest.mark.parametrize("body", TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_json_that_is_no_question_is_refused_before_it_is_parsed(body):
    with pytest.raises(shape.ShapeError):
        shape.parsed(body)


def test_a_question_is_parsed():
    assert shape.parsed('{"data": ["ü"]}'.encode()) == {"data": ["ü"]}


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
