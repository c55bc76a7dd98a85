"""The endpoints that programs may call, by gradio_client or with curl. Nothing else of the page is public."""

import time
from typing import Any

import gradio as gr

from demo import canvas, limits
from demo.number import read_number
from demo.recognizer import Answer, Recognizer


def publish(recognizer: Recognizer) -> None:
    """Add the endpoints to the page that is being built."""

    def recognise(picture: str) -> dict[str, Any]:
        """Read one digit.

        picture: an image file as a data URL, "data:image/png;base64,..."; any common format, at most 20 MB.
        returns: digit (0..9, or null when the picture is blank or no digit), probabilities (10 numbers),
                 digit_score (low for what is no digit), seen (28 rows of 28 numbers in [0, 1]).
        """
        return _answer(recognizer, picture)

    def recognise_batch(pictures: list[str]) -> list[dict[str, Any]]:
        """Read up to 64 digits: data URLs in, for each an answer out, or {"error": sentence} where it is unreadable."""
        most = limits.BATCH_PICTURES
        if not isinstance(pictures, list) or not 1 <= len(pictures) <= most:
            raise gr.Error(f"Send a list of 1 to {most} pictures, each a data URL.", print_exception=False)
        end_at = time.monotonic() + limits.REQUEST_S
        return [
            _answer_or_error(recognizer, picture) if time.monotonic() < end_at else {"error": canvas.TOO_SLOW}
            for picture in pictures
        ]

    def recognise_number(picture: str) -> dict[str, Any]:
        """Read a number of several digits.

        picture: as for recognise.
        returns: digits ("42"; "?" where a part is no digit, a space between lines, "" where nothing was read) and
                 parts, from left to right, each with its answer as of recognise and its box in px of the picture as it
                 is read (top, left, bottom, right; the longer side at most 1200). A single digit has no parts.
        """
        try:
            number = read_number(recognizer, canvas.read(picture))
        except canvas.PictureError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return {
            "digits": number.digits,
            "parts": [_plain(answer) | {"box": list(box)} for box, answer in number.parts],
        }

    gr.api(recognise_number, api_name="recognise_number")
    gr.api(recognise, api_name="recognise")
    gr.api(recognise_batch, api_name="recognise_batch")


def _answer(recognizer: Recognizer, picture: object) -> dict[str, Any]:
    answer = _answer_or_error(recognizer, picture)
    if "error" in answer:
        raise gr.Error(answer["error"], print_exception=False)
    return answer


def _answer_or_error(recognizer: Recognizer, picture: object) -> dict[str, Any]:
    if not isinstance(picture, str):
        return {"error": f"Expected a picture as a data URL, got {type(picture).__name__}."}
    try:
        return _plain(recognizer(canvas.read(picture)))
    except canvas.PictureError as error:
        return {"error": str(error)}


def _plain(answer: Answer) -> dict[str, Any]:
    return {
        "digit": answer.label,
        "probabilities": [round(float(share), 6) for share in answer.probabilities],
        "digit_score": round(answer.digit_score, 6),
        "seen": answer.seen.round(4).tolist(),
    }
