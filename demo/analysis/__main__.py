"""`python -m demo.analysis MODEL DATA --html report.html` writes the error analysis as one file."""

import os
import sys
from pathlib import Path

from core import verbs
from core.files import write_atomic
from core.refusals import in_a_sentence

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read when onnxruntime is imported, which is below

from core.mnist import DataError
from demo.analysis import report, sources, uploads
from demo.analysis.predictions import predict
from demo.analysis.sources import Uploads
from demo.analysis.table import Table
from demo.answers.opened import open_session
from demo.answers.recognizer import score_threshold
from demo.corrections import store
from demo.mnist import Labelled
from demo.settings import cache_folder

CORRECTIONS = "corrections"  # everybody's, for who keeps the server


@in_a_sentence()
def main(arguments: list[str] | None = None) -> int:
    """Write the report; 1 and a sentence when the model or the data cannot be used."""
    parser = verbs.parser("demo.analysis", __doc__)
    parser.add_argument("model", type=Path, metavar="MODEL", help="an .onnx file, recogniser or bare net")
    names = ", ".join([*sources.data_sets(), CORRECTIONS])
    parser.add_argument("data", metavar="DATA", help=f"{names}, or {uploads.ACCEPTED}")
    parser.add_argument("--other", type=Path, metavar="MODEL", help="a second model, to compare")
    parser.add_argument("--html", type=Path, required=True, help="the file to write")
    asked = parser.parse_args(arguments)
    data = _data(asked.data)
    table = _table(asked.model, data)
    other = _table(asked.other, data) if asked.other else None
    write_atomic(asked.html, report.html(table, asked.model.name, other, asked.model.parent).encode())
    print(f"{asked.html}: {int(table.wrong.sum())} of {len(table):,} pictures of {table.data.name} are misread")
    return 0


def _table(model: Path, data: Labelled) -> Table:
    session = open_session(model)
    answers = predict(model, data, cache_folder(), _show_progress)
    return Table(data, answers, score_threshold(session, model.with_name("metrics.json")))


def _data(name: str) -> Labelled:
    if name in sources.data_sets():
        return sources.load_data(name, Uploads())
    if name == CORRECTIONS:
        kept = store.opened()
        return uploads.from_corrections("people's corrections", kept.of(None) if kept else [])
    path = Path(name)
    if not path.exists():
        raise DataError(f"There is no data set or file {name!r}; expected {', '.join(sources.data_sets())} or a file.")
    upload = uploads.read([path], _show_progress)
    for problem in upload.problems:
        print(problem, file=sys.stderr)
    return upload.data


def _show_progress(share: float) -> None:
    print(f"\r{share:.0%}", end="" if share < 1 else "\n", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
