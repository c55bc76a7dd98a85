"""`python -m export.changed`: the pictures whose labels the 8-bit files change, from parity.json, as one plot."""

import io
import json
import math
import sys
from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure

from core import verbs
from core.files import DATA, ROOT, write_atomic
from core.refusals import in_a_sentence
from core.wording import counted
from export.contracts import ALL
from export.proving.pictures import Grey
from export.proving.sets import sets_for

PARITY, PLOT = ROOT / "models" / "parity.json", ROOT / "docs" / "int8_changed.png"
COLUMNS = 10

Shown = tuple[str, Grey]  # what is said of a picture, and the picture


def changed_pictures(models: dict[str, Any]) -> list[Shown]:
    """Every picture of which an 8-bit file says something else than its parent, with file, truth and both answers."""
    shown: list[Shown] = []
    for name, entry in models.items():
        sets = sets_for(ALL[name.partition(".")[0]].contract, DATA) if "accuracy" in entry else {}
        for kind, loss in entry.get("accuracy", {}).items():
            pictures = [picture for batch in sets[kind].batches for picture in batch]
            for it in loss["changed"]:
                says = f"{name}\n{kind} {it['picture']}\na {it['truth']}: {it['before']} → {it['after']}"
                shown.append((says, pictures[it["picture"]]))
    return shown


def plot(shown: list[Shown]) -> bytes:
    """A PNG with every picture under its sentence."""
    rows = max(1, math.ceil(len(shown) / COLUMNS))
    figure = Figure(figsize=(1.7 * COLUMNS, 2.3 * rows), layout="constrained")
    for axes in figure.subplots(rows, COLUMNS, squeeze=False).flat:
        axes.axis("off")
    for axes, (says, picture) in zip(figure.axes, shown, strict=False):
        axes.imshow(picture, cmap="gray", vmin=0, vmax=255)
        axes.set_title(says, fontsize=7)
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=80)
    return content.getvalue()


@in_a_sentence()
def main(argv: Sequence[str] | None = None) -> int:
    """Draw the plot; 1 and a sentence when there is no record yet."""
    verbs.parser("export.changed", __doc__).parse_args(argv)
    if not PARITY.is_file():
        print(f"{PARITY.name}: no such file; `python -m export` writes it", file=sys.stderr)
        return 1
    shown = changed_pictures(json.loads(PARITY.read_text())["models"])
    write_atomic(PLOT, plot(shown))
    print(f"{counted(len(shown), 'picture')} in docs/{PLOT.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
