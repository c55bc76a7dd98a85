"""The overview as HTML: the error in a sentence, the confusion matrix, the top confusions, each digit's rates."""

import numpy as np

from demo.analysis import counts
from demo.analysis.address import Address
from demo.analysis.table import Table
from demo.rendering import render


def headline(table: Table) -> str:
    """The error in one sentence, its interval, and how many pictures are refused."""
    return render("finding", error=counts.error_rate(table), name=table.data.name, refused=int(table.refused.sum()))


def overview(table: Table, address: Address) -> str:
    """The most frequent mistakes; the confusion matrix, mistakes tinted; each digit's rates: all lead to pictures."""
    matrix = counts.confusion(table)
    digits = counts.digit_rows(matrix)
    return render(
        "overview",
        top=counts.top_confusions(matrix),
        matrix=matrix.tolist(),
        worst=max(int((matrix - np.diag(np.diag(matrix))).max()), 1),
        digits=digits,
        widest=max((row.error.high for row in digits if row.error.total), default=1.0),
        address=address,
    )
