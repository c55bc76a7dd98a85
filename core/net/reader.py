"""The reader: any picture -> every digit on it in reading order, as one graph."""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.net.finder import STRIDE, Finder, load_finder, places, split
from core.net.preprocess import Preprocess, line, offsets, triangle_sum, triangles
from core.net.recognizer import Calibration, load_recognizer

MOST = 32  # parts that are answered for
NOTHING, MARK = -1, 10  # what `digits` says where there is no part, or one that is no digit
SIZE, BOX = 28, 20  # of what the net looks at, and of the ink in it, px
FIRST, SECOND = (64, 64), (64, 192)  # cells of the two looks
LINE, WIDTH = 46, 176  # cells that what is written may fill in the second look; the rest shows what lies around
PEAK = 0.3  # heat from which a place is a centre
WRITTEN = 0.4  # chance of ink from which a cell counts as written on, in the first look
VISIBLE = 0.5  # chance of being a part's ink from which a cell counts to its box
REACH = 15  # cells as far from which paper says what the paper under ink is like
NEW_LINE = 0.8  # of a digit's height: from centre to centre, more than a comma hangs
PITCH = 512.0  # cells from line to line in the sorting of parts; more than any line is long
FAR = 1e4  # cells; beyond any canvas
NEAR = 0.4  # of a part's longer side: as far from its centre may ink say that its own lies
SURE = 0.5  # score times probability below which a part of a number is refused: nobody sees its second guess
SURER = 0.05  # by so much, else rounding would decide between two that are both sure
WIDEST = 1.2  # width in heights of what may be one digit in pieces
MARKED = 0.5  # how much more a digit than a mark a part is, below which it is rather a mark
ALIKE = (0.75, 1.15)  # heights of digits on one picture, in their typical one
UPRIGHT = 0.45  # of the tallest part: ink that no centre claims, if it is lower, is dirt
UNCLAIMED = 0.25  # of a typical part's ink: so much that no centre claims is a part of its own


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


def on_picture(cut: dict[str, Tensor], centre: Tensor, step: Tensor, last: Tensor) -> Tensor:
    """The boxes of cut-outs in px of the picture, (P, 4)."""
    boxes = (cut["box"] - _middle(SECOND)) * step.flatten()[cut["picture"]][:, None]
    boxes = boxes + centre[:, :, 0, 0].repeat(1, 2)[cut["picture"]] + 0.5
    return torch.minimum(boxes.clamp(min=0), (last.flatten() + 1).repeat(2))


def is_sign(slots: dict[str, Tensor], there: Tensor) -> Tensor:
    """Which parts are signs however like a 1 they look, (N, 32) bool: rather a mark, and lower or higher than digits.

    A slash goes on above and below its neighbours and a comma is short; a slanted 1 is as high as they are.
    """
    height = slots["boxes"][..., 2] - slots["boxes"][..., 0]
    typical = typical_height(height, there)
    alike = (height > ALIKE[0] * typical) & (height < ALIKE[1] * typical)
    return (slots["digit"] < MARKED) & ~alike


def typical_height(height: Tensor, there: Tensor) -> Tensor:
    """The mean of the heights (N, K) that are there, (N, 1), in which tall ones count more: a dot hardly does."""
    height = height * there
    return (height * height).sum(1, keepdim=True) / height.sum(1, keepdim=True).clamp(min=1e-6)


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


def _middle(canvas: tuple[int, int]) -> Tensor:
    """Middle of a canvas as (top, left, bottom, right), between cells."""
    return torch.tensor([canvas[0] / 2, canvas[1] / 2] * 2)


def look(raw: Tensor, centre: Tensor, step: Tensor, canvas: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """A canvas of cells around a place of the picture.

    raw:     (N, 1, H, W); centre (N, 2, 1, 1) px, step (N, 1, 1, 1) px per cell.
    returns: level (N, 1, h, w), and what share of each cell the picture fills, (N, 1, h, w).
    """
    reach = step.clamp(min=1)
    lines, shares = [], []
    for axis, (cells, place) in enumerate(zip(canvas, (line(raw, 2), line(raw, 3)), strict=True)):
        sample = centre[:, axis : axis + 1] + offsets(cells, raw) * step  # (N, 1, cells, 1)
        end = place[-1:]
        held = sample.clamp(min=0).minimum(end)
        weight = (1 - ((place - held) / reach).abs()).relu()  # (N, 1, cells, px)
        lines.append(weight / weight.sum(3, keepdim=True).clamp(min=1e-6))
        low = (sample - step / 2).maximum(torch.tensor(-0.5))
        high = (sample + step / 2).minimum(end + 0.5)
        shares.append(((high - low) / step).clamp(0, 1))
    inside = shares[0] * shares[1].mT
    return (lines[0] @ raw) @ lines[1].mT * (inside > 0), inside


def written_at(found: dict[str, Tensor], inside: Tensor, centre: Tensor, step: Tensor) -> tuple[Tensor, Tensor]:
    """Where the second look goes: the middle of what is written and px per cell, from the first look's answer."""
    chance = torch.sigmoid(found["ink"]) * inside
    spans = [_span(chance.amax(5 - axis), WRITTEN) for axis in (2, 3)]
    low, high = (torch.stack(ends, 1) for ends in zip(*spans, strict=True))  # (N, 2, 1, 1)
    nothing = (high <= low).any(1, keepdim=True)
    half = torch.tensor(FIRST, dtype=inside.dtype).view(1, 2, 1, 1) / 2
    middle = torch.where(nothing, centre, centre + ((low + high) / 2 - half) * step)
    room = torch.tensor([LINE, WIDTH], dtype=inside.dtype).view(1, 2, 1, 1)
    needed = ((high - low) / room).amax(1, keepdim=True)
    return middle, torch.where(nothing, step, step * needed)


def _span(profile: Tensor, threshold: float) -> tuple[Tensor, Tensor]:
    """Where a profile (N, 1, cells) first rises to a threshold and last falls below it, each (N, 1, 1), between cells.

    Between two cells the profile is a straight line, so that rounding moves an edge by no more than itself. Nowhere
    high enough: the first lies behind the last.
    """
    cells = profile.shape[2]
    middle = torch.arange(cells, dtype=profile.dtype) + 0.5
    padded = F.pad(profile, (1, 1))
    before, after = (
        ((profile - threshold) / (profile - beside).clamp(min=1e-6)).clamp(0, 1)
        for beside in (padded[:, :, :-2], padded[:, :, 2:])
    )
    high = profile >= threshold
    low = torch.where(high, middle - before, cells).amin(2, keepdim=True)
    return low, torch.where(high, middle + after, 0).amax(2, keepdim=True)


def peaks(found: dict[str, Tensor], inside: Tensor) -> dict[str, Tensor]:
    """Centres of digits and marks, at most 32: the strongest peaks of the heat.

    returns: index (N, K) into the places, centre (N, K, 2) cells, size (N, K, 2) cells, there (N, K) bool,
             digit (N, K) in [0, 1], how much more a digit than a mark; more (N,) int64.
    """
    heat = torch.sigmoid(found["heat"]) * (F.avg_pool2d(inside, STRIDE) > 0)
    digit, mark = heat.split(1, dim=1)
    either = torch.maximum(digit, mark)
    peak = either * (either == F.max_pool2d(either, 3, stride=1, padding=1))
    value, index = peak.flatten(1).topk(MOST, dim=1)
    height, width = heat.shape[2:]
    spots = places(height, width, heat).flatten(1).T  # (P, 2)
    centre = spots[index]
    size = _at(found["size"], index).exp2()
    there = value > PEAK
    apart = (centre[:, :, None] - centre[:, None]).abs() / torch.minimum(size[:, :, None], size[:, None])
    stronger = (value[:, None] > value[:, :, None]) | (
        (value[:, None] == value[:, :, None]) & (index[:, None] < index[:, :, None])
    )
    twin = (apart.amax(3) < 0.35) & stronger & there[:, None]
    there = there & ~twin.any(2)
    more = ((peak > PEAK).flatten(1).sum(1) - MOST).clamp(min=0)
    share = _at(digit, index) / (_at(digit, index) + _at(mark, index)).clamp(min=1e-6)
    return {"index": index, "centre": centre, "size": size, "there": there, "digit": share[..., 0], "more": more}


def find_parts(found: dict[str, Tensor], inside: Tensor) -> dict[str, Tensor]:
    """The peaks' parts and one more: the digits' ink that no centre claims, where that is as much as a small digit's.

    Without it, a centre that was missed would take its ink along without a word. Returns what `peaks` does, of
    K = 33 parts, and mine (N, K, h/2, w/2), how much each place's ink belongs to each part.
    """
    parts = peaks(found, inside)
    mine = owned(found, parts)
    ink = F.avg_pool2d(torch.sigmoid(found["ink"]) * inside, STRIDE)
    left = ink * (1 - mine.amax(1, keepdim=True))
    count = parts["there"].sum(1).clamp(min=1)
    typical = (ink.sum((1, 2, 3)) - left.sum((1, 2, 3))) / count
    height, width = ink.shape[2:]
    spots = places(height, width, ink).flatten(1)  # (2, P)
    solid = (left > 0.5).to(ink.dtype).flatten(1)  # (N, P)
    low, high = (torch.where(solid[:, None] > 0, spots, side * FAR) for side in (1, -1))
    low, high = low.amin(2), high.amax(2)  # (N, 2)
    tallest = (parts["size"][..., 0] * parts["there"]).amax(1)
    there = (solid * left.flatten(1)).sum(1) > UNCLAIMED * typical
    there = there & (high[:, 0] - low[:, 0] > UPRIGHT * tallest) & parts["there"].any(1)
    more = {
        "centre": (low + high) / 2,
        "size": (high - low + STRIDE).clamp(min=STRIDE),
        "there": there,
        "digit": torch.ones_like(typical),
    }
    joined = {name: torch.cat([parts[name], value[:, None]], dim=1) for name, value in more.items()}
    return parts | joined | {"mine": torch.cat([mine, 1 - mine.amax(1, keepdim=True)], dim=1)}


def _at(values: Tensor, index: Tensor) -> Tensor:
    """Values (N, C, h, w) at places (N, K): (N, K, C)."""
    flat = values.flatten(2).mT
    return flat.gather(1, index[..., None].expand(-1, -1, flat.shape[2]))


def reading_order(parts: dict[str, Tensor]) -> dict[str, Tensor]:
    """Parts (N, 33) by lines from top to bottom, each from left to right; the first 32 of them.

    returns: order (N, 32) indices into the parts, there (N, K) bool, line (N, K) int64.
    """
    there = parts["there"]
    y = torch.where(there, parts["centre"][..., 0], FAR)
    x = parts["centre"][..., 1]
    typical = typical_height(parts["size"][..., 0], there)
    down, by_y = y.topk(MOST + 1, dim=1, largest=False)
    begins = F.pad((down[:, 1:] - down[:, :-1] > NEW_LINE * typical).to(torch.int64), (1, 0))
    line_by_y = begins.cumsum(1)
    key = line_by_y.to(y.dtype) * PITCH + x.gather(1, by_y) + down / PITCH  # the upper of two in one column goes first
    _, again = key.topk(MOST, dim=1, largest=False)
    order = by_y.gather(1, again)
    return {"order": order, "there": there.gather(1, order), "line": line_by_y.gather(1, again)}


def cut_outs(level: Tensor, inside: Tensor, found: dict[str, Tensor], parts: dict[str, Tensor],
             order: dict[str, Tensor], which: Tensor) -> dict[str, Tensor]:  # fmt: skip
    """Each part as the recogniser wants it, without its neighbours' ink.

    which:   (P,) indices into (N x 32) of the parts in reading order.
    returns: seen (P, 28, 28), box (P, 4) cells, picture (P,), digit (P,).
    """
    picture = which // MOST
    part = order["order"].flatten()[which]  # (P,)
    mine = parts["mine"][picture, part]  # (P, h/2, w/2)
    mine = F.interpolate(mine[:, None], scale_factor=float(STRIDE), mode="nearest")  # (P, 1, h, w)
    digit = parts["digit"][picture, part]
    ink, other = (torch.sigmoid(found[name]) * inside for name in ("ink", "other"))
    written = torch.maximum(ink[picture], other[picture] * (digit < 0.5).to(ink.dtype)[:, None, None, None])
    mask = mine * written
    signal = strength(level, inside, ink, other)[picture]
    top, bottom = _span(mask.amax(3), VISIBLE)
    left, right = _span(mask.amax(2), VISIBLE)
    first, last = torch.cat([top, left], dim=2), torch.cat([bottom, right], dim=2)
    # Where nearly no ink is the part's own, nothing is high enough, and the first lies behind the last.
    box = torch.cat([torch.minimum(first, last), torch.maximum(first, last)], dim=2).flatten(1)  # (P, 4)
    wider = F.max_pool2d(mask, 3, stride=1, padding=1)
    kept = (wider - (written - mask).relu()).clamp(0, 1)
    mass = (signal * kept).relu()
    peak = (mass * mass * mask).sum((2, 3), keepdim=True) / (mass * mask).sum((2, 3), keepdim=True).clamp(min=1e-6)
    seen_ink = (mass / peak.clamp(min=1e-3)).clamp(0, 1)
    profile_y, profile_x = seen_ink.sum(3)[:, 0], seen_ink.sum(2)[:, 0]  # (P, h), (P, w)
    y, x = (torch.arange(n, dtype=ink.dtype) for n in level.shape[2:])
    middle_y = _mean_place(profile_y, y)
    middle_x = _mean_place(profile_x, x)
    scale = (torch.maximum(bottom - top, right - left) / BOX).clamp(min=0.05)[..., None]  # (P, 1, 1, 1)
    sample = torch.stack([middle_y, middle_x], 1)[..., None, None] + offsets(SIZE, ink) * scale
    reach = scale.clamp(min=1)
    rows, columns = triangles(sample, reach, y, x)
    whole = triangle_sum(sample, reach)
    seen = (rows @ seen_ink @ columns.mT) / (whole[:, :1] * whole[:, 1:].mT)
    return {"seen": (seen[:, 0] * 1.1).clamp(0, 1), "box": box, "picture": picture, "digit": digit}


def _mean_place(profile: Tensor, place: Tensor) -> Tensor:
    """Where the mass of profiles (P, n) has its middle, (P,), along places (n,); for no profiles, too.

    ONNX Runtime's WebAssembly refuses a product of no rows with a vector.
    """
    return (profile @ place[:, None])[:, 0] / profile.sum(1).clamp(min=1e-6)


def owned(found: dict[str, Tensor], parts: dict[str, Tensor]) -> Tensor:
    """How much each place's ink belongs to each part, (N, K, h/2, w/2), softly, so that rounding decides nothing."""
    height, width = found["heat"].shape[2:]
    vote = (places(height, width, found["heat"]) + found["offset"]).flatten(2)  # (N, 2, P)
    square = ((vote[:, None] - parts["centre"][..., None]) ** 2).sum(2)  # (N, K, P)
    there = parts["there"][..., None]
    count = there.sum(1, keepdim=True).clamp(min=1)
    typical = (parts["size"][..., :1] * there).sum(1, keepdim=True) / count
    share = torch.softmax((-square / (2 * (0.12 * typical).clamp(min=1) ** 2)).masked_fill(~there, -1e6), dim=1)
    near = torch.sigmoid((NEAR - square.sqrt() / parts["size"].amax(2)[..., None].clamp(min=4)) * 20)
    return (share * near * there).unflatten(2, (height, width))


def _around(cells: int, like: Tensor) -> Tensor:
    """Weights (cells, cells) of the cells around each, falling in a straight line to 0 at REACH of them."""
    place = torch.arange(cells, device=like.device, dtype=like.dtype)
    return (REACH - (place[:, None] - place).abs()).relu()


def strength(level: Tensor, inside: Tensor, ink: Tensor, other: Tensor) -> Tensor:
    """How far each cell stands out from the paper around it, ink counted upwards, (N, 1, h, w)."""
    bare = inside * (1 - torch.maximum(F.max_pool2d(ink, 3, 1, 1), other)).clamp(min=1e-4)
    rows, columns = (_around(n, level) for n in level.shape[2:])
    paper = (rows @ (bare * level) @ columns) / (rows @ bare @ columns).clamp(min=1e-6)
    out = (level - paper) * inside
    return out * (out * ink).sum((2, 3), keepdim=True).sign()


def load_reader(finder: Path, recognizer: Path) -> Reader:
    """The reader of a finder's and a recogniser's weights, in evaluation mode; CheckpointError when they are none."""
    known = load_recognizer(recognizer)
    return Reader(load_finder(finder), known.net, known.calibration).eval()
