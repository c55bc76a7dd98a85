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
from typing import TYPE_CHECKING, NamedTuple

import click
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core import manifest, pictures, reading_lines, verbs
from core.files import MODELS, sha256
from core.reading import Digit, Reading
from core.refusals import in_a_sentence, printable, sentence

if TYPE_CHECKING:
    from demo.answers.reader import Number, Part, Reader

__all__ = ["Digit", "Reading", "read"]
__version__ = "0.1.0"

MODEL = "reader"
BATCH = 4  # pictures of one size that are read together; more brings nothing, and takes memory

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
    decoded = _decoded(pictures.content_of(Path(picture)) if isinstance(picture, str | Path) else picture)
    return _reading(read_number(decoded.grey), decoded.times)


def read_many(contents: Iterable[bytes | str], model: str | Path = MODEL) -> list[reading_lines.Outcome]:
    """What many pictures say, in their order: those of one size are read BATCH at a time, which is a third quicker.

    contents: the bytes of image files, or a sentence in the place of one that there is none of.
    model:    see read.
    returns:  for each a Reading, or the sentence that says why there is none. It says the same as `read` does;
              probabilities of pictures that were read together may differ from its own by up to 0.00002.
    """
    outcomes: dict[int, reading_lines.Outcome] = {}
    waiting: dict[tuple[int, ...], dict[int, Decoded]] = {}
    for at, content in enumerate(contents):
        decoded = content if isinstance(content, str) else _decoded_or_sentence(content)
        if isinstance(decoded, str):
            outcomes[at] = decoded
            continue
        same = waiting.setdefault(decoded.grey.shape, {})
        same[at] = decoded
        if len(same) == BATCH:
            outcomes |= _read_together(waiting.pop(decoded.grey.shape), model)
    for same in waiting.values():
        outcomes |= _read_together(same, model)
    return [outcomes[at] for at in range(len(outcomes))]


class Decoded(NamedTuple):
    """A picture as it is read, (H, W) uint8, of which one px is `times` px of the picture as it was given."""

    grey: pictures.Grey
    times: float


def _decoded(given: bytes | Image.Image | NDArray[np.generic]) -> Decoded:
    grey = pictures.read(given)
    return Decoded(grey, _longer_side(given) / max(grey.shape))


def _decoded_or_sentence(content: bytes) -> Decoded | str:
    try:
        return _decoded(content)
    except pictures.PictureError as error:
        return sentence(error)


def _read_together(same: dict[int, Decoded], model: str | Path) -> dict[int, reading_lines.Outcome]:
    """What pictures of one size say."""
    from demo.answers.reader import Reader

    read_number = _model(str(model))
    greys = [decoded.grey for decoded in same.values()]
    try:
        numbers = read_number.batch(np.stack(greys)) if isinstance(read_number, Reader) else map(read_number, greys)
        return {at: _reading(number, same[at].times) for at, number in zip(same, numbers, strict=True)}
    except pictures.PictureError as error:  # that it takes too long
        return dict.fromkeys(same, sentence(error))


@cache
def _model(model: str) -> Callable[[pictures.Grey], "Number"]:
    """What reads a picture with the model of that name or path."""
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read when onnxruntime is imported, which is below
    from demo.answers.opened import ContractError
    from demo.answers.reader import read_with
    from demo.answers.recognizer import Recognizer

    path = _file(model)
    try:
        return _reader(path)
    except ContractError:
        return partial(read_with, _reader(MODELS / f"{MODEL}.onnx"), Recognizer(path))


def _file(model: str) -> Path:
    """The file of a model: a shipped one of that name, else what is named, or lies in it."""
    shipped = MODELS / f"{model}.onnx"
    if shipped.is_file() and Path(model).name == model:
        return shipped
    return manifest.model_in(Path(model)) if Path(model).is_dir() else Path(model)


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
        own = {name: one.get_short_help_str(80) for name, one in self.commands.items() if not one.hidden}
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
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write FILE.csv, .jsonl or .parquet as it goes; the same call again goes on where it was stopped or killed.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="Processes for many pictures: one a core, unless told otherwise.",
)
@click.option(
    "--model", default=MODEL, metavar="MODEL", show_default=True, help="A shipped model, an .onnx file, or RUN."
)
def read_command(
    names: tuple[str, ...], form: str | None, each: bool, out: Path | None, jobs: int | None, model: str
) -> int:
    """Read pictures: what each says, a line a picture.

    PICTURE is a file, a folder, a .zip, a .parquet with a column of pictures, a pattern such as "scans/*.png", @FILE
    for a text file of paths, or - for standard input. Dark on light or light on dark, of any size, one digit or a
    number of several. What is not read surely is told with the reason.

    Exit status 0, or 2 when a file could not be read; the others are read all the same.
    """
    from core.many import run

    _model(model)  # a model that cannot be used is told once
    form, file = _form(form, out), _file(model)
    files = sorted({file, _file(MODEL)})  # the reader finds the parts, whatever reads them
    settings = {"form": form, "digits": each, "model": [f"{one.name} {sha256(one)}" for one in files]}
    words = ["--model", str(file.resolve()), *(["--form", form] if form else []), *["--digits"] * each]
    asked = run.Asked(names, form, each, out, jobs or run.cores(), settings)
    return run.run(asked, partial(read_many, model=model), [sys.executable, "-m", "digits", "work", *words])


def _form(form: str | None, out: Path | None) -> str | None:
    """The form of what is written: as asked for, or as a file's ending says."""
    from core.many.out import FORM_OF

    meant = form if out is None else FORM_OF.get(out.suffix.lower(), form)
    if form not in (None, meant):
        raise click.UsageError(f"{out} is written as its ending says; leave --{form} away")
    return meant


@door.command("work", hidden=True)
@click.option("--form")
@click.option("--digits", "each", is_flag=True)
@click.option("--model")
def work_command(form: str | None, each: bool, model: str) -> int:
    """Read for another process, which sends pictures over a pipe: see core/many."""
    from core.many import rows, worker

    _model(model)
    worker.work(partial(rows.rows, partial(read_many, model=model), reading_lines.FORMS[form, each]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
