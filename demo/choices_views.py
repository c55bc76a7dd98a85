"""The models side by side on one drawing, as HTML."""

from html import escape

from demo.choices import Choices, Reading, title
from demo.recognizer import Grey
from demo.views import SCROLL, percent


def options(choices: Choices) -> str:
    """The models for a <select>, the one that answers unasked first."""
    return "".join(f'<option value="{escape(path.name)}">{escape(title(path))}</option>' for path in choices.paths)


def comparison(choices: Choices, image: Grey) -> str:
    """Whether the models agree on (H, W) uint8, and what each says, how surely and how fast."""
    readings = choices.compare(image)
    rows = "".join(
        f'<tr><th scope="row">{escape(title(path))}</th><td>{_said(reading)}</td>'
        f"<td>{percent(float(reading.answer.probabilities.max()), 1)}</td><td>{reading.latency_ms:.1f} ms</td></tr>"
        for path, reading in zip(choices.paths, readings, strict=True)
    )
    return (
        f'<p role="status">{verdict(readings)}</p>{SCROLL}<table class="models"><thead><tr><th scope="col">Model</th>'
        '<th scope="col">Answer</th><th scope="col">Certainty</th><th scope="col">Time on this server</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def verdict(readings: list[Reading]) -> str:
    """One sentence: do they agree?"""
    said = {reading.answer.label for reading in readings}
    if len(readings) == 1:
        return "There is one model on this server."
    if len(said) == 1:
        return f"All {len(readings)} models agree on this drawing: {_said(readings[0])}."
    return f"The {len(readings)} models do not agree on this drawing."


def _said(reading: Reading) -> str:
    return "no digit" if reading.answer.label is None else str(reading.answer.label)
