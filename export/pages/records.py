"""The records that the pages are written from."""

import json
from pathlib import Path
from typing import Any

from core.refusals import RefusalError
from core.stamp import FORMAT

RECORDS = {  # name -> file, relative to the root
    "metrics": "models/metrics.json",
    "parity": "models/parity.json",
    "start": "docs/records/start.json",
    "page": "proof/page/record.json",
    "analysis": "proof/analysis/record.json",
    "soak": "proof/soak/record.json",
    "static_start": "proof/static_start/record.json",
    "runtimes": "docs/records/runtimes.json",
    "one_size": "docs/records/one_size.json",
    "benchmark": "docs/records/benchmark.json",
    "other_digits": "docs/records/other_digits.json",
    "agreement": "docs/records/agreement.json",
    "numbers": "proof/numbers/record.json",
    "many": "proof/many/record.json",
    "handed": "proof/handed/record.json",
    "few_digits": "proof/few_digits/record.json",
    "few_digits_choice": "proof/few_digits/choice.json",
    "ablation": "docs/records/ablation.json",
    "preprocessing": "docs/records/preprocessing.json",
    "remaining_errors": "docs/records/remaining_errors.json",
    "training_step": "docs/records/training_step.json",
    "training_ways": "docs/records/training_ways.json",
    "time_to_accuracy": "docs/records/time_to_accuracy.json",
    "scaling": "docs/records/scaling.json",
}

Record = dict[str, Any]


class PageError(RefusalError):
    """A page or a record cannot be used; the message names the file and what is wrong with it."""


def read_records(root: Path) -> dict[str, Record]:
    """Every record by its name; {} for one that is not there. PageError when one is not of the format that is read."""
    records = {}
    for name, file in RECORDS.items():
        path = root / file
        records[name] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        if records[name] and records[name].get("format") != FORMAT:
            raise PageError(f"{file}: format {records[name].get('format')!r}; this version reads format {FORMAT}")
    return records
