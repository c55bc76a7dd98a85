"""README.md tells the truth: its tables, links, commands, pins and snippet are checked against what is there."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from core.checkpoint import sha256
from export import readme

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FRONT = dict(re.findall(r"^(\w+): (.+)$", TEXT.split("---\n")[1], re.MULTILINE))


def pins(name: str) -> dict[str, str]:
    """Package -> version of a requirements file; fails when a line is anything but a comment or an exact pin."""
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines), f"{name} must be flat, with exact pins"
    return {name.lower().replace("_", "-"): version for name, version in (line.split("==") for line in lines)}


def test_the_space_gets_the_gradio_that_is_tested():
    assert FRONT["sdk_version"] == pins("requirements.txt")["gradio"]


def test_python_version_is_quoted():
    """YAML reads a bare 3.10 as the number 3.1."""
    assert re.fullmatch(r'"3\.1[1-9]\.\d+"', FRONT["python_version"])


def test_front_matter_names_the_front_door():
    assert FRONT["sdk"] == "gradio"
    assert (ROOT / FRONT["app_file"]).is_file()


def test_the_lean_list_is_a_part_of_the_full_one():
    lean = pins("requirements-demo.txt")
    assert lean
    assert lean.items() <= pins("requirements.txt").items()


def test_tables_equal_the_records():
    assert readme.with_tables(TEXT, readme.tables(readme.read_records(ROOT))) == TEXT, "run `make readme`"


def test_the_records_speak_of_the_files_that_are_shipped():
    records = readme.read_records(ROOT)
    trained, proved = records["metrics"]["models"], records["parity"]["models"]
    assert {"convnet", "recognizer"} <= trained.keys() & proved.keys()
    for name in trained:
        assert trained[name]["sha256"] == sha256(ROOT / "models" / trained[name]["file"]), name
    for name, entry in proved.items():
        assert entry["sha256"] == sha256(ROOT / "models" / entry["file"]), name
        assert entry["weights_sha256"] == trained[entry["weights"].removesuffix(".safetensors")]["sha256"], name
    assert records["other_digits"]["model_sha256"] == proved["recognizer"]["sha256"]


@pytest.mark.parametrize("lock", sorted(path.name for path in ROOT.glob("requirements*.lock")))
def test_a_lock_holds_what_its_list_asks_for(lock):
    assert pins(lock.replace(".lock", ".txt")).items() <= pins(lock).items(), "run `make lock`"


@pytest.mark.parametrize("text", [TEXT, CONTRIBUTING], ids=["README.md", "CONTRIBUTING.md"])
def test_every_link_leads_to_a_file(text):
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_everything_on_the_map_exists():
    drawn = re.search(r"```\n(app\.py .*?)```", TEXT, re.DOTALL)
    assert drawn
    names = [line.split()[0] for line in drawn[1].splitlines() if line[0] != " "]
    assert len(names) > 5
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_every_make_verb_exists():
    verbs = set(re.findall(r"(?:`|^)make ([a-z]+)", TEXT + CONTRIBUTING, re.MULTILINE))
    assert {"demo", "test", "check"} <= verbs
    makefile = (ROOT / "Makefile").read_text()
    assert [verb for verb in sorted(verbs) if not re.search(rf"^(?:\w+ )*{verb}\b.*:", makefile, re.MULTILINE)] == []


MODULES = sorted(set(re.findall(r"python -m ([\w.]+)", TEXT + CONTRIBUTING)))


@pytest.mark.parametrize("module", MODULES)
def test_every_command_knows_its_flags(module):
    done = run(sys.executable, "-m", module, "--help")
    assert done.returncode == 0, done.stderr
    used = {flag for line in re.findall(rf"python -m {module}\b(.*)", TEXT) for flag in re.findall(r"--\w[\w-]*", line)}
    assert [flag for flag in sorted(used) if flag not in done.stdout] == []


def test_the_snippet_runs_with_onnxruntime_and_numpy_alone():
    snippet = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert snippet
    assert len(list(filter(None, snippet[1].splitlines()))) == 5
    imported = {name.name for node in ast.parse(snippet[1]).body if isinstance(node, ast.Import) for name in node.names}
    assert imported == {"numpy", "onnxruntime"}
    done = run(sys.executable, "-W", "error", "-c", snippet[1] + "print(answer[0].argmax())")
    assert done.stdout.endswith("\n1\n"), done.stdout + done.stderr


def test_every_handle_is_in_the_page():
    handles = set(re.findall(r"data-testid=([\w-]+)", TEXT))
    assert len(handles) == 5
    page = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "demo").rglob("*") if path.suffix in PAGE_FILES)
    assert [handle for handle in sorted(handles) if handle not in page] == []


PAGE_FILES = {".py", ".js", ".html", ".css"}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """The command from the root, as a newcomer types it, within a minute."""
    quiet = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, env=quiet)
