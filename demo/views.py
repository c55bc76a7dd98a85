"""Arrays -> what people see of the error analysis, as HTML and SVG that take their colours from the theme."""

from html import escape

import numpy as np
from numpy.typing import NDArray

from demo.analysis import Analysis, DigitRow, Rate
from demo.message import data_url
from demo.mnist import Labelled
from demo.predictions import Predictions


def percent(share: float, places: int = 2) -> str:
    """A share in [0, 1] as people write it."""
    return f"{share * 100:.{places}f}%"


def headline(data: Labelled, analysis: Analysis) -> str:
    """The error in one sentence, its interval, and how many pictures are refused."""
    error = analysis.error
    interval = f"95% interval {percent(error.low)} to {percent(error.high)}"
    return (
        f'<p class="finding" data-testid="error-count"><strong>{error.hits} of {error.total:,}</strong> pictures of '
        f"{escape(data.name)} are misread: <strong>{percent(error.share)}</strong> ({interval}). "
        f"{analysis.refused:,} would be refused as no digit.</p>"
    )


def confusion(analysis: Analysis) -> str:
    """The confusion matrix as a table: rows are the truth, columns the answer; mistakes are tinted by their number."""
    counts = analysis.confusion
    mistakes = counts - np.diag(np.diag(counts))
    worst = max(int(mistakes.max()), 1)
    head = "".join(f'<th scope="col">{digit}</th>' for digit in range(10))
    rows = []
    for truth in range(10):
        cells = "".join(_cell(int(counts[truth, answer]), truth == answer, worst) for answer in range(10))
        rows.append(f'<tr><th scope="row">{truth}</th>{cells}</tr>')
    return (
        '<div class="scroll"><table class="confusion"><caption>Confusion: truth down, answer across</caption>'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cell(count: int, right: bool, worst: int) -> str:
    if right:
        return f'<td class="right">{count}</td>'
    if count == 0:
        return '<td class="none">0</td>'
    return f'<td class="wrong" style="--heat:{18 + 52 * count / worst:.0f}%">{count}</td>'


def per_digit(digits: list[DigitRow]) -> str:
    """Each digit's error with its interval drawn and written, precision and recall."""
    widest = max(row.error.high for row in digits)
    rows = "".join(
        f'<tr><th scope="row">{row.digit}</th><td>{row.error.hits} of {row.error.total:,}</td>'
        f'<td class="bar-cell">{_interval_bar(row.error, widest)}</td><td>{percent(row.error.share)}</td>'
        f"<td>{percent(row.error.low)} to {percent(row.error.high)}</td>"
        f"<td>{percent(row.precision)}</td><td>{percent(row.recall)}</td></tr>"
        for row in digits
    )
    names = ("Digit", "Misread", "", "Error", "95% interval", "Precision", "Recall")
    head = "".join(f'<th scope="col">{name}</th>' if name else "<td></td>" for name in names)
    return (
        '<div class="scroll"><table class="per-digit"><caption>Errors by digit</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _interval_bar(rate: Rate, widest: float) -> str:
    x, low, high = (100 * value / widest for value in (rate.share, rate.low, rate.high))
    return (
        '<svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="bar" y="2" height="8" width="{x:.2f}"/>'
        f'<rect class="whisker" x="{low:.2f}" y="5" height="2" width="{high - low:.2f}"/></svg>'
    )


def gallery(data: Labelled, predictions: Predictions, analysis: Analysis) -> str:
    """Every misread picture, the most confident first, enlarged with hard pixels, with truth, answer, confidence."""
    cards = "".join(_card(data, predictions, int(index)) for index in analysis.misreads)
    return f'<ol class="gallery" data-testid="gallery">{cards}</ol>'


def _card(data: Labelled, predictions: Predictions, index: int) -> str:
    truth, answer = int(data.labels[index]), int(predictions.answers[index])
    confidence = percent(float(predictions.probabilities[index, answer]), 1)
    return (
        f'<li><img src="{data_url(data.images[index])}" width="84" height="84" loading="lazy" '
        f'alt="Picture {index}: a {truth} read as {answer}"><span class="verdict">{truth} '
        f'<span aria-hidden="true">→</span> <strong>{answer}</strong></span>'
        f'<span class="detail">{confidence} sure<br>no. {index:,}</span></li>'
    )


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
        f'<div class="scroll"><table class="per-digit"><thead><tr><th scope="col">Epoch</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details>"
    )
