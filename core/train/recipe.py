"""`digits recipe NAME`: all steps that make a shipped model, from data to weights; goes on where it stopped."""

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core import verbs
from core.files import ROOT
from core.refusals import RefusalError, in_a_sentence
from core.train.resume import CHECKPOINT

RECIPES = ROOT / "recipes"
RUNS = "runs/"
RESUMED = {"train": "--resume"}  # what a verb wants to be told to go on; others do so by themselves, or begin anew


class RecipeError(RefusalError):
    """A recipe that cannot be followed; the message names the file, the step and what is wrong with it."""


@dataclass(frozen=True)
class Step:
    """One command of a recipe.

    words: of the command, its verb first, as after `digits`.
    makes: the file that is there once the step is done; "" for one that is done again each time.
    """

    words: tuple[str, ...]
    makes: str

    @property
    def is_done(self) -> bool:
        """Whether what it makes is there."""
        return bool(self.makes) and (ROOT / self.makes).is_file()

    @property
    def command(self) -> list[str]:
        """What to run: it goes on where the folder holds a checkpoint of its own."""
        verb, *rest = self.words
        begun = self.makes and (ROOT / self.makes).with_name(CHECKPOINT).is_file()
        more = [RESUMED[verb]] if begun and verb in RESUMED else []
        return [sys.executable, "-m", verbs.VERBS[verb].module, *rest, *more]


def read(path: Path) -> list[Step]:
    """The steps of a recipe; RecipeError when the file is none."""
    try:
        steps = tomllib.loads(path.read_text(encoding="utf-8"))["step"]
        return [Step(tuple(shlex.split(step["run"])), step.get("makes", "")) for step in steps]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecipeError(f"{path}: expected steps, each with what to `run` and what it `makes` ({error})") from error


def check(steps: Sequence[Step]) -> None:
    """RecipeError for a verb or a flag that is none, and for a run that no earlier step makes."""
    made: set[str] = set()
    for number, step in enumerate(steps, 1):
        verb, *rest = step.words or ("",)
        if verb not in verbs.VERBS:
            raise RecipeError(f"step {number}: {verb!r} is no verb of digits")
        if wrong := [word for word in rest if word.startswith("--") and word not in flags(verb)]:
            raise RecipeError(f"step {number}: digits {verb} knows no {', '.join(wrong)}")
        own = Path(step.makes).parent.as_posix()
        needed = {"/".join(word.split("/")[:2]) for word in rest if word.startswith(RUNS)} - {own}
        if missing := sorted(run for run in needed - made if not (ROOT / run).is_dir()):
            raise RecipeError(f"step {number}: no step before it makes {', '.join(missing)}")
        made.add(own)


@cache
def flags(verb: str) -> frozenset[str]:
    """The flags that a verb's help names."""
    return frozenset(re.findall(r"--\w[\w-]*", verbs.help_of(verb)))


def follow(steps: Sequence[Step]) -> None:
    """Run what is not done yet, one step after another; RecipeError when one fails."""
    for number, step in enumerate(steps, 1):
        print(f"step {number} of {len(steps)}: {told(step)}", flush=True)
        if step.is_done:
            continue
        status = subprocess.run(step.command, cwd=ROOT).returncode
        if status:
            raise RecipeError(
                f"step {number} ended with status {status}; the same command goes on there once that is mended"
            )


def told(step: Step) -> str:
    """A step as people would type it, and that it is done where it is."""
    return f"digits {shlex.join(step.words)}" + (" (done)" if step.is_done else "")


@in_a_sentence()
def main(argv: Sequence[str] | None = None) -> int:
    """Follow a recipe; returns the exit status."""
    names = sorted(path.stem for path in RECIPES.glob("*.toml"))
    parser = verbs.parser("core.train.recipe", __doc__)
    parser.add_argument("name", choices=names, help=f"one of {', '.join(names)}")
    parser.add_argument("--dry-run", action="store_true", help="print and check the steps, run none")
    chosen = parser.parse_args(argv)
    steps = read(RECIPES / f"{chosen.name}.toml")
    check(steps)
    if chosen.dry_run:
        print("\n".join(map(told, steps)))
        return 0
    try:
        follow(steps)
    except KeyboardInterrupt:
        print("\nstopped; the same command goes on", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
