"""CONTRIBUTING's walk leads where it says: each file imports the next, and the last one holds the line."""

import ast
import re
from itertools import pairwise

import pytest

from core.files import ROOT

ROW = re.compile(r"^\| ([^|`]+) \| ((?:`[\w/.]+\.py`(?:, )?)+) \| `(.+)` \|$", re.M)
WALKS = ROW.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
MOST = 3  # files that a newcomer opens until the line that matters


def imports(path):
    """Every module that a file imports, and every name from one as if it were a module."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found |= {str(node.module)} | {f"{node.module}.{name.name}" for name in node.names}
    return found


def follow(files, line):
    """What keeps a newcomer from getting there; empty when nothing does."""
    for here, there in pairwise(files):
        if there.removesuffix(".py").replace("/", ".") not in imports(here):
            return f"{here} does not lead to {there}"
    return "" if line in (ROOT / files[-1]).read_text(encoding="utf-8") else f"{files[-1]} has no {line}"


@pytest.mark.parametrize(("files", "line"), [walk[1:] for walk in WALKS], ids=[walk[0] for walk in WALKS])
def test_a_walk_leads_to_its_line(files, line):
    path = re.findall(r"`([^`]+)`", files)
    assert len(path) <= MOST
    assert follow(path, line) == ""


def test_there_are_four_and_a_wrong_one_is_noticed():
    assert len(WALKS) == 4
    assert follow(["core/train/__main__.py", "core/net/reader.py"], "") != ""
    assert follow(["core/net/reader.py"], "optimizer.step()") != ""
