"""What programs do to a served page, as its own scripts do it: ask its components, correct, analyse."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from demo.answers import message
from tests.demo.browsing import ROOT, free_port, wait_for

LIMIT_S = 240.0  # for what never comes
ANALYSIS = "#analysis?data=pendigits8&model=recognizer.onnx"


DRAWINGS = itertools.count(1)  # that were corrected


def bar(number: int = 0) -> str:
    """A drawn 1 as a data URL; its number is hidden in the paper, for one drawing has but one correction."""
    drawing = np.full((280, 280), 255, np.uint8)
    drawing[40:240, 130:150] = 0
    drawing[0, :32] -= np.array(list(f"{number:032b}"), np.uint8)
    return message.data_url(drawing)


class Server:
    """`python app.py` in a process of its own; `folder` holds its corrections and its cache, `log` gets its words."""

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, str] | None = None,
        log: IO[bytes] | int = subprocess.DEVNULL,
        **options: Any,
    ) -> None:
        self.folder = folder
        self.corrections = folder / "corrections.sqlite"
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        chosen = {
            "DIGITS_PORT": str(port),
            "DIGITS_CACHE": str(folder / "cache"),
            "DIGITS_CORRECTIONS": str(self.corrections),
            "GRADIO_TEMP_DIR": str(folder / "gradio"),
            "OMP_NUM_THREADS": "1",
        }
        self.began_at = time.monotonic()
        environment = os.environ | chosen | dict(settings or {})
        self.process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=log, stderr=log, **options
        )

    def __enter__(self) -> "Server":
        wait_for(self.address, self.process)
        self.started_s = time.monotonic() - self.began_at
        with urllib.request.urlopen(f"{self.address}/config", timeout=LIMIT_S) as reply:
            self.config = json.load(reply)
        components = self.config["components"]
        self.components = {part["props"].get("elem_id"): part["id"] for part in components}
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def body(self, component: str, function: str, data: object) -> dict[str, Any]:
        """What the page's script sends to call a function of one of its components."""
        return {
            "session_hash": "visitor",
            "component_id": self.components[component],
            "fn_name": function,
            "data": data,
        }

    def call(self, component: str, function: str, data: object) -> Any:
        """The function's answer."""
        request = urllib.request.Request(
            f"{self.address}/gradio_api/component_server/",
            json.dumps(self.body(component, function, data)).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=LIMIT_S) as reply:
            return json.load(reply)

    def correct(self, visitor: str, digit: int = 7) -> dict[str, Any]:
        """Send one correction, of another drawing each time."""
        return self.call("recognise", "correct", {"picture": bar(next(DRAWINGS)), "digit": digit, "visitor": visitor})

    def analysis(self, address: str = ANALYSIS, limit_s: float = LIMIT_S) -> dict[str, Any]:
        """What the analysis tab shows for an address, once it is worked out."""
        end_at = time.monotonic() + limit_s
        while time.monotonic() < end_at:
            told = self.call("analysis", "view", address)
            if "share" not in told:
                return told
            time.sleep(0.05)
        raise TimeoutError(f"{address} was not worked out within {limit_s:.0f} s")

    def terminate(self) -> tuple[int, float]:
        """Send SIGTERM: the exit code, and the seconds until then."""
        started_at = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(LIMIT_S)
        return code, time.monotonic() - started_at
