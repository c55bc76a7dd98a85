"""Calibration as HTML: reliability diagram, confidence histogram, coverage against error, each with its table."""

from demo.analysis import calibration
from demo.analysis.address import Address
from demo.analysis.table import Table
from demo.rendering import render


def section(table: Table, address: Address) -> str:
    """The whole section; `address.mark` is drawn on the first chart, and what refusing would do to it is said."""
    bins, refusals = calibration.reliability(table), calibration.refusals(table)
    highest = max(max(row.error.share for row in refusals), 1e-6)
    mark = address.mark
    return render(
        "calibration",
        bins=bins,
        most_bins=calibration.BINS,
        fullest=max(one.right.total for one in bins),
        calibration_error=calibration.expected_calibration_error(table),
        refusals=refusals,
        count=len(table),
        highest=highest,
        curve=[(2 * row.answered / len(table) - 1, row.error.share / highest) for row in refusals],
        mark=mark,
        kept=min((row.answered for row in refusals if mark is not None and row.confidence <= mark), default=0),
    )
