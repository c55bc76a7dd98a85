"""The about tab: the model card, the proof of the export, and how to take the model away."""

from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from demo import records
from demo.settings import MODELS
from demo.views import file_size

FIVE_LINES = """\
import numpy, onnxruntime
from PIL import Image
image = numpy.asarray(Image.open("digit.png").convert("L"))[None]  # uint8 (1, H, W), any size, any polarity
probabilities, seen, digit_score = onnxruntime.InferenceSession("recognizer.onnx").run(None, {"image": image})
print(probabilities.argmax(), probabilities.max(), digit_score)"""

TAKE_AWAY = (
    "<h2>Take it with you</h2><p>The whole recogniser, from raw pixels to the answer, is one file. It needs no part of "
    f'this page:</p><pre tabindex="0"><code>{escape(FIVE_LINES)}</code></pre>'
)

PROOF = "<h2>Is the file the trained net?</h2>"


def build() -> None:
    """Fill the tab that is being built."""
    card = records.model_card(MODELS / "README.md")
    with gr.Column(elem_classes="digits-text"):
        gr.HTML(TAKE_AWAY, apply_default_css=False)
        with gr.Row():
            for path in downloads(MODELS):
                gr.DownloadButton(f"Download {path.name} ({file_size(path)})", value=path, min_width=200)
        gr.HTML(parity_html(records.parity(MODELS / "parity.json")), apply_default_css=False)
        gr.Markdown(card or "The model card is written when the model is trained and exported; it is not there yet.")


def downloads(folder: Path) -> list[Path]:
    """The models that people can take away: the .onnx files, the recogniser first."""
    return sorted(folder.glob("*.onnx"), key=lambda path: (path.name != "recognizer.onnx", path.name))


def offered(page: gr.Blocks) -> list[str]:
    """The paths of Gradio's copies of the files that the page's download buttons hand out."""
    return [block.value["path"] for block in page.blocks.values() if isinstance(block, gr.DownloadButton)]


def parity_html(record: dict[str, Any]) -> str:
    """The parity record as a table of its plain values, nested names joined by dots."""
    if not record:
        return f"{PROOF}<p>No parity record yet; <code>python -m export</code> writes it.</p>"
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(str(value))}</td></tr>' for name, value in flat(record)
    )
    return (
        f"{PROOF}<p>The export compares both, and stops when they differ. Its record:</p>"
        '<div class="scroll" tabindex="0" role="region" aria-label="Parity record">'
        f'<table class="per-digit record"><tbody>{rows}</tbody></table></div>'
    )


def flat(value: object, name: str = "") -> list[tuple[str, Any]]:
    """Leaves of nested objects and lists as (dotted name, value)."""
    if isinstance(value, dict):
        return [leaf for key, child in value.items() for leaf in flat(child, f"{name}.{key}" if name else str(key))]
    if isinstance(value, list) and any(isinstance(child, dict | list) for child in value):
        return [leaf for index, child in enumerate(value) for leaf in flat(child, f"{name}.{index}")]
    return [(name, value)]
