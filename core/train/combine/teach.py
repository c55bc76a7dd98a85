"""`digits teach RUN... --out FOLDER`: bend the training pictures and write down what an ensemble says to them.

A command that was stopped goes on where it was: passes that are there are kept.
"""

import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Generator
from tqdm import tqdm

from core import verbs
from core.files import write_json
from core.net.device import pick_device, pick_dtype
from core.refusals import in_a_sentence
from core.train.allocator import keep_freed_memory
from core.train.combine.lessons import RECORD, Lesson, path_of
from core.train.combine.teachers import Staff, load_teachers
from core.train.config import TrainConfig
from core.train.data import Pictures
from core.train.pictures.augment import augment
from core.train.pictures.training_set import mnists_own, training_set
from core.train.presets import PRESETS

BATCH = 256


def lesson(staff: Staff, pictures: Pictures, device: torch.device, config: TrainConfig, turn: int) -> Lesson:
    """One pass over pictures (N, 28, 28) uint8 and labels (N,), bent as the seed and the number of the pass say."""
    generator = Generator(device).manual_seed(config.seed * 100_003 + 50_000 + turn)
    own = mnists_own(pictures[1], config)
    parts = list(zip(*(tensor.split(BATCH) for tensor in (*pictures, own)), strict=True))
    bent, said = [], []
    for images, labels, is_own in tqdm(parts, desc=f"pass {turn + 1}", leave=False, disable=None):
        # the teachers see the picture as it is stored, rounded to whole grey steps
        picture = (augment(images.to(device), config, generator) * 255).round().to(torch.uint8)
        bent.append(picture[:, 0].cpu())
        said.append(staff.say(picture.float() / 255, labels.to(device), is_own.to(device)).half().cpu())
    return Lesson(torch.cat(bent), torch.cat(said), pictures[1])


def teach(digits: Sequence[Path], recognizers: Sequence[Path], config: TrainConfig, passes: int, out: Path) -> None:
    """Write the passes that are not there yet."""
    device = pick_device(config.device)
    dtype = pick_dtype(config.precision, device)
    staff = Staff(load_teachers(digits, device), load_teachers(recognizers, device), dtype)
    pictures = training_set(dataclasses.replace(config, out=str(out))).train
    record = {"format": 1, "teachers": list(map(str, digits)), "config": dataclasses.asdict(config)}
    if recognizers:
        record["recognizers"] = list(map(str, recognizers))
    write_json(out / RECORD, record)
    for turn in range(passes):
        if not path_of(out, turn).is_file():
            lesson(staff, pictures, device, config, turn).save(path_of(out, turn))
            print(f"pass {turn + 1}/{passes}: {path_of(out, turn)}", flush=True)


@in_a_sentence(ValueError)
def main(argv: Sequence[str] | None = None) -> int:
    """Make lessons; returns the exit status."""
    parser = verbs.parser("core.train.combine.teach", __doc__)
    parser.add_argument("teachers", nargs="+", type=Path, help="folders of finished runs")
    parser.add_argument(
        "--recognizers", nargs="+", type=Path, default=[], help="runs that teach all but MNIST's own digits"
    )
    parser.add_argument("--preset", choices=sorted(PRESETS), default="distilled", help="whose pictures and bends")
    parser.add_argument("--seed", type=int, default=0, help="seed of pictures and bends")
    parser.add_argument("--passes", type=int, default=24, help="how many times every picture is bent")
    parser.add_argument("--threads", type=int, default=0, help="processor threads; 0 leaves torch's own choice")
    parser.add_argument("--limit", type=int, default=0, help="this many training pictures only, for a trial")
    parser.add_argument("--out", type=Path, required=True, help="folder of the lessons")
    arguments = parser.parse_args(argv)
    if arguments.passes < 1 or arguments.threads < 0:
        parser.error("--passes must be at least 1 and --threads at least 0")
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    keep_freed_memory()
    config = dataclasses.replace(PRESETS[arguments.preset], seed=arguments.seed, limit=arguments.limit, lessons="")
    if arguments.recognizers and config.ink != "people":
        raise ValueError(f"--recognizers teach what people draw; --preset {arguments.preset} has MNIST's digits only")
    teach(arguments.teachers, arguments.recognizers, config, arguments.passes, arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
