"""Read handwritten digits: `digits read photo.jpg` at the command line, `digits.read("photo.jpg")` from Python.

`digits` is the door to the project's other commands too. What a verb needs is imported when the verb is called.
"""

import difflib
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core import manifest, picture_files, pictures, reading_lines, verbs
from core.files import MODELS
from core.reading import Digit, Reading
from core.refusals import NOT_READ, in_a_sentence, printable, sentence

if TYPE_CHECKING:
    from demo.answers.reader import Number, Part, Reader

__all__ = ["Digit", "Reading", "read"]
__version__ = "0.1.0"

MODEL = "reader"
MANY = 10  # files from which a bar shows how far it is

BLANK = "there is no ink on it, or too little contrast"
NO_DIGIT = "it looks like no digit"
PART = "a part marked ? looks like no digit, or like two that touch"
MORE = "there is more than is read at once, and these are the first parts"
UNSURE = "the {first} may be {second}"


def read(picture: pictures.Source, model: str | Path = MODEL) -> Reading:
    """What a picture says: one digit, or a number of several, on one line or more.

    picture: the path of an image file; or its bytes, an open PIL picture, or an array (H, W) of grey levels, dark on
             light or light on dark.
    model:   the name of a shipped model, "reader", "recognizer" or "edge-recognizer", or the path of an .onnx file with
             the inputs and outputs of one of these, or the folder of a run that `digits export` made a file of. A
             recogniser reads the parts that the shipped reader finds.
    errors:  PictureError, a ValueError, when it is no picture or too large; OSError when the path cannot be opened;
             ModelError or ManifestError when the model cannot be used. Their messages are sentences.
    """
    read_number = _model(str(model))
    given = pictures.content_of(Path(picture)) if isinstance(picture, str | Path) else picture
    grey = pictures.read(given)
    return _reading(read_number(grey), _longer_side(given) / max(grey.shape))


@cache
def _model(model: str) -> Callable[[pictures.Grey], "Number"]:
    """What reads a picture with the model of that name or path."""
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read when onnxruntime is imported, which is below
    from demo.answers.opened import ContractError
    from demo.answers.reader import read_with
    from demo.answers.recognizer import Recognizer

    shipped = MODELS / f"{model}.onnx"
    path = shipped if shipped.is_file() and Path(model).name == model else _file_of(Path(model))
    try:
        return _reader(path)
    except ContractError:
        return partial(read_with, _reader(MODELS / f"{MODEL}.onnx"), Recognizer(path))


def _file_of(model: Path) -> Path:
    return manifest.model_in(model) if model.is_dir() else model


@cache
def _reader(path: Path) -> "Reader":
    from demo.answers.reader import Reader

    return Reader(path)


def _longer_side(given: bytes | Image.Image | NDArray[np.generic]) -> int:
    """Of a picture before it is read, in px."""
    if isinstance(given, bytes):
        with Image.open(BytesIO(given), formats=pictures.FORMATS) as image:
            return max(image.size)
    return max(given.size if isinstance(given, Image.Image) else given.shape[:2])


def _reading(number: "Number", times: float) -> Reading:
    """The result for a picture of which one px of what was read is `times` px."""
    digits = tuple(_digit(part, times) for part in number.parts)
    read = any(digit.label is not None for digit in digits)
    return Reading(number.digits.replace(" ", "\n") if read else "", _reason(number, digits), digits)


def _digit(part: "Part", times: float) -> Digit:
    top, left, bottom, right = (round(edge * times) for edge in part.box)
    shares = tuple(float(share) for share in part.answer.probabilities)
    return Digit(part.answer.label, max(shares), shares, (top, left, bottom, right), part.answer.digit_score)


def _reason(number: "Number", digits: Sequence[Digit]) -> str:
    from demo.answers.message import NAMES, UNSURE_BELOW

    labels = [digit.label for digit in digits]
    if not labels:
        return BLANK
    if set(labels) == {None}:
        return NO_DIGIT
    if number.more:
        return MORE
    if None in labels:
        return PART
    least = min(digits, key=lambda digit: digit.probability)
    if least.probability >= UNSURE_BELOW:
        return ""
    first, second = sorted(range(10), key=least.probabilities.__getitem__)[:-3:-1]
    return UNSURE.format(first=first, second=NAMES[second])


@in_a_sentence()
def main(words: Sequence[str] | None = None) -> int:
    """The command `digits`; returns the exit status."""
    words = sys.argv[1:] if words is None else words
    if words and words[0] in verbs.VERBS:
        verbs.run(words[0], words[1:])
        return 0
    try:
        with door.make_context("digits", list(words)) as context:
            status: int = door.invoke(context)
            return status
    except click.exceptions.Exit as asked:  # after --help and --version
        return asked.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code


class Door(click.Group):
    """Shows every verb, in its section; runs the ones that are written here."""

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs under the headings of their sections."""
        widest = max(map(len, verbs.VERBS))
        own = {name: command.get_short_help_str(80) for name, command in self.commands.items()}
        sections = {name: {verb: it.does for verb, it in listed.items()} for name, listed in verbs.SECTIONS.items()}
        for heading, listed in ({"Read": own} | sections).items():
            with formatter.section(heading):
                formatter.write_dl([(f"{name:{widest}}", does) for name, does in listed.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is named; a usage error that says what was meant where there is none."""
        if args[0] not in self.commands:
            near = difflib.get_close_matches(args[0], [*self.commands, *verbs.VERBS], n=1)
            meant = f"digits read {args[0]}" if Path(args[0]).exists() else f"digits {near[0]}" if near else ""
            hint = f"did you mean `{meant}`?" if meant else "`digits --help` lists the verbs"
            raise click.UsageError(f"{printable(args[0])} is no verb of digits; {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__)
def door() -> None:
    """Read handwritten digits, and train, prove and serve what reads them.

    Each verb says what it takes: digits VERB --help
    """


@door.command("read")
@click.argument("names", nargs=-1, required=True, metavar="PICTURE...")
@click.option(
    "--json", "form", flag_value="json", help="One JSON object a picture, with each digit's box, and all probabilities."
)
@click.option("--csv", "form", flag_value="csv", help="A table with a row a picture.")
@click.option("--digits", "each", is_flag=True, help="A line or row for each digit too: its box and all probabilities.")
@click.option(
    "--model", default=MODEL, metavar="MODEL", show_default=True, help="A shipped model, an .onnx file, or RUN."
)
def read_command(names: tuple[str, ...], form: str | None, each: bool, model: str) -> int:
    """Read pictures: what each says, a line a picture.

    PICTURE is a file, a folder, a pattern such as "scans/*.png", or - for standard input. Dark on light or light on
    dark, of any size, one digit or a number of several. What is not read surely is told with the reason.

    Exit status 0, or 2 when a file could not be read; the others are read all the same.
    """
    _model(model)  # a model that cannot be used is told once
    found = picture_files.find(names)
    lines = reading_lines.FORMS[form, each]
    for problem in found.left_out + found.problems:
        print(printable(problem), file=sys.stderr)
    failed = bool(found.problems)
    files, say = _with_bar(found.files)
    for line in reading_lines.header(lines):
        say(line)
    for file in files:
        outcome = _outcome(file, model)
        if isinstance(outcome, str):
            failed = True
            print(printable(f"{file}: {outcome}"), file=sys.stderr)
        for line in lines(str(file), outcome):
            say(line)
    return NOT_READ if failed else 0


def _outcome(file: Path, model: str) -> reading_lines.Outcome:
    try:
        if file == picture_files.STDIN:
            return read(sys.stdin.buffer.read(pictures.MOST_BYTES + 1), model)
        return read(file, model)
    except OSError as error:
        return sentence(OSError(error.errno, error.strerror))  # the line begins with the file's name
    except pictures.PictureError as error:
        return sentence(error)


def _with_bar(files: Sequence[Path]) -> tuple[Iterable[Path], Callable[[str], object]]:
    """The files, and what prints a line; with a bar on a terminal's standard error where there are many."""
    if len(files) < MANY or not sys.stderr.isatty():
        return files, partial(print, flush=True)
    from tqdm import tqdm

    return tqdm(files, unit=" pictures", leave=False), tqdm.write


if __name__ == "__main__":
    sys.exit(main())
