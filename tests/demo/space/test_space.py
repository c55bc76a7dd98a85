"""The Space's folder: complete, small, startable, and refused when it would not start."""

import os
import subprocess
import sys
import urllib.request

import pytest

from core import mnist
from demo.space import own_models
from demo.space.folders import SpaceError, write
from demo.space.gradio_space import MAX_FOLDER_BYTES, check, gradio_space
from tests.architecture import GROUND_FLOOR
from tests.demo import own_folder
from tests.demo.browsing import ROOT, free_port, wait_for


@pytest.fixture(scope="module")
def files():
    return gradio_space(ROOT)


def test_it_holds_what_the_page_needs_and_no_training_code(files):
    check(files)
    assert not [name for name in files if name.startswith(("export/", "tests/", ".git"))]
    assert {name for name in files if name.startswith("core/")} == ground_floor()
    assert not [name for name in files if name.endswith(".safetensors")]


def ground_floor():
    """The files of core that the page may import."""
    return {f"core/{name}.py" for name in ("__init__", *GROUND_FLOOR)}


def test_it_holds_every_data_file_that_the_page_reads(files):
    read = {path.relative_to(ROOT).as_posix() for path in mnist.files("train", "test")}
    read |= {path.relative_to(ROOT).as_posix() for path in ROOT.glob("data/*/strokes.jsonl.gz")}
    assert read <= files.keys()


def test_its_requirements_are_the_lean_list(files):
    assert files["requirements.txt"] == (ROOT / "requirements-demo.txt").read_bytes()


FAULTS = {
    "no model": ({"models/recognizer.onnx": None}, "lacks models/recognizer.onnx"),
    "no reader": ({"models/reader.onnx": None}, "lacks models/reader.onnx"),
    "no front matter": ({"README.md": b"# Digits\n"}, "front matter"),
    "another SDK": ({"README.md": b"---\nsdk: docker\napp_file: app.py\n---\n"}, "sdk: gradio"),
    "no front door": ({"README.md": b"---\nsdk: gradio\napp_file: main.py\n---\n"}, "app_file"),
    "another gradio": ({"requirements.txt": b"gradio==5.0.0\n"}, "says otherwise"),
    "a model that was changed": ({"models/convnet.onnx": b"another"}, "convnet.onnx is not the file that"),
    "a model without a record": ({"models/mine.onnx": b"mine"}, "mine.onnx is not the file that"),
    "no record": ({"models/parity.json": None}, "lacks models/parity.json"),
    "too large": ({"models/huge.json": bytes(MAX_FOLDER_BYTES)}, "at most 100 MB"),
}


@pytest.mark.parametrize(("change", "sentence"), FAULTS.values(), ids=FAULTS.keys())
def test_a_folder_that_would_not_start_is_refused(files, change, sentence):
    changed = {name: content for name, content in (files | change).items() if content is not None}
    with pytest.raises(SpaceError, match=sentence):
        check(changed)


def test_writing_replaces_what_was_there(tmp_path):
    folder = tmp_path / "space"
    write(folder, {"old.txt": b"old", "demo/page.py": b"1"})
    write(folder, {"demo/page.py": b"2"})
    assert {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == {"page.py": b"2"}
    assert [path.name for path in tmp_path.iterdir()] == ["space"]


def test_the_page_starts_from_the_folder_alone_and_reads_with_ones_own_model(files, tmp_path):
    """Nothing of this checkout is on the path, and no setting names a folder: Python looks beside app.py alone."""
    (tmp_path / "mine").mkdir()
    own = own_models.load(own_folder.fill(tmp_path / "mine"))
    write(tmp_path / "space", files | own_models.files(own))
    port = free_port()
    settings = os.environ | {"DIGITS_PORT": str(port), "DIGITS_CACHE": str(tmp_path / "cache")}
    process = subprocess.Popen([sys.executable, "app.py"], cwd=tmp_path / "space", env=settings)
    try:
        wait_for(f"http://127.0.0.1:{port}", process)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}") as page:
            assert "Answers come from mine, float32 (0.2 MB)." in page.read().decode()
    finally:
        process.kill()
        process.wait()


def test_a_link_is_not_published(tmp_path):
    """What it points at may be anything of the person's own."""
    (tmp_path / "README.md").write_text("---\ntitle: x\n---\n")
    (tmp_path / "secret.json").write_text("{}")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "own.json").symlink_to(tmp_path / "secret.json")
    with pytest.raises(SpaceError, match="is a link to"):
        gradio_space(tmp_path)
