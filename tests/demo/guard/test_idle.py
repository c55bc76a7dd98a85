"""A page that nobody visits leaves the processor alone, and answers as quickly as before once somebody comes."""

import json
import os
import time
import urllib.request
from pathlib import Path

from tests.demo.site import Server, bar

WATCHED_S = 4.0
MOST_SHARE = 0.01  # of one core
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def processor_s(pid: int) -> float:
    """Seconds of processor that a process and its children, and theirs, have used so far."""
    own = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return (int(own[11]) + int(own[12])) / TICKS_A_SECOND + sum(map(processor_s, map(int, children)))


def ask(server: Server) -> float:
    """Seconds from a question to the queue to its answer."""
    started_at = time.monotonic()
    headers = {"Content-Type": "application/json"}
    address = f"{server.address}/gradio_api/call/recognise"
    with urllib.request.urlopen(
        urllib.request.Request(address, json.dumps({"data": [bar()]}).encode(), headers)
    ) as reply:
        event = json.load(reply)["event_id"]
    with urllib.request.urlopen(f"{address}/{event}") as reply:
        assert b'"digit": 1' in reply.read()
    return time.monotonic() - started_at


def test_an_idle_server_uses_less_than_a_hundredth_of_a_core(tmp_path):
    with Server(tmp_path) as server:
        assert ask(server) > 0  # the queue has begun
        time.sleep(2.0)  # what the start leaves to do
        before = processor_s(server.process.pid)
        time.sleep(WATCHED_S)
        used = processor_s(server.process.pid) - before
        assert used <= MOST_SHARE * WATCHED_S + 1 / TICKS_A_SECOND, f"{used / WATCHED_S:.1%} of a core"
        assert min(ask(server) for _ in range(5)) < 1.0  # it wakes at once
