"""`make static-start` times the static page's first visit, into proof/static_start/record.json.

first_answer_s: from opening the page, nothing kept, until a bar is drawn and read as 1, from a server on this machine;
                loaded_s is the part until the canvas can be drawn on. Medians of the tries, each in a new browser.
bytes:          what a browser keeps of that visit; later_bytes come once somebody opens views of the error analysis.
"""

import gzip
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

from core import verbs
from core.catalogue import CATALOGUE
from core.files import write_json
from core.stamp import stamp
from demo.settings import MODELS
from demo.space import static_space
from demo.space.folders import Files, front_matter, settings
from demo.space.kept_analysis import LATER, kept_analysis
from tests.demo.browsing import ROOT, browser, open_page, started_one
from tests.demo.hosting import hosted
from tests.demo.visitor import ONE, Visitor

RECORD = Path(__file__).with_name("record.json")
TRIES = 5


def main(arguments: list[str] | None = None) -> None:
    """Measure every static folder and write the record."""
    parser = verbs.parser("proof.static_start.run", __doc__)
    parser.add_argument("--sizes", action="store_true", help="only the folders' sizes anew, the times as they were")
    asked = parser.parse_args(arguments)
    folders = static_folders(kept_analysis())
    if asked.sizes:
        record = json.loads(RECORD.read_text(encoding="utf-8"))
        for name, files in folders.items():
            record["folders"][name] |= sizes(files)
        write_json(RECORD, record)
        return
    models = [path for model in CATALOGUE.values() if model.space and (path := MODELS / model.file).is_file()]
    record = stamp("make static-start", [*models, *vendored()]) | {"browser": browser_name(), "folders": {}}
    for name, files in folders.items():
        with tempfile.TemporaryDirectory() as folder, hosted(Path(folder) / "space", files) as address:
            tries = [first_visit(address) for _ in range(TRIES)]
        record["folders"][name] = sizes(files) | {
            "loaded_s": round(statistics.median(loaded_s for loaded_s, _ in tries), 2),
            "first_answer_s": round(statistics.median(answered_s for _, answered_s in tries), 2),
            "tries_s": [round(answered_s, 2) for _, answered_s in tries],
        }
        print(name, record["folders"][name], flush=True)
    record["load_average"] = [round(load, 1) for load in os.getloadavg()]  # above the cores: the times are too long
    write_json(RECORD, record)


def static_folders(analysis: Files | None = None) -> dict[str, Files]:
    """The folders that `make space` writes for static Spaces: name -> file -> content."""
    return static_space.static_spaces(dict(settings(front_matter((ROOT / "README.md").read_text()))), analysis)


def sizes(files: Files) -> dict[str, int]:
    """What a folder holds, as it lies there and as a server that compresses sends it."""
    later = {name for name in files if name.endswith(LATER)}
    at_once = [content for name, content in files.items() if name not in later]
    return {
        "bytes": sum(map(len, at_once)),
        "bytes_gzip": sum(len(gzip.compress(content, 9)) for content in at_once),
        "later_bytes": sum(len(files[name]) for name in later),
    }


def vendored() -> list[Path]:
    """The runtime's files, which are most of a folder beside the model."""
    return [path for path in static_space.VENDOR.iterdir() if path.suffix != ".md"]


def browser_name() -> str:
    """Which Chromium it is, and its version: one without a window is quicker."""
    with browser() as chromium:
        return f"{Path(started_one()).name} {chromium.version}"


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
