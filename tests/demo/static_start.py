"""`make static-start` times the static page's first visit, into docs/records/static_start.json.

first_answer_s: from opening the page, nothing kept, until a bar is drawn and read as 1, from a server on this machine;
                loaded_s is the part until the canvas can be drawn on. Medians of the tries, each in a new browser.
"""

import gzip
import os
import platform
import statistics
import tempfile
import time
from pathlib import Path

from core.checkpoint import write_json
from core.record import processor
from demo import space
from tests.demo.browsing import ROOT, browser, open_page
from tests.demo.test_static_page import hosted
from tests.demo.visitor import ONE, Visitor

RECORD = ROOT / "docs" / "records" / "static_start.json"
TRIES = 5


def main() -> None:
    """Measure every static folder and write the record."""
    folders = space.static_spaces(dict(space.settings(space.front_matter((ROOT / "README.md").read_text()))))
    record = {"format": 1, "command": "make static-start", "folders": {}}
    for name, files in folders.items():
        with tempfile.TemporaryDirectory() as folder, hosted(Path(folder) / "space", files) as address:
            tries = [first_visit(address) for _ in range(TRIES)]
        record["folders"][name] = {
            "bytes": sum(map(len, files.values())),
            "bytes_gzip": sum(len(gzip.compress(content, 9)) for content in files.values()),
            "loaded_s": round(statistics.median(loaded_s for loaded_s, _ in tries), 2),
            "first_answer_s": round(statistics.median(answered_s for _, answered_s in tries), 2),
            "tries_s": [round(answered_s, 2) for _, answered_s in tries],
        }
        print(name, record["folders"][name], flush=True)
    record["load_average"] = [round(load, 1) for load in os.getloadavg()]  # above the cores: the times are too long
    record["machine"] = {"processor": processor(), "cores": os.cpu_count(), "system": platform.system()}
    write_json(RECORD, record)


def first_visit(address: str) -> tuple[float, float]:
    """Seconds until the canvas is there, and until the bar is read."""
    with browser() as chromium:
        started_at = time.monotonic()
        visitor = Visitor(open_page(chromium, address))
        loaded_s = time.monotonic() - started_at
        visitor.draw(ONE)
        visitor.expect_digits("1")
        return loaded_s, time.monotonic() - started_at


if __name__ == "__main__":
    main()
