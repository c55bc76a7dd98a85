"""The model card, models/README.md, from the records."""

from collections.abc import Iterator

import digits
from core.catalogue import in_order, place
from core.train.measure.metrics import Count
from export.pages.records import Record

PURPOSE = f"""\
# Model card

Version {digits.__version__}: what the models in this folder read, how well, and what they are not for. They read
handwritten digits, 0 to 9, one at a time, or all of a picture:

- `recognizer*` takes any uint8 picture (N, H, W) and answers with probabilities, the 28x28 picture that the net saw,
  and `digit_score`, which is low for what is no digit. `edge-recognizer*` does the same with a compact net.
- `reader*` takes the same, finds the parts of what is written, at most 32, and answers so for each, with its box.
- `convnet*` and `edge*` are bare nets: float32 (N, 1, 28, 28) in [0, 1], ink 1, to logits.
- `reference*` is the net of `convnet` trained as published, to compare with.
- `explain` and `explained` hold no weights: they say why any of these, or your own model, answered as it did.

Written by `make readme` from `metrics.json` and `parity.json`.
"""

TRAINING = """\
## Data and training
LeNet-5 with dropout (LeCun et al. 1998; Srivastava et al. 2014). `convnet` learned from MNIST's training pictures
alone, bent and thickened at random. `edge` and `edge-recognizer` are EdgeNet, a compact net. `recognizer` is both nets
beside one another, the mean of their logits, with the larger one's first linear layer factored. The recognisers learned
through their own preprocessing from MNIST's digits, from the same digits drawn anew as sketches and photos of paper,
and from synthetic digits, letters, scribbles and shapes made by code. No picture of the test set or of other people's
measuring sets was trained on; everything was chosen on the last pictures of MNIST's training file, which were held out.
"""

LIMITS = """\
## Limits
- Not for decisions about people: no cheques, no exams, no post codes without a person who looks.
- MNIST's writers were American census workers and students; other hands, and other ways to write 1, 7 and 0, are rarer.
- A picture for a recogniser should hold one digit; two that touch are read as one, often with a low `digit_score`.
- `convnet` alone refuses nothing and wants MNIST's own preparation; NaN or 0-255 given to it come back as nonsense.

## Licence
Weights and graphs: MIT. They were trained on MNIST (CC BY-SA 3.0; LeCun, Cortes and Burges).
"""


def card(metrics: Record, parity: Record) -> str:
    """The model card as Markdown; what no record holds is left out."""
    return "\n".join([PURPOSE, *_results(metrics), TRAINING, *_files(parity), LIMITS])


def _results(metrics: Record) -> Iterator[str]:
    rows = [_result(name, model) for name, model in in_order(metrics.get("models", {}))]
    if rows:
        yield "## Results on MNIST"
        yield from rows
        yield "\nCalibration error: on the test set, 15 bins. A `digit_score` below the threshold means “no digit”.\n"


def _result(name: str, model: Record) -> str:
    test, val = (Count(model[split]["wrong"], model[split]["n"]) for split in ("test", "val"))
    threshold = model["calibration"]["score_threshold"]
    facts = (
        f"test error {test}",
        f"{val.wrong} of {val.n:,} validation pictures wrong",
        f"calibration error {model['test']['ece']:.2%}",
        f"threshold {threshold:.3f}" if threshold else "refuses nothing",
        f"{model['parameters']:,} parameters",
        f"seed {model['seed']}",
    )
    return f"- `{name}`: {'; '.join(facts)}."


def _files(parity: Record) -> Iterator[str]:
    kinds = (parity.get("models", {}), parity.get("graphs", {}))
    entries = sorted((one for kind in kinds for one in kind.values()), key=lambda entry: place(entry["file"]))
    rows = [f"- `{entry['file']}`: {entry['bytes']:,} bytes, SHA-256 `{entry['sha256']}`" for entry in entries]
    if rows:
        yield "## Files"
        yield from rows
        yield ""
