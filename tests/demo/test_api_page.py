"""docs/api.md keeps its word: each of its snippets is taken from the page and run against a served page."""

import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from demo.answers import canvas
from demo.guard import limits
from tests.demo.browsing import ROOT

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"^```(python|sh)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def home(tmp_path):
    """A folder with photo.png in it, 11, as the snippets expect."""
    one = np.full((200, 120), 255, np.uint8)
    one[40:160, 53:67] = 0
    Image.fromarray(np.hstack([one, one])).save(tmp_path / "photo.png")
    return tmp_path


@pytest.mark.parametrize(("language", "code"), SNIPPETS, ids=[f"{at}-{one[0]}" for at, one in enumerate(SNIPPETS)])
def test_a_snippet_answers(language, code, home, page_address):
    if language == "sh" and not shutil.which("curl"):
        pytest.skip("curl is not here")
    program = [sys.executable, "-c"] if language == "python" else ["sh", "-ec"]
    here = code.replace("http://127.0.0.1:7860", page_address)
    assert here != code
    done = subprocess.run([*program, here], cwd=home, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert re.match(r"11\n|event: complete\ndata: \[\{\"digits\": ?\"11\"", done.stdout), done.stdout


def test_every_snippet_is_run():
    assert [language for language, _ in SNIPPETS] == ["python", "python", "sh"]
    assert PAGE.count("\n```") == 2 * len(SNIPPETS)


def test_the_page_names_every_endpoint_and_limit():
    named = re.findall(r"^\| `/(\w+)` \|", PAGE, re.MULTILINE)
    assert named == ["recognise_number", "recognise", "recognise_batch"]
    text = " ".join(PAGE.split())
    assert f"a list of 1 to {limits.BATCH_PICTURES} pictures" in text
    assert f"{limits.PICTURE_BYTES // limits.MB} MB and {limits.PICTURE_PIXELS // 1_000_000} million pixels" in text
    assert f"more than {limits.REQUEST_BYTES // limits.MB} MB" in text
    assert canvas.TOO_SLOW[:26] in text
