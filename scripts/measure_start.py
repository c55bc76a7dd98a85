"""How long a newcomer waits: `make measure` times a clean clone and writes docs/records/start.json.

clone_to_page_s:         `git clone`, then `make demo`, until the page answers; packages installed without pip's cache.
start_to_first_answer_s: `python app.py`, until a headless Chromium has drawn a bar and read "1"; median of the tries.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from core import verbs
from core.files import write_json
from core.refusals import in_a_sentence
from core.stamp import stamp
from demo.settings import READ_WITH
from scripts import process_group
from tests.demo.browsing import ROOT, browser, free_port, open_page, wait_for

RECORD = ROOT / "docs" / "records" / "start.json"
PACKAGES = ("gradio", "onnxruntime", "numpy")
TRIES = 5
CLONE_LIMIT_S = 900.0


@in_a_sentence(subprocess.CalledProcessError)
def main(argv: Sequence[str] | None = None) -> int:
    """Measure both and write the record; stops with a sentence when the page does not come or misreads the bar."""
    verbs.parser("scripts.measure_start", __doc__).parse_args(argv)
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        clone = Path(folder) / "digits"
        clone_to_page_s = time_clone(clone)
        print(f"clean clone to page: {clone_to_page_s:.1f} s", flush=True)
        answers_s = [time_answer(clone, chromium) for _ in range(TRIES)]
        print(f"start to first answer: {', '.join(f'{seconds:.1f}' for seconds in answers_s)} s")
    write_json(RECORD, record(clone_to_page_s, answers_s))
    return 0


def time_clone(clone: Path) -> float:
    """Seconds from `git clone` of this checkout's last commit until `make demo` serves the page."""
    started_at = time.monotonic()
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    with serving(["make", "demo"], clone, CLONE_LIMIT_S):
        return time.monotonic() - started_at


def time_answer(clone: Path, chromium: Browser) -> float:
    """Seconds from `python app.py` until a bar drawn on the canvas is read as 1."""
    started_at = time.monotonic()
    with serving([".venv-demo/bin/python", "app.py"], clone, limit_s=60) as address:
        page = open_page(chromium, address)
        box = page.locator("[data-testid=sketch-canvas]").bounding_box()
        assert box
        middle = box["x"] + box["width"] / 2
        page.mouse.move(middle, box["y"] + box["height"] * 0.2)
        page.mouse.down()
        page.mouse.move(middle, box["y"] + box["height"] * 0.8, steps=8)
        page.mouse.up()
        page.wait_for_selector("[data-testid=answer][data-digits='1']")
        elapsed_s = time.monotonic() - started_at
        page.context.close()
        return elapsed_s


@contextmanager
def serving(command: list[str], folder: Path, limit_s: float) -> Iterator[str]:
    """The address of a page that `command` serves from `folder`; the whole process group ends afterwards."""
    port = free_port()
    settings = {"DIGITS_PORT": str(port), "PIP_NO_CACHE_DIR": "1"}
    process = subprocess.Popen(command, cwd=folder, env=os.environ | settings, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, process, limit_s)
        yield address
    finally:
        process_group.end(process)


def record(clone_to_page_s: float, answers_s: list[float]) -> dict[str, Any]:
    """What README.md's table quotes, with what is needed to believe it."""
    return stamp("make measure", READ_WITH, PACKAGES) | {
        "clone_to_page_s": round(clone_to_page_s, 1),
        "start_to_first_answer_s": round(statistics.median(answers_s), 2),
        "start_to_first_answer_tries_s": [round(seconds, 2) for seconds in answers_s],
    }


if __name__ == "__main__":
    sys.exit(main())
