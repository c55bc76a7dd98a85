"""Each limit is read from its variable, has a default, stands in the table, and meets nonsense with a sentence."""

import re
import subprocess
import sys

import pytest

from demo.guard import limits
from tests.demo.browsing import ROOT

HOSTING = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
STATED = re.findall(r"_whole\(\"(DIGITS_\w+)\", ([\d_]+)\)", (ROOT / "demo" / "guard" / "limits.py").read_text())


def test_the_table_states_every_default():
    rows = dict(re.findall(r"^\| `(DIGITS_\w+)` \| `?([\d,]+)`? \|", HOSTING, re.MULTILINE))
    assert len(STATED) > 9
    assert {name: int(default) for name, default in STATED}.items() <= {
        name: int(text.replace(",", "")) for name, text in rows.items()
    }.items()


@pytest.mark.parametrize("text", ["", "0", "-1", "much", "1.5"])
def test_nonsense_is_a_sentence(monkeypatch, text):
    monkeypatch.setenv("DIGITS_BATCH", text)
    with pytest.raises(
        SystemExit, match=f"DIGITS_BATCH is '{text}'; give a whole number from 1 up, or leave it away for 64"
    ):
        limits._whole("DIGITS_BATCH", 64)


def test_a_setting_takes_effect():
    code = (
        "import os; os.environ['DIGITS_PICTURE_MB'] = '3'; from demo.guard import limits; print(limits.PICTURE_BYTES)"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert int(told) == 3 * limits.MB
