"""The analysis as one file for people without a server: every picture inside, no script, no other host."""

import re
from pathlib import Path

from demo import records
from demo.analysis import (
    attributes,
    calibration_view,
    comparison_view,
    curves_view,
    gallery_view,
    label_issues,
    label_issues_view,
    map_view,
    overview_view,
    robustness_view,
    slices,
    slices_view,
)
from demo.analysis.address import Address
from demo.analysis.projection import project
from demo.analysis.robustness import ROBUSTNESS, robustness
from demo.analysis.selection import selected
from demo.analysis.table import Table
from demo.rendering import render
from demo.settings import MODELS, RECORDS, STATIC
from demo.theme import COLOURS

# What the style sheet takes from Gradio's theme on the page: name -> (light, dark).
THEME = {
    "body-text-color": ("#171a21", "#eef0f4"),
    "body-text-color-subdued": ("#545b6b", "#b3bac8"),
    "background-fill-secondary": ("#ffffff", "#1a1e27"),
    "block-background-fill": ("#ffffff", "#1a1e27"),
    "border-color-primary": ("#d5d9e1", "#363c4a"),
    "page": ("#f7f8fa", "#12151c"),
}
BODY = "body { font-family: system-ui, sans-serif; background: var(--page); padding: 16px; } "
BODY += ".filters, button, .selecting, .pages, .choices { display: none !important; } "
BODY += ".analysis a { color: inherit !important; text-decoration: none !important; }"
SERVED = re.compile(r' href="#[^"]*"| loading="lazy"')  # links lead to views that only a server has


def html(table: Table, model: str, other: Table | None = None, models: Path = MODELS) -> str:
    """The whole report on `table`, made by the model of that file name, as one HTML page.

    other:  a second model's answers to the same pictures, to compare.
    models: the folder whose metrics.json has the learning curves.
    """
    address = Address()
    title = f"Error analysis: {model} on {table.data.name}"
    measured = attributes.all_of(table.predictions.seen)
    metrics = models / "metrics.json"
    pieces = (
        overview_view.headline(table),
        overview_view.overview(table, address),
        calibration_view.section(table, address),
        slices_view.section(slices.rank(measured, table.wrong), address),
        comparison_view.section(table, other, address) if other else "",
        label_issues_view.section(table, label_issues.find(table), other, address),
        map_view.section(table, project(table.predictions.features), address),
        robustness_view.section(robustness(RECORDS / ROBUSTNESS), [], None),
        curves_view.learning_curves(records.learning_curves(metrics), records.test_readings(metrics)),
        gallery_view.gallery(table, selected(table, address), address),
    )
    return render("report", title=title, style=_style(), body=SERVED.sub("", "".join(pieces)))


def _style() -> str:
    colours = THEME | COLOURS
    light, dark = ("".join(f"--{name}: {pair[mode]};" for name, pair in colours.items()) for mode in (0, 1))
    own = f":root {{ {light} color-scheme: light dark; }} @media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"
    return f"{own} {BODY} {(STATIC / 'analysis.css').read_text(encoding='utf-8')}"
