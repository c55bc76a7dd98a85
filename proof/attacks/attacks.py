"""Every attack by its name: what the page met before, and others of their kind. Each goes on until told to stop."""

import base64
import gzip
import json
import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing

from demo.analysis import sources
from proof.attacks import archives, pictures
from proof.attacks.client import API, FORM, GONE, JSON, Attack, form
from tests.demo.malformed import questions
from tests.demo.site import bar

MB = 2**20
Act = Callable[[Attack], None]
ATTACKS: dict[str, Act] = {}


def attack(act: Act) -> Act:
    """Add an attack under its function's name."""
    ATTACKS[act.__name__] = act
    return act


def sends_pictures(name: str, make: Callable[[], bytes], at_once: int = 4) -> None:
    """Add an attack that sends one picture by all ways that read pictures."""

    def act(attack: Attack) -> None:
        url = "data:image/png;base64," + base64.b64encode(make()).decode()
        ways = ("recognise_upload", "recognise", "explain", "compare")
        attack.at_once(at_once, lambda number: attack.component("recognise", ways[number % 4], url, f"s{number}"))

    ATTACKS[name] = act


def sends_data_sets(name: str, make: Callable[[], tuple[str, bytes]]) -> None:
    """Add an attack that uploads a data set, has it read, and leaves."""

    def act(attack: Attack) -> None:
        file, content = make()
        function = next(
            function["id"] for function in attack.server.config["dependencies"] if function["api_name"] == "keep"
        )

        def send(number: int) -> None:
            path = attack.uploaded(file, content)
            if path is None:
                time.sleep(1.0)
                return
            data = [[{"path": path, "meta": {"_type": "gradio.FileData"}}]]
            join = {"session_hash": f"s{random.random()}", "fn_index": function, "data": data}
            attack.post(f"{API}/queue/join", json.dumps(join).encode())
            attack.stop.wait(2.0 + number)

        attack.at_once(2, send)

    ATTACKS[name] = act


for _name, _make in pictures.HOSTILE.items():
    sends_pictures(_name, _make)
for _name, _pack in archives.HOSTILE.items():
    sends_data_sets(_name, _pack)


@attack
def files_to_a_component(attack: Attack) -> None:
    """60 MB in a form where JSON belongs."""
    body = form([("files", "x", bytes(60 * MB))])
    attack.at_once(4, lambda _: attack.post(f"{API}/component_server/", body, FORM))


@attack
def uploads_broken_off(attack: Attack) -> None:
    """Forms of which half arrives."""
    body = form([("files", "x", bytes(8 * MB))])
    head = f"POST {API}/upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: {FORM['Content-Type']}\r\n"

    def half(_: int) -> None:
        with attack.socket() as opened:
            opened.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[: len(body) // 2])

    attack.at_once(12, half)


@attack
def uploads_under_odd_names(attack: Attack) -> None:
    """Parts that Gradio's own cleaner does not find."""
    attack.at_once(4, lambda number: attack.upload([(f"other{number}", "x", bytes(20 * MB)), ("", "y", bytes(MB))]))


@attack
def uploads_at_once(attack: Attack) -> None:
    """Twelve uploads that each are allowed."""
    content = random.randbytes(50 * MB)  # once: making it holds up the visitor who draws in this process
    attack.at_once(12, lambda number: attack.upload([("files", f"{number}.bin", content)]))


@attack
def uploads_of_empty_files(attack: Attack) -> None:
    """A thousand empty files in each form."""
    parts = [("files", f"{number}", b"") for number in range(1000)]
    attack.at_once(8, lambda _: attack.upload(parts))


@attack
def objects_in_json(attack: Attack) -> None:
    """A body of 60 MB that is 20 million empty objects."""
    for path in (f"{API}/component_server/", f"{API}/queue/join", f"{API}/call/recognise_batch"):
        body = b'{"data":[' + b"{}," * (20 * MB if "server" not in path else 8 * MB) + b"{}]}"
        attack.post(path, body)
    attack.at_once(3, lambda _: attack.post(f"{API}/queue/join", body))


@attack
def text_of_four_bytes(attack: Attack) -> None:
    """25 MB of text of which one character makes each take four bytes."""
    body = b'{"data":["' + b"x" * (25 * MB) + b'\\ud83d\\ude00"]}'
    attack.at_once(6, lambda _: attack.post(f"{API}/call/recognise", body))


@attack
def bodies_that_never_end(attack: Attack) -> None:
    """200 bodies of 60 MB, of which all but the last byte come."""
    head = f"POST {API}/queue/join HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    start = f"{head}Content-Length: {60 * MB}\r\n\r\n".encode()

    def most(_: int) -> None:
        with attack.socket() as opened:
            opened.sendall(start + b'{"data":["' + b"x" * (60 * MB - 20))
            attack.stop.wait(20)

    attack.at_once(20, most)


@attack
def long_sessions(attack: Attack) -> None:
    """Sessions with names of 25 MB."""
    body = json.dumps({"data": [bar()], "session_hash": "s" * (25 * MB)}).encode()
    attack.at_once(6, lambda _: attack.post(f"{API}/call/recognise", body))


@attack
def batches_queued(attack: Attack) -> None:
    """Batches of 64, one after the other, whose answers nobody fetches."""
    attack.at_once(8, lambda _: attack.call("recognise_batch", [[bar()] * 64]))


@attack
def long_batches_queued(attack: Attack) -> None:
    """Batches of 60 MB, whose answers nobody fetches."""
    body = json.dumps({"data": [["data:image/png;base64," + "A" * MB] * 58]}).encode()
    attack.at_once(6, lambda _: attack.post(f"{API}/call/recognise_batch", body))


@attack
def answers_never_fetched(attack: Attack) -> None:
    """Quick questions to the queue, each under a name of its own."""
    attack.at_once(8, lambda _: attack.call("recognise", ["data:,"]))


@attack
def explanations(attack: Attack) -> None:
    """48 visitors who ask why, without a pause."""
    attack.at_once(48, lambda number: attack.component("recognise", "explain", bar(), f"s{number}"))


@attack
def explanations_that_are_left(attack: Attack) -> None:
    """Questions whose senders leave at once."""
    body = json.dumps(attack.server.body("recognise", "explain", bar())).encode()
    head = f"POST {API}/component_server/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"

    def leave(_: int) -> None:
        with attack.socket() as opened:
            opened.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            time.sleep(0.02)

    attack.at_once(8, leave)


@attack
def comparisons(attack: Attack) -> None:
    """48 visitors who compare all models."""
    attack.at_once(48, lambda number: attack.component("recognise", "compare", bar(), f"s{number}"))


@attack
def drawings(attack: Attack) -> None:
    """50 pens at once."""
    attack.at_once(50, lambda number: attack.component("recognise", "recognise", bar(), f"s{number}"))


@attack
def analyses(attack: Attack) -> None:
    """Every data set with every model and change."""
    models, sets = list(sources.models()), list(sources.data_sets())
    chance = random.Random(0)

    def look(_: int) -> None:
        address = f"#analysis?data={chance.choice(sets)}&model={chance.choice(models)}&show=robustness&change="
        attack.component("analysis", "view", address + chance.choice(("noise", "blur", "turn", "shift")))

    attack.at_once(16, look)


@attack
def opened_pictures(attack: Attack) -> None:
    """Pictures of the analysis opened, each with its heat map."""
    opened = "#analysis?data=pendigits8&picture={}"
    chance = random.Random(0)
    attack.at_once(16, lambda _: attack.component("analysis", "view", opened.format(chance.randrange(400))))


@attack
def galleries_taken_away(attack: Attack) -> None:
    """The whole gallery as a zip."""
    question = ["#analysis?data=pendigits8&only=all", "zip"]
    attack.at_once(12, lambda _: attack.component("analysis", "take_away", question))


@attack
def drawings_on_the_map(attack: Attack) -> None:
    """Mistakes like a drawing, for many drawings."""
    question = ["#analysis?data=pendigits8", bar()]
    attack.at_once(16, lambda number: attack.component("analysis", "from_drawing", question, f"s{number}"))


@attack
def locked_database(attack: Attack) -> None:
    """Another process holds the corrections' file; visitors correct meanwhile."""
    request = {"picture": bar(), "digit": 7, "visitor": "e" * 32}
    with closing(sqlite3.connect(attack.server.corrections, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        attack.at_once(16, lambda number: attack.component("recognise", "correct", request, f"s{number}"))
        other.execute("ROLLBACK")


@attack
def corrections_of_many_names(attack: Attack) -> None:
    """Each correction under another visitor's name."""

    def correct(_: int) -> None:
        request = {"picture": bar(), "digit": 7, "visitor": "f" + random.randbytes(16).hex()[1:]}
        attack.component("recognise", "correct", request)

    attack.at_once(8, correct)


@attack
def sessions_of_many_names(attack: Attack) -> None:
    """Thousands of names, each used once."""
    attack.at_once(8, lambda _: attack.component("analysis", "own_corrections", "x", random.randbytes(16).hex()))


@attack
def single_bytes(attack: Attack) -> None:
    """Bodies in chunks of one byte, as many as fit into a packet."""
    head = f"POST {API}/component_server/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    crumbs = b"1\r\nx\r\n" * 40_000

    def crumble(_: int) -> None:
        with attack.socket() as opened:
            opened.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
            while not attack.stop.is_set():
                opened.sendall(crumbs)

    attack.at_once(4, crumble)


@attack
def questions_in_one_packet(attack: Attack) -> None:
    """A thousand requests sent without waiting for an answer."""
    many = b"GET /config HTTP/1.1\r\nHost: localhost\r\n\r\n" * 1000

    def pipeline(_: int) -> None:
        with attack.socket() as opened:
            opened.sendall(many)
            while opened.recv(1 << 16) and not attack.stop.is_set():
                pass

    attack.at_once(2, pipeline)


@attack
def heads_that_never_end(attack: Attack) -> None:
    """300 connections that send a line of their head every second."""
    attack.held(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * 30_000, 300)


@attack
def connections_beyond_number(attack: Attack) -> None:
    """Two thousand connections that ask nothing."""
    attack.held(b"", 2000)


@attack
def heartbeats(attack: Attack) -> None:
    """Five hundred pages left open."""
    attack.held(f"GET {API}/heartbeat/abc HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(), 500)


@attack
def answers_read_slowly(attack: Attack) -> None:
    """The whole page asked for 200 times, and read byte by byte."""
    attack.held(b"GET /config HTTP/1.1\r\nHost: localhost\r\n\r\n" * 40, 200)


@attack
def large_answers_not_read(attack: Attack) -> None:
    """Galleries as zips that nobody reads."""
    body = json.dumps(
        attack.server.body("analysis", "take_away", ["#analysis?data=pendigits8&only=all", "zip"])
    ).encode()
    head = f"POST {API}/component_server/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    attack.held(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body, 100)


@attack
def compressed_bodies(attack: Attack) -> None:
    """60 MB of nothing in 60 kB."""
    body = gzip.compress(bytes(60 * MB))
    attack.at_once(4, lambda _: attack.post(f"{API}/component_server/", body, JSON | {"Content-Encoding": "gzip"}))


@attack
def pages_compressed_for_nobody(attack: Attack) -> None:
    """The page asked for again and again, compressed."""
    attack.at_once(8, lambda _: attack.ask("GET", "/", headers={"Accept-Encoding": "br, gzip"}))


@attack
def descriptions(attack: Attack) -> None:
    """The description of the API, again and again."""
    attack.at_once(8, lambda _: attack.ask("GET", f"{API}/openapi.json"))


@attack
def depth_in_json(attack: Attack) -> None:
    """Lists in lists, 20 million deep."""
    attack.at_once(3, lambda _: attack.post(f"{API}/call/recognise_batch", b'{"data":' + b"[" * (20 * MB)))


@attack
def progress_of_nothing(attack: Attack) -> None:
    """Uploads that are asked about and never come."""
    attack.at_once(16, lambda _: attack.ask("GET", f"{API}/upload_progress?upload_id={random.randbytes(8).hex()}"))


@attack
def events_cancelled(attack: Attack) -> None:
    """Questions that are begun and cancelled under a name of all."""

    def cancel(_: int) -> None:
        attack.call("recognise", [bar()])
        attack.post(f"{API}/cancel", json.dumps({"session_hash": "s", "fn_index": 1, "event_id": "x"}).encode())

    attack.at_once(8, cancel)


@attack
def malformed(attack: Attack) -> None:
    """Questions of wrong types and shapes."""
    many = list(questions(500, 7, list(attack.server.components.values())))
    chance = random.Random(0)

    def ask(_: int) -> None:
        question = chance.choice(many)
        try:
            attack.ask(question.method, question.path, question.body, question.headers)
        except (*GONE, ValueError):
            attack.count(0)

    attack.at_once(4, ask)


@attack
def other_websites(attack: Attack) -> None:
    """Corrections from another origin, and under another name."""
    body = json.dumps(attack.server.body("recognise", "correct", {"picture": bar(), "digit": 1, "visitor": "f" * 32}))
    ways: tuple[dict[str, str], ...] = (
        {"Content-Type": "text/plain", "Origin": "https://evil.example"},
        JSON | {"Origin": "null"},
        JSON | {"Host": "x.localhost"},
    )
    attack.at_once(3, lambda number: attack.post(f"{API}/component_server/", body.encode(), ways[number]))
