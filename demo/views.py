"""Learning curves as SVG that takes its colours from the theme, with their table; and how a share is written."""

from html import escape

import numpy as np
from numpy.typing import NDArray

# Wide tables scroll in their own box, which the keyboard reaches too.
SCROLL = '<div class="scroll" tabindex="0" role="region" aria-label="Table">'


def percent(share: float, places: int = 2) -> str:
    """A share in [0, 1] as people write it."""
    return f"{share * 100:.{places}f}%"


def learning_curves(runs: dict[str, NDArray[np.float64]]) -> str:
    """Validation error by epoch for each run, drawn and as a table. runs: name -> (E, 2) of epoch, error in [0, 1]."""
    if not runs:
        return "<p>No training record was found beside the models, so there is no curve to draw.</p>"
    last_epoch = max(curve[-1, 0] for curve in runs.values())
    highest = max(float(np.quantile(curve[:, 1], 0.9)) for curve in runs.values()) * 1.1 or 0.01
    lines = "".join(_line(curve, last_epoch, highest, style) for style, curve in enumerate(runs.values()))
    legend = "".join(
        f'<li><span class="swatch line-{style % 4}"></span>{escape(name)}</li>' for style, name in enumerate(runs)
    )
    ticks = "".join(
        f'<line class="grid" x1="44" x2="596" y1="{_y(share, highest):.1f}" y2="{_y(share, highest):.1f}"/>'
        f'<text x="38" y="{_y(share, highest) + 4:.1f}" text-anchor="end">{percent(share)}</text>'
        for share in np.linspace(0, highest, 5)
    )
    return (
        f'<figure class="curves"><figcaption>Validation error by epoch</figcaption><ul class="legend">{legend}</ul>'
        f'<svg viewBox="0 0 600 240" role="img" aria-label="Validation error by epoch; the table has the numbers">'
        f'{ticks}{lines}<text x="44" y="232">epoch 1</text><text x="596" y="232" text-anchor="end">'
        f"epoch {last_epoch:.0f}</text></svg></figure>{_curve_table(runs)}"
    )


def _y(share: float, highest: float) -> float:
    return 210 - 196 * min(share / highest, 1.0)


def _line(curve: NDArray[np.float64], last_epoch: float, highest: float, style: int) -> str:
    points = " ".join(
        f"{44 + 552 * (epoch - 1) / max(last_epoch - 1, 1):.1f},{_y(share, highest):.1f}" for epoch, share in curve
    )
    return f'<polyline class="line-{style % 4}" points="{points}"/>'


def _curve_table(runs: dict[str, NDArray[np.float64]]) -> str:
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
    return (
        "<details><summary>The numbers behind the curves</summary>"
        f'{SCROLL}<table class="per-digit"><thead><tr><th scope="col">Epoch</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details>"
    )
