"""The card of a folder of models of one's own: README.md, from the manifest's entries."""

from typing import Any

WHAT = {
    "onnx": "float32, the one to begin with",
    "fp16.onnx": "the same with its weights in half precision",
    "int8.onnx": "8-bit integers",
    "ort": "ONNX Runtime's own format",
    "safetensors": "the weights, for `digits train --from`",
}
HEAD = """\
# Models of one's own

Written by `digits export`. Each .onnx file takes pictures of one digit, any height and width, dark on light or light on
dark, and needs no preprocessing. `manifest.json` has the SHA-256 of each file, its calibration and its proof.

```bash
digits serve --models .
digits space --models .
digits read --model {first}.onnx photo.jpg
```
"""


def card(models: dict[str, dict[str, Any]]) -> str:
    """Markdown for the models of a manifest, a section each."""
    return "\n".join([HEAD.format(first=next(iter(models))), *(section(name, about) for name, about in models.items())])


def section(name: str, about: dict[str, Any]) -> str:
    """What a model is, what it learned from, what it gives, and its files."""
    val, proof = about["validation"], about["proof"]["onnx"]
    rows = [f"| `{file}` | {what(file)} | {size['bytes']:,} |" for file, size in about["files"].items()]
    return "\n".join(
        [
            f"## {name}",
            f"{about['net']}, {about['parameters']:,} parameters, from the run {about['run']}. {learned(about)}",
            f"When its training ended it misread {val['wrong']} of {val['n']:,} held-out MNIST pictures. "
            "No test set was read: `digits evaluate` does so.",
            "",
            f"Input: {about['contract']['input']}. Outputs: {'; '.join(about['contract']['outputs'])}.",
            f"A `digit_score` below {about['calibration']['score_threshold']:.3f} means no digit.",
            f"Against torch, on {proof['pictures']:,} pictures at once: {proof['labels_changed']} answers changed.",
            "",
            "| file | what | bytes |",
            "|---|---|--:|",
            *rows,
            "",
        ]
    )


def learned(about: dict[str, Any]) -> str:
    """A sentence about people's own pictures among what it learned from."""
    own = about["own_pictures"]
    if not own:
        return "It learned from no pictures of its maker's own."
    return f"It learned {own['learned']} pictures of its maker's own; {own['held_out']} were held out for the report."


def what(file: str) -> str:
    """What a file's ending says of it."""
    return WHAT.get(file.partition(".")[2], "")
