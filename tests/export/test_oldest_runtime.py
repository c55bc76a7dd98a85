"""The readers in the oldest ONNX Runtime that installs for this Python: the answers of today's."""

import subprocess
import sys

import numpy as np
import pytest

from core.session import open_session
from export.readers import numbers
from tests.export.conftest import WEIGHTS
from tests.test_fresh_machine import UNREACHABLE

OLDEST = ("onnxruntime==1.16.3", "numpy<2")
NOT_HERE = (*UNREACHABLE, "No matching distribution")
ASK = """
import sys
import numpy, onnxruntime
print(onnxruntime.__version__)
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
numpy.save(sys.argv[3], session.run(["digits"], {"image": numpy.load(sys.argv[2])})[0])
"""


@pytest.fixture(scope="module")
def oldest(tmp_path_factory):
    """The Python of an environment with an old ONNX Runtime."""
    folder = tmp_path_factory.mktemp("oldest")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    command = [python, "-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check", *OLDEST]
    done = subprocess.run(command, capture_output=True, text=True)
    if any(word in done.stderr for word in NOT_HERE):
        pytest.skip(f"{OLDEST[0]} cannot be installed here")
    assert done.returncode == 0, done.stderr
    return python


@pytest.mark.network
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["reader.onnx", "reader.ort", "edge-reader.onnx", "edge-reader.ort"])
def test_a_reader_says_the_same_as_today(oldest, digits, tmp_path, name):
    pictures = numbers(digits, 20, seed=1)
    np.save(tmp_path / "pictures.npy", pictures)
    command = [oldest, "-c", ASK, WEIGHTS / name, tmp_path / "pictures.npy", tmp_path / "digits.npy"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout.strip() == "1.16.3", done.stderr
    (today,) = open_session(WEIGHTS / name).run(["digits"], {"image": pictures})
    assert np.array_equal(np.load(tmp_path / "digits.npy"), today)
