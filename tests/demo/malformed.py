"""Malformed questions to a served page, made from a seed: wrong types and shapes, odd text, half bodies."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "multipart/form-data; boundary=edge"}
API = "/gradio_api"

VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 2**31, 2**63, 10**400, "", "x", "7", "ü", "\u0000", "\ud800", "𝟟", "../../etc"),
    *([], {}, [[]], [None], [1, 2, 3], {"a": 1}, [{}], {"path": "/etc/passwd"}, {"path": 7}, "a" * 500, "data:,"),
    *("data:image/png;base64,", "data:image/png;base64,ü", "data:image/png;base64,AAAA", "data:text/html;base64,AAAA"),
    *({"path": "http://127.0.0.1:1/x", "meta": {"_type": "gradio.FileData"}}, {"picture": None, "model": None}),
    *({"picture": 1, "digit": "7", "visitor": []}, {"picture": "", "digit": 77, "visitor": "a" * 32}),
    *("#analysis?data=" + "9" * 5000, "#analysis?page=" + "9" * 5000, "#analysis?spot=1", "#analysis?area=;;,"),
    *("#analysis?data=pendigits8&slice=x:" + "9" * 5000, "#analysis?mark=nan", "#analysis?truth=٣", ["", "csv"]),
)
NAMES = ("recognise", "recognise_upload", "explain", "compare", "correct", "take_corrections", "view", "take_away",
         "from_drawing", "own_corrections", "nothing", "__class__", "value", "launch")  # fmt: skip
ENDPOINTS = ("recognise", "recognise_batch", "recognise_number", "keep", "nothing", "v2")
ADDRESSES = (
    *(f"{API}/queue/data", f"{API}/queue/data?session_hash=x", f"{API}/queue/data?session_hash=", "//", "/?__theme=x"),
    *(f"{API}/call/recognise/x", f"{API}/call/v2/recognise/x", f"{API}/heartbeat/%ff", f"{API}/heartbeat/"),
    *(f"{API}/upload_progress", f"{API}/upload_progress?upload_id={'x' * 500}", "/pwa_icon/0", "/pwa_icon/9999"),
    *("/pwa_icon/" + "9" * 5000, "/assets/%00", "/static/%00x", "/assets/" + "a" * 2000, "/config?deep_link=../x"),
    *("/?deep_link=%00", "/?deep_link=" + "a" * 300, f"{API}/info?all_endpoints=x", f"{API}/info?serialize=%ff"),
    *("/svelte/%2e%2e/x", "/assets/..%2f..%2fapp.py", f"{API}/openapi.json?x=%zz", "/theme.css?%ff=%ff", "/%ff%fe"),
    *(
        "/assets/a%0d%0ab",
        f"{API}/file=%00",
        f"{API}/file=",
        "/manifest.json?x",
        "/?view=api&x=%F0%9F",
        "/favicon.ico?",
    ),
)
FIELDS = ('name="files"', 'name="other"', "", 'name=""')
FILES = (
    *('; filename="a.png"', "", '; filename=""', '; filename="../../x"', "; filename=\xff"),
    '; filename="' + "n" * 3000 + '"',
)
FORM_TYPES = ("multipart/form-data; boundary=edge", "multipart/form-data", "multipart/x; boundary=edge")
HEADS: tuple[dict[str, str], ...] = (
    *(JSON, {}, {"Content-Type": "text/plain"}, {"Content-Type": "application/json; charset=utf-7"}),
    *(JSON | {"Content-Encoding": "gzip"}, JSON | {"Origin": "null"}, JSON | {"Host": "x"}),
    *(JSON | {"Accept-Encoding": "br;q=x"}, JSON | {"Range": "bytes=9-1"}),
)


@dataclass
class Question:
    """One request: method, address, headers, body."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def questions(count: int, seed: int, components: list[int]) -> Iterator[Question]:
    """`count` malformed questions; `components` are numbers that the page's own have."""
    chance = random.Random(seed)
    kinds = (component, component, call, call, join, upload, damaged, address, cancel)
    for number in range(count):
        yield kinds[number % len(kinds)](chance, components)


def component(chance: random.Random, components: list[int]) -> Question:
    """A question to one of the page's components."""
    body = {
        "session_hash": "visitor",
        "component_id": chance.choice(components),
        "fn_name": chance.choice(NAMES),
        "data": chance.choice(VALUES),
    }
    spoil(chance, body)
    return Question("POST", f"{API}/component_server/", JSON, as_bytes(body))


def call(chance: random.Random, _: list[int]) -> Question:
    """A question of a program."""
    values = [chance.choice(VALUES) for _ in range(chance.choice((0, 1, 1, 1, 1, 2)))]
    body: dict[str, Any] = {"data": values}
    if chance.random() < 0.3:
        spoil(chance, body)
    name = chance.choice(ENDPOINTS)
    if name == "v2":
        return Question("POST", f"{API}/call/v2/recognise", JSON, as_bytes({"picture": chance.choice(VALUES)} | body))
    return Question("POST", f"{API}/call/{name}", JSON, as_bytes(body))


def join(chance: random.Random, _: list[int]) -> Question:
    """A question to the queue."""
    body = {
        "session_hash": f"{chance.random()}",
        "fn_index": chance.choice((0, 1, 2, 3, 4, 5, 6, 99, -1)),
        "data": [chance.choice(VALUES)],
        "trigger_id": chance.choice((None, 0, 5, -7, "x", 2**40)),
        "event_data": None,
    }
    spoil(chance, body)
    return Question("POST", f"{API}/queue/join", JSON, as_bytes(body))


def cancel(chance: random.Random, _: list[int]) -> Question:
    """A question to forget another."""
    body = {"session_hash": "visitor", "fn_index": 0, "event_id": chance.choice(VALUES)}
    spoil(chance, body)
    return Question("POST", f"{API}/{chance.choice(('cancel', 'reset'))}", JSON, as_bytes(body))


def upload(chance: random.Random, _: list[int]) -> Question:
    """A form with files, to where it belongs and where it does not; often half of it."""
    name, file = chance.choice(FIELDS), chance.choice(FILES)
    head = f"--edge\r\nContent-Disposition: form-data; {name}{file}\r\n\r\n".encode("latin-1")
    whole = head + b"picture" + b"\r\n--edge--\r\n"
    body = chance.choice((whole, whole[: chance.randrange(len(whole))], b"", b"--other--", head * 3))
    path = chance.choice(("upload", "upload?upload_id=x", "call/recognise", "component_server/"))
    return Question("POST", f"{API}/{path}", {"Content-Type": chance.choice(FORM_TYPES)}, body)


def damaged(chance: random.Random, components: list[int]) -> Question:
    """A question whose bytes, or whose head, are damaged."""
    question = chance.choice((component, call, join))(chance, components)
    body = bytearray(question.body or b"x")
    for _ in range(chance.randrange(1, 8)):
        body[chance.randrange(len(body))] = chance.randrange(256)
    cut = bytes(body[: chance.randrange(len(body) + 1)])
    return Question(question.method, question.path, chance.choice(HEADS), cut)


def address(chance: random.Random, _: list[int]) -> Question:
    """An odd address."""
    return Question(chance.choice(("GET", "GET", "HEAD", "POST", "PUT", "OPTIONS", "X")), chance.choice(ADDRESSES))


def spoil(chance: random.Random, body: dict[str, Any]) -> None:
    """Drop a field, or give one a value of any kind."""
    name = chance.choice(list(body))
    if chance.random() < 0.2:
        del body[name]
    elif chance.random() < 0.6:
        body[name] = chance.choice(VALUES)
    if chance.random() < 0.1:
        body[chance.choice(("batched", "simple_format", "event_id", "oauth_token", "x" * 200))] = chance.choice(VALUES)


def as_bytes(body: object) -> bytes:
    """JSON, as bytes."""
    return json.dumps(body).encode()
