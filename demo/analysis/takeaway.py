"""What a visitor takes away from the gallery: its rows as CSV, its pictures as a zip of PNG files."""

import csv
import io
import re
import zipfile

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from demo.analysis.table import Table

MOST_PICTURES = 2000  # in one zip; narrower filters give the rest
FORMULA = re.compile(r"[=+\-@\t\r]")  # with which a cell begins that spreadsheets would run
UNSAFE = re.compile(r"[^\w.-]+")  # in a file's name, on one system or another
COLUMNS = ("picture", "file", "truth", "answer", "confidence", "margin", "loss", "digit_score")


def csv_text(table: Table, indices: NDArray[np.intp]) -> str:
    """A header and one row for each picture, in the gallery's order; the ten probabilities come last."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, *(f"p{digit}" for digit in range(10))])
    for index in indices.tolist():
        numbers = (table.confidence, table.margin, table.loss, table.predictions.digit_score)
        shares = table.predictions.probabilities[index]
        row = [f"{float(column[index]):.6g}" for column in numbers] + [f"{float(share):.6g}" for share in shares]
        writer.writerow([index, _cell(table.data.file(index)), table.truth[index], table.answers[index], *row])
    return text.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if FORMULA.match(text) else text


def zip_bytes(table: Table, indices: NDArray[np.intp]) -> bytes:
    """The first 2,000 pictures as the model got them, named by picture, truth, answer, and the file they came in."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for index in indices[:MOST_PICTURES].tolist():
            png = io.BytesIO()
            Image.fromarray(table.data.images[index]).save(png, "PNG")
            file = UNSAFE.sub("_", table.data.file(index).rpartition(".")[0])[-60:]
            name = f"{index:05d}-truth-{table.truth[index]}-answer-{table.answers[index]}{file and f'-{file}'}.png"
            archive.writestr(zipfile.ZipInfo(name), png.getvalue())  # a ZipInfo carries no clock: equal bytes
    return stream.getvalue()
