"""Pieces of HTML as one packed file, from which static/browser/analysis/bundle.mjs takes them."""

import base64
import gzip
import io
import json
import re

import numpy as np
from PIL import Image

PICTURE = re.compile(r'src="data:image/png;base64,([^"]*)"')
BORDER = re.compile(r"(?=<(?:li|tr|nav|h2|h3|p|ol|option)\b)")  # where equal parts of pieces begin


class Bundle:
    """Pieces under keys. What several have in common is kept once, and pictures as bare pixels, which pack better."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[int]] = {}
        self._chunks: dict[str, int] = {}
        self._pictures: dict[str, int] = {}

    def add(self, key: str, html: str) -> None:
        """Keep a piece; a key has one piece."""
        assert key not in self._pieces, key
        bare = PICTURE.sub(lambda found: f'src="~{self._place(self._pictures, found[1])}"', html)
        self._pieces[key] = [self._place(self._chunks, chunk) for chunk in BORDER.split(bare) if chunk]

    def packed(self) -> bytes:
        """Gzip of: the length of the JSON, 4 bytes, the highest first; {pieces, chunks, pictures}; all pixels.

        pieces:   key -> places in chunks.
        pictures: [width, height, bytes a pixel: 1 grey, 3 red, green and blue], in the order of the pixels.
        """
        pictures = [_pixels(png) for png in self._pictures]
        sizes = [[picture.shape[1], picture.shape[0], picture[0, 0].size] for picture in pictures]
        head = {"pieces": self._pieces, "chunks": list(self._chunks), "pictures": sizes}
        text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
        pixels = b"".join(picture.tobytes() for picture in pictures)
        return gzip.compress(len(text).to_bytes(4, "big") + text + pixels, 9, mtime=0)

    def _place(self, kept: dict[str, int], one: str) -> int:
        return kept.setdefault(one, len(kept))


def _pixels(png: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """(H, W) or (H, W, 3) uint8 of a PNG file in base64."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))))
