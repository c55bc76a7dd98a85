"""Doubtful labels as an HTML list to decide on; the decisions stay in the visitor's browser until downloaded."""

from demo.analysis import markup
from demo.analysis.address import Address
from demo.analysis.label_issues import LabelIssues
from demo.analysis.table import Table
from demo.message import data_url

MOST = 50  # shown; the gallery shows all


def section(table: Table, issues: LabelIssues, other: Table | None, address: Address) -> str:
    """The whole section."""
    intro = (
        "<h2>Is it the label?</h2><p>Pictures that the model takes confidently for another digit than the one they are "
        f"filed as: {markup.link(address.to(only='suspect'), f'{len(issues.indices)} candidates')}, the most doubtful "
        "first. A misread picture with a right label is the model's mistake: look before you accept.</p>"
    )
    if not len(issues.indices):
        return intro
    rows = [
        (
            markup.link(address.to(picture=int(index)), f"{index:,}"),
            f'<img class="enlarged" src="{data_url(table.predictions.seen[index])}" width="56" height="56" alt="">',
            str(table.truth[index]),
            str(suggested),
            "–" if other is None else str(other.answers[index]),
            _decision(int(index), int(table.truth[index]), int(suggested)),
        )
        for index, suggested in zip(issues.indices[:MOST], issues.suggested[:MOST], strict=True)
    ]
    head = ("Picture", "", "Label", "Suggested", "Second model", "Decision")
    return (
        f"{intro}{markup.table('Candidates', head, rows)}"
        '<p><button type="button" data-decisions>Download the decisions</button></p>'
    )


def _decision(index: int, label: int, suggested: int) -> str:
    buttons = "".join(
        f'<button type="button" data-decide="{index},{label},{suggested},{choice}" aria-pressed="false" '
        f'aria-label="{name} picture {index}">{name}</button> '
        for choice, name in (("relabel", "Accept"), ("keep", "Dismiss"))
    )
    return f'<span class="decision">{buttons}</span>'
