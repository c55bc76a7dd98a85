"""`digits space --models FOLDER`: one's own models and nothing else of FOLDER; and a browser that reads with them."""

import base64
import gzip
import io
import json
import re
import shutil
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import pytest
from playwright.sync_api import expect

from core import manifest
from demo import settings
from demo.answers import canvas
from demo.answers.reader import read_with
from demo.answers.recognizer import Recognizer
from demo.settings import MODELS, ROOT
from demo.space import __main__ as command
from demo.space import kept_analysis, static_space
from demo.space.folders import Files
from tests.demo import own_folder
from tests.demo.browsing import DESK, go_to
from tests.demo.hosting import hosted, wait_for_copies
from tests.demo.space.test_static_page import (
    DRAWING,
    READ_PIXELS,
    assert_read_alike,
    bar,
    inside,
    marked,
    png,
    selftest,
)
from tests.demo.visitor import ONE, Visitor

STRICT = "folder/strict.int8.onnx"
PUBLISHED = ("model.onnx", "strict.int8.onnx", "theirs.onnx")


def write_strict(path: Path) -> None:
    """A recogniser that takes nothing for a digit: its threshold is above all scores."""
    model = onnx.load(MODELS / "edge-recognizer.onnx")
    next(one for one in model.metadata_props if one.key == "score_threshold").value = "1.5"
    onnx.save(model, path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A run's export, one of its files called as the page calls its own; somebody else's model; what is private."""
    folder = tmp_path_factory.mktemp("own models")
    shutil.copy(MODELS / "edge-recognizer.onnx", folder / "model.onnx")
    write_strict(folder / "strict.int8.onnx")
    own_folder.write_manifest(folder, "model.onnx", "strict.int8.onnx")
    told = json.loads((folder / "manifest.json").read_text())
    told["models"]["mine"]["trained_by"] = "digits train --extra private.npz"
    (folder / "manifest.json").write_text(json.dumps(told))
    shutil.copy(MODELS / "edge.onnx", folder / "theirs.onnx")
    for name in ("model.safetensors", "model.ort", "corrections.npz", "README.md"):
        (folder / name).write_text("private")
    return folder


class Made(NamedTuple):
    """Where the folders were written, and what was said."""

    out: Path
    said: str
    complained: str

    def files(self, name: str) -> Files:
        """Path -> bytes of one of the folders."""
        folder = self.out / name
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def made(folder, tmp_path_factory):
    """The folders, by the documented command, without the views of the error analysis, which take minutes."""
    (words,) = re.findall(r"^digits space (.*)$", (ROOT / "docs" / "your-digits.md").read_text("utf-8"), re.MULTILINE)
    words = [str(folder) if word.startswith("runs/") else word for word in words.split()]
    out, said, complained = tmp_path_factory.mktemp("made") / "dist", io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(complained):
        patch.setattr(command, "kept_analysis", kept_analysis.screen)
        assert command.main([*words, "--out", str(out)]) == 0
    return Made(out, said.getvalue(), complained.getvalue())


def test_it_names_what_it_wrote_the_next_command_and_what_is_left_out(made):
    for name in ("space-gradio", "space-static", "space-static-light"):
        assert f"hf upload NAME/SPACE {made.out / name} . --repo-type=space" in made.said
    assert made.said.splitlines()[-1] == "space-gradio and space-static answer with model, float32 (0.2 MB)"
    (complaint,) = made.complained.splitlines()
    assert complaint.startswith("theirs.onnx: left out of space-static")


def test_of_the_folder_the_models_alone_are_published(made, folder):
    place = made.out / "space-gradio" / "own-models"
    assert {path.name for path in place.iterdir()} == {*PUBLISHED, manifest.FILE}
    for name in PUBLISHED:
        assert (place / name).read_bytes() == (folder / name).read_bytes()
    assert "private" not in (place / manifest.FILE).read_text()
    assert manifest.stated_in(manifest.read(place)) == manifest.stated_in(manifest.read(folder))


def test_the_page_of_a_space_finds_them_without_a_setting(made, monkeypatch):
    monkeypatch.delenv("DIGITS_MODELS", raising=False)
    assert settings.models_folder() is None
    monkeypatch.setattr(settings, "OWN_MODELS", made.out / "space-gradio" / "own-models")
    assert settings.models_folder() == settings.OWN_MODELS
    monkeypatch.setenv("DIGITS_MODELS", "others")
    assert settings.models_folder() == Path("others")


def test_the_static_page_offers_them_first_each_with_its_threshold_and_sums(made, folder):
    files = made.files("space-static")
    parts, page, worker = inside(files), files["index.html"].decode(), files["worker.js"].decode().splitlines()
    models = json.loads(parts["settings.json"])["models"]
    assert [*models] == ["folder/model.onnx", STRICT, "reader.onnx", "reader.int8.onnx", "edge-reader.onnx"]
    assert re.findall(r'<option value="([^"]*)">', page) == [*models]
    assert "<p>Answers come from model, float32 (0.2 MB).</p>" in page
    for name, file in {"folder/model.onnx": "model.onnx", STRICT: "strict.int8.onnx"}.items():
        told, content = models[name], parts[models[name]["file"]]
        assert gzip.decompress(content) == (folder / file).read_bytes()
        sums = [static_space.checksum(one) for one in (content, gzip.decompress(content))]
        assert (told["sums"], told["finder"]) == (" ".join(sums), "reader.onnx")
        assert told["threshold"] == Recognizer(folder / file).threshold
    at_once, later = (
        next(line for line in worker if line.startswith(f"const {name} =")) for name in ("FILES", "LATER")
    )
    assert models["folder/model.onnx"]["file"] in at_once  # a new version without a network has what answers
    assert models[STRICT]["file"] in later


def test_a_page_without_them_has_nothing_of_them(made):
    light = made.files("space-static-light")
    assert [name for name in light if "/models/" in name] == []
    assert b"model, float32" not in light["index.html"]


def no_folder(folder):
    shutil.rmtree(folder)


def no_model(folder):
    for path in folder.glob("*.onnx"):
        path.unlink()


def damaged(folder):
    (folder / "mine.onnx").write_bytes(b"no model at all")


def a_link(folder):
    (folder / "mine.onnx").unlink()
    (folder / "mine.onnx").symlink_to(MODELS / "edge-recognizer.onnx")


BAD = {
    "no folder": (no_folder, "no such folder"),
    "no model": (no_model, "holds no .onnx file; `digits export RUN` writes them"),
    "damaged": (damaged, "mine.onnx: damaged or changed"),
    "a link": (a_link, "mine.onnx is a link to"),
}


@pytest.mark.parametrize(("spoil", "words"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_published_is_one_sentence_and_nothing_is_written(spoil, words, tmp_path, capsys):
    folder = tmp_path / "mine"
    folder.mkdir()
    spoil(own_folder.fill(folder))
    assert command.main(["--models", str(folder), "--out", str(tmp_path / "dist")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    (sentence,) = said.err.splitlines()
    assert sentence.startswith("error: ")
    assert words in sentence
    assert not (tmp_path / "dist").exists()


ELEVEN = np.hstack([bar(200, 120)[..., 0]] * 2)
CHOSEN = "/models/1.onnx.bin.gz"  # ends the file that is fetched once its model is chosen


def read_in(page, picture):
    """What the page says of a picture, (H, W) uint8, for whoever chooses nothing."""
    height, width = picture.shape
    pixels = base64.b64encode(picture.tobytes()).decode()
    return page.evaluate(READ_PIXELS, {"height": height, "width": width, "pixels": pixels})


def assert_reads_as_python(page, reader, mine):
    """One's own model reads the drawing, a number, a blank, and numbers with signs, some refused by the reader."""
    pictures = [canvas.read(page.evaluate(DRAWING)), ELEVEN, np.full((50, 60), 255, np.uint8), *marked()]
    numbers = [read_with(reader, mine, picture) for picture in pictures]
    assert any(part.answer.label is None for number in numbers for part in number.parts)
    for place, (picture, number) in enumerate(zip(pictures, numbers, strict=True)):
        assert_read_alike(read_in(page, picture), number, place)
    shipped = [part for picture in pictures for part in reader(picture).parts]
    parts = zip(shipped, (part for number in numbers for part in number.parts), strict=True)
    apart = max(np.abs(one.answer.probabilities - other.answer.probabilities).max() for one, other in parts)
    assert apart > 0.01, "the shipped reader would pass for it"


def assert_compares_and_refuses_below_the_threshold(visitor, asked):
    """Another of one's own is fetched once it is chosen, and its threshold holds."""
    page, models = visitor.page, visitor.page.get_by_test_id("models")
    models.locator("summary").click()
    expect(page.get_by_test_id("model").locator("option").first).to_have_text("model, float32 (0.2 MB)")
    expect(models.locator("tbody tr")).to_contain_text([re.compile(r"model.*\d ms"), re.compile(r"Reader of.*\d ms")])
    expect(models).to_contain_text("strict, int8 (0.2 MB), is fetched once it is chosen above.")
    assert [name for name in asked if name.endswith(CHOSEN)] == []
    assert visitor.after(lambda: page.get_by_test_id("model").select_option(STRICT)) == ""
    expect(page.locator("[data-part=sentence]")).to_contain_text("That does not look like a digit.")
    expect(models).to_contain_text("The 3 models do not agree on this drawing.")
    assert len([name for name in asked if name.endswith(CHOSEN)]) == 1


def assert_is_asked_why(page):
    why = page.get_by_test_id("why")
    opened = why.locator("summary").first
    opened.click()
    expect(why).to_contain_text("As model, float32 (0.2 MB) sees it, looking once: a 1.")
    assert why.locator(".sweep").count() == 4
    opened.click()


def assert_corrections_keep_what_the_chosen_model_says(page):
    """Which refuses the drawing, see above."""
    page.get_by_role("button", name="It is a 7").click()
    page.get_by_text("you have corrected 1 so far").wait_for()
    expect(page.get_by_test_id("corrections").locator("li")).to_contain_text("7, refused")


def assert_reads_a_number_without_a_network(visitor):
    wait_for_copies(visitor.page, 1)
    visitor.page.context.set_offline(True)
    visitor.page.reload()
    content = base64.b64decode(png(ELEVEN).split(",")[1])
    assert visitor.after(lambda: visitor.upload("11.png", content)) == "11"


@pytest.mark.browser
def test_ones_own_model_answers_in_the_browser_as_on_a_page_with_a_server(made, folder, guest, reader, tmp_path):
    with hosted(tmp_path / "space", made.files("space-static")) as address:
        page, asked = guest(**DESK), []
        page.on("request", lambda request: asked.append(request.url))
        go_to(page, address)
        visitor = Visitor(page)
        assert visitor.after(lambda: visitor.draw(ONE)) == "1"
        assert_reads_as_python(page, reader, Recognizer(folder / "model.onnx"))
        assert selftest(visitor).startswith("Passed: 23 pictures, 0 labels changed")
        assert_is_asked_why(page)
        assert_compares_and_refuses_below_the_threshold(visitor, asked)
        assert_corrections_keep_what_the_chosen_model_says(page)
        assert_reads_a_number_without_a_network(visitor)
