"""The models side by side on one drawing, as HTML."""

from demo.answers.choices import Choices, Reading
from demo.answers.recognizer import Grey
from demo.rendering import render

VERDICTS = {
    "one": "There is one model on this server.",
    "agree": "All {count} models agree on this drawing: {said}.",
    "differ": "The {count} models do not agree on this drawing.",
    "none": "no digit",
}


def options(choices: Choices) -> str:
    """The models for a <select>, the one that answers unasked first."""
    return render("options", options={name: choices.title(name) for name in choices.names})


def comparison(choices: Choices, image: Grey) -> str:
    """Whether the models agree on (H, W) uint8, and what each says, how surely and how fast."""
    readings = choices.compare(image)
    rows = [
        (choices.title(reading.name), _said(reading), float(reading.answer.probabilities.max()), reading.latency_ms)
        for reading in readings
    ]
    return render("models", verdict=verdict(readings), rows=rows, notes=choices.notes, where="on this server")


def verdict(readings: list[Reading]) -> str:
    """One sentence: do they agree?"""
    said = {reading.answer.label for reading in readings}
    if len(readings) == 1:
        return VERDICTS["one"]
    if len(said) == 1:
        return VERDICTS["agree"].format(count=len(readings), said=_said(readings[0]))
    return VERDICTS["differ"].format(count=len(readings))


def _said(reading: Reading) -> str:
    return VERDICTS["none"] if reading.answer.label is None else str(reading.answer.label)
