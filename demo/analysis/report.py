"""The analysis as one file for people without a server: every picture inside, no script, no other host."""

from html import escape

from demo.analysis import (
    attributes,
    calibration_view,
    gallery_view,
    label_issues,
    label_issues_view,
    map_view,
    overview_view,
    slices,
    slices_view,
    sources,
)
from demo.analysis.address import Address
from demo.analysis.projection import project
from demo.analysis.selection import selected
from demo.analysis.table import Table
from demo.settings import STATIC
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
BODY = "body { font-family: system-ui, sans-serif; background: var(--page); padding: 16px; } a { pointer-events: none; "
BODY += "text-decoration: none; } .filters, button, .pages { display: none !important; }"


def html(table: Table, model: str) -> str:
    """The whole report on `table`, made by the model of that file name, as one HTML page."""
    address = Address()
    measured = attributes.measure(table.predictions.seen)
    training = sources.training_sample()
    if training is not None:
        measured["novelty"] = attributes.novelty(table.predictions.seen, training)
    title = f"Error analysis: {model} on {table.data.name}"
    pieces = (
        overview_view.headline(table),
        overview_view.overview(table, address),
        calibration_view.section(table, address),
        slices_view.section(slices.rank(measured, table.wrong), address),
        label_issues_view.section(table, label_issues.find(table), None, address),
        map_view.section(table, project(table.predictions.seen), address),
        gallery_view.gallery(table, selected(table, address), address),
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_style()}</style></head><body>"
        f'<main class="digits-text analysis"><h1>{escape(title)}</h1>{"".join(pieces)}</main></body></html>\n'
    )


def _style() -> str:
    colours = THEME | COLOURS
    light, dark = ("".join(f"--{name}: {pair[mode]};" for name, pair in colours.items()) for mode in (0, 1))
    own = f":root {{ {light} color-scheme: light dark; }} @media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"
    return f"{own} {BODY} {(STATIC / 'analysis.css').read_text()}"
