"""`digits preprocess-ablation FOLDER...`: what each step of the preprocessing is worth on people's digits.

One step at a time is replaced by nothing. The net stays the recogniser's, which was trained with all steps; only in the
last row it is the one that has seen MNIST alone.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor

from core import verbs
from core.files import MODELS, write_atomic, write_json
from core.net import preprocess as steps
from core.net.ink import WORK, FindInk
from core.net.recognizer import Recognizer, answers, load_recognizer
from core.pictures import Grey
from core.refusals import in_a_sentence
from core.sets import Picture, PicturesError, read
from core.train import data
from core.train.measure.metrics import Count
from core.train.measure.other_digits import STRANGERS, find_sets
from core.train.measure.picture_report import contact_sheet, is_digit_label
from core.train.record import head
from core.train.synthetic.realink import photograph
from export.pages.preprocessing import ALL, EXAMPLES, page

WHOLE = WORK * steps.BOX / steps.SIZE  # an extent with which the whole picture becomes the result


def _always_dark(work: Tensor, *_: object) -> Tensor:
    return torch.full((len(work), 1, 1, 1), 1e9)


def _flat_paper(_self: FindInk, _level: Tensor, _half: Tensor, even: tuple[Tensor, Tensor], _photo: Tensor) -> Tensor:
    return even[0].expand(-1, 1, WORK, WORK)


def _even_light(paper: Tensor, _dark: Tensor) -> Tensor:
    return torch.ones_like(paper)


def _whole_picture(mass: Tensor, _mask: Tensor) -> tuple[Tensor, Tensor]:
    return torch.zeros(len(mass), 2, 1, 1), torch.full((len(mass), 1, 1, 1), WHOLE)


def _box_centre(mass: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    inked = torch.cat([mask.amax(3), mask.amax(2)], dim=1) > 0.5  # (N, 2, 64)
    place = torch.arange(WORK, dtype=mass.dtype)
    first = torch.where(inked, place, WORK - 1.0).amin(2)
    last = torch.where(inked, place, 0.0).amax(2)
    return ((first + last - WORK + 1) / 2)[:, :, None, None], BOUNDS(mass, mask)[1]


def _everything_visible(_self: FindInk, ink: Tensor, _photo: Tensor) -> Tensor:
    return ((ink - 0.2) / 0.24).clamp(0, 1)


def _as_faint_as_it_is(ink: Tensor, _contrast: Tensor, floor: Tensor) -> Tensor:
    del floor
    return ink.clamp(0, 1)


BOUNDS = steps.bounds

# Step -> what stands in its place.
WITHOUT: dict[str, tuple[tuple[str, Callable[..., Any]], ...]] = {
    ALL: (),
    "polarity": (("core.net.ink.border_says_dark", _always_dark),),
    "even light": (("core.net.ink.FindInk.background", _flat_paper), ("core.net.ink.illumination", _even_light)),
    "neighbours left out": (("core.net.ink.FindInk.digit_mask", _everything_visible),),
    "box and centre": (("core.net.preprocess.bounds", _whole_picture),),
    "centre of mass": (("core.net.preprocess.bounds", _box_centre),),
    "contrast": (("core.net.preprocess.stretch", _as_faint_as_it_is),),
}


@contextmanager
def without(step: str) -> Iterator[None]:
    """Replace a step by nothing, for as long as the block lasts."""
    with ExitStack() as stack:
        for name, nothing in WITHOUT[step]:
            stack.enter_context(patch(name, nothing))
        yield


def misread(recognizer: Recognizer, found: list[Picture]) -> int:
    """How many pictures are read wrongly, each of its own size."""
    said = (int(answers(recognizer, torch.tensor(picture.image)[None])[0].argmax()) for picture in found)
    return sum(str(digit) != picture.label for digit, picture in zip(said, found, strict=True))


def measure(recognizer: Recognizer, mnist_only: Recognizer, sets: dict[str, list[Picture]]) -> dict[str, Any]:
    """Row -> set -> how many are misread: with all steps, without each one, and with the net that knows MNIST alone."""
    rows: dict[str, Any] = {}
    for step in WITHOUT:
        with without(step):
            rows[f"without {step}" if step != ALL else ALL] = counts(recognizer, sets)
        print(f"{step}: measured", flush=True)
    rows["trained on MNIST alone"] = counts(mnist_only, sets)
    return rows


def counts(recognizer: Recognizer, sets: dict[str, list[Picture]]) -> dict[str, dict[str, int]]:
    """Set -> how many are misread."""
    return {name: asdict(Count(misread(recognizer, found), len(found))) for name, found in sets.items()}


def examples(recognizer: Recognizer, count: int = 400) -> bytes:
    """Pictures that each step matters to: as they come, seen with all steps, and without the one; bytes of a PNG.

    They are drawn from MNIST's validation digits by synthetic/realink.py; those whose label loses most are shown.
    """
    images, labels = data.hold_out(data.load("train"), 5000)[1]
    drawn = photograph(images[:count], torch.Generator().manual_seed(3), 80)
    label = labels[:count, None]
    cells, captions = [], []
    with torch.no_grad():
        full, seen, _ = recognizer(drawn)
        for step in list(WITHOUT)[1:]:
            with without(step):
                less, seen_less, _ = recognizer(drawn)
            loss = (full.gather(1, label) - less.gather(1, label))[:, 0]
            for index in loss.topk(EXAMPLES).indices.tolist():
                views = (drawn[index], 255 - seen[index] * 255, 255 - seen_less[index] * 255)
                cells += [Picture("", "", enlarged(view)) for view in views]
                captions += ["comes as", f"seen: {int(full[index].argmax())}", f"without: {int(less[index].argmax())}"]
    return contact_sheet(cells, captions, columns=3 * EXAMPLES)


def enlarged(view: Tensor) -> Grey:
    """A picture (H, W) about 90 px high, each pixel a square."""
    times = max(1, 90 // view.shape[0])
    return view.round().to(torch.uint8).repeat_interleave(times, 0).repeat_interleave(times, 1).numpy()


def read_sets(folders: Sequence[Path], limit: int) -> dict[str, list[Picture]]:
    """The first digits of every set; pen strokes with the middle pen alone."""
    sets = {}
    for name, (path, pen) in find_sets(folders).items():
        if not name.endswith(("pen 8", "pen 28", *STRANGERS)):
            found = [picture for picture in read(path, pen).pictures if is_digit_label(picture.label)]
            if found:
                sets[name] = found[:: max(1, len(found) // limit)][:limit]
    if not sets:
        raise PicturesError(f"{', '.join(map(str, folders))}: no set of digits; expected .zip, .npz or .jsonl.gz")
    return sets


@in_a_sentence()
def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write record, table and pictures; returns the exit status."""
    parser = verbs.parser("studies.preprocess_ablation", __doc__)
    parser.add_argument("folders", nargs="+", type=Path, help="folders of sets: .zip, .npz, .jsonl.gz strokes")
    parser.add_argument("--limit", type=int, default=300, help="digits of each set")
    parser.add_argument("--out", type=Path, default=Path("docs"), help="where record, page and picture go")
    arguments = parser.parse_args(argv)
    recognizer = load_recognizer(MODELS / "recognizer.safetensors")
    rows = measure(
        recognizer, load_recognizer(MODELS / "convnet.safetensors"), read_sets(arguments.folders, arguments.limit)
    )
    words = f"python -m studies.preprocess_ablation FOLDER --limit {arguments.limit}"
    read = {path for path, _ in find_sets(arguments.folders).values()}
    measured = [MODELS / "recognizer.safetensors", MODELS / "convnet.safetensors", *read]
    about = {**head(torch.device("cpu"), measured, words), "limit": arguments.limit}
    write_atomic(arguments.out / "preprocessing.png", examples(recognizer))
    write_json(arguments.out / "records" / "preprocessing.json", {**about, "rows": rows})
    write_atomic(arguments.out / "preprocessing.md", page({**about, "rows": rows}).encode())
    print(page({**about, "rows": rows}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
