"""The reader: any picture -> every digit on it in reading order, as one graph."""

from pathlib import Path

import torch
from torch import Tensor, nn

from core.net.cut_outs import cut_outs
from core.net.finder import Finder, load_finder, split
from core.net.looks import FIRST, SECOND, look, on_picture, written_at
from core.net.parts import MOST, find_parts, reading_order, typical_height
from core.net.preprocess import Preprocess, line
from core.net.recognizer import Calibration, load_recognizer

NOTHING, MARK = -1, 10  # what `digits` says where there is no part, or one that is no digit
SURE = 0.5  # score times probability below which a part of a number is refused: nobody sees its second guess
SURER = 0.05  # by so much, else rounding would decide between two that are both sure
WIDEST = 1.2  # width in heights of what may be one digit in pieces
MARKED = 0.5  # how much more a digit than a mark a part is, below which it is rather a mark
ALIKE = (0.75, 1.15)  # heights of digits on one picture, in their typical one


class Reader(nn.Module):
    """Two looks of a finder, then a recogniser on each part that was found.

    image:   (N, H, W) uint8, any N, H, W >= 1, any polarity.
    returns: digits (N, 32) int64, 0 to 9, 10 for a part that is no digit, -1 where no part is; probabilities
             (N, 32, 10) float32; digit_score (N, 32) float32 in [0, 1]; boxes (N, 32, 4) float32, top, left, bottom,
             right in px; line (N, 32) int64 from 0, -1 where no part is; seen (N, 32, 28, 28) float32 in [0, 1];
             more (N,) int64, parts beyond 32. Lines from top to bottom, each from left to right.

    The first look finds where something is written, the second looks at that alone. Time grows with the parts. The
    picture as one digit is cut out a second time, as the recogniser does it; it answers where it is the surest.
    """

    def __init__(self, finder: Finder, net: nn.Module, calibration: Calibration) -> None:
        super().__init__()
        self.finder = finder
        self.preprocess = Preprocess()
        self.net = net
        self.calibration = calibration

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        raw = image[:, None].float() / 255
        last = torch.cat([line(raw, 2)[-1:], line(raw, 3)[-1:]]).view(1, 2, 1, 1)
        centre, step = self.first_look(raw, last)
        level, inside = look(raw, centre, step, SECOND)
        parts, cut = self.cut(level, inside)
        whole, _ = self.preprocess(image)
        found = self.read(torch.cat([cut["seen"], whole]), torch.cat([cut["digit"], torch.ones_like(whole[:, 0, 0])]))
        boxes = on_picture(cut, centre, step, last)
        slots = {name: _spread(values, cut["which"], raw.shape[0]) for name, values in found.items()}
        alone = {name: values[cut["which"].shape[0] :, None] for name, values in found.items()}
        slots["boxes"] = _spread(boxes, cut["which"], raw.shape[0])
        there = parts["there"]
        doubted = (there.sum(1, keepdim=True) > 1) & ((slots["sure"] < SURE) | is_sign(slots, there))
        slots["digits"] = torch.where(doubted, MARK, slots["digits"])
        slots["line"] = parts["line"]
        alone |= {
            "boxes": around(slots["boxes"], there, last),
            "line": torch.zeros_like(slots["line"][:, :1]),
        }
        one = is_one(slots, alone, there)
        there = torch.cat([there[:, :1] | one, there[:, 1:] & ~one], dim=1)
        slots = {name: _kept(_first_replaced(values, alone[name], one[:, 0]), there) for name, values in slots.items()}
        return (
            torch.where(there, slots["digits"], NOTHING),
            slots["probabilities"],
            slots["digit_score"],
            slots["boxes"],
            torch.where(there, slots["line"], NOTHING),
            slots["seen"],
            parts["more"],
        )

    def first_look(self, raw: Tensor, last: Tensor) -> tuple[Tensor, Tensor]:
        """Where something is written: the middle (N, 2, 1, 1) in px, and the px of a cell (N, 1, 1, 1)."""
        whole = (last + 1) / torch.tensor(FIRST, dtype=raw.dtype).view(1, 2, 1, 1)
        step = whole.amax(1, keepdim=True).expand(raw.shape[0], 1, 1, 1)
        centre = (last / 2).expand(raw.shape[0], 2, 1, 1)
        level, inside = look(raw, centre, step, FIRST)
        return written_at(split(self.finder(level, inside)), inside, centre, step)

    def cut(self, level: Tensor, inside: Tensor) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """The parts of the second look's canvas in reading order, and each cut out as the net wants it.

        level, inside: (N, 1, h, w), brightness and what share of a cell the picture fills, both in [0, 1].
        returns:       `reading_order`'s there and line (N, 32) with more (N,); and `cut_outs`' with which (P,), the
                       places of the parts among the N x 32.
        """
        found = split(self.finder(level, inside))
        parts = find_parts(found, inside)
        order = reading_order(parts)
        which = order["there"].flatten().nonzero()[:, 0]  # (P,)
        cut = cut_outs(level, inside, found, parts, order, which)
        return order | {"more": parts["more"]}, cut | {"which": which}

    def read(self, seen: Tensor, digit: Tensor) -> dict[str, Tensor]:
        """What the net says of cut-outs (P, 28, 28); digit (P,), how much more each is a digit than a mark."""
        logits = self.net(seen[:, None])
        probabilities = torch.softmax(logits / self.calibration.temperature, dim=1)
        most = logits.amax(1, keepdim=True)
        energy = (most + (logits - most).exp().sum(1, keepdim=True).log())[:, 0]  # log-sum-exp, for any number of parts
        score = torch.sigmoid((energy - self.calibration.score_offset) * self.calibration.score_scale)
        score = score * (2 * digit).clamp(max=1) * (seen.amax((1, 2)) > 0)  # rather a digit than a mark: no less sure
        sure = score * probabilities.amax(1)
        digits = torch.where(score >= self.calibration.score_threshold, probabilities.argmax(1), MARK)
        told = {"digits": digits, "probabilities": probabilities, "digit_score": score, "seen": seen}
        return told | {"sure": sure, "digit": digit}


def is_sign(slots: dict[str, Tensor], there: Tensor) -> Tensor:
    """Which parts are signs however like a 1 they look, (N, 32) bool: rather a mark, and lower or higher than digits.

    A slash goes on above and below its neighbours and a comma is short; a slanted 1 is as high as they are.
    """
    height = slots["boxes"][..., 2] - slots["boxes"][..., 0]
    typical = typical_height(height, there)
    alike = (height > ALIKE[0] * typical) & (height < ALIKE[1] * typical)
    return (slots["digit"] < MARKED) & ~alike


def is_one(slots: dict[str, Tensor], alone: dict[str, Tensor], there: Tensor) -> Tensor:
    """Whether the whole picture is more surely one digit than any part of it is, (N, 1) bool.

    So a faint digit that the finder sees in pieces is read: in pieces that lie as close as those of one. So is what
    it does not see at all, as some pictures cut to their ink, but not what hardly is a digit, as an empty cell.
    """
    surer = alone["sure"] > slots["sure"].amax(1, keepdim=True) + SURER
    top, left, bottom, right = alone["boxes"].split(1, dim=2)
    close = ((right - left) <= WIDEST * (bottom - top))[..., 0] | (there.sum(1, keepdim=True) == 1)
    seen = there.any(1, keepdim=True)
    return surer & ((seen & close) | (~seen & (alone["sure"] > SURE)))


def around(boxes: Tensor, there: Tensor, last: Tensor) -> Tensor:
    """One box around those of boxes (N, 32, 4) that are there, (N, 1, 4); around the whole picture where none is.

    last: (1, 2, 1, 1), the picture's last row and column.
    """
    end = last.flatten() + 1
    some = there.any(1)[:, None, None]
    low = torch.where(there[..., None], boxes[..., :2], end).amin(1, keepdim=True)
    high = torch.where(there[..., None], boxes[..., 2:], 0).amax(1, keepdim=True)
    return torch.cat([torch.where(some, low, 0), torch.where(some, high, end)], dim=2)


def _kept(slots: Tensor, there: Tensor) -> Tensor:
    """Slots (N, 32, ...) with 0 where nothing is, (N, 32)."""
    return slots * there.view(*there.shape, *[1] * (slots.dim() - 2)).to(slots.dtype)


def _spread(values: Tensor, which: Tensor, pictures: int) -> Tensor:
    """The parts' values, of (P + N, ...) the first P, in their places among (N, 32, ...); 0 elsewhere."""
    everything = torch.zeros((pictures * MOST, *values.shape[1:]), dtype=values.dtype)
    values = values[: which.shape[0]]
    place = which.view(-1, *[1] * (values.dim() - 1)).expand(values.shape)
    return everything.scatter(0, place, values).unflatten(0, (-1, MOST))


def _first_replaced(slots: Tensor, other: Tensor, where: Tensor) -> Tensor:
    """Slots (N, 32, ...) whose first is taken from `other` (N, 1, ...) on the pictures `where` (N,)."""
    first = torch.where(where.view(-1, *[1] * (slots.dim() - 1)), other, slots[:, :1])
    return torch.cat([first, slots[:, 1:]], dim=1)


def load_reader(finder: Path, recognizer: Path) -> Reader:
    """The reader of a finder's and a recogniser's weights, in evaluation mode; CheckpointError when they are none."""
    known = load_recognizer(recognizer)
    return Reader(load_finder(finder), known.net, known.calibration).eval()
