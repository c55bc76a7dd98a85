"""Learning curves as SVG in the theme's colours, with their table; and how shares and sizes are written."""

from dataclasses import dataclass
from html import escape
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LEFT, RIGHT, TOP, BOTTOM = 60, 586, 14, 214  # the plot area of the curves, in SVG units
LEAST_SHARE = 1e-4  # a logarithm has no zero
# Wide tables scroll in their own box, which the keyboard reaches too.
SCROLL = '<div class="scroll" tabindex="0" role="region" aria-label="Table">'


def percent(share: float, places: int = 2) -> str:
    """A share in [0, 1] as people write it."""
    return f"{share * 100:.{places}f}%"


def file_size(path: Path) -> str:
    """The size of a file as people write it: "3.4 MB", or "28 kB" for what would come out as 0.0 MB."""
    size = path.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.0f} kB"


def learning_curves(runs: dict[str, NDArray[np.float64]], tested: dict[str, tuple[int, float]]) -> str:
    """Validation error by epoch for each run, drawn and as a table; the test error stands where it was read.

    runs:   name -> (E, 2) of epoch, error in [0, 1].
    tested: name -> (epoch, test error in [0, 1]); a run whose test error was never read is not in it.
    """
    if not runs:
        return "<p>No training record was found beside the models, so there is no curve to draw.</p>"
    shares = np.concatenate([*(curve[:, 1] for curve in runs.values()), [share for _, share in tested.values()]])
    scale = _Scale(
        max(curve[-1, 0] for curve in runs.values()), max(shares.min(), LEAST_SHARE), max(shares.max(), 0.01)
    )
    lines = "".join(_line(curve, scale, style) for style, curve in enumerate(runs.values()))
    readings = "".join(_reading(tested[name], name, scale) for name in runs if name in tested)
    legend = "".join(
        f'<li><span class="swatch digit-{style % 10}"></span>{escape(name)}</li>' for style, name in enumerate(runs)
    )
    ticks = "".join(
        f'<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{scale.y(share):.1f}" y2="{scale.y(share):.1f}"/>'
        f'<text x="{LEFT - 6}" y="{scale.y(share) + 4:.1f}" text-anchor="end">{percent(share)}</text>'
        for share in np.geomspace(scale.low, scale.high, 5)
    )
    return (
        "<p>A run is judged on held-out training pictures after every epoch. The test pictures are read once, after "
        "the last epoch: a ring marks what they said. Each grid line is the same factor above the one below. "
        "A model that is the mean of several runs has no curve.</p>"
        f'<figure class="curves"><figcaption>Validation error by epoch</figcaption><ul class="legend">{legend}</ul>'
        f'<svg viewBox="0 0 600 240" role="img" aria-label="Validation error by epoch; the table has the numbers">'
        f'{ticks}{lines}{readings}<text x="{LEFT}" y="236">epoch 1</text><text x="{RIGHT}" y="236" text-anchor="end">'
        f"epoch {scale.last_epoch:.0f}</text></svg></figure>{_curve_table(runs, tested)}"
    )


@dataclass(frozen=True)
class _Scale:
    """Epochs to the right, errors upwards by their logarithm, in SVG units."""

    last_epoch: float
    low: float
    high: float

    def x(self, epoch: float) -> float:
        return LEFT + (RIGHT - LEFT) * (epoch - 1) / max(self.last_epoch - 1, 1)

    def y(self, share: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * log(max(share, self.low) / self.low) / log(self.high / self.low)


def _line(curve: NDArray[np.float64], scale: _Scale, style: int) -> str:
    points = " ".join(f"{scale.x(epoch):.1f},{scale.y(share):.1f}" for epoch, share in curve)
    return f'<polyline class="digit-{style % 10}" points="{points}"/>'


def _reading(tested: tuple[int, float], name: str, scale: _Scale) -> str:
    epoch, share = tested
    return (
        f'<circle class="reading" cx="{scale.x(epoch):.1f}" cy="{scale.y(share):.1f}" r="5">'
        f"<title>{escape(name)}: test error {percent(share)}, read after epoch {epoch}</title></circle>"
    )


def _curve_table(runs: dict[str, NDArray[np.float64]], tested: dict[str, tuple[int, float]]) -> str:
    epochs = sorted({int(epoch) for curve in runs.values() for epoch in curve[:, 0]})
    columns = [
        dict(zip(curve[:, 0].astype(int).tolist(), curve[:, 1].tolist(), strict=True)) for curve in runs.values()
    ]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in runs)
    rows = "".join(
        f'<tr><th scope="row">{epoch}</th>'
        + "".join(f"<td>{percent(column[epoch]) if epoch in column else ''}</td>" for column in columns)
        + "</tr>"
        for epoch in epochs
    )
    cells = "".join(
        f"<td>{percent(tested[name][1])}, after epoch {tested[name][0]}</td>" if name in tested else "<td>not read</td>"
        for name in runs
    )
    return (
        "<details><summary>The numbers behind the curves</summary>"
        f'{SCROLL}<table class="per-digit"><thead><tr><th scope="col">Epoch</th>{head}</tr></thead>'
        f'<tbody>{rows}<tr><th scope="row">Test error</th>{cells}</tr></tbody></table></div></details>'
    )
