"""What was checked beside the models: numbers, starts, the page under load; the last table of docs/results.md."""

from collections.abc import Callable, Iterator
from typing import Any

from core.stamp import mark
from export.pages import few_digits

Record = dict[str, Any]
Rows = Iterator[tuple[str, str]]


def rows(records: dict[str, Record]) -> Rows:
    """What was checked, and the result; what no record holds has no row, and what was measured otherwise says so."""
    for name, of_record in OF_RECORDS.items():
        record = records.get(name, {})
        said = mark(record)
        for checked, result in of_record(record):
            yield checked, f"{result}; {said}" if said else result


def _agreement(record: Record) -> Rows:
    if not record:
        return
    said = [row for one in record["sets"].values() for row in one["runtimes"].values()]
    pictures = sum(one["pictures"] for one in record["sets"].values())
    changed = sum(row["labels_changed"] for row in said)
    yield (
        f"`{record['model']}` in ONNX Runtime and in a browser against torch, on other people's pictures",
        f"{pictures:,} pictures: {changed} labels differ, probabilities by {max(r['probabilities'] for r in said):.1e}",
    )


def _numbers(record: Record) -> Rows:
    if not record:
        return
    for name, row in (
        ("numbers of 2 to 8 digits, written with MNIST's test pictures", record["strings"]),
        ("two digits that touch", record["touching"]),
        *((f"numbers in people's pens, {kind}", counts) for kind, counts in record.get("pens", {}).items()),
    ):
        exact, refused, misread = (row[kind] / row["n"] for kind in ("exact", "refused", "misread"))
        yield name, f"{row['n']:,}: {exact:.1%} read exactly, {refused:.1%} refused, {misread:.1%} misread"


def _start(start: Record) -> Rows:
    if clone := start.get("clone_to_page_s"):
        yield "clean clone to page, `make demo`, packages downloaded", f"{clone:.0f} s"
    if first := start.get("start_to_first_answer_s"):
        yield "`python app.py` to the first answer in a browser", f"{first:.1f} s"


def _page(page: Record) -> Rows:
    if not page:
        return
    pen, load, each = page["pen_to_answer_ms"], page["load"], page["batching_ms_each"]
    yield "`python app.py` to the first page", f"{page['start_to_page_s']:.1f} s"
    yield "pen movement to new answer in a browser", f"{pen['p50']:.0f} ms (median), {pen['p99']:.0f} ms (99%)"
    yield (
        f"{load['visitors']} visitors drawing at once for {load['seconds']:.0f} s",
        f"{load['errors']} errors; answer in {load['delay_ms']['p50']:.0f} ms (median), {load['delay_ms']['p95']:.0f} "
        f"ms (95%); resident memory {load['resident_kb']['most'] / 1000:.0f} MB at most",
    )
    (_, alone), (count, together) = each.items()
    yield f"a sketch read alone; {count} in one batch, each", f"{alone:.1f} ms; {together:.1f} ms"


def _analysis(analysis: Record) -> Rows:
    if not analysis:
        return
    upload, mb = analysis["upload"], {name: f"{kb / 1000:.0f} MB" for name, kb in analysis["resident_kb"].items()}
    view_ms, filter_ms, load = analysis["first_view_ms"], analysis["filter_ms"], analysis["load_average"]
    yield (
        f"error analysis, under a load of {load:.1f}, the least of {len(view_ms)} tries",
        f"{min(view_ms):.0f} ms from opening the tab to the first view, {min(filter_ms):.0f} ms for a filter; "
        f"{analysis['first_answers_s']:.0f} s when nobody has asked before",
    )
    yield (
        f"error analysis of {upload['pictures']:,} uploaded pictures",
        f"{upload['analysed_s']:.0f} s; resident memory {mb['fresh']} fresh, {mb['after_all_views']} after "
        f"{analysis['views']} views, {mb['after_upload']} with the upload, {mb['after_the_next_set']} a set later",
    )


def _soak(soak: Record) -> Rows:
    if not soak:
        return
    yield (
        f"{soak['clients']} clients that do all that visitors do, for {soak['seconds'] / 60:.0f} minutes",
        f"{soak['answers']:,} answers; resident memory {soak['resident_kb_after_warm_up'] / 1000:.0f} MB after the "
        f"warm-up, {soak['resident_kb_at_the_end'] / 1000:.0f} MB at the end",
    )


def _few_digits(few: Record) -> Rows:
    if not few:
        return
    told = few_digits.said(few)
    yield (
        f"`digits train --extra` with {few_digits.SPOKEN_OF} digits of one writer, "
        "[several writers](your-digits.md#few-digits)",
        f"of {told['n']} other digits of theirs, {told['before']} were misread before and {told['after']} after",
    )


def _static(static: Record) -> Rows:
    for name, folder in static.get("folders", {}).items():
        later = folder.get("later_bytes")
        more = f", and {later / 1e6:.1f} MB of error analysis that come later" if later else ""
        yield (
            f"`dist/{name}` ({folder['bytes'] / 1e6:.1f} MB{more}), first visit to first answer",
            f"{folder['first_answer_s']:.1f} s",
        )


OF_RECORDS: dict[str, Callable[[Record], Rows]] = {  # a record's name -> its rows, in the order of the table
    "agreement": _agreement,
    "numbers": _numbers,
    "start": _start,
    "page": _page,
    "analysis": _analysis,
    "soak": _soak,
    "static_start": _static,
    "few_digits": _few_digits,
}
