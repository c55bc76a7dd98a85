"""ONNX Runtime is told to keep no usage data before it is imported, by every way into this project that imports it."""

import subprocess
import sys

import pytest

from tests.demo.browsing import ROOT

LOOK = """
import os, sys, importlib.abc
os.environ.pop("ORT_DISABLE_TELEMETRY", None)
class Watch(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "onnxruntime":
            print(os.environ.get("ORT_DISABLE_TELEMETRY"))
            sys.exit()
sys.meta_path.insert(0, Watch())
"""
# torch looks whether it is there
BEFORE = "import core.net.recognizer, core.train.data, core.train.presets, core.train.pictures.augment"
WAYS = {
    "the page": "import app",
    "make space": "import demo.space.__main__",
    "analysis": "import demo.analysis.__main__",
    "export": "import export.__main__",
    "evaluate": "from core.train.measure import evaluate",
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_usage_data_is_off(way):
    code = (BEFORE if "evaluate" in way else "") + LOOK + way
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "1\n", done.stderr


def test_the_look_can_fail():
    done = subprocess.run([sys.executable, "-c", LOOK + "import onnxruntime"], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "None\n"
