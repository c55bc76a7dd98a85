"""Ten thousand odd files: each becomes a picture or a sentence, soon, and in bounded memory."""

import re
import resource
import time

import numpy as np
import pytest

from core.pictures import WORKING_SIDE_PX
from demo.answers import canvas
from tests.demo import hostile

COUNT = 10_000
SLOWEST_S = 5.0  # of the processor, whatever else it does; a hundred times what the slowest take
MORE_MEMORY_KB = 600_000


def outcome(content: bytes) -> str:
    """The word picture, or the sentence; anything else that happens fails the test."""
    try:
        grey = canvas.read(content)
    except canvas.PictureError as error:
        return str(error)
    assert grey.dtype == np.uint8
    assert grey.ndim == 2
    assert 0 not in grey.shape
    assert max(grey.shape) <= WORKING_SIDE_PX
    return "picture"


def a_sentence(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Z][^\n]{10,250}\.", text)) and not re.search(r"Error|Traceback|\.py|0x", text)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::PIL.Image.DecompressionBombWarning")
def test_every_odd_file_becomes_a_picture_or_a_sentence():
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pictures, slowest_s = 0, 0.0
    for name, content in hostile.files(COUNT, seed=0):
        started_at = time.process_time()
        told = outcome(content)
        slowest_s = max(slowest_s, time.process_time() - started_at)
        pictures += told == "picture"
        assert told == "picture" or a_sentence(told), f"{name}: {told!r}"
    assert COUNT // 5 <= pictures < COUNT  # the untouched are read, and some of the others are refused
    assert slowest_s < SLOWEST_S
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < MORE_MEMORY_KB


BOMBS = {
    "a billion pixels": hostile.bomb_png(32_000, 32_000),
    "a line of 65,000": hostile.bomb_png(65_000, 1),
    "a column of 65,000": hostile.bomb_png(1, 65_000),
    "more than fits an integer": hostile.bomb_png(2**31 - 1, 2**31 - 1),
    "no pixels": hostile.bomb_png(0, 0),
}


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS.keys())
def test_sizes_are_judged_before_decoding(content):
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = outcome(content)
    assert told == "picture" or a_sentence(told), told
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 100_000


def test_equal_seeds_make_equal_files():
    assert list(hostile.files(20, seed=3)) == list(hostile.files(20, seed=3))
    assert list(hostile.files(20, seed=3)) != list(hostile.files(20, seed=4))
