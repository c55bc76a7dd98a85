"""Other people's digits, and what is no digit: rows for the tables of docs/results.md."""

from collections.abc import Iterator
from typing import Any

from core.train.measure.metrics import Count

Record = dict[str, Any]
PEN = ", pen "  # between a set of strokes and the width, in pixels of a canvas of 280, at which they were drawn
NOT_JUDGED = "pendigits8"  # often unreadable for people too; in no mean
WHAT = {
    "optdigits": "bitmaps, 32x32",
    "paper_crops": "photos of paper, cut to the ink, 28x28",
    "paper_photos": "phone photos: faint, squared paper, shadows",
    "pen_digits": "pen strokes of many writers",
    "pendigits8": "pen strokes, eight points each",
    "scanned_cells": "scanned forms",
    "user_images": "what people tried their own MNIST programs with",
    "usps": "envelopes, 16x16",
    "fashion_no_digit": "clothes",
    "paper_crops_no_digit": "symbols on paper",
    "pen_lower_letters": "pen strokes",
    "pen_symbols": "pen strokes",
    "pen_upper_letters": "pen strokes",
    "user_images_no_digit": "other pictures that people tried",
}


def digit_rows(record: Record) -> Iterator[tuple[str, ...]]:
    """Set, what it is, misread, error with its 95% interval; a set of strokes has one row for all pens."""
    for name, pens in _by_set(record.get("digits", {})).items():
        yield name, WHAT.get(name, ""), *_misread(pens)
    for name, pens in _by_set(record.get("without_slashed_zeros", {})).items():
        yield name, "the same without slashed zeros", *_misread(pens)
    if mean := record.get("mean_error"):
        yield "**mean**", f"over sets, pens averaged, without {NOT_JUDGED}", "", f"**{mean:.2%}**"
    if ece := record.get("pooled_ece"):
        yield "calibration error", f"all but {NOT_JUDGED} together", "", f"{ece:.2%}"


def judged(record: Record) -> list[str]:
    """The sets of digits of which the record's mean is."""
    return [name for name in _by_set(record.get("digits", {})) if name != NOT_JUDGED]


def stranger_rows(record: Record) -> Iterator[tuple[str, ...]]:
    """Set, what it is, pictures, AUROC, share accepted."""
    for name, row in record.get("non_digits", {}).items():
        of = name.partition(PEN)[0]
        yield of, WHAT.get(of, ""), f"{row['n']:,}", f"{row['auroc']:.3f}", f"{row['accepted']:.1%}"


def _by_set(rows: Record) -> dict[str, list[tuple[str, Count]]]:
    """Set -> (pen, or "" where nothing was drawn, and its count)."""
    found: dict[str, list[tuple[str, Count]]] = {}
    for name, row in rows.items():
        of, _, pen = name.partition(PEN)
        found.setdefault(of, []).append((pen, Count(row["wrong"], row["n"])))
    return found


def _misread(pens: list[tuple[str, Count]]) -> tuple[str, str]:
    if len(pens) == 1:
        (_, count), (low, high) = pens[0], pens[0][1].interval()
        return f"{count.wrong} of {count.n:,}", f"{count.error:.2%} ({low:.2%} to {high:.2%})"
    widths, counts = ", ".join(pen for pen, _ in pens), [count for _, count in pens]
    wrong, errors = ", ".join(str(count.wrong) for count in counts), ", ".join(f"{count.error:.2%}" for count in counts)
    return f"{wrong} of {counts[0].n:,}, pens of {widths} px", errors
