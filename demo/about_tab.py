"""The about tab: how to take the model away, the proof of the export, and the model card."""

from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from demo import records
from demo.settings import MODELS
from demo.views import SCROLL, file_size

FIVE_LINES = """\
import numpy, onnxruntime
from PIL import Image
image = numpy.asarray(Image.open("digit.png").convert("L"))[None]  # uint8 (1, H, W), any size, any polarity
probabilities, seen, digit_score = onnxruntime.InferenceSession("recognizer.onnx").run(None, {"image": image})
print(probabilities.argmax(), probabilities.max(), digit_score)"""

TAKE_AWAY = (
    '<h2 class="is-first">Take it with you</h2>'
    "<p>The whole recogniser, from raw pixels to the answer, is one file. It needs no part of this page:</p>"
    f'<pre tabindex="0"><code>{escape(FIVE_LINES)}</code></pre>'
)

PROOF = "<h2>Is the file the trained net?</h2>"
NETS = ("recognizer", "edge-recognizer", "convnet", "edge", "reference")
FORMATS = ("onnx", "fp16.onnx", "int8.onnx", "ort")
FIRST = ("recognizer.onnx", "edge-recognizer.onnx")  # what most people want; the others are one click away


def build() -> None:
    """Fill the tab that is being built."""
    card = records.model_card(MODELS / "README.md")
    with gr.Column(elem_classes="digits-text"):
        gr.HTML(TAKE_AWAY, apply_default_css=False)
        paths = downloads(MODELS)
        _buttons([path for path in paths if path.name in FIRST])
        with gr.Accordion("All files: bare nets, half precision, 8 bits", open=False):
            _buttons([path for path in paths if path.name not in FIRST])
        gr.HTML(parity_html(records.parity(MODELS / "parity.json")), apply_default_css=False)
        gr.Markdown(card or "The model card is written when the model is trained and exported; it is not there yet.")


def _buttons(paths: list[Path]) -> None:
    with gr.Row():
        for path in paths:
            gr.DownloadButton(f"Download {path.name} ({file_size(path)})", value=path, min_width=260)


def downloads(folder: Path) -> list[Path]:
    """The models that people can take away: the .onnx files, the recognisers first."""
    return sorted(folder.glob("*.onnx"), key=lambda path: _place(path.name))


def _place(file: str) -> tuple[int, int, str]:
    """Where a file stands in a list: the recognisers first, and float32 before what was made from it."""
    net, _, kind = file.partition(".")
    return _index(NETS, net), _index(FORMATS, kind), file


def _index(names: tuple[str, ...], name: str) -> int:
    return names.index(name) if name in names else len(names)


def offered(page: gr.Blocks) -> list[str]:
    """The paths of Gradio's copies of the files that the page's download buttons hand out."""
    return [block.value["path"] for block in page.blocks.values() if isinstance(block, gr.DownloadButton)]


def parity_html(record: dict[str, Any]) -> str:
    """What the export compared, one row a file: with what, how many answers changed, the largest difference."""
    models = record.get("models", {}).values()
    if not models:
        return f"{PROOF}<p>No parity record yet; <code>python -m export</code> writes it.</p>"
    rows = "".join(_row(model) for model in sorted(models, key=lambda model: _place(model["file"])))
    return (
        f"{PROOF}<p>The export gives the same pictures to each file and to what it was made from, and stops when they "
        f"differ by more than rounding; 8-bit files may differ.</p>{SCROLL}"
        '<table class="per-digit record"><thead><tr><th scope="col">File</th><th scope="col">Compared with</th>'
        '<th scope="col">Answers that changed</th><th scope="col">Largest difference</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(model: dict[str, Any]) -> str:
    furthest = max(model.get("largest_difference", {}).values(), default=None)
    cells = (
        str(model["reference"]),
        f"{model['labels_changed']:,} of {model['pictures']:,}",
        "" if furthest is None else f"{furthest:.1e}",
    )
    cells_html = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr><th scope="row">{escape(model["file"])}</th>{cells_html}</tr>'
