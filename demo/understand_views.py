"""Why this answer, as HTML: heat map, sweeps, nearest training pictures."""

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from demo.message import NAMES, data_url
from demo.neighbours import Neighbours
from demo.understand import Sweep
from demo.views import percent

FOR, AGAINST = (200, 30, 20), (30, 90, 220)  # red and blue, told apart by most colour-blind people too


def heat_map(seen: NDArray[np.float32], heat: NDArray[np.float32]) -> str:
    """What was seen, (28, 28) in [0, 1], tinted where `heat` speaks for (red) or against (blue) the answer."""
    base = np.repeat((seen * 255)[..., None], 3, axis=2)  # (28, 28, 3)
    tint = np.where(heat[..., None] > 0, FOR, AGAINST)
    strength = np.abs(heat)[..., None] ** 0.5  # small effects stay visible
    mixed = (base * (1 - strength) + tint * strength).round().astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(mixed).save(buffer, "PNG")
    url = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
    return (
        f'<figure><img class="enlarged" src="{url}" width="168" height="168" '
        'alt="What the net saw, with the ink that mattered in red">'
        "<figcaption>Red ink speaks for the answer: without it the certainty falls. Blue ink speaks against it."
        "</figcaption></figure>"
    )


def sweep(result: Sweep, digit: int) -> str:
    """One change as a curve of the answer's probability, a sentence, and the numbers."""
    low, high = result.values[0], result.values[-1]
    points = " ".join(
        f"{300 * (value - low) / (high - low):.1f},{64 - 60 * share:.1f}"
        for value, share in zip(result.values, result.shares, strict=True)
    )
    neutral = 300 * (result.neutral - low) / (high - low)
    rows = "".join(
        f'<tr><th scope="row">{value:g}</th><td>{percent(float(share), 1)}</td><td>{answer}</td></tr>'
        for value, share, answer in zip(result.values, result.shares, result.answers, strict=True)
    )
    return (
        f'<figure class="sweep"><figcaption><strong>{result.name}.</strong> {turning_point(result, digit)}</figcaption>'
        '<svg viewBox="0 0 300 68" preserveAspectRatio="none" aria-hidden="true">'
        f'<line class="neutral" x1="{neutral:.1f}" x2="{neutral:.1f}" y1="0" y2="68"/>'
        f'<polyline points="{points}"/></svg>'
        f"<details><summary>Numbers</summary><table><thead><tr><th>{result.unit}</th><th>{digit}?</th>"
        f"<th>Answer</th></tr></thead><tbody>{rows}</tbody></table></details></figure>"
    )


def turning_point(result: Sweep, digit: int) -> str:
    """The smallest change to another answer, as a sentence."""
    changed = [
        (abs(value - result.neutral), value, answer)
        for value, answer in zip(result.values, result.answers, strict=True)
        if answer != digit
    ]
    if not changed:
        low, high = (_amount(result.values[end], result.unit) for end in (0, -1))
        if low.lstrip("-0123456789.") == high.lstrip("-0123456789."):  # the same unit, which is said once
            low = f"{result.values[0]:g}"
        return f"It stays {NAMES[digit]} all the way, from {low} to {high}."
    _, value, answer = min(changed)
    return f"At {_amount(value, result.unit)} it is read as {NAMES[answer]}."


def _amount(value: float, unit: str) -> str:
    """A change in words; less than nothing to the right is to the left."""
    if value < 0 and unit.endswith("right"):
        value, unit = -value, unit.removesuffix("right") + "left"
    return f"{value:g} {unit}".replace(" %", "%")


def neighbours(near: Neighbours) -> str:
    """The nearest training pictures with their labels."""
    cards = "".join(
        f'<li><img class="enlarged" src="{data_url(image)}" width="56" height="56" '
        f'alt="Training picture {index}, a {label}"><span>{label}</span></li>'
        for image, label, index in zip(near.images, near.labels, near.indices, strict=True)
    )
    return f'<ol class="neighbours">{cards}</ol>'
