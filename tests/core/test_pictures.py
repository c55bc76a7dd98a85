"""Every kind of picture becomes the same grey array, or a sentence."""

import base64
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from core import pictures

INK, PAPER = 0, 255


def levels():
    """A grey picture (20, 30) of a dark bar on light paper; the bar lies at the left."""
    array = np.full((20, 30), PAPER, np.uint8)
    array[4:16, 3:7] = INK
    return array


def palette():
    """Index 0 is black ink; index 1, the paper, is black too and will be declared transparent."""
    image = Image.new("P", (30, 20), 1)
    image.putpalette([0, 0, 0, 0, 0, 0])
    image.paste(0, (3, 4, 7, 16))
    return image


def lab():
    neutral = Image.new("L", (30, 20), 128)
    return Image.merge("LAB", (grey(), neutral, neutral))


def bytes_of(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def transparent(ink, mode="RGBA"):
    """The bar alone in `ink` on nothing; what is transparent has the misleading colour of the ink."""
    alpha = Image.fromarray(PAPER - levels())
    grey = Image.new("L", alpha.size, ink)
    layers = (grey, grey, grey, alpha) if mode == "RGBA" else (grey, alpha)
    return Image.merge(mode, layers)


def grey():
    return Image.fromarray(levels())


SAME = {
    "grey PNG": lambda: bytes_of(grey()),
    "RGB BMP": lambda: bytes_of(grey().convert("RGB"), "BMP"),
    "palette GIF": lambda: bytes_of(grey().convert("P"), "GIF"),
    "bilevel TIFF": lambda: bytes_of(grey().convert("1"), "TIFF"),
    "lossless WebP": lambda: bytes_of(grey().convert("RGB"), "WEBP", lossless=True),
    "JPEG": lambda: bytes_of(grey(), "JPEG", quality=95),
    "CMYK JPEG": lambda: bytes_of(grey().convert("CMYK"), "JPEG", quality=95),
    "CMYK TIFF": lambda: bytes_of(grey().convert("CMYK"), "TIFF"),
    "16-bit PNG": lambda: bytes_of(Image.fromarray(levels().astype(np.uint16) * 257)),
    "16-bit TIFF": lambda: bytes_of(Image.fromarray(levels().astype(np.uint16) * 257), "TIFF"),
    "12 bits in a 16-bit PNG": lambda: bytes_of(Image.fromarray(levels() // 255 * np.uint16(4095))),
    "32-bit TIFF": lambda: bytes_of(Image.fromarray(levels().astype(np.int32) * 257), "TIFF"),
    "float TIFF from 0 to 1": lambda: bytes_of(Image.fromarray(levels().astype(np.float32) / 255), "TIFF"),
    "float TIFF from 0 to 255": lambda: bytes_of(Image.fromarray(levels().astype(np.float32)), "TIFF"),
    "opaque RGBA": lambda: bytes_of(grey().convert("RGBA")),
    "dark ink on nothing": lambda: bytes_of(transparent(INK)),
    "dark ink on nothing, LA": lambda: bytes_of(transparent(INK, "LA")),
    "dark ink on nothing, palette": lambda: bytes_of(palette(), transparency=1),
    "open picture": grey,
    "array": levels,
    "array of one layer": lambda: levels()[..., None],
    "array of three layers": lambda: np.stack([levels()] * 3, axis=2),
    "array of bools": lambda: levels() > 0,
    "array of 12 bits": lambda: (levels() // 255).astype(np.int64) * 4095,
    "array of 16-bit colours": lambda: np.stack([levels().astype(np.uint16) * 257] * 3, axis=2),
    "array of reals from 0 to 1": lambda: levels() / 255,
    "open LAB picture": lambda: Image.merge(
        "LAB", (grey(), Image.new("L", (30, 20), 128), Image.new("L", (30, 20), 128))
    ),
    "data URL": lambda: "data:image/png;base64," + base64.b64encode(bytes_of(grey())).decode(),
    "animation, first frame": lambda: bytes_of(
        grey().convert("P"), "GIF", save_all=True, append_images=[Image.new("P", (30, 20), 255)]
    ),
}


@pytest.mark.parametrize("make", SAME.values(), ids=SAME.keys())
def test_every_kind_becomes_the_same_grey(make):
    read = pictures.read(make())
    assert read.dtype == np.uint8
    assert read.shape == (20, 30)
    assert np.abs(read.astype(int) - levels()).max() <= 12  # JPEG is lossy


DEPTHS = {
    "16 bits": (np.full((2, 2), 0x8080, np.uint16), 128),
    "16 bits holding bytes": (np.full((2, 2), 200, np.uint16), 200),
    "10 bits": (np.array([[0, 1023]], np.uint16), 255),
    "14 bits": (np.array([[0, 16383]], np.uint16), 255),
    "float in [0, 1]": (np.full((2, 2), 0.2, np.float32), 51),
}


@pytest.mark.parametrize(("array", "level"), DEPTHS.values(), ids=DEPTHS.keys())
def test_deep_pictures_keep_their_levels(array, level):
    assert pictures.read(Image.fromarray(array)).max() == level
    assert pictures.read(array).max() == level


def base64_of(content):
    return base64.b64encode(content).decode()


WRITTEN = {
    "line breaks": lambda body: "\r\n".join(body[at : at + 76] for at in range(0, len(body), 76)),
    "a trailing newline": lambda body: body + "\n",
    "the URL-safe alphabet": lambda body: body.replace("+", "-").replace("/", "_"),
    "no padding": lambda body: body.rstrip("="),
    "percent-coded": lambda body: body.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D"),
    "all of it": lambda body: "\n".join(body.rstrip("=").replace("+", "-").replace("/", "_")) + " ",
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN.keys())
def test_base64_is_read_as_programs_write_it(written):
    noise = np.random.default_rng(0).integers(0, 256, (19, 31), np.uint8)  # so that + and / occur
    content = bytes_of(Image.fromarray(noise))
    assert base64_of(content).endswith("=")
    url = "data:image/png;base64," + written(base64_of(content))
    np.testing.assert_array_equal(pictures.read(url), noise)


def test_light_ink_on_nothing_gets_black_paper():
    np.testing.assert_array_equal(pictures.read(bytes_of(transparent(255))), 255 - levels())


def test_a_photo_with_rounded_corners_keeps_its_paper():
    image = Image.fromarray(levels()).convert("RGBA")
    image.putpixel((0, 0), (0, 0, 0, 0))
    assert pictures.read(bytes_of(image))[0, 0] == PAPER


def test_half_transparent_ink_is_mixed_with_the_paper():
    image = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    image.putpixel((1, 1), (0, 0, 0, 102))
    assert pictures.read(bytes_of(image))[1, 1] == 153


def test_a_wholly_transparent_picture_is_blank():
    assert len(np.unique(pictures.read(bytes_of(Image.new("RGBA", (9, 9), (0, 0, 0, 0)))))) == 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_is_turned_back(orientation):
    upright = grey()
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)
    stored = upright.transpose(undo) if undo is not None else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    read = pictures.read(bytes_of(stored, "PNG", exif=exif))
    np.testing.assert_array_equal(read, levels())


def test_a_large_photo_is_averaged_down():
    read = pictures.read(bytes_of(Image.new("L", (2500, 30), 200)))
    assert read.shape[1] <= pictures.WORKING_SIDE_PX
    assert (read == 200).all()


def test_a_path_is_read(tmp_path):
    (tmp_path / "digit.png").write_bytes(bytes_of(grey()))
    np.testing.assert_array_equal(pictures.read(tmp_path / "digit.png"), levels())


def png_header(width, height):
    """The start of a PNG that claims to be very large; there is nothing behind its header."""
    whole = bytes_of(Image.new("L", (1, 1)))
    ihdr = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return whole[:12] + ihdr + struct.pack(">I", zlib.crc32(ihdr)) + whole[33:]


SENTENCES = {
    "empty": (b"", "is empty"),
    "text": (b"hello", "not a picture"),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "made of pixels"),
    "PDF": (b"%PDF-1.7", "made of pixels"),
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
    "truncated PNG": (bytes_of(Image.effect_noise((99, 99), 60))[:3000], "damaged"),
    "truncated JPEG": (bytes_of(Image.effect_noise((99, 99), 60), "JPEG")[:900], "damaged"),
    "too many bytes": (b"\x89PNG" + bytes(pictures.MOST_BYTES), "at most 20 MB"),
    "many pixels": (png_header(8000, 8000), "more than 50 million pixels"),
    "very many pixels": (png_header(60000, 60000), "more than 50 million pixels"),
    "not base64": ("data:image/png;base64,!!!", "one piece"),
    "base64 that lost a character": ("data:image/png;base64,AAAAA", "one piece"),
    "base64 with foreign letters": ("data:image/png;base64,Aé\udc80AA", "one piece"),
    "not base64 at all": ("data:image/png,abc", "Expected a picture as a data URL"),
    "a path sent by a visitor": (__file__, "Expected a picture as a data URL"),
    "no text at all": ("", "is empty"),
    "an array of text": (np.array([["a"]]), "Expected a picture as an array"),
    "an array of a batch": (np.zeros((5, 28, 28), np.uint8), "Expected a picture as an array"),
    "an empty array": (np.zeros((0, 28), np.uint8), "Expected a picture as an array"),
    "endless data URL": ("data:image/png;base64," + "A" * (pictures.MOST_BYTES * 4 // 3 + 9), "at most 20 MB"),
}


@pytest.mark.parametrize(("source", "words"), SENTENCES.values(), ids=SENTENCES.keys())
def test_what_cannot_be_read_gets_a_sentence(source, words):
    with pytest.raises(pictures.PictureError, match=words) as caught:
        pictures.read(source)
    assert str(caught.value).endswith(".")
