"""The models of one's own folder: one's exports first, somebody else's in processes of their own, and sentences."""

import shutil

import numpy as np
import pytest

from core.refusals import RefusalError
from demo.analysis.address import Address
from demo.analysis.workbench import Workbench
from demo.answers import choices_views, shelf
from demo.answers.choices import Choices
from demo.answers.foreign import Foreign
from demo.answers.message import data_url
from demo.answers.recognizer import Recognizer
from demo.settings import MODELS
from demo.tabs import recognise
from tests.demo import own_folder
from tests.demo.answers.graphs import PICTURE, constant


def bar():
    image = np.full((280, 280), 255, np.uint8)
    image[40:240, 130:150] = 0
    return image


@pytest.fixture
def folder(tmp_path):
    return own_folder.fill(tmp_path)


@pytest.fixture
def with_bare_net(folder):
    shutil.copy(MODELS / "edge.onnx", folder / "bare.onnx")
    return folder


def test_ones_own_come_first_and_answer_unasked(folder, reader, recognizer):
    choices = Choices(reader, recognizer, shelf.load(folder, recognizer))
    assert choices.names[:3] == ["folder/mine.onnx", "folder/mine.int8.onnx", "recognizer.onnx"]
    assert choices.first.path == folder / "mine.onnx"
    assert "mine, float32 (0.2 MB)" in choices_views.options(choices)
    told = recognise._read(choices, data_url(bar()), show=False)
    assert told["digits"] == "1"
    mine = Recognizer(folder / "mine.onnx")(bar())
    np.testing.assert_allclose(told["probabilities"], mine.probabilities, atol=6e-5)  # they are told with four places


def test_the_reader_finds_the_parts_that_ones_own_model_reads(folder, reader, recognizer):
    choices = Choices(reader, recognizer, shelf.load(folder, recognizer))
    image = np.hstack([bar()[:, 70:210], bar()[:, 70:210]])
    number = choices.read(choices.first, image)
    assert number.digits == "11"
    assert [part.box for part in number.parts] == [part.box for part in reader(image).parts]


def test_somebody_elses_net_reads_what_our_preprocessing_sees(with_bare_net, reader, recognizer):
    choices = Choices(reader, recognizer, shelf.load(with_bare_net, recognizer))
    assert choices.names[2] == "folder/bare.onnx"
    bare = choices.get("folder/bare.onnx")
    assert isinstance(bare, Foreign)
    answer = bare(bar())
    assert (answer.label, answer.blank) == (1, False)
    np.testing.assert_array_equal(answer.seen, recognizer(bar()).seen)
    assert bare(np.full((9, 9), 255, np.uint8)).label is None
    (note,) = choices.notes
    assert note.startswith("bare.onnx is given what our preprocessing sees, 28×28, as float32 (N, 1, 28, 28)")
    assert "validation pictures misread" in note


def test_all_can_be_analysed(with_bare_net, recognizer):
    own = shelf.load(with_bare_net, recognizer)
    bench = Workbench(MODELS, shelf=own)
    assert bench.model("folder/mine.onnx") == with_bare_net / "mine.onnx"
    assert bench.model("folder/bare.onnx") is own[-1].analyse
    titles = bench.titles(Address())
    assert [titles[one.name] for one in own] == [one.title for one in own]


def test_the_folder_of_a_run_stands_for_its_export(folder, recognizer):
    run = folder / "run"
    shutil.copytree(folder, run / "export", ignore=lambda *_: ["run"])
    assert [one.name for one in shelf.load(run, recognizer)] == ["folder/mine.onnx", "folder/mine.int8.onnx"]


def changed(folder):
    with (folder / "mine.onnx").open("ab") as file:
        file.write(b"\0")


def damaged(folder):
    (folder / "other.onnx").write_bytes(b"no model at all")


def another_contract(folder):
    constant(folder / "mine.onnx", [PICTURE], {"other": np.zeros(1, np.float32)})
    own_folder.write_manifest(folder, "mine.onnx")


def empty(folder):
    for path in folder.iterdir():
        path.unlink()


BAD = {
    "no folder": (lambda folder: shutil.rmtree(folder), "no such folder"),
    "empty": (empty, "holds no .onnx file; `digits export RUN` writes them"),
    "changed": (changed, "mine.onnx: damaged or changed"),
    "damaged": (damaged, "other.onnx: not a whole .onnx file"),
    "another contract": (another_contract, "export it again"),
    "a damaged manifest": (lambda folder: (folder / "manifest.json").write_text("{"), "damaged"),
}


@pytest.mark.parametrize(("spoil", "words"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_read_with_is_one_sentence(spoil, words, folder, recognizer):
    spoil(folder)
    with pytest.raises(RefusalError, match=words) as refused:
        shelf.load(folder, recognizer)
    assert "\n" not in str(refused.value)
