"""The rooms keep apart, nothing unpickles, and what is committed is fit to publish; each guard is shown to fail."""

import re
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture import FORBIDDEN, GROUND_FLOOR, forbidden_imports, imports, unpickling

ROOT = Path(__file__).resolve().parent.parent
OURS = {"core", "export", "demo", "proof", "studies", "app", "digits", "scripts", "tests"}
PLATFORMS_OWN = {"spaces"}  # ZeroGPU has it installed, and demo/zero_gpu.py imports it nowhere else
LARGEST = {"models/": 8_000_000, "data/": 12_000_000, "docs/": 2_000_000, "demo/static/vendor/": 4_000_000}  # bytes
LARGEST_ELSEWHERE = 200_000
LOCAL_SOURCE = re.compile(rb"(?:/[\w.-]+){2,}\.py\b|[A-Z]:\\\\[\w.\\-]+\.py\b")  # a path in a stack trace


def sources() -> list[Path]:
    rooms = [path for room in FORBIDDEN for path in (ROOT / room).rglob("*.py")]
    return sorted({*rooms, *ROOT.glob("*.py")})


def committed() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: nobody can say what is committed")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("check", [forbidden_imports, unpickling], ids=lambda check: check.__name__)
def test_the_sources_pass(check):
    found = [line for path in sources() for line in check(path.relative_to(ROOT).as_posix(), path.read_text())]
    assert sources()
    assert not found, "\n".join(found)


PLANTED_IMPORTS = {
    "plain": ("core/train/loop.py", "import demo"),
    "submodule under another name": ("core/train/loop.py", "import export.to_onnx as writer"),
    "from": ("demo/page.py", "from torch.nn import functional"),
    "second of a line": ("demo/page.py", "import json, torch"),
    "inside a function": ("demo/page.py", "def f():\n    import core.net.model"),
    "inside a lambda": ("core/train/loop.py", "f = lambda: __import__('gradio')"),
    "only for the type checker": ("core/train/loop.py", "if TYPE_CHECKING:\n    import gradio"),
    "inside try": ("core/train/data.py", "try:\n    import onnxruntime\nexcept ImportError:\n    pass"),
    "by name": ("export/parity.py", "import importlib\nimportlib.import_module('demo.answers.canvas')"),
    "by name, bare": (
        "export/parity.py",
        "from importlib import import_module\nimport_module('app')",
    ),
    "relative, out of a nested package": ("demo/parts/bars.py", "from ... import core"),
    "relative, out of the room": ("demo/page.py", "from ..export import parity"),
    "relative, beside app.py": ("app.py", "from . import core"),
    "torchvision in the front door": ("app.py", "import torchvision"),
    "core itself": ("demo/page.py", "import core"),
    "all of core": ("demo/page.py", "from core import *"),
    "a room of core beside the ground floor": ("demo/page.py", "from core import net, pictures"),
    "a name that only begins like the ground floor": ("demo/page.py", "import core.pictures_of_training"),
    "training in the front door": ("app.py", "from core.train.loop import Run"),
    "torch on the ground floor": ("core/pictures.py", "import torch"),
    "gradio on the ground floor": ("core/sets.py", "def f():\n    import gradio"),
    "the page on the ground floor": ("core/sets.py", "from demo import limits"),
    "another room of core on the ground floor": ("core/sets.py", "from core.train.pictures import extra"),
    "relative, from the ground floor": ("core/pictures.py", "from . import net"),
    "a runtime on the ground floor": ("core/pictures.py", "import onnxruntime"),
    "onnxruntime at the top of evaluate": ("core/train/measure/evaluate.py", "import onnxruntime"),
    "onnxruntime beside the one place for it": ("core/picture_model.py", "import onnxruntime"),
    "a new file on the ground floor": ("core/anything.py", "from core.net import model"),
    "training in a net": ("core/net/model.py", "from core.train.pictures.augment import augment"),
    "training in a net, from core": ("core/net/model.py", "from core import train"),
    "relative, out of the nets": ("core/net/model.py", "from ..train import loop"),
    "a page of a study in the export": ("export/pages/__main__.py", "from studies import remaining"),
    "a study in training": ("core/train/loop.py", "import studies.step"),
    "a study in a proof": ("proof/page/run.py", "from studies.step import best_seconds"),
    "the page in a study": ("studies/step.py", "from demo import settings"),
    "a model in the reading of many": ("core/many/run.py", "from demo.answers.reader import Reader"),
    "a runtime in the reading of many": ("core/many/worker.py", "import onnxruntime"),
    "the nets in the reading of many": ("core/many/run.py", "from core.net import model"),
    "the reading of many in the page": ("demo/page.py", "from core.many import pool"),
    "onnxruntime lazily": ("core/train/loop.py", "def f():\n    import onnxruntime"),
}


@pytest.mark.parametrize(("path", "source"), PLANTED_IMPORTS.values(), ids=PLANTED_IMPORTS.keys())
def test_a_planted_import_is_found(path, source):
    assert len(forbidden_imports(path, source)) == 1


ALLOWED_IMPORTS = {
    "core from export": ("export/graph/to_onnx.py", "from core.net.model import ConvNet"),
    "relative, within the room": ("demo/page.py", "from . import canvas\nfrom .views import bars"),
    "relative, within a nested package": ("core/parts/a.py", "from .. import model"),
    "a name that only begins the same": ("demo/page.py", "import corelib\nfrom demographics import x"),
    "the ground floor from the page": ("demo/page.py", "import core.pictures\nfrom core.pictures import read"),
    "the ground floor by names": ("demo/answers/canvas.py", "from core import pictures, sets"),
    "the ground floor from itself": ("core/sets.py", "from core import pictures\nfrom . import files"),
    "the reading of many from the command": (
        "digits.py",
        "from core.many import run\nfrom core.many.out import FORM_OF",
    ),
    "the reading of many from itself": ("core/many/run.py", "from core.many.pool import Pool\nfrom core import files"),
    "the nets from training": ("core/train/loop.py", "from core.net.model import ConvNet"),
    "training from a study": ("studies/step.py", "from core.train.loop import Run\nfrom export.parity import compare"),
    "a word in a text": ("core/train/loop.py", "'import demo'"),
    "the one place that opens an .onnx file": ("core/session.py", "import onnxruntime"),
}


@pytest.mark.parametrize(("path", "source"), ALLOWED_IMPORTS.values(), ids=ALLOWED_IMPORTS.keys())
def test_an_allowed_import_passes(path, source):
    assert forbidden_imports(path, source) == []


PLANTED_UNPICKLING = {
    "pickle": "import pickle",
    "pickle lazily": "def f():\n    from pickle import loads",
    "joblib": "import joblib",
    "torch.load as it comes": "torch.load(path)",
    "torch.load told to": "torch.load(path, weights_only=False)",
    "torch.load by a variable": "torch.load(path, weights_only=safe)",
    "numpy told to": "np.load(path, allow_pickle=True)",
    "numpy by a variable": "numpy.load(path, allow_pickle=trusted)",
}


@pytest.mark.parametrize("source", PLANTED_UNPICKLING.values(), ids=PLANTED_UNPICKLING.keys())
def test_planted_unpickling_is_found(source):
    assert len(unpickling("core/train/data.py", source)) == 1


@pytest.mark.parametrize("source", ["np.load(path, allow_pickle=False)", "torch.load(path, weights_only=True)"])
def test_reading_without_pickle_passes(source):
    assert unpickling("core/train/data.py", source) == []


def test_the_page_starts_without_torch():
    """The imports that really happen, those of libraries included."""
    probe = "import app, demo.page, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert not loaded & {"torch", "torchvision", "export"}
    assert {name for name in loaded if name.startswith("core.")} <= {f"core.{name}" for name in GROUND_FLOOR}


def test_the_ground_floor_can_be_imported_without_torch_or_the_page():
    probe = f"import {', '.join(f'core.{name}' for name in sorted(GROUND_FLOOR))}, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    assert not set(done.stdout.split()) & {"torch", "torchvision", "gradio", "demo", "export"}


def pinned(name: str) -> set[str]:
    lines = (ROOT / name).read_text().splitlines()
    return {line.split("==")[0].lower().replace("_", "-") for line in lines if "==" in line}


@cache
def brought_by() -> Mapping[str, list[str]]:
    """Module -> the distributions that bring it; slow to find out."""
    return packages_distributions()


def unpinned(path: str, source: str, names: set[str]) -> list[str]:
    """Modules of other people's packages that `source` imports and that none of the distributions in `names` brings."""
    owners = brought_by()
    others = {found.module for found in imports(path, source)} - sys.stdlib_module_names - OURS - PLATFORMS_OWN
    return sorted(
        module for module in others if not {owner.lower().replace("_", "-") for owner in owners.get(module, ())} & names
    )


@pytest.mark.parametrize(
    ("rooms", "requirements"),
    [
        (("core", "export", "demo", "proof", "studies", "scripts", "tests"), "requirements.txt"),
        (("demo",), "requirements-demo.txt"),
    ],
    ids=["everything", "the page"],
)
def test_every_package_that_is_imported_is_pinned(rooms, requirements):
    """What only happens to be installed here is missing in a clean clone."""
    files = [*ROOT.glob("*.py"), *(path for room in rooms for path in (ROOT / room).rglob("*.py"))]
    names = pinned(requirements)
    named = {
        path.relative_to(ROOT).as_posix(): unpinned(path.relative_to(ROOT).as_posix(), path.read_text(), names)
        for path in files
    }
    assert {path: modules for path, modules in named.items() if modules} == {}


def test_an_unpinned_package_is_noticed():
    source = "import pytest, json, core.net.model\nfrom PIL import Image"
    assert unpinned("core/train/loop.py", source, {"pillow"}) == ["pytest"]
    assert unpinned("core/train/loop.py", "import not_there", {"pillow"}) == ["not_there"]


def too_large(name: str, size: int) -> bool:
    return size > next((limit for room, limit in LARGEST.items() if name.startswith(room)), LARGEST_ELSEWHERE)


def test_no_large_file_is_committed():
    named = {path.relative_to(ROOT).as_posix(): path.stat().st_size for path in committed()}
    assert [name for name, size in named.items() if too_large(name, size)] == []


def test_a_large_file_is_noticed():
    assert too_large("core/weights.bin", 200_001)
    assert too_large("data/everything.zip", 12_000_001)
    assert not too_large("models/convnet.onnx", 3_500_000)


def test_no_committed_text_names_this_checkout():
    """A path of the machine that wrote a file means nothing to its readers."""
    folder = str(ROOT).encode()
    assert [path.name for path in committed() if len(ROOT.parts) > 2 and folder in path.read_bytes()] == []


def test_no_onnx_file_holds_a_source_path():
    """The exporter writes a stack trace into every node."""
    models = [path for path in committed() if path.suffix in {".onnx", ".ort"}]
    assert [path.name for path in models if LOCAL_SOURCE.search(path.read_bytes())] == []


def test_a_source_path_is_noticed():
    assert LOCAL_SOURCE.search(b'\x12\x08File "/home/ada/digits/core/net/model.py", line 41')
    assert not LOCAL_SOURCE.search(b"/conv1/Conv_output_0 core/stamp.py")
