"""People's own pictures: each kind is read, and everything that cannot be is a sentence."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from core.mnist import DataError
from demo.analysis import uploads
from demo.analysis.uploads import read
from demo.answers import canvas
from demo.corrections.store import Correction


def silent(share):
    pass


def png(level=200, size=(28, 28)):
    stream = io.BytesIO()
    Image.fromarray(np.full(size, level, np.uint8)).save(stream, "PNG")
    return stream.getvalue()


def packed(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_a_zip_of_pictures_takes_labels_from_folders_and_names(tmp_path):
    files = {"7/a.png": png(10), "deep/3/b.png": png(20), "5_c.png": png(30), "__MACOSX/7/._a.png": b"x"}
    upload = read([packed(tmp_path / "my.zip", files)], silent)
    assert upload.data.labels.tolist() == [7, 3, 5]
    assert upload.data.images[:, 0, 0].tolist() == [10, 20, 30]
    assert upload.data.names == ("7/a.png", "deep/3/b.png", "5_c.png")
    assert upload.problems == []


def test_equal_pictures_in_other_files_are_another_set(tmp_path):
    one, other = (read([packed(tmp_path / "my.zip", {name: png()})], silent).data for name in ("7/a.png", "7/b.png"))
    assert one.sha256 != other.sha256


def test_what_cannot_be_read_is_listed_and_the_rest_is_kept(tmp_path):
    files = {"7/a.png": png(), "7/b.png": b"no picture", "cat.png": png(), "10/c.png": png()}
    upload = read([packed(tmp_path / "my.zip", files)], silent)
    assert upload.data.labels.tolist() == [7]
    assert [problem.split(":")[0] for problem in upload.problems] == ["7/b.png", "cat.png", "10/c.png"]


def test_pictures_of_different_sizes_share_a_square_of_their_own_paper(tmp_path):
    for name, size in {"1.png": (10, 40), "2.png": (20, 20)}.items():
        (tmp_path / name).write_bytes(png(90, size))
    upload = read(sorted(tmp_path.iterdir()), silent)
    assert upload.data.images.shape == (2, 40, 40)
    assert (upload.data.images == 90).all()


def test_npz_and_csv_give_the_same_data(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (3, 28, 28)).astype(np.uint8)
    labels = np.array([3, 0, 9])
    np.savez(tmp_path / "a.npz", images=images, labels=labels)
    head = "label," + ",".join(f"p{pixel}" for pixel in range(784))
    rows = [",".join(map(str, [label, *image.ravel()])) for label, image in zip(labels, images, strict=True)]
    (tmp_path / "a.csv").write_text("\n".join([head, *rows, "1,2,3", "x" + ",0" * 784]))
    one, other = read([tmp_path / "a.npz"], silent), read([tmp_path / "a.csv"], silent)
    np.testing.assert_array_equal(one.data.images, other.data.images)
    np.testing.assert_array_equal(one.data.labels, other.data.labels)
    assert other.data.names == ("line 2", "line 3", "line 4")
    assert other.problems == [
        "Line 5: expected a label and 784 pixels, found 3 numbers.",
        "Line 6: expected numbers, found something else.",
    ]


def test_labels_csv_names_the_pictures_of_a_zip_as_it_does_in_training(tmp_path):
    table = b'file;label\r\nx.png;7.0\r\n"y.png";3\r\ngone.png;1\r\nz.png\r\n'
    files = {"set/labels.csv": table, "set/x.png": png(10), "set/y.png": png(20), "set/z.png": png(30)}
    upload = read([packed(tmp_path / "my.zip", files)], silent)
    assert upload.data.labels.tolist() == [7, 3]
    assert upload.data.images[:, 0, 0].tolist() == [10, 20]
    assert [problem.split(":")[0] for problem in upload.problems] == [
        "set/labels.csv, line 5",
        "set/z.png",
        "gone.png",
    ]


def test_two_files_of_one_name_are_both_read(tmp_path):
    for folder, level in (("a", 10), ("b", 20)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "7.png").write_bytes(png(level))
    upload = read(sorted(tmp_path.glob("*/7.png")), silent)
    assert upload.data.images[:, 0, 0].tolist() == [10, 20]


def test_corrections_are_drawings_with_the_digit_that_was_meant():
    seen = np.zeros((28, 28), np.uint8)
    given = [Correction(7, 1, seen, png(10, (40, 40))), Correction(2, None, seen, png(20, (40, 40)))]
    data = uploads.from_corrections("Yours", given)
    assert data.labels.tolist() == [7, 2]
    assert data.images[:, 0, 0].tolist() == [10, 20]
    with pytest.raises(DataError, match="No correction is kept"):
        uploads.from_corrections("Yours", [])


def test_progress_reaches_the_end(tmp_path):
    shares = []
    read([packed(tmp_path / "my.zip", {f"{digit}/a.png": png() for digit in range(4)})], shares.append)
    assert shares == [0.25, 0.5, 0.75, 1.0]


def test_reading_ends_when_its_time_is_over_or_its_sender_has_left(tmp_path):
    def over(_):
        raise canvas.PictureError("The time is over.")

    (tmp_path / "a.csv").write_text("7" + ",0" * 784 + "\n" + "x\n" * 1000)
    for path in (packed(tmp_path / "my.zip", {"7/a.png": png()}), tmp_path / "a.csv"):
        with pytest.raises(canvas.PictureError, match="time is over"):
            read([path], over)


def test_complaints_are_bounded(tmp_path):
    files = {f"7/{number}.png": b"no picture" for number in range(200)} | {"7/a.png": png()}
    assert len(read([packed(tmp_path / "my.zip", files)], silent).problems) == uploads.MOST_PROBLEMS + 1


def npz(**arrays):
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


ONE = np.zeros((1, 28, 28), np.uint8)
BAD = {
    "label out of range": ("a.npz", npz(images=ONE, labels=np.array([10])), "labels from 0 to 9, found 10"),
    "labels that are no whole numbers": (
        "a.npz",
        npz(images=ONE, labels=np.array([1.5])),
        r"\(1,\) float64",
    ),
    "missing labels": ("a.npz", npz(images=ONE), "it lacks labels"),
    "one label too many": ("a.npz", npz(images=ONE, labels=np.array([1, 2])), r"found \(1, 28, 28\) uint8 and \(2,\)"),
    "wrong shape": (
        "a.npz",
        npz(images=ONE[..., None], labels=np.array([1])),
        r"found \(1, 28, 28, 1\)",
    ),
    "wrong type": ("a.npz", npz(images=ONE.astype(float), labels=np.array([1])), r"28\) float64 and"),
    "objects": ("a.npz", npz(images=np.array([{}]), labels=np.array([1])), "holds objects"),
    "no zip": ("a.npz", b"no", "not a whole zip"),
    "an empty zip": ("a.zip", b"PK\x05\x06" + bytes(18), "no picture with a label"),
    "two columns alike": ("a.csv", b"label,p0,p0\n", "two columns are named 'p0'"),
    "two labels": ("a.csv", b"label,label\n", "2 columns are named label"),
    "an empty table": ("a.csv", b"", "no row with a label"),
    "text": ("a.txt", b"hello", "no picture with a label"),
}


@pytest.mark.parametrize(("name", "content", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_a_sentence(tmp_path, name, content, sentence):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=sentence):
        read([tmp_path / name], silent)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    bomb = packed(tmp_path / "bomb.zip", {"1/a.png": bytes(uploads.MOST_BYTES + 1)})
    assert bomb.stat().st_size < 2**20
    with pytest.raises(DataError, match="unpacks to 128 MB"):
        read([bomb], silent)


def test_kinds_are_not_mixed(tmp_path):
    with pytest.raises(DataError, match="one kind at a time"):
        read([tmp_path / "a.csv", tmp_path / "b.zip"], silent)


def test_too_many_pictures_are_refused(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_PICTURES", 1)
    with pytest.raises(DataError, match="at most 1 and"):
        uploads.checked("many", np.zeros((2, 28, 28), np.uint8), np.array([1, 2]))
