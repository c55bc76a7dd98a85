"""Calibration as HTML: reliability diagram, confidence histogram, coverage against error, each with its table."""

from demo.analysis import calibration, markup
from demo.analysis.address import Address
from demo.analysis.calibration import Bin, Refusal
from demo.analysis.table import Table
from demo.views import percent


def section(table: Table, address: Address) -> str:
    """The whole section; `address.mark` is drawn on both charts."""
    bins = calibration.reliability(table)
    return (
        f"<h2>Does it know how sure it may be?</h2><p>Expected calibration error over {calibration.BINS} bins: "
        f'<strong data-testid="ece">{percent(calibration.expected_calibration_error(table))}</strong>. '
        f"Points above the line are right more often than they claim.</p>{_reliability(bins, address)}"
        f"<h2>What would refusing cost?</h2><p>Error among the answers that are left when the least confident pictures "
        f"are refused.</p>{_coverage(calibration.refusals(table), len(table), address)}"
    )


def _reliability(bins: list[Bin], address: Address) -> str:
    most = max(one.right.total for one in bins)
    columns = "".join(_column(one, one.right.total / most) for one in bins)
    points = "".join(
        f'<line class="whisker-line" x1="{x:.1f}" x2="{x:.1f}" y1="{markup.y_at(one.right.low):.1f}" '
        f'y2="{markup.y_at(one.right.high):.1f}"/><circle class="dot" cx="{x:.1f}" '
        f'cy="{markup.y_at(one.right.share):.1f}" r="4"/>'
        for one in bins
        for x in [markup.x_at(one.confidence)]
    )
    shares = [f"{share}%" for share in range(0, 101, 20)]
    diagonal = (
        f'<line class="ideal" x1="{markup.x_at(0)}" y1="{markup.y_at(0)}" x2="{markup.x_at(1)}" y2="{markup.y_at(1)}"/>'
    )
    drawn = markup.axes(shares, shares) + columns + diagonal + points + _mark(address)
    rows = [
        (
            f"{percent(one.low, 1)} to {percent(one.high, 1)}",
            f"{one.right.total:,}",
            percent(one.confidence),
            percent(one.right.share),
            markup.interval(one.right.low, one.right.high),
        )
        for one in bins
    ]
    head = ("Confidence", "Pictures", "Mean confidence", "Right", "95% interval")
    return markup.chart("Right answers by confidence; bars: how many pictures", drawn, "confidence", "right") + (
        markup.folded("The numbers behind the diagram", markup.table("Reliability", head, rows))
    )


def _column(one: Bin, height: float) -> str:
    left, right, top = markup.x_at(one.low), markup.x_at(one.high) - 2, markup.y_at(height)
    return (
        f'<rect class="bar faint" x="{left:.1f}" width="{right - left:.1f}" y="{top:.1f}" '
        f'height="{markup.BOTTOM - top:.1f}"/>'
    )


def _mark(address: Address) -> str:
    if address.mark is None:
        return ""
    x = markup.x_at(address.mark)
    return (
        f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="{markup.TOP}" y2="{markup.BOTTOM}"/>'
        f'<text x="{x - 6:.1f}" y="{markup.TOP + 26}" text-anchor="end">your drawing</text>'
    )


def _coverage(rows: list[Refusal], count: int, address: Address) -> str:
    highest = max(max(row.error.share for row in rows), 1e-6)
    points = " ".join(
        f"{markup.x_at(2 * row.answered / count - 1):.1f},{markup.y_at(row.error.share / highest):.1f}" for row in rows
    )
    marked = "" if address.mark is None else _drawing_sentence(rows, count, address.mark)
    axes = markup.axes(
        [f"{share}%" for share in range(50, 101, 10)], [percent(highest * step / 4) for step in range(5)]
    )
    drawn = f'{axes}<polyline class="line-0" points="{points}"/>'
    cells = [
        (
            f"{row.answered:,} ({percent(row.answered / count, 1)})",
            percent(row.confidence),
            str(row.error.hits),
            percent(row.error.share, 3),
            markup.interval(row.error.low, row.error.high, 3),
        )
        for row in rows
    ]
    table = markup.table(
        "Coverage and error", ("Answered", "From confidence", "Misread", "Error", "95% interval"), cells
    )
    return f"{marked}{markup.chart('Error among the answered', drawn, 'pictures answered', 'error')}{table}"


def _drawing_sentence(rows: list[Refusal], count: int, mark: float) -> str:
    kept = [row for row in rows if row.confidence <= mark]
    if not kept:
        return f"<p>Your drawing, {percent(mark, 1)} sure, would be refused even with half of the pictures.</p>"
    most = min(kept, key=lambda row: row.answered)
    share = percent(most.answered / count, 1)
    return f"<p>Your drawing, {percent(mark, 1)} sure, would still be answered when only {share} are.</p>"
