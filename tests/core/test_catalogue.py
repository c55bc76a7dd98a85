"""One list of models: what lies in models/ is in it, all other lists derive from it, and a new row reaches them all."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.catalogue import CATALOGUE, DOWNLOADS, EXPLAIN, FORMS, OF_THE_PAGE, in_order, place
from core.files import MODELS, ROOT


def test_the_rows_are_the_files_that_ship():
    shipped = {path.name for path in MODELS.iterdir() if path.suffix in (".onnx", ".ort")}
    assert {*EXPLAIN, *(f"{model.name}{form}" for model in CATALOGUE.values() for form in model.forms)} == shipped
    assert all((MODELS / model.weights).is_file() for model in CATALOGUE.values())


@pytest.mark.parametrize("field", ["place", "download"])
def test_every_row_has_a_place_of_its_own(field):
    assert sorted(getattr(model, field) for model in CATALOGUE.values()) == [*range(len(CATALOGUE))]


def test_readers_are_measured_by_no_set_of_single_digits_and_all_others_are():
    assert all(bool(model.analysed) == (model.kind != "reader") for model in CATALOGUE.values())
    assert all(model.kind == "recognizer" for model in CATALOGUE.values() if model.choice)
    assert set(OF_THE_PAGE) <= CATALOGUE.keys()


def test_tables_name_models_then_forms_and_what_is_unknown_last():
    files = ["stranger.onnx", "edge.onnx", "edge.ort", "edge.int8.onnx", "reader.onnx", "edge.fp16.onnx"]
    assert [name for name, _ in in_order(dict.fromkeys(files))] == [
        "reader.onnx",
        *(f"edge{f}" for f in FORMS),
        files[0],
    ]
    assert place("edge")[:2] == place("edge.onnx")[:2]
    assert place("edge-reader.onnx", DOWNLOADS) > place("reference.ort", DOWNLOADS)


def test_the_smallest_form_is_the_smallest_file_for_any_runtime():
    for model in CATALOGUE.values():
        files = [MODELS / f"{model.name}{form}" for form in model.forms if form.endswith(".onnx")]
        assert min(files, key=lambda path: path.stat().st_size).name == model.smallest


ROW = """
        Model("tiny", "A tiny one", "tiny.safetensors", "recognizer", 7, 7, choice="Tiny", analysed="Tiny one"),
    )
}
OF_THE_PAGE"""
LISTS = """
from demo.analysis import sources
from demo.answers import choices
from export import contracts
found = {
    "exported": contracts.SHIPPED["tiny"].title == "A tiny one",
    "proved as a recogniser": contracts.ALL["tiny"].contract == contracts.RECOGNIZER,
    "in tables": module.IN_TABLES[-1] == "tiny",
    "taken away": module.DOWNLOADS[-1] == "tiny",
    "chosen": choices.OFFERED.get("tiny.int8.onnx") == "Tiny, int8",
    "analysed": sources.TITLES.get("tiny.onnx") == "Tiny one",
}
print(json.dumps(found))
"""
PLANT = """
import json, sys, types
module = sys.modules["core.catalogue"] = types.ModuleType("core.catalogue")
exec(compile(sys.stdin.read(), "catalogue.py", "exec"), module.__dict__)
"""


def test_one_row_more_is_exported_listed_offered_and_analysed():
    source = (ROOT / "core" / "catalogue.py").read_text(encoding="utf-8").replace("\n    )\n}\nOF_THE_PAGE", ROW)
    command = [sys.executable, "-c", PLANT + LISTS]
    done = subprocess.run(command, cwd=ROOT, input=source, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    assert [what for what, found in json.loads(done.stdout).items() if not found] == []


def lists(path: Path) -> list[int]:
    """The lines where a source names the compact recogniser, or a file of it, as a value."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant)]
    return [node.lineno for node in nodes if str(node.value).split(".")[0] == "edge-recognizer"]


def test_no_other_source_lists_the_models():
    sources = [path for room in ("core", "export", "demo", "studies") for path in (ROOT / room).rglob("*.py")]
    assert [path.name for path in (*sources, ROOT / "digits.py") if lists(path)] == ["catalogue.py"]
