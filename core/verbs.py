"""The verbs of `digits`: each is a module that is imported when it is called, and can be run by `python -m` too."""

import argparse
import importlib.util
import io
import re
import runpy
import sys
import warnings
from collections.abc import Sequence
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import NamedTuple

from core.refusals import RefusalError

HERE = str(Path(__file__).resolve().parent.parent)
PAGE = 'in the checkout, `pip install ".[page]"` brings it'
CHECKOUT = "it works in the checkout: `make test`, then `pip install -e .` in the environment .venv that it leaves"
PLAIN = ("train", "export")  # verbs that people are told of as `python -m core.train` and `python -m export`


class Verb(NamedTuple):
    """The module that a verb runs, and what it does."""

    module: str
    does: str


SECTIONS: dict[str, dict[str, Verb]] = {
    "The page": {
        "serve": Verb("demo", "the page on which people draw, on http://127.0.0.1:7860"),
        "analyse": Verb("demo.analysis", "where a model errs, as one HTML file, without a server"),
        "corrections": Verb("demo.corrections", "people's corrections of the page's answers as one .npz"),
        "space": Verb("demo.space", "the folders to push to Hugging Face Spaces, in dist/"),
    },
    "Train and evaluate": {
        "train": Verb("core.train", "train a net, go on, or fine-tune one with your own digits"),
        "recipe": Verb("core.train.recipe", "all steps that make a shipped model, from data to weights"),
        "train-finder": Verb("core.train.finder", "train the net that finds digits on a picture"),
        "evaluate": Verb(
            "core.train.measure.evaluate", "a model's error with its interval, on MNIST or on your pictures"
        ),
        "compare": Verb(
            "core.train.measure.compare", "training runs, or models of anybody, side by side, with intervals"
        ),
        "publish": Verb("core.train.publish", "calibrate and ship the best of some runs, or make a folder for a hub"),
        "teach": Verb(
            "core.train.combine.teach", "answers of several nets, for another one to learn from (distillation)"
        ),
        "soup": Verb(
            "core.train.combine.soup", "several runs as one, by the mean of their weights or of their answers"
        ),
        "factor": Verb("core.train.combine.factor", "a run with its large layer as two thin ones"),
        "ensemble": Verb("core.train.measure.ensemble", "what several runs read together"),
        "robustness": Verb("core.train.measure.robustness", "errors on pictures that are noisy, blurred, turned, ..."),
        "other-digits": Verb("core.train.measure.other_digits", "errors on other people's digits, set by set"),
    },
    "Export and prove": {
        "export": Verb("export", "models/*.onnx from the weights, compared with torch"),
        "parity": Verb("export.parity", "whether two .onnx files answer alike, or where they part"),
        "runtimes": Verb("export.runtimes", "every model in every runtime that this machine can run"),
        "one-size": Verb("export.runtimes.one_size", "files for pictures of one size in every runtime that is here"),
        "agreement": Verb("export.agreement", "the runtimes' answers to other people's pictures beside torch's"),
        "choose-int8": Verb("export.choose_int8", "settings of the 8-bit files beside each other"),
        "benchmark": Verb("export.speed.benchmark", "speed, size, memory and errors of every file, and their plot"),
        "changed": Verb("export.changed", "the pictures whose labels the 8-bit files change, as one plot"),
    },
    "Questions that were answered": {
        "ablation": Verb("studies.ablation", "what each part of the recipe is worth"),
        "preprocess-ablation": Verb("studies.preprocess_ablation", "what each step of the preprocessing is worth"),
        "remaining": Verb("studies.remaining", "the page of what a net still misreads"),
        "scenes": Verb("core.train.synthetic.scenes.sheet", "what the finder learns from, as one picture"),
        "race": Verb("studies.race", "how soon recipes reach an error"),
        "step": Verb("studies.step", "a training step beside the machine's own matrix products"),
        "scaling": Verb("studies.scaling", "training in several processes"),
        "ways": Verb("studies.ways", "ways to compute a training step, side by side"),
    },
    "Keep what is written true": {
        "readme": Verb("export.pages", "the numbers of README.md, docs/ and the model card, from the records"),
        "prove": Verb("proof.prove", "measures again what was measured with files that changed since"),
        "licences": Verb("scripts.licences", "docs/licences.md from the installed packages"),
        "measure-start": Verb("scripts.measure_start", "times a clean clone until the page answers"),
        "static-start": Verb("proof.static_start.run", "times the static page's first visit"),
        "fresh": Verb("scripts.fresh_machine", "every command of README.md in a fresh clone"),
        "faults": Verb("proof.faults.run", "kills servers, fills their disks, moves their clocks"),
        "soak": Verb("proof.soak.run", "fifty clients for ten minutes"),
        "numbers": Verb("proof.numbers.run", "numbers written with MNIST's digits and with people's pens, read"),
        "handed": Verb("proof.handed.run", "one digit as other programs hand it over: cut, framed, shrunk, ..."),
        "few-digits": Verb("proof.few_digits.run", "what 10 to 300 digits of one writer bring"),
        "attack": Verb("proof.attacks.run", "attacks a page while another visitor draws"),
        "time-many": Verb("proof.many.run", "pictures a second of `digits read` beside a bare loop"),
        "time-page": Verb("proof.page.run", "how soon the page starts and answers, and its memory"),
        "time-analysis": Verb("proof.analysis.run", "how fast the error analysis is, and its memory"),
    },
}
VERBS = {name: verb for verbs in SECTIONS.values() for name, verb in verbs.items()}
_called: dict[str, str] = {}  # module -> the verb by which it was called in this process


def run(name: str, words: Sequence[str]) -> None:
    """Run a verb as `python -m` would run its module, with these words; ends in SystemExit or returns.

    errors: RefusalError when a package that it needs is not installed here.
    """
    module = VERBS[name].module
    if HERE not in sys.path:  # of a checkout that is installed as editable: proof/ and scripts/ are no packages of it
        sys.path.insert(0, HERE)
    _called[module] = name
    before = sys.argv
    sys.argv = [module, *words]  # runpy puts the module's file in the first place
    try:
        _check_there(name, module)
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except ModuleNotFoundError as error:
        raise RefusalError(_missing(name, error.name or "")) from error
    finally:
        sys.argv = before
        del _called[module]


def help_of(name: str) -> str:
    """What a verb says of itself and its flags, found out in this process; RefusalError as from `run`."""
    told = io.StringIO()
    with redirect_stdout(told), suppress(SystemExit), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # that its module was imported before, by another one
        run(name, ["--help"])
    return told.getvalue()


def parser(module: str, description: str | None) -> argparse.ArgumentParser:
    """The argument parser of a command: it names itself as it was called, and takes no abbreviations."""
    name = f"digits {_called[module]}" if module in _called else f"python -m {module}"
    return argparse.ArgumentParser(prog=name, description=description, allow_abbrev=False)


def told(command: str) -> str:
    """A command of a record as people are told it, `digits VERB ...`: that stays true when its module moves."""
    match = re.match(r"python -m ([\w.]+)", command)
    module = match[1] if match else ""
    verb_of = {verb.module: name for name, verb in VERBS.items()}
    name = verb_of.get(module) or module.split(".")[-1].replace("_", "-")
    return f"digits {name}{command[match.end() :]}" if match and name in VERBS.keys() - PLAIN else command


def _check_there(name: str, module: str) -> None:
    try:
        there = importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # of the package that it lies in
        there = False
    if not there:
        raise RefusalError(f"digits {name} is no part of this installation; {CHECKOUT}")


def _missing(name: str, package: str) -> str:
    how = PAGE if VERBS[name].module.split(".")[0] == "demo" else CHECKOUT
    return f"digits {name} needs the package {package}, which is not installed here; {how}"
