"""`python -m export.runtimes`: every shipped file in every runtime that this machine has; a second call goes on.

Trials of one file run side by side, so their times are for comparison within one runtime; `make bench` takes times.
"""

import argparse
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import onnx

from core import verbs
from core.catalogue import CATALOGUE
from core.files import MODELS, ROOT
from core.refusals import in_a_sentence
from core.train.data import load
from export.contracts import SHIPPED, Shipped
from export.graph.signature import check_signature, check_source
from export.graph.to_onnx import load_module
from export.proving.ladder import in_batches
from export.proving.pictures import Grey
from export.proving.tolerance import allowed
from export.runtimes import npm
from export.runtimes.book import Book
from export.runtimes.registry import RUNTIMES
from export.runtimes.run import MissingError, Outputs
from export.runtimes.trial import Trial, run_trial, trial_cases
from export.runtimes.with_onnxruntime import ModelError, open_model, properties
from export.runtimes.with_torch import wrap
from export.variants import rounded

RECORD = ROOT / "docs" / "records" / "runtimes.json"
PACKAGES = Path(__file__).with_name("requirements.txt")
KNOWN = [name + form for name in SHIPPED for form in CATALOGUE[name].forms]
MEASURED = [name for name in KNOWN if not CATALOGUE[name.partition(".")[0]].to_compare]  # those only on request
SOME = 2000  # pictures for fp16 and .ort files, which `python -m export` has shown all of them


def arguments() -> argparse.ArgumentParser:
    parser = verbs.parser("export.runtimes", __doc__)
    parser.add_argument(
        "--install", action="store_true", help="first fetch the Python and npm packages that are missing"
    )
    parser.add_argument(
        "--files",
        nargs="+",
        metavar="NAME",
        help=f"of {', '.join(KNOWN[:5])} ...",
    )
    parser.add_argument("--runtimes", nargs="+", metavar="NAME", choices=RUNTIMES, help="; ".join(RUNTIMES))
    parser.add_argument(
        "--models", type=Path, default=MODELS, metavar="DIR", help="where files and weights lie (models)"
    )
    parser.add_argument(
        "--pictures",
        type=int,
        default=10_000,
        metavar="N",
        help=f"of the test set (all 10,000; of fp16 and .ort files {SOME})",
    )
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="trials side by side (2)")
    parser.add_argument("--again", action="store_true", help="also try what the record already holds of the same file")
    parser.add_argument("--record", type=Path, default=RECORD, metavar="FILE", help=f"({RECORD.name} in docs/records)")
    return parser


@in_a_sentence(first="stopped")
def main(argv: list[str] | None = None) -> int:
    chosen = arguments().parse_args(argv)
    if unknown := set(chosen.files or ()) - set(KNOWN):
        arguments().error(f"no file is called {', '.join(unknown)}; known: {', '.join(KNOWN)}")
    if chosen.install:
        install()
    digits = load("test")[0].numpy()[: chosen.pictures]
    book = Book(chosen.record, chosen.again)
    book.forget_stale(chosen.models)
    book.write()
    files = chosen.files or MEASURED
    with ThreadPoolExecutor(chosen.jobs) as side_by_side:
        for name in files:
            shown = digits if name.endswith(".onnx") and ".fp16." not in name else digits[:SOME]
            try_file(book, chosen.models, name, shown, chosen.runtimes or list(RUNTIMES), side_by_side)
    return int(
        any(trial["outcome"] == "differs" for entry in book.models.values() for trial in entry["runtimes"].values())
    )


def install() -> None:
    """Fetch what runs elsewhere; what cannot be fetched is said and left out."""
    done = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "-r", PACKAGES])
    if done.returncode:
        print("pip could not install every runtime; going on with those that are here", file=sys.stderr)
    for folder in npm.PACKAGES:
        try:
            npm.install(folder)
        except MissingError as error:
            print(error, file=sys.stderr)


def try_file(
    book: Book, models: Path, name: str, digits: Grey, runtimes: list[str], side_by_side: ThreadPoolExecutor
) -> None:
    """One file in every runtime that the record does not yet tell of; each outcome is written down at once."""
    shipped = SHIPPED[name.partition(".")[0]]
    file, weights = models / name, models / shipped.weights
    if not file.is_file():
        raise ModelError(f"{file}: no such file; `python -m export` writes it")
    if file.suffix == ".onnx":
        check_signature(onnx.load(file), shipped.contract)
    check_source(properties(file), weights)
    outcomes = book.outcomes(name, file, len(digits), reference_of(file))
    readers = [runtime for runtime in runtimes if file.suffix in RUNTIMES[runtime].formats]
    if not (missing := [runtime for runtime in readers if runtime not in outcomes]):
        return
    module, _ = load_module(shipped, weights)
    answers = reference_answers(shipped, file, weights, digits)
    tolerance = allowed(shipped.contract, module)
    trials = [Trial(runtime, shipped.name, file, digits, tolerance, answers) for runtime in missing]
    tried = {side_by_side.submit(in_own_process, trial): trial.runtime for trial in trials}
    for done in as_completed(tried):
        runtime = tried[done]
        outcomes[runtime] = done.result()
        print(f"{file.name} in {runtime}: {sentence(outcomes[runtime])}", flush=True)
        book.write()


def reference_of(file: Path) -> str:
    """What a file's answers are held against, in words."""
    if ".int8." in file.name:
        return f"onnxruntime {version('onnxruntime')} on the graph as it is written"
    return f"torch {version('torch')}" + (", weights rounded to float16" if ".fp16." in file.name else "")


def reference_answers(shipped: Shipped, file: Path, weights: Path, digits: Grey) -> list[Outputs]:
    """What every runtime should say: torch (weights rounded for float16), or an integer graph as it is written."""
    if ".int8." in file.name:
        run = open_model(file, level="disabled")
    else:
        module, _ = load_module(shipped, weights)
        run = wrap(rounded(module) if ".fp16." in file.name else module, shipped.contract)
    return [in_batches(run, case.images, 256) for case in trial_cases(shipped.name, digits)]


def in_own_process(trial: Trial) -> dict[str, Any]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(run_trial, trial).result()
        except BrokenProcessPool:
            return {"outcome": "refuses", "reason": "the process crashed"}


def sentence(outcome: dict[str, Any]) -> str:
    if outcome["outcome"] != "agrees":
        return f"{outcome['outcome']}: {outcome['reason']}"
    largest = max(outcome["largest_difference"].values())
    return f"agrees on {outcome['pictures']} pictures, largest difference {largest:.2g} ({outcome['version']})"


if __name__ == "__main__":
    sys.exit(main())
