"""Write .onnx files, prove them against torch and record the proof: the shipped models, or a run of one's own.

`python -m export` writes those that ship into models/. `digits export RUN` makes a recogniser of a run of
`digits train`, calibrated on the pictures that it held out, and writes it beside a card and a manifest; what ships
stays as it is. `digits export --opset N --out DIR` writes what ships in another operator set, and with
`--size 96x96` for pictures of one size alone, which more runtimes take.
"""

import argparse
import os
import re
import shlex
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from core import manifest, verbs
from core.catalogue import AS_IT_SHIPS, CATALOGUE, OPSETS, Build
from core.refusals import RefusalError, in_a_sentence

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read when onnxruntime is imported, which is below

from core.files import DATA
from core.train.data import load
from export import explain, own
from export.built import export_built
from export.contracts import ALL, READER, Shipped
from export.graph.older import OperatorError
from export.graph.to_onnx import export
from export.proving.ladder import MismatchError
from export.proving.pictures import Grey
from export.proving.prove import Log, Subject, prove
from export.proving.record import write_record
from export.proving.sets import other_cases
from export.readers import export_reader
from export.variants import Entry, write_variants

MODELS = Path(__file__).resolve().parent.parent / "models"
NAMES = (*ALL, explain.NAME)


def arguments() -> argparse.ArgumentParser:
    parser = verbs.parser("export", __doc__)
    parser.add_argument(
        "run", nargs="?", type=Path, metavar="RUN", help="folder of a run of one's own; else what ships"
    )
    parser.add_argument("--only", nargs="+", metavar="NAME", help=f"of what ships: {', '.join(NAMES)}")
    parser.add_argument("--weights", type=Path, metavar="DIR", help="where weights of what ships lie (models)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the files go (models, or RUN/export)")
    parser.add_argument("--name", help="with RUN: of its files, NAME.onnx and so on (the name of RUN)")
    parser.add_argument(
        "--also", nargs="+", default=[], choices=[*own.FORMS, "all"], help="with RUN: further forms of the file"
    )
    parser.add_argument(
        "--opset",
        type=int,
        metavar="N",
        help=f"of what ships: the operator set, {OPSETS[0]} to {OPSETS[-1]}; with --out",
    )
    add_size(parser)
    return parser


def add_size(parser: argparse.ArgumentParser) -> None:
    """The options of files for pictures of one size."""
    one = parser.add_argument_group("for pictures of one size", "recognisers and readers of what ships; with --out")
    one.add_argument("--size", type=size, metavar="HxW", help="height and width in pixels, such as 96x96")
    one.add_argument("--batch", type=int, default=1, metavar="N", help="pictures in a call (1)")
    one.add_argument("--float-input", action="store_true", help="takes float32, 0 to 255, in place of uint8")
    one.add_argument("--one-channel", action="store_true", help="takes (N, 1, H, W) in place of (N, H, W)")
    one.add_argument("--phone", action="store_true", help="a recogniser in the operators of phones' accelerators alone")


def size(text: str) -> tuple[int, int]:
    """Height and width; ArgumentTypeError for what is no size."""
    if not re.fullmatch(r"[0-9]{1,9}x[0-9]{1,9}", text):
        raise argparse.ArgumentTypeError(f"expected height and width in pixels, such as 96x96, got {text!r}")
    height, width = map(int, text.split("x"))
    return height, width


@in_a_sentence(first="export stopped")
def main(argv: list[str] | None = None) -> int:
    parser = arguments()
    chosen = parser.parse_args(argv)
    if chosen.run is not None:
        if chosen.only or chosen.weights or asked_build(parser, chosen) != AS_IT_SHIPS:
            parser.error("--only, --weights, --opset and --size are for what ships; RUN has its own weights")
        return of_ones_own(own_request(chosen))
    if chosen.name or chosen.also:
        parser.error("--name and --also go with RUN, the folder of a run of one's own")
    if strange := [name for name in chosen.only or () if name not in NAMES]:
        parser.error(
            f"--only: no model that ships is called {strange[0]!r}; they are {', '.join(NAMES)}. "
            "`digits export RUN` exports a run of one's own"
        )
    weights = chosen.weights or MODELS
    if (weights / "weights.safetensors").is_file():
        raise RefusalError(f"{weights}: a run; `digits export {weights}` exports it")
    build = asked_build(parser, chosen)
    if build != AS_IT_SHIPS and (chosen.out is None or chosen.out.resolve() == MODELS):
        parser.error("what ships stays as it is; name a folder of your own with --out")
    if build != AS_IT_SHIPS and explain.NAME in (chosen.only or ()):
        parser.error(f"{explain.NAME} is written in one form; leave it out, or leave out --opset and --size")
    if unfit := [name for name in chosen.only or () if not fits(build, name)]:
        parser.error(f"--size is for recognisers and readers, and --phone for recognisers alone; {unfit[0]} is not")
    run(chosen.only or [name for name in NAMES if fits(build, name)], weights, chosen.out or MODELS, build)
    return 0


def fits(build: Build, name: str) -> bool:
    """Whether what is called so can be written so."""
    return build == AS_IT_SHIPS or (name in CATALOGUE and build.fits(CATALOGUE[name]))


def asked_build(parser: argparse.ArgumentParser, chosen: argparse.Namespace) -> Build:
    """How the files are to be written; ends in the parser's error where that cannot be."""
    try:
        return Build(chosen.opset, chosen.size, chosen.batch, chosen.float_input, chosen.one_channel, chosen.phone)
    except ValueError as error:
        parser.error(str(error))


def own_request(chosen: argparse.Namespace) -> own.Request:
    """What the command line asks for of a run; RefusalError where that would touch what ships."""
    name, out = chosen.name or own.default_name(chosen.run), chosen.out or chosen.run / manifest.EXPORT
    if not own.NAME.fullmatch(name):
        raise RefusalError(f"--name {name}: expected letters, digits, - and _, at most 64, a letter or digit first")
    if name in NAMES:
        raise RefusalError(f"{name} is the name of a model that ships; choose another one with --name")
    if out.resolve() == MODELS:
        raise RefusalError(f"{out}: what ships lies there and stays as it is; choose another folder with --out")
    return own.Request(chosen.run, name, out, tuple(own.FORMS) if "all" in chosen.also else tuple(chosen.also))


def of_ones_own(asked: own.Request) -> int:
    """Export a run and say what was written; 1 where a form that was asked for failed its proof."""
    written = own.export_run(asked, print)
    print(f"wrote {', '.join(file.name for file in written.files)} in {asked.out}")
    folder = shlex.quote(str(asked.out))
    print(f"next: `digits serve --models {folder}` reads what you draw with it")
    print(f"then: `digits space --models {folder}` makes it a page that can be hosted for nothing")
    for sentence in written.left_out:
        print(sentence, file=sys.stderr)
    return 1 if written.left_out else 0


def run(names: list[str], weights_dir: Path, out: Path, build: Build) -> None:
    """Export and prove each, then write parity.json beside them; nothing is recorded when one fails."""
    digits = load("test")[0].numpy()
    entries: dict[str, Entry] = {}
    for name in names:
        entries |= export_proved(name, writer(name, weights_dir, digits, build), out)
    command = "python -m export" + (f" --only {' '.join(names)}" if set(names) != set(NAMES) else "") + build.options
    write_record(out / "parity.json", command, entries)
    print(f"all agree; the record is {out.name}/parity.json")


def export_proved(name: str, write: Callable[[Path], dict[str, Entry]], out: Path) -> dict[str, Entry]:
    """Write all forms into a folder and prove them; they replace earlier files only when every one of them holds."""
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out, prefix=".unproved-") as folder:
        try:
            entries = write(Path(folder))
        except (MismatchError, OperatorError) as refusal:
            raise type(refusal)(f"{name}: {refusal}") from refusal
        for entry in entries.values():
            (Path(folder) / entry["file"]).replace(out / entry["file"])
    return entries


def writer(name: str, weights_dir: Path, digits: Grey, build: Build) -> Callable[[Path], dict[str, Entry]]:
    """What writes and proves the files of that name in a folder, and gives their entries of the record."""
    if name == explain.NAME:
        return partial(explain.export_explain, digits=digits, log=print)
    write = partial(export_built, build) if build != AS_IT_SHIPS else in_all_forms(ALL[name])
    return lambda folder: write(ALL[name], weights_dir, folder, digits, print)


def in_all_forms(shipped: Shipped) -> Callable[[Shipped, Path, Path, Grey, Log], dict[str, Entry]]:
    """What writes and proves a model as it ships."""
    return export_reader if shipped.contract == READER else export_model


def export_model(shipped: Shipped, weights_dir: Path, folder: Path, digits: Grey, log: Log) -> dict[str, Entry]:
    """A net or a recogniser in all its forms, proved; the entries of the record."""
    module, file = export(shipped, weights_dir, folder)
    log(f"{shipped.name}: {file.stat().st_size:,} bytes; proving it against torch")
    subject = Subject(shipped, module, weights_dir / shipped.weights, digits, log, other_cases(shipped.contract, DATA))
    return {shipped.name: prove(subject, file)} | write_variants(subject, file)


if __name__ == "__main__":
    sys.exit(main())
