"""The about tab: how to take the model away, the proof of the export, and the model card."""

from pathlib import Path
from typing import Any

import gradio as gr

from core.catalogue import CATALOGUE, DOWNLOADS, SHOWN_AT_ONCE, place
from demo import records
from demo.rendering import file_size, render
from demo.settings import MODELS

FIVE_LINES = """\
import numpy, onnxruntime
from PIL import Image
image = numpy.asarray(Image.open("digit.png").convert("L"))[None]  # uint8 (1, H, W), any size, any polarity
probabilities, seen, digit_score = onnxruntime.InferenceSession("recognizer.onnx").run(None, {"image": image})
print(probabilities.argmax(), probabilities.max(), digit_score)"""

FIRST = [CATALOGUE[name].file for name in DOWNLOADS[:SHOWN_AT_ONCE]]


def build() -> None:
    """Fill the tab that is being built."""
    card = records.model_card(MODELS / "README.md")
    with gr.Column(elem_classes="digits-text"):
        gr.HTML(render("take_away", five_lines=FIVE_LINES), apply_default_css=False)
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
    """The models that people can take away: the .onnx files, those that read any picture first."""
    return sorted(folder.glob("*.onnx"), key=lambda path: _place(path.name))


def _place(file: str) -> tuple[int, int, str]:
    """Where a file stands in a list: those that read any picture first, and float32 before what was made from it."""
    return place(file, DOWNLOADS)


def offered(page: gr.Blocks) -> list[str]:
    """The paths of Gradio's copies of the files that the page's download buttons hand out."""
    return [block.value["path"] for block in page.blocks.values() if isinstance(block, gr.DownloadButton)]


def parity_html(record: dict[str, Any]) -> str:
    """What the export compared, one row a file: with what, how many answers changed, the largest difference."""
    models = record.get("models", {}).values()
    return render("parity", models=sorted(models, key=lambda model: _place(model["file"])))
