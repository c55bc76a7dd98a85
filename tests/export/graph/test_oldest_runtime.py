"""Files in the oldest ONNX Runtimes that install for this Python and open them: the answers of today's."""

import subprocess
from functools import cache

import numpy as np
import pytest

from core.catalogue import CATALOGUE, EXPLAIN, Build
from core.session import open_session
from export.contracts import READERS, SHIPPED
from export.graph.to_onnx import export
from export.proving.numbers import write_numbers
from tests.environments import NOT_HERE, installed
from tests.export.conftest import WEIGHTS

OLDEST, OLDEST_PACKED = "1.15.1", "1.16.3"  # which opens .onnx, and .ort
ASK = """
import sys
import numpy, onnxruntime
print(onnxruntime.__version__)
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
numpy.save(sys.argv[3], session.run([sys.argv[4]], {session.get_inputs()[0].name: numpy.load(sys.argv[2])})[0])
"""


@pytest.fixture(scope="module")
def python_with(tmp_path_factory):
    """A function: a version of ONNX Runtime -> the Python of an environment with it, made once."""

    @cache
    def made(version):
        wanted = f"onnxruntime=={version}", "numpy<2", "--no-deps"  # what it imports to answer is numpy alone
        return installed(tmp_path_factory.mktemp("oldest"), *wanted, unless=NOT_HERE)

    return made


def same_as_today(python, version, file, answer, pictures, folder):
    """Whether the runtime of a Python says of pictures what today's says, in one output."""
    np.save(folder / "pictures.npy", pictures)
    command = [python, "-c", ASK, file, folder / "pictures.npy", folder / "answer.npy", answer]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout.strip() == version, done.stderr
    session = open_session(file)
    (today,) = session.run([answer], {session.get_inputs()[0].name: pictures})
    return np.allclose(np.load(folder / "answer.npy"), today, atol=1e-5)


@pytest.mark.network
@pytest.mark.timeout(600)
@pytest.mark.parametrize("file", [name + form for name in READERS for form in CATALOGUE[name].forms])
def test_a_reader_says_the_same_as_today(python_with, digits, tmp_path, file):
    version = OLDEST_PACKED if file.endswith(".ort") else OLDEST
    pictures = write_numbers(digits, 20, seed=1)[0]
    assert same_as_today(python_with(version), version, WEIGHTS / file, "digits", pictures, tmp_path)


@pytest.mark.network
@pytest.mark.timeout(600)
def test_what_is_asked_to_explain_is_the_same_as_today(python_with, digits, tmp_path):
    seen = digits[0] / np.float32(255)
    assert same_as_today(python_with(OLDEST), OLDEST, WEIGHTS / EXPLAIN[0], "swept", seen, tmp_path)


@pytest.mark.network
@pytest.mark.timeout(600)
def test_the_recogniser_in_an_older_operator_set_says_the_same_as_today(python_with, digits, tmp_path):
    _, file = export(SHIPPED["recognizer"], WEIGHTS, tmp_path, Build(opset=17))
    assert same_as_today(python_with(OLDEST), OLDEST, file, "probabilities", digits[:20], tmp_path)
