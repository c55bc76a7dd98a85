"""A comparison for people: a table in the terminal, or one page without scripts."""

from html import escape
from typing import Any

Record = dict[str, Any]


def as_text(record: Record) -> str:
    rows = [("pictures", "", "largest difference", "")] + [cells(row) for row in record["cases"]]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    lines = [
        "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3])) for row in rows
    ]
    a, b = record["models"]["a"]["file"], record["models"]["b"]["file"]
    verdict = f"{a} and {b} {'agree' if record['agrees'] else 'differ'}"
    return "\n".join([*(line.rstrip() for line in lines), verdict])


def cells(row: Record) -> tuple[str, str, str, str]:
    """Case, number of pictures, largest difference of each output, and the reason or the proof."""
    if row["agrees"]:
        differences = ", ".join(f"{name} {value:.2g}" for name, value in row["differences"].items())
        return row["case"], str(row["pictures"]), differences, row["proof"]
    reason = row["reason"] + (f"; first {row['layer']}" if row["layer"] else "")
    return row["case"], str(row["pictures"]), "differs", reason


def picture(row: Record) -> str:
    """A cell with the picture that shows a difference; an empty one where there is none."""
    if not (content := row.get("picture_png")):
        return "<td></td>"
    return f'<td><img alt="the picture that shows it" src="data:image/png;base64,{content}"></td>'


def as_html(record: Record) -> str:
    rows = "\n".join(
        f'<tr class="{"same" if row["agrees"] else "other"}">'
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells(row))
        + picture(row)
        for row in record["cases"]
    )
    a, b = (f"<code>{escape(it['file'])}</code> (SHA-256 {it['sha256'][:12]})" for it in record["models"].values())
    return f"""<!doctype html>
<meta charset="utf-8"><title>Do they agree?</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100% }}
td, th {{ border-bottom: 1px solid #ccc; padding: .4rem; text-align: left; vertical-align: top }}
img {{ image-rendering: pixelated; min-width: 6rem; display: block }}
.other {{ background: #fde8e8 }}
</style>
<h1>{"They agree" if record["agrees"] else "They differ"}</h1>
<p>{a} against {b}; allowed: {record["allowed_share_of_range"]:g} of an output's range.</p>
<table><tr><th>pictures<th>how many<th>largest difference<th>what it means<th>seen on</tr>
{rows}
</table>
"""
