"""Small pieces of HTML and SVG that the views share: tables, links, intervals, axes."""

from collections.abc import Iterable, Sequence
from html import escape

from demo.analysis.address import Address
from demo.analysis.counts import Rate
from demo.views import SCROLL, percent

WIDTH, HEIGHT = 600, 260  # of a chart, in SVG units
LEFT, RIGHT, TOP, BOTTOM = 60, 572, 24, 220  # its plot area


def link(address: Address, text: str, *, current: bool = False, label: str = "", style: str = "") -> str:
    """A link to another view; `text` is HTML. `label` is what screen readers say instead of it."""
    parts = [f'href="{escape(address.href)}"']
    parts += [f'class="{style}"'] if style else []
    parts += [f'aria-label="{escape(label)}"'] if label else []
    parts += ['aria-current="true"'] if current else []
    return f"<a {' '.join(parts)}>{text}</a>"


def choices(name: str, offered: Iterable[tuple[str, Address, bool]]) -> str:
    """A row of links of which one is current: (text, where it leads, whether it is current)."""
    links = "".join(link(address, text, current=current) for text, address, current in offered)
    return f'<nav class="choices" aria-label="{name}"><span>{name}</span>{links}</nav>'


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], style: str = "per-digit") -> str:
    """A table of HTML cells; the first cell of a row names it."""
    names = "".join(f'<th scope="col">{name}</th>' if name else "<td></td>" for name in head)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>' for first, *rest in rows
    )
    return (
        f'{SCROLL}<table class="{style}"><caption>{caption}</caption>'
        f"<thead><tr>{names}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def folded(summary: str, content: str) -> str:
    """Content that opens on demand, such as the numbers behind a chart."""
    return f"<details><summary>{summary}</summary>{content}</details>"


def interval(low: float, high: float, places: int = 2) -> str:
    """Two shares as people write a range."""
    return f"{percent(low, places)} to {percent(high, places)}"


def interval_bar(rate: Rate, widest: float) -> str:
    """A share as a bar with its interval as a whisker, both against the share `widest`."""
    x, low, high = (100 * min(value / max(widest, 1e-9), 1.0) for value in (rate.share, rate.low, rate.high))
    return (
        '<svg class="bar-cell" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="bar" y="2" height="8" width="{x:.2f}"/>'
        f'<rect class="whisker" x="{low:.2f}" y="5" height="2" width="{high - low:.2f}"/></svg>'
    )


def chart(name: str, content: str, x_name: str, y_name: str) -> str:
    """A chart of SVG `content` in the plot area; its numbers stand in a table beside it."""
    return (
        f'<figure class="curves"><figcaption>{name}</figcaption>'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-label="{escape(name)}; the table has the numbers">'
        f'{content}<text x="{(LEFT + RIGHT) / 2}" y="{HEIGHT - 4}" text-anchor="middle">{x_name}</text>'
        f'<text x="{LEFT}" y="{TOP - 8}">{y_name}</text></svg></figure>'
    )


def x_at(share: float) -> float:
    """A share of the horizontal axis in SVG units."""
    return LEFT + (RIGHT - LEFT) * share


def y_at(share: float) -> float:
    """A share of the vertical axis in SVG units."""
    return BOTTOM - (BOTTOM - TOP) * share


def axes(x_labels: Sequence[str], y_labels: Sequence[str]) -> str:
    """Grid lines and labels, evenly spaced from the lowest to the highest."""
    across = "".join(
        f'<text x="{x_at(place):.1f}" y="{BOTTOM + 16}" text-anchor="middle">{text}</text>'
        for place, text in _spaced(x_labels)
    )
    up = "".join(
        f'<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{y_at(place):.1f}" y2="{y_at(place):.1f}"/>'
        f'<text x="{LEFT - 6}" y="{y_at(place) + 4:.1f}" text-anchor="end">{text}</text>'
        for place, text in _spaced(y_labels)
    )
    return across + up


def _spaced(labels: Sequence[str]) -> list[tuple[float, str]]:
    return [(index / max(len(labels) - 1, 1), text) for index, text in enumerate(labels)]
