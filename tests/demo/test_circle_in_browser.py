"""The whole circle of docs/your-digits.md: correct drawings, train, export, serve, and draw on the new page."""

import os
import re
import shlex
import subprocess
import sys
from contextlib import contextmanager

import numpy as np
import pytest

from demo.answers import canvas
from demo.answers.recognizer import Recognizer
from tests.demo.browsing import ROOT, free_port, open_page, wait_for
from tests.demo.strokes import digits
from tests.demo.visitor import ONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CORRECTED = 12
# A command of the page -> the same, made short: a moment of training, with a rate that leaves its mark.
SHORT = {"train": " --limit 64 --val-count 60 --epochs 1 --threads 1 --peak-lr 0.01", "export": "", "serve": ""}
# A six that hardly closes: of a clear digit both models are so sure that the page's rounding would decide.
UNSURE = [[(0.62, 0.2), (0.4, 0.35), (0.36, 0.6), (0.5, 0.78), (0.62, 0.66), (0.5, 0.56)]]


def commands():
    """The three commands of the page, by verb, as they stand there."""
    block = re.search(r"^```bash\n(.*?)^```", (ROOT / "docs" / "your-digits.md").read_text(), re.DOTALL | re.MULTILINE)
    lines = {line.split()[1]: line for line in block[1].splitlines()}
    assert [*lines] == [*SHORT]
    return lines


def words(command):
    program, *rest = shlex.split(command)
    assert program == "digits"
    return [sys.executable, "-m", "digits", *rest]


def surroundings(home):
    own = {"PYTHONPATH": str(ROOT), "DIGITS_CACHE": str(home / "cache"), "OMP_NUM_THREADS": "1"}
    return os.environ | own | {"DIGITS_CORRECTIONS": str(home / "kept.sqlite"), "GRADIO_TEMP_DIR": str(home / "files")}


def done(command, home):
    """What a command says; it must end well."""
    ended = subprocess.run(words(command), cwd=home, env=surroundings(home), capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@contextmanager
def serving(command, home):
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen([*words(command), "--port", str(port)], cwd=home, env=surroundings(home)) as process:
        try:
            wait_for(address, process)
            yield address
        finally:
            process.terminate()


def correct_drawings(visitor, file):
    """Draw as other people do, say what each drawing is, and take the corrections away."""
    for count, digit in enumerate(digits(CORRECTED), start=1):
        visitor.after(lambda digit=digit: visitor.draw(digit.strokes))
        visitor.page.get_by_role("button", name=f"It is a {digit.label}").click()
        visitor.page.get_by_text(f"you have corrected {count} so far").wait_for()
        visitor.press("sketch-clear")
        visitor.expect_digits("")
    visitor.after(lambda: visitor.draw(ONE))
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="as .npz").click()
    download.value.save_as(file)


def test_from_corrections_to_a_page_that_reads_with_the_new_model(chromium, page_address, tmp_path):
    page = open_page(chromium, page_address)
    correct_drawings(Visitor(page), tmp_path / "corrections.npz")
    page.context.close()
    with np.load(tmp_path / "corrections.npz") as arrays:
        assert {*arrays} == {"images", "labels"}  # neither who nor when
        assert len(arrays["labels"]) == CORRECTED
    told = commands()
    said = done(told["train"] + SHORT["train"], tmp_path)
    assert f"next: `{told['export']}`" in said
    said = done(told["export"] + SHORT["export"], tmp_path)
    assert f"next: `{told['serve']}`" in said
    with serving(told["serve"], tmp_path) as address:
        page = open_page(chromium, address)
        answered = []
        page.on("response", lambda one: answered.append(one) if "/component_server" in one.url else None)
        visitor = Visitor(page)
        assert visitor.after(lambda: visitor.draw(UNSURE)) is not None
        assert page.locator("#own-model").inner_text().startswith("Answers come from finetune-seed0, float32 (")
        first = page.get_by_test_id("model").locator("option").first
        assert first.text_content().startswith("finetune-seed0, float32")
        new = tmp_path / "runs" / "finetune-seed0" / "export" / "finetune-seed0.onnx"
        picture, told = answered[-1].request.post_data_json["data"], answered[-1].json()["probabilities"]
        page.context.close()
    image = canvas.read(picture)
    theirs, shipped = (Recognizer(path)(image).probabilities for path in (new, ROOT / "models" / "recognizer.onnx"))
    assert np.abs(theirs - told).max() < 1e-4
    assert np.abs(theirs - told).sum() < np.abs(shipped - told).sum()
