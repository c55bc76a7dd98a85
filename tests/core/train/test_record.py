"""A record of what torch computed tells device, versions and data, and nothing about who ran it."""

import json
import socket

import torch

from core import mnist
from core.mnist import MD5
from core.train import record


def test_environment_holds_what_a_result_needs_and_no_names():
    found = record.environment(torch.device("cpu"))
    assert found["versions"]["torch"] == torch.__version__.split("+")[0]  # less the build
    assert found["data_md5"] == MD5
    assert found["machine"]["device"] == "cpu"
    assert socket.gethostname() not in json.dumps(found)


def test_a_head_names_what_was_measured_and_the_device():
    found = record.head(torch.device("cpu"), mnist.files("test"), "python -m core.x")
    assert [path.split("/")[-1] for path in found["inputs"]] == [
        "t10k-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte.gz",
    ]
    assert (found["command"], found["machine"]["threads"]) == ("python -m core.x", torch.get_num_threads())
