"""The recogniser's training set: digits and non-digits as people make them, already seen through the preprocessing."""

from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import load_file
from safetensors.torch import save as to_bytes
from torch import Generator, Tensor
from tqdm import tqdm

from core.files import write_atomic
from core.net.preprocess import Preprocess
from core.train.data import Pictures
from core.train.synthetic.realink import at_another_size, non_digits, photograph

NO_DIGIT = 10  # the label of what is no digit
CHUNK = 256  # pictures drawn at a time
SIDES_PX = (16, 28, 32, 56, 28, 80)  # sides of the pictures that are drawn, in turn


def people_pictures(digits: Pictures, copies: int, strangers: float, seed: int, cache: Path | None = None) -> Pictures:
    """Each digit as MNIST has it and drawn `copies` times anew, and `strangers` non-digits a digit.

    digits:  (N, 28, 28) uint8 and (N,) int64.
    cache:   a file that is read instead when it is there, and written when it is not.
    returns: (M, 28, 28) uint8, what the net sees; (M,) int64, 0..9 or NO_DIGIT.
    """
    if cache is not None and cache.is_file():
        stored = load_file(cache)
        return stored["images"], stored["labels"]
    images, labels = digits
    seen = [through(lambda part, _g, _side: part, images, seed, "MNIST's own")]
    seen += [through(photograph, images, seed + 1 + copy, f"drawn anew, {copy + 1}") for copy in range(copies)]
    count = int(len(images) * strangers)
    chosen = images[torch.randperm(len(images), generator=Generator().manual_seed(seed))[:count]]
    if count:
        seen += [through(lambda part, g, side: non_digits(len(part), images, g, side), chosen, seed, "non-digits")]
    everything = torch.cat(seen), torch.cat([labels] * (1 + copies) + [torch.full((count,), NO_DIGIT)])
    if cache is not None:
        write_atomic(cache, to_bytes({"images": everything[0], "labels": everything[1]}))
    return everything


def resized(digits: Tensor, seed: int) -> Tensor:
    """Digits (N, 28, 28) uint8 at other sizes and in other places of the picture, as the net sees them then."""
    return through(lambda part, generator, _side: at_another_size(part, generator), digits, seed, "at another size")


Draw = Callable[[Tensor, Generator, int], Tensor]


@torch.no_grad()
def through(draw: Draw, images: Tensor, seed: int, what: str) -> Tensor:
    """Draw pictures from digits (N, 28, 28) uint8 and preprocess them: (N, 28, 28) uint8, in the same order."""
    preprocess, generator = Preprocess().eval(), Generator().manual_seed(seed)
    seen = []
    for index, part in enumerate(tqdm(images.split(CHUNK), desc=what, leave=False, disable=None)):
        picture, _ = preprocess(draw(part, generator, SIDES_PX[index % len(SIDES_PX)]))
        seen.append((picture * 255).round().to(torch.uint8))
    return torch.cat(seen)
