"""Doubtful labels as an HTML list to decide on; the decisions stay in the visitor's browser until downloaded."""

from demo.analysis.address import Address
from demo.analysis.label_issues import LabelIssues
from demo.analysis.table import Table
from demo.rendering import render

MOST = 50  # shown; the gallery shows all


def section(table: Table, issues: LabelIssues, other: Table | None, address: Address) -> str:
    """The whole section."""
    shown = list(zip(issues.indices[:MOST].tolist(), issues.suggested[:MOST].tolist(), strict=True))
    count = len(issues.indices)
    return render("label_issues", pictures=table, count=count, shown=shown, other=other, address=address)
