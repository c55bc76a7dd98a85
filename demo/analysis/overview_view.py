"""The overview as HTML: the error in a sentence, the confusion matrix, the top confusions, each digit's rates."""

from html import escape

import numpy as np
from numpy.typing import NDArray

from demo.analysis import counts, markup
from demo.analysis.address import Address
from demo.analysis.counts import DigitRow, Rate
from demo.analysis.table import Table
from demo.views import SCROLL, percent


def headline(table: Table) -> str:
    """The error in one sentence, its interval, and how many pictures are refused."""
    error = counts.error_rate(table)
    return (
        f'<p class="finding" data-testid="error-count"><strong>{error.hits} of {error.total:,}</strong> pictures of '
        f"{escape(table.data.name)} are misread: <strong>{percent(error.share)}</strong> (95% interval "
        f"{markup.interval(error.low, error.high)}). {int(table.refused.sum()):,} would be refused as no digit.</p>"
    )


def overview(table: Table, address: Address) -> str:
    """The whole section."""
    matrix = counts.confusion(table)
    return (
        f"<h2>Which digits are confused?</h2>{top_confusions(matrix, address)}{confusion(matrix, address)}"
        f"<h2>Which digits are hard?</h2>{per_digit(counts.digit_rows(matrix), address)}"
    )


def top_confusions(matrix: NDArray[np.int64], address: Address) -> str:
    """The most frequent mistakes as sentences that lead to their pictures."""
    found = counts.top_confusions(matrix)
    if not found:
        return "<p>No picture is misread.</p>"
    items = "".join(
        f"<li>{_cell_link(address, one.truth, one.answer, f'{one.truth} read as {one.answer}')}: "
        f"{one.count} of {one.total:,}</li>"
        for one in found
    )
    return f'<ul class="sentences" data-testid="top-confusions">{items}</ul>'


def confusion(matrix: NDArray[np.int64], address: Address) -> str:
    """The confusion matrix as a table of links: rows are the truth, columns the answer; mistakes are tinted."""
    worst = max(int((matrix - np.diag(np.diag(matrix))).max()), 1)
    head = "".join(f'<th scope="col">{digit}</th>' for digit in range(10))
    rows = "".join(
        f'<tr><th scope="row">{truth}</th>'
        + "".join(_cell(address, truth, answer, int(matrix[truth, answer]), worst) for answer in range(10))
        + "</tr>"
        for truth in range(10)
    )
    return (
        f'{SCROLL}<table class="confusion" data-testid="confusion"><caption>Confusion: truth down, answer across; '
        f"choose a cell to see its pictures</caption><thead><tr><td></td>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _cell(address: Address, truth: int, answer: int, count: int, worst: int) -> str:
    if count == 0:
        return '<td class="none">0</td>'
    shown = _cell_link(address, truth, answer, str(count), f"{count} pictures of {truth} read as {answer}")
    if truth == answer:
        return f'<td class="right">{shown}</td>'
    return f'<td class="wrong" style="--heat:{18 + 40 * count / worst:.0f}%">{shown}</td>'


def _cell_link(address: Address, truth: int, answer: int, text: str, label: str = "") -> str:
    chosen = (address.truth, address.answer) == (truth, answer)
    if chosen:
        return markup.link(address.to(truth=None, answer=None, only="wrong"), text, current=True, label=label)
    return markup.link(address.to(truth=truth, answer=answer, only="all"), text, label=label)


def per_digit(digits: list[DigitRow], address: Address) -> str:
    """Each digit's error with its interval drawn and written, precision, recall and F1 with theirs."""
    widest = max(row.error.high for row in digits if row.error.total) if any(row.error.total for row in digits) else 1
    rows = [
        (
            markup.link(address.to(truth=row.digit, answer=None, only="wrong"), str(row.digit)),
            f"{row.error.hits} of {row.error.total:,}",
            markup.interval_bar(row.error, widest),
            f"{percent(row.error.share)}{_range(row.error.low, row.error.high)}",
            _rate(row.precision),
            _rate(row.recall),
            f"{percent(row.f1[0])}{_range(*row.f1[1:])}",
        )
        for row in digits
    ]
    head = ("Digit", "Misread", "", "Error", "Precision", "Recall", "F1")
    return markup.table("Rates by digit; below each its 95% interval", head, rows)


def _rate(rate: Rate) -> str:
    return f"{percent(rate.share)}{_range(rate.low, rate.high)}" if rate.total else "–"


def _range(low: float, high: float) -> str:
    return f'<span class="detail">{low * 100:.1f}–{high * 100:.1f}</span>'
