"""Whatever a picture does to its decoder, the server stays small, others are read, and drawings do not wait."""

import os
import threading
import time
from base64 import b64encode
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import drawn, pictures
from core.decoders import Decoder
from demo.answers import canvas
from demo.guard import limits
from tests.core.test_pictures import bytes_of, palette, transparent
from tests.demo.hostile_pictures import PICTURES
from tests.demo.test_hostile import a_sentence, outcome

MB = 2**20
OWN_MB = 120  # of a decoder before its picture comes, and of the server's own share
needs_proc = pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="memory is read from /proc")


def peak_mb(process_id: int) -> float:
    """The most memory that a process has had at once."""
    return told_mb(process_id, "VmHWM")


def told_mb(process_id: int, which: str) -> float:
    lines = Path(f"/proc/{process_id}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(which)) / 1024


@needs_proc
@pytest.mark.parametrize("make", PICTURES.values(), ids=PICTURES.keys())
def test_a_hostile_picture_is_read_or_refused_within_its_memory(make):
    content = make()
    assert len(content) <= limits.PICTURE_BYTES
    canvas.start()
    before_mb = peak_mb(os.getpid())
    told = outcome(content)
    assert told == "picture" or a_sentence(told), told
    assert peak_mb(os.getpid()) - before_mb < OWN_MB
    for decoder in canvas.DECODERS.values():
        decoder.start()
        assert peak_mb(decoder.process_id) < OWN_MB + limits.PICTURE_MEMORY_BYTES / MB
    assert outcome(bytes_of(Image.new("P", (30, 20)))) == "picture"


def test_a_drawing_does_not_wait_for_uploads():
    drawing = bytes_of(Image.new("RGBA", (280, 280), "white"))
    threads = [threading.Thread(target=hold, args=(decoder, 2.0)) for decoder in canvas.DECODERS.values()]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    started_at = time.monotonic()
    canvas.read(drawing)
    assert time.monotonic() - started_at < 1.0
    assert all(thread.is_alive() for thread in threads)
    for thread in threads:
        thread.join()


def test_no_other_file_takes_a_drawings_place():
    with pytest.raises(canvas.PictureError, match="no drawing"):
        canvas.read_drawing("data:image/jpeg;base64," + b64encode(bytes_of(Image.new("L", (9, 9)), "JPEG")).decode())


def hold(decoder, seconds):
    with decoder._turn:
        time.sleep(seconds)


@pytest.fixture
def decoder():
    """A process that may take 64 MB for a picture."""
    opened = Decoder(64 * MB, cpu_s=60, wall_s=60)
    opened.start()
    yield opened
    opened.close()


SMALL = bytes_of(Image.new("P", (30, 20)))


def test_a_picture_that_takes_too_long_is_ended_and_the_next_is_read():
    opened = Decoder(512 * MB, cpu_s=600, wall_s=0.5)
    assert opened.read(SMALL, 10**6, 60).shape == (20, 30)
    ended = opened.process_id
    with pytest.raises(canvas.PictureError, match="takes too long"):
        opened.read(b"P3 7000 7000 255\n" + b"1 " * 9_000_000, 50_000_000, 60)
    assert opened.process_id != ended
    assert opened.read(SMALL, 10**6, 60).shape == (20, 30)
    opened.close()


@needs_proc
def test_processor_time_is_bounded_where_the_system_can():
    opened = Decoder(512 * MB, cpu_s=0, wall_s=600)
    with pytest.raises(canvas.PictureError, match="takes too long"):
        opened.read(PICTURES["PPM in words"](), 50_000_000, 60)
    opened.close()


@needs_proc
def test_a_picture_that_takes_too_much_memory_is_refused_and_the_next_is_read(decoder):
    with pytest.raises(canvas.PictureError, match="takes more memory"):
        decoder.read(PICTURES["PNG of 49 million deep pixels"](), 50_000_000, 60)
    assert decoder.read(SMALL, 10**6, 60).shape == (20, 30)


@needs_proc
def test_a_process_keeps_nothing_of_what_it_read(decoder):
    """Memory at rest is that of before, within a fifth of the file."""
    size = (4000, 2500)
    content = bytes_of(Image.frombytes("L", size, np.random.default_rng(0).bytes(size[0] * size[1])))
    decoder.read(SMALL, 10**6, 60)
    before_mb = told_mb(decoder.process_id, "VmRSS")
    assert decoder.read(content, 50_000_000, 60).size
    give_up_at = time.monotonic() + 10  # it hands back what it held once its answer is on the way
    while told_mb(decoder.process_id, "VmRSS") - before_mb > len(content) / MB / 5:
        assert time.monotonic() < give_up_at
        time.sleep(0.05)


def test_a_process_that_was_killed_is_replaced(decoder):
    os.kill(decoder.process_id, 9)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:  # the first question may find it dying
        try:
            assert decoder.read(SMALL, 10**6, 60).shape == (20, 30)
            return
        except canvas.PictureError:
            pass
    pytest.fail("it was not replaced")


def test_who_finds_no_turn_is_told(decoder, monkeypatch):
    monkeypatch.setitem(canvas.DECODERS, False, decoder)
    monkeypatch.setattr(limits, "REQUEST_S", 0.05)
    with decoder._turn, pytest.raises(canvas.PictureError, match="many people"):
        canvas.read(SMALL)


NOISE = np.random.default_rng(0).integers(0, 256, (30, 20, 4), np.uint8)
DRAWINGS = {
    "grey": Image.fromarray(NOISE[..., 0]),
    "colours": Image.fromarray(NOISE[..., :3]),
    "see-through": Image.fromarray(NOISE),
    "see-through in name alone": Image.fromarray(NOISE[..., :3]).convert("RGBA"),
    "grey and see-through": Image.fromarray(NOISE[..., :2]),
    "ink on nothing": transparent(0),
}


@pytest.mark.parametrize("image", DRAWINGS.values(), ids=DRAWINGS.keys())
def test_a_drawing_is_read_as_any_picture_is(image):
    found = drawn.read(bytes_of(image))
    np.testing.assert_array_equal(found, pictures.read(bytes_of(image)))


exif = Image.Exif()
exif[0x0112] = 6
OTHERS = {
    "a palette": bytes_of(palette()),
    "16 bits": bytes_of(Image.fromarray(np.zeros((9, 9), np.uint16))),
    "one bit": bytes_of(Image.new("1", (9, 9))),
    "EXIF": bytes_of(Image.new("L", (9, 9)), exif=exif),
    "a see-through level": bytes_of(Image.new("L", (9, 9)), transparency=0),
    "frames": bytes_of(Image.new("L", (9, 9)), save_all=True, append_images=[Image.new("L", (9, 9), 200)]),
    "more pixels than a canvas has": bytes_of(Image.new("L", (513, 512))),
    "no pixels": bytes_of(Image.new("L", (9, 9))).replace(b"IDAT", b"JDAT"),
    "a changed byte": bytes_of(Image.new("L", (9, 9))).replace(b"IDATx", b"IDATy"),
    "half a file": bytes_of(Image.fromarray(NOISE))[:900],
    "a JPEG": bytes_of(Image.new("L", (9, 9)), "JPEG"),
    "nothing": b"",
}


@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS.keys())
def test_anything_but_a_plain_small_png_is_no_drawing(content):
    assert drawn.read(content) is None
