"""`python -m export`: writes the .onnx files, proves them against torch and records the proof."""

import argparse
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from core import verbs
from core.refusals import in_a_sentence

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read when onnxruntime is imported, which is below

from core.train.data import ROOT as DATA
from core.train.data import load
from export.contracts import ALL, READER, Shipped
from export.ladder import MismatchError
from export.pictures import Grey
from export.prove import Log, Subject, prove
from export.readers import export_reader
from export.record import write_record
from export.sets import other_cases
from export.to_onnx import export
from export.variants import Entry, write_variants

MODELS = Path(__file__).resolve().parent.parent / "models"


def arguments() -> argparse.ArgumentParser:
    parser = verbs.parser("export", __doc__)
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=ALL, help=f"of {', '.join(ALL)}")
    parser.add_argument("--out", type=Path, default=MODELS, metavar="DIR", help="where the files go (models)")
    parser.add_argument("--weights", type=Path, default=MODELS, metavar="DIR", help="where weights lie (models)")
    return parser


@in_a_sentence(first="export stopped")
def main(argv: list[str] | None = None) -> int:
    chosen = arguments().parse_args(argv)
    names = chosen.only or list(ALL)
    run(names, chosen.weights, chosen.out)
    return 0


def run(names: list[str], weights_dir: Path, out: Path) -> None:
    """Export and prove each model, then write parity.json beside them; nothing is recorded when one fails."""
    digits = load("test")[0].numpy()
    entries: dict[str, Entry] = {}
    for name in names:
        entries |= export_proved(ALL[name], weights_dir, out, digits)
    command = "python -m export" + (f" --only {' '.join(names)}" if set(names) != set(ALL) else "")
    write_record(out / "parity.json", command, entries)
    print(f"all agree; the record is {out.name}/parity.json")


def export_proved(shipped: Shipped, weights_dir: Path, out: Path, digits: Grey) -> dict[str, Entry]:
    """Write one model in all its forms and prove them; they replace earlier files only when every one of them holds."""
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out, prefix=".unproved-") as folder:
        write = export_reader if shipped.contract == READER else export_model
        try:
            entries = write(shipped, weights_dir, Path(folder), digits, print)
        except MismatchError as mismatch:
            raise MismatchError(f"{shipped.name}: {mismatch}") from mismatch
        for entry in entries.values():
            (Path(folder) / entry["file"]).replace(out / entry["file"])
    return entries


def export_model(shipped: Shipped, weights_dir: Path, folder: Path, digits: Grey, log: Log) -> dict[str, Entry]:
    """A net or a recogniser in all its forms, proved; the entries of the record."""
    module, file = export(shipped, weights_dir, folder)
    log(f"{shipped.name}: {file.stat().st_size:,} bytes; proving it against torch")
    subject = Subject(shipped, module, weights_dir / shipped.weights, digits, log, other_cases(shipped.contract, DATA))
    return {shipped.name: prove(subject, file)} | write_variants(subject, file)


if __name__ == "__main__":
    sys.exit(main())
