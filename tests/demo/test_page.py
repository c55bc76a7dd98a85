"""The page as a process: what it imports, where it listens."""

import http.client
import os
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest

from demo import settings
from tests.demo.browsing import ROOT, WAIT_MS, free_port

BUILD = """
import sys
notes = []
sys.addaudithook(lambda event, about: notes.append(about[0]) if event == "open" and ".pyi" in str(about[0]) else None)
import app
from tests.architecture import GROUND_FLOOR
heavy = {"torch", "torchvision", "matplotlib", "export"} & set(sys.modules)
rooms = {name for name in sys.modules if name.startswith("core.") and name.split(".")[1] not in GROUND_FLOOR}
heavy = sorted(heavy | rooms)
assert not heavy, heavy
assert app.demo is not None
assert not notes, notes  # for editors, which Gradio would renew
"""


def test_importing_the_front_door_builds_the_page_without_serving_it_or_loading_torch():
    environment = os.environ | {"DIGITS_CORRECTIONS": "off"}
    subprocess.run([sys.executable, "-c", BUILD], cwd=ROOT, env=environment, check=True, timeout=240)


ADDRESSES = {
    "at home": ({}, "127.0.0.1", 7860),
    "on a Space": ({"SPACE_ID": "someone/digits"}, "0.0.0.0", 7860),
    "as told": ({"DIGITS_HOST": "10.0.0.1", "DIGITS_PORT": "8000", "SPACE_ID": "x/y"}, "10.0.0.1", 8000),
}


@pytest.mark.parametrize(("environment", "host", "port"), ADDRESSES.values(), ids=ADDRESSES.keys())
def test_the_address_depends_on_the_surroundings(monkeypatch, environment, host, port):
    for name in ("SPACE_ID", "DIGITS_HOST", "DIGITS_PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert (settings.host(), settings.port()) == (host, port)


@pytest.mark.parametrize("port", ["", "http", "0", "65536", "-1"])
def test_an_impossible_port_is_a_sentence(monkeypatch, port):
    monkeypatch.setenv("DIGITS_PORT", port)
    with pytest.raises(SystemExit, match="whole number from 1 to 65535"):
        settings.port()


CLIENTS_REST_S = 5.0  # what httpx keeps a connection without traffic; uvicorn closes it then too, if it is not told


def stays_open(address: str) -> bool:
    """Whether a connection is still served after a rest."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=WAIT_MS / 1000)
    try:
        for rest_s in (CLIENTS_REST_S + 1, 0):
            connection.request("GET", "/theme.css")
            with connection.getresponse() as answer:
                answer.read()
            time.sleep(rest_s)
    except ConnectionError:
        return False
    finally:
        connection.close()
    return True


def test_a_connection_that_rests_is_not_closed_by_the_server_first(page_address):
    """Else a question that is sent at that moment is lost. Connections of the very start do not know yet."""
    assert any(stays_open(page_address) for _ in range(3))


VISITS = """
import json, os, sys, time, urllib.request
import app
from demo.page import SESSIONS, launch_options

app.demo.launch(**launch_options(app.demo), prevent_thread_lock=True, quiet=True)
address = app.demo.local_url
component = next(part["id"] for part in app.demo.config["components"] if part["props"].get("elem_id") == "recognise")
for number in range(SESSIONS + 20):
    question = {"session_hash": f"{number}", "component_id": component, "fn_name": "recognise", "data": ""}
    body = json.dumps(question).encode()
    address_of_all = f"{address}gradio_api/component_server/"
    request = urllib.request.Request(address_of_all, body, {"Content-Type": "application/json"})
    assert "problem" in json.load(urllib.request.urlopen(request))
visited = len(app.demo.app.state_holder.session_data)
body = json.dumps({"data": ["data:image/png;base64," + "A" * 10**6]}).encode()
request = urllib.request.Request(f"{address}gradio_api/call/recognise", body, {"Content-Type": "application/json"})
event = json.load(urllib.request.urlopen(request))["event_id"]
assert b"event: " in urllib.request.urlopen(f"{address}gradio_api/call/recognise/{event}").read()
for _ in range(50):  # the answer is sent a moment before its event ends
    if len(app.demo.app.state_holder.session_data) <= visited: break
    time.sleep(0.2)
print(visited, SESSIONS, app.demo._queue.ANALYTICS_MAX_EVENTS, len(app.demo.app.state_holder.session_data) - visited)
sys.stdout.flush()
os._exit(0)
"""


def test_what_gradio_keeps_of_each_visitor_is_bounded():
    """A session is up to 100 kB; ten thousand of them, as Gradio keeps by default, would be a gigabyte."""
    environment = os.environ | {"DIGITS_CORRECTIONS": "off", "DIGITS_PORT": str(free_port())}
    done = subprocess.run([sys.executable, "-c", VISITS], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    kept, most, figures, after_a_queued_one = map(int, done.stdout.split())
    assert kept <= most <= 200
    assert figures <= 200
    assert after_a_queued_one <= 0  # whose picture of a megabyte would be kept with the session
