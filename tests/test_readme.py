"""README.md tells the truth: its tables, links, commands, pins and snippet are checked against what is there."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import digits
from core import verbs
from core.files import sha256
from export.pages import __main__ as pages
from export.pages.records import read_records

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
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


def test_its_numbers_equal_the_records():
    assert pages.pages(ROOT)[ROOT / "README.md"] == TEXT, "run `make readme`"


def test_it_is_short():
    assert len(TEXT.splitlines()) <= 130


def test_the_changelog_speaks_of_this_version():
    released = re.findall(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert released[0] == digits.__version__


def test_the_records_speak_of_the_files_that_are_shipped():
    records = read_records(ROOT)
    trained, proved = records["metrics"]["models"], records["parity"]["models"]
    assert {"convnet", "recognizer"} <= trained.keys() & proved.keys()
    for name in trained:
        assert trained[name]["sha256"] == sha256(ROOT / "models" / trained[name]["file"]), name
    for name, entry in proved.items():
        assert entry["sha256"] == sha256(ROOT / "models" / entry["file"]), name
        assert entry["weights_sha256"] == trained[entry["weights"].removesuffix(".safetensors")]["sha256"], name
    assert records["other_digits"]["inputs"]["models/recognizer.onnx"] == proved["recognizer"]["sha256"]


PEOPLES = [*PAGES, ROOT / "SECURITY.md", ROOT / "models" / "README.md"]


@pytest.mark.parametrize("page", PEOPLES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_name_the_command_and_two_modules(page):
    """All else is told as a verb, which stays when its module moves."""
    text = page.read_text(encoding="utf-8")
    assert set(re.findall(r"python -m ([\w.]*\w)", text)) <= {"core.train", "export"}
    blocks = "".join(re.findall(r"^ *```bash\n(.*?)```", text, re.DOTALL | re.MULTILINE))
    told = {*re.findall(r"`digits ([a-z][\w-]*)", text), *re.findall(r"\bdigits ([a-z][\w-]*)", commands(blocks))}
    assert told <= verbs.VERBS.keys() | {"read"}


def commands(block: str) -> str:
    """The lines of a bash block without their comments."""
    return re.sub(r"(?:^|\s)#.*", "", block, flags=re.MULTILINE)


@pytest.mark.parametrize("lock", sorted(path.name for path in ROOT.glob("requirements*.lock")))
def test_a_lock_holds_what_its_list_asks_for(lock):
    assert pins(lock.replace(".lock", ".txt")).items() <= pins(lock).items(), "run `make lock`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file_and_a_heading(page):
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not leads_somewhere(page, link)] == []


def leads_somewhere(page: Path, link: str) -> bool:
    """Whether the file of a link is there, and in it the heading that is named behind #, as GitHub spells it."""
    place, _, heading = link.partition("#")
    target = page.parent / place if place else page
    if not heading or not target.is_file():
        return target.exists()
    titles = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
    return heading in {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_a_link_that_leads_nowhere_is_noticed():
    assert not leads_somewhere(ROOT / "README.md", "docs/gone.md")
    assert not leads_somewhere(ROOT / "README.md", "docs/results.md#gone")
    assert leads_somewhere(ROOT / "README.md", "docs/results.md#on-mnists-test-set")


def test_everything_on_the_map_exists():
    drawn = re.search(r"```\n(app\.py .*?)```", TEXT, re.DOTALL)
    assert drawn
    names, room = [], ""
    for line in drawn[1].splitlines():
        name = line.split()[0]
        room = room if line[0] == " " else name
        names.append(room + name if line[0] == " " else name)
    assert len(names) > 10
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_every_make_verb_exists():
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", TEXT + CONTRIBUTING, re.MULTILINE))
    assert {"demo", "test", "check"} <= named
    makefile = (ROOT / "Makefile").read_text()
    assert [verb for verb in sorted(named) if not re.search(rf"^(?:\w+ )*{verb}\b.*:", makefile, re.MULTILINE)] == []


COMMANDS = sorted(set(re.findall(r"(?:`|^)(python -m [\w.]+|digits [a-z][\w-]*)", TEXT + CONTRIBUTING, re.MULTILINE)))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_knows_its_flags(command):
    assert len(COMMANDS) > 6
    assert (told := help_of(command))
    lines = re.findall(rf"(?:`|^){command}\b([^`\n]*)", TEXT, re.MULTILINE)
    used = {flag for line in lines for flag in re.findall(r"--\w[\w-]*", line)}
    assert [flag for flag in sorted(used) if flag not in told] == []


def help_of(command: str) -> str:
    """What a command of the page says of itself."""
    verb_of = {verb.module: name for name, verb in verbs.VERBS.items()}
    name = verb_of.get(command.removeprefix("python -m ")) or command.removeprefix("digits ")
    return verbs.help_of(name) if name in verbs.VERBS else run(sys.executable, "-m", "digits", name, "--help").stdout


def test_the_snippet_runs_with_onnxruntime_and_numpy_alone():
    snippet = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert snippet
    assert len(list(filter(None, snippet[1].splitlines()))) == 6
    imported = {name.name for node in ast.parse(snippet[1]).body if isinstance(node, ast.Import) for name in node.names}
    assert imported == {"numpy", "onnxruntime"}
    done = run(sys.executable, "-W", "error", "-c", snippet[1])
    assert re.fullmatch(r"1 1 \d+% sure at least\n", done.stdout), done.stdout + done.stderr


def test_every_handle_is_in_the_page():
    handles = set(re.findall(r"data-testid=([\w-]+)", CONTRIBUTING))
    assert len(handles) == 5
    page = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "demo").rglob("*") if path.suffix in PAGE_FILES)
    assert [handle for handle in sorted(handles) if handle not in page] == []


PAGE_FILES = {".py", ".js", ".html", ".css"}


LIMIT_S = 240  # for a command that hangs; torch alone is imported for a minute where six other processes are busy


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """The command from the root, as a newcomer types it, as long as it takes."""
    quiet = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, env=quiet)
