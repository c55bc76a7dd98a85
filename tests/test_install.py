"""`pip install .` brings everything that the command needs, and it reads in an empty environment."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from core.catalogue import CATALOGUE
from tests.environments import installed
from tests.test_readme import pins

ROOT = Path(__file__).resolve().parent.parent
ABOUT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NEEDED = dict(one.split(">=") for one in ABOUT["project"]["dependencies"])


def test_every_package_of_the_rooms_is_installed():
    packages = {
        path.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for room in ("core", "demo", "export")
        for path in (ROOT / room).rglob("__init__.py")
    }
    assert packages <= set(ABOUT["tool"]["setuptools"]["packages"])


def test_what_ships_to_compare_with_is_in_no_installation():
    left_out = ABOUT["tool"]["setuptools"]["exclude-package-data"]["digits_files.models"]
    assert left_out == [f"{model.name}*" for model in CATALOGUE.values() if model.to_compare]


def test_what_the_command_needs_is_the_lean_list_without_the_page():
    page = dict(one.split("==") for one in ABOUT["project"]["optional-dependencies"]["page"])
    lean = pins("requirements-demo.txt")
    assert page.items() <= lean.items()
    assert NEEDED.keys() | page.keys() == lean.keys()


@pytest.mark.network
@pytest.mark.timeout(600)
@pytest.mark.parametrize("oldest", [False, True], ids=["newest packages", "oldest packages"])
def test_an_empty_environment_reads_a_picture(tmp_path, oldest):
    wanted = [f"{name}=={version}" for name, version in NEEDED.items()] if oldest else []
    clone = tmp_path / "clone"  # building writes beside the sources
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    python = installed(tmp_path / "environment", clone, *wanted)
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    words = [python.with_name("digits"), "read", ROOT / "tests" / "cases" / "pictures" / "number_12h30.png"]
    read = subprocess.run(words, cwd=tmp_path, env=outside, capture_output=True, text=True)
    assert read.returncode == 0, read.stderr
    assert re.search(r"number_12h30\.png: 12\?30", read.stdout)
    served = subprocess.run([words[0], "serve"], cwd=tmp_path, env=outside, capture_output=True, text=True)
    assert served.returncode == 1
    assert "digits serve needs the package gradio" in served.stderr
