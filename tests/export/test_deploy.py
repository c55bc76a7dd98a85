"""docs/deploy.md keeps its word: each of its snippets runs as it stands, and answers 1, 11, or what the page does."""

import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import onnxruntime
import pytest
from playwright.sync_api import sync_playwright

from core.catalogue import EXPLAIN
from core.session import open_session
from core.train.data import load
from demo.answers import canvas
from demo.answers.recognizer import Recognizer
from export import __main__ as command
from export import built
from export.runtimes import npm
from export.runtimes.npm import NODE
from export.runtimes.run import MissingError
from export.runtimes.with_browser import browser, shipped_part
from export.runtimes.with_browser import version as web_version
from export.runtimes.with_generated_c import HERE
from export.runtimes.with_node import version as node_version
from tests import ort_header
from tests.apart import apart

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "deploy.md"
CASES = ROOT / "tests" / "cases" / "pictures"


def snippet(language, holding=""):
    """The one piece of code on the page in a language, of those that hold a word."""
    pieces = re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    (found,) = [piece for piece in pieces if holding in piece]
    return found


def needs(version):
    try:
        version()
    except MissingError as error:
        pytest.skip(str(error))


@pytest.fixture
def home(tmp_path, exported):
    """A folder with models/ in it, as the snippets expect."""
    (tmp_path / "models").mkdir()
    for name in ("convnet", "recognizer"):
        shutil.copy(exported(name)[2], tmp_path / "models")
    for file in ("reader.onnx", *EXPLAIN):
        shutil.copy(ROOT / "models" / file, tmp_path / "models")
    return tmp_path


def output(command, home):
    done = subprocess.run(command, cwd=home, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_python(home):
    (home / "snippet.py").write_text(snippet("python", "picture[:, 20:100, 42:50] = 40"))
    assert output([sys.executable, "snippet.py"], home) == "1"


def test_a_number_in_python(home):
    (home / "snippet.py").write_text(snippet("python", "reader.onnx"))
    assert output([sys.executable, "snippet.py"], home) == "11"


def test_why_in_python(home):
    (home / "snippet.py").write_text(snippet("python", "explained.run"))
    assert output([sys.executable, "snippet.py"], home) == "100%"


@pytest.mark.parametrize("path", sorted(CASES.glob("*.[pj][np]g")), ids=lambda path: path.stem)
def test_the_lines_for_a_file_give_the_pages_answer(path, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    lines = snippet("python", "core.pictures").replace("photo.jpg", str(path))
    exec(compile(lines, "deploy.md", "exec"), {})
    answer = page()(canvas.read(path))
    assert capsys.readouterr().out.strip() == ("no digit" if answer.label is None else str(answer.label))


@cache
def page():
    return Recognizer(ROOT / "models" / "recognizer.onnx")


def test_node(home):
    needs(node_version)
    (home / "node_modules").symlink_to(NODE / "node_modules")
    (home / "snippet.mjs").write_text(snippet("js"))
    assert output([npm.program("node"), "snippet.mjs"], home) == "11"


@pytest.mark.browser
def test_web_page(home):
    needs(web_version)

    def answer(route):
        folder, _, name = route.request.url.removeprefix("http://localhost/").partition("/")
        if folder == "dist":
            route.fulfill(**shipped_part(name))
        elif folder == "models":
            route.fulfill(body=(home / folder / name).read_bytes())
        else:
            route.fulfill(body=snippet("html"), content_type="text/html")

    def shown():
        with sync_playwright() as playwright:
            opened = playwright.chromium.launch(executable_path=browser())
            page = opened.new_page()
            page.route("**/*", answer)
            page.goto("http://localhost/")
            page.wait_for_function("answer.textContent !== ''")
            told = page.text_content("#answer")
            opened.close()
            return told

    assert apart(shown) == "11"


def test_generated_c(home):
    needs(HERE.version)
    (home / "main.c").write_text(snippet("c", "logits"))
    tools = f'PATH="{Path(sys.executable).parent}:$PATH"; '
    output(["sh", "-ec", tools + snippet("sh")], home)
    assert output([home / "digit"], home) == "1"


def test_c_with_onnxruntime(home):
    headers = ort_header.find()
    if not headers or not shutil.which("cc"):
        pytest.skip("a C compiler or onnxruntime_c_api.h is not here; `python -m tests.ort_header` brings the header")
    library = next((Path(onnxruntime.__file__).parent / "capi").glob("libonnxruntime.so.*"))
    (home / "main.c").write_text(snippet("c", "OrtGetApiBase"))
    (home / "libonnxruntime.so.1").symlink_to(library)  # the name that the library gives itself
    options = ["-I", headers, library, f"-Wl,-rpath,{home}"]
    output(["cc", "-O2", "-Wall", "-Werror", "-o", "digit", "main.c", *options], home)
    assert output([home / "digit"], home) == "11"


@pytest.mark.parametrize("holding", ["--opset", "--size"])
def test_a_command_that_writes_another_form(holding, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "load", lambda _: (load("test")[0][:10], None))
    monkeypatch.setattr(built, "other_cases", lambda *_: ())
    monkeypatch.setattr(built, "PLAIN", 3)
    (line,) = snippet("bash", holding).splitlines()
    assert command.main(line.removeprefix("digits export ").split()) == 0
    (file,) = (tmp_path / "exported").glob("*.onnx")
    assert f"`{file.name}`" in PAGE.read_text() or f"`exported/{file.name}`" in PAGE.read_text()
    assert open_session(file)


def test_every_snippet_of_the_page_is_run_here():
    languages = re.findall(r"^```(\w+)$", PAGE.read_text(), re.MULTILINE)
    assert sorted(languages) == sorted(["python"] * 4 + ["js", "html", "sh", "c", "c", "bash", "bash"])
