"""What an attacker has: sockets, from an address of their own, and no patience."""

import http.client
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from tests.demo.site import Server

ATTACKER = "127.0.0.2"  # the visitor's is 127.0.0.1
API = "/gradio_api"
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "multipart/form-data; boundary=edge"}
WAIT_S = 90.0
GONE = (OSError, http.client.HTTPException)


class Attack:
    """One attack under way: `stop` is set when its time is over; `statuses` counts what it was answered."""

    def __init__(self, server: Server, address: str = ATTACKER) -> None:
        self.server = server
        self.address = address
        self.stop = threading.Event()
        self.statuses: dict[str, int] = {}
        self._lock = threading.Lock()

    def post(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> int:
        """The status of an answer, 0 where the connection ended before."""
        return self.ask("POST", path, body, JSON if headers is None else headers)

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> int:
        """The status of an answer that is read to its end, 0 where the connection ended before."""
        try:
            netloc = urlsplit(self.server.address).netloc
            connection = http.client.HTTPConnection(netloc, timeout=WAIT_S, source_address=(self.address, 0))
            try:
                connection.request(method, path, body, headers or {})
                with connection.getresponse() as answer:
                    answer.read()
                    return self.count(answer.status)
            finally:
                connection.close()
        except GONE:
            return self.count(0)

    def component(self, name: str, function: str, data: object, session: str = "attacker") -> int:
        """Ask a function of the page's components."""
        body = self.server.body(name, function, data) | {"session_hash": session}
        return self.post(f"{API}/component_server/", json.dumps(body).encode())

    def call(self, endpoint: str, data: list[Any]) -> int:
        """Begin a question of a program, and never fetch the answer."""
        return self.post(f"{API}/call/{endpoint}", json.dumps({"data": data}).encode())

    def count(self, status: int) -> int:
        """Keep a status, and return it."""
        with self._lock:
            self.statuses[str(status)] = self.statuses.get(str(status), 0) + 1
        return status

    @contextmanager
    def socket(self) -> Iterator[socket.socket]:
        """A bare connection."""
        port = urlsplit(self.server.address).port
        with socket.create_connection(("127.0.0.1", port or 80), WAIT_S, source_address=(self.address, 0)) as opened:
            yield opened

    def held(self, head: bytes, count: int) -> None:
        """Open `count` connections, send each a beginning, and hold them until the end."""
        opened = []
        try:
            for _ in range(count):
                port = urlsplit(self.server.address).port or 80
                opened.append(socket.create_connection(("127.0.0.1", port), 5, source_address=(self.address, 0)))
                opened[-1].sendall(head)
        except OSError:
            self.count(0)
        self.stop.wait()
        for one in opened:
            one.close()

    def upload(self, parts: list[tuple[str, str, bytes]]) -> int:
        """Send a form of (field, file name, content)."""
        return self.post(f"{API}/upload", form(parts), FORM)

    def uploaded(self, name: str, content: bytes) -> str | None:
        """Where the server keeps a file that was uploaded; None where it refused."""
        request = urllib.request.Request(f"{self.server.address}{API}/upload", form([("files", name, content)]), FORM)
        try:
            with urllib.request.urlopen(request, timeout=WAIT_S) as answer:
                self.count(answer.status)
                return str(json.load(answer)[0])
        except urllib.error.HTTPError as error:
            with error:
                self.count(error.code)
        return None

    def at_once(self, count: int, act: Callable[[int], object]) -> None:
        """Do something in `count` threads, each again and again until the end."""

        def again(number: int) -> None:
            while not self.stop.is_set():
                try:
                    act(number)
                except GONE:
                    self.count(0)
                    time.sleep(0.05)

        threads = [threading.Thread(target=again, args=(number,), daemon=True) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(WAIT_S)


def form(parts: list[tuple[str, str, bytes]]) -> bytes:
    """A multipart body."""
    pieces = []
    for field, name, content in parts:
        head = f'--edge\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
        pieces.append(head.encode() + content + b"\r\n")
    return b"".join([*pieces, b"--edge--\r\n"])
