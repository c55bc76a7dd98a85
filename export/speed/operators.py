"""Where a model's time goes: ONNX Runtime's own profile of one thread, added up by operator."""

import json
from collections import Counter, defaultdict
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from export.runtimes.run import Array
from export.runtimes.with_onnxruntime import session

CALLS = 200


def microseconds_by_operator(file: Path, image: Array, calls: int = CALLS) -> dict[str, int]:
    """Time of each kind of operator for one picture, in microseconds, the longest first: medians of its nodes, added.

    Whole microseconds are all that the profile tells of a node, and watching takes time of its own.
    """
    with TemporaryDirectory() as folder:
        watched = session(file, profile=Path(folder) / "profile")
        port = watched.get_inputs()[0].name
        for _ in range(calls):
            watched.run(None, {port: image})
        events = json.loads(Path(watched.end_profiling()).read_text())
    times: dict[tuple[str, str], list[int]] = defaultdict(list)
    for event in events:
        if event.get("cat") == "Node" and event["name"].endswith("_kernel_time"):
            times[event["args"]["op_name"], event["name"]].append(event["dur"])
    spent: Counter[str] = Counter()
    for (operator, _), durations in times.items():
        spent[operator] += round(median(durations))
    return dict(spent.most_common())
