"""`digits scenes`: what the finder learns from, as one picture, and how fast it is drawn."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core import verbs
from core.files import write_atomic
from core.refusals import in_a_sentence
from core.train.data import hold_out, load
from core.train.synthetic.scenes import scene
from core.train.synthetic.scenes.layout import Digits
from core.train.synthetic.scenes.scene import SHARED, Truth

OUT = Path(__file__).resolve().parents[4] / "docs" / "scenes.png"
ROWS = ((64, 64),) * 4 + ((96, 96), (64, 192), (64, 192))  # canvas of each row
WIDTH, GAP = 1000, 4  # px
COLOURS = ((230, 80, 70), (70, 160, 80), (80, 110, 230), (220, 170, 40), (40, 170, 190), (190, 80, 190))  # of owners
TIMED = 200  # pictures
HELD_OUT = 5000  # of MNIST's training digits: never drawn, as for every net here


def training_digits() -> Digits:
    """MNIST's training digits (28, 28) by label, without those that are held out."""
    (images, labels), _ = hold_out(load("train"), HELD_OUT)
    return [list(images[labels == digit].numpy()) for digit in range(10)]


def picture_and_truth(truth: Truth) -> NDArray[np.uint8]:
    """A scene above its truth, (2 h, w, 3): each part in a colour, other ink grey, what two parts share white."""
    owners = np.zeros((*truth.owner.shape, 3), np.uint8)
    owners[truth.other > 0] = (truth.other[truth.other > 0, None] * 0.5).astype(np.uint8)
    for index in range(len(truth.labels)):
        owners[truth.owner == index] = COLOURS[index % len(COLOURS)]
    owners[truth.owner == SHARED] = 255
    return np.concatenate([np.repeat(truth.level[..., None], 3, axis=2), owners])


def sheet(digits: Digits, seed: int) -> NDArray[np.uint8]:
    """Rows of scenes, (H, WIDTH, 3) RGB."""
    rows = []
    for row, canvas in enumerate(ROWS):
        count = (WIDTH + GAP) // (canvas[1] + GAP)
        drawn = [picture_and_truth(scene.draw(digits, canvas, (seed, row, index))) for index in range(count)]
        gap = np.full((2 * canvas[0], GAP, 3), 255, np.uint8)
        line = np.concatenate([part for one in drawn for part in (one, gap)], axis=1)[:, :WIDTH]
        rows.append(np.pad(line, ((0, GAP), (0, WIDTH - line.shape[1]), (0, 0)), constant_values=255))
    return np.concatenate(rows)


def per_second(digits: Digits, seed: int) -> float:
    """Scenes drawn in a second of one core's time, over all canvases; the first few are not counted."""
    for index in range(len(scene.CANVASES)):
        scene.draw(digits, scene.CANVASES[index], (seed, index))
    started = time.process_time()
    for index in range(TIMED):
        scene.draw(digits, scene.CANVASES[index % len(scene.CANVASES)], (seed + 1, index))
    return TIMED / (time.process_time() - started)


@in_a_sentence()
def main(argv: Sequence[str] | None = None) -> int:
    """Draw the sheet; returns the exit status."""
    parser = verbs.parser("core.train.synthetic.scenes.sheet", __doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT, help="where the picture goes (default: docs/scenes.png)")
    arguments = parser.parse_args(argv)
    cv2.setNumThreads(1)
    digits = training_digits()
    _, content = cv2.imencode(".png", sheet(digits, arguments.seed)[..., ::-1])
    write_atomic(arguments.out, content.tobytes())
    print(f"wrote {arguments.out}; {per_second(digits, arguments.seed):.0f} pictures a second on one core")
    return 0


if __name__ == "__main__":
    sys.exit(main())
