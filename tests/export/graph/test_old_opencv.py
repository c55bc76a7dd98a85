"""The file for phones in OpenCV 4, which refuses what ships: the answers of today's ONNX Runtime."""

import subprocess

import numpy as np
import pytest

from core.session import open_session
from export.contracts import SHIPPED
from export.graph.fixed import arranged
from export.graph.to_onnx import export
from export.runtimes.one_size import NAME, PHONE, shown
from tests.environments import NOT_HERE, installed
from tests.export.conftest import WEIGHTS

VERSION = "4.10.0"
PACKAGES = (f"opencv-python-headless=={VERSION}.84", "numpy<2.3")
ASK = """
import sys
import cv2, numpy
print(cv2.__version__)
net = cv2.dnn.readNetFromONNX(sys.argv[1])
found = []
for picture in numpy.load(sys.argv[2]):
    net.setInput(picture[None])
    found.append(net.forward("probabilities")[0])
numpy.save(sys.argv[3], found)
"""


@pytest.mark.network
@pytest.mark.timeout(600)
def test_opencv_4_reads_a_recogniser_of_one_size(tmp_path):
    python = installed(tmp_path / "opencv", *PACKAGES, unless=NOT_HERE)
    _, file = export(SHIPPED[NAME], WEIGHTS, tmp_path, PHONE)
    pictures = shown(20)
    np.save(tmp_path / "pictures.npy", arranged(pictures, PHONE))
    command = [python, "-c", ASK, file, tmp_path / "pictures.npy", tmp_path / "answer.npy"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout.strip() == VERSION, done.stderr
    (today,) = open_session(WEIGHTS / SHIPPED[NAME].file).run(["probabilities"], {"image": pictures})
    np.testing.assert_allclose(np.load(tmp_path / "answer.npy"), today, atol=1e-4)
