"""The endpoints that programs may call, by gradio_client or with curl. Nothing else of the page is public."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

from demo.answers import canvas
from demo.answers.reader import Number
from demo.answers.recognizer import Answer, Grey, Recognizer
from demo.guard import deadline, limits
from demo.guard.temporary import Temporary


def publish(reader: Callable[[Grey], Number], recognizer: Recognizer, files: Temporary) -> None:
    """Add the endpoints to the page that is being built; `files` is where uploads lie."""

    def recognise(picture: str) -> dict[str, Any]:
        """Read one digit.

        picture: an image file as a data URL, "data:image/png;base64,...", or as `handle_file(path)` of gradio_client
                 sends it; any common format, at most 20 MB.
        returns: digit (0..9, or null when the picture is blank or no digit), probabilities (10 numbers),
                 digit_score (low for what is no digit), seen (28 rows of 28 numbers in [0, 1]).
        """
        answer = _answer_or_error(recognizer, files, picture)
        if "error" in answer:
            raise gr.Error(answer["error"], print_exception=False)
        return answer

    def recognise_batch(pictures: list[str]) -> list[dict[str, Any]]:
        """Read up to 64 digits: data URLs in, for each an answer out, or {"error": sentence} where it is unreadable."""
        most = limits.BATCH_PICTURES
        if not isinstance(pictures, list) or not 1 <= len(pictures) <= most:
            raise gr.Error(f"Send a list of 1 to {most} pictures, each a data URL.", print_exception=False)
        return [_answer_or_error(recognizer, files, picture) for picture in pictures]

    def recognise_number(picture: str) -> dict[str, Any]:
        """Read a number of several digits.

        picture: as for recognise.
        returns: digits ("42"; "?" for a part that is no digit, such as a sign, a space between lines, "" where there
                 is no ink), parts, in reading order, each with its answer as of recognise, its line from 0, and its box
                 in px of the picture as it is read (top, left, bottom, right; the longer side at most 1200), and more,
                 how many parts there are beyond the 32 that are read.
        """
        try:
            number = reader(_read(files, picture))
        except canvas.PictureError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return {
            "digits": number.digits,
            "parts": [_plain(part.answer) | {"box": list(part.box), "line": part.line} for part in number.parts],
            "more": number.more,
        }

    gr.api(recognise_number, api_name="recognise_number")
    gr.api(recognise, api_name="recognise")
    gr.api(recognise_batch, api_name="recognise_batch")


def _answer_or_error(recognizer: Recognizer, files: Temporary, picture: object) -> dict[str, Any]:
    try:
        return _plain(recognizer(_read(files, picture)))
    except canvas.PictureError as error:
        return {"error": str(error)}


def _read(files: Temporary, picture: object) -> Grey:
    """The picture of a question: a data URL, or the {"path": ...} of a file that was uploaded to this server."""
    deadline.current().check()
    if isinstance(picture, str):
        return canvas.read(picture)
    if not isinstance(picture, dict):
        raise canvas.PictureError(f"Expected a picture as a data URL, got {type(picture).__name__}.")
    path = picture.get("path")
    if not isinstance(path, str) or not files.holds(path):
        raise canvas.PictureError(
            "Expected a picture as a data URL, or a file that was sent to this page: handle_file with a path of"
            " yours, not with an address."
        )
    return canvas.read(Path(path))


def _plain(answer: Answer) -> dict[str, Any]:
    return {
        "digit": answer.label,
        "probabilities": [round(float(share), 6) for share in answer.probabilities],
        "digit_score": round(answer.digit_score, 6),
        "seen": tuple(map(tuple, answer.seen.round(4).tolist())),  # Gradio looks for files in lists, one by one
    }
