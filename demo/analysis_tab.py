"""The error analysis tab: one model on MNIST's test pictures, worked out when somebody first looks."""

import gradio as gr

from demo import records, views
from demo.analysis import analyse
from demo.mnist import DataError, load
from demo.predictions import predict
from demo.recognizer import Recognizer
from demo.settings import MODELS, cache_folder

CHOICES = {"The recogniser (raw pixels in)": "recognizer.onnx", "The bare net (MNIST's own 28×28)": "convnet.onnx"}
WAIT = '<p class="digits-text">Open this tab to read the 10,000 test pictures; the first time takes some seconds.</p>'


def build(recognizer: Recognizer, tab: gr.Tab) -> None:
    """Fill the tab that is being built; everything is computed from the shipped pictures on the first visit."""
    available = [(name, file) for name, file in CHOICES.items() if (MODELS / file).is_file()]
    model = gr.Radio(available, value="recognizer.onnx", label="Model", visible=len(available) > 1)
    report = gr.HTML(WAIT, apply_default_css=False, elem_id="analysis")

    def show(file: str, progress: gr.Progress = gr.Progress()) -> str:  # noqa: B008 (Gradio recognises it there)
        return analysis_html(recognizer, file, progress)

    for event in (tab.select, model.change):
        event(show, model, report, api_visibility="private")


def analysis_html(recognizer: Recognizer, file: str, progress: gr.Progress) -> str:
    """The whole report on one model of models/, as HTML; gr.Error with a sentence when the data is damaged."""
    if file not in CHOICES.values():
        raise gr.Error(f"There is no model {file!r} to analyse; choose one of the list.")
    try:
        data = load("test")
        predictions = predict(
            MODELS / file, data, cache_folder(), lambda share: progress(share, desc="Reading the test pictures")
        )
        curves = records.learning_curves(MODELS / "metrics.json")
    except (DataError, records.RecordError) as error:
        raise gr.Error(str(error)) from error
    analysis = analyse(data, predictions, recognizer.threshold if file == "recognizer.onnx" else 0.0)
    return (
        f'<div class="digits-text">{views.headline(data, analysis)}'
        f"<h2>Which digits are confused?</h2>{views.confusion(analysis)}"
        f"<h2>Which digits are hard?</h2>{views.per_digit(analysis.digits)}"
        "<h2>Every misread picture</h2><p>Truth, then answer; the most confident mistakes first.</p>"
        f"{views.gallery(data, predictions, analysis)}"
        f"<h2>How it learned</h2>{views.learning_curves(curves)}</div>"
    )
