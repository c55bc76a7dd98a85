"""A record tells machine, versions and data, and nothing about who ran it."""

import json
import shlex
import socket
import sys

import torch

from core import record
from core.data import MD5


def test_environment_holds_what_a_result_needs_and_no_names():
    found = record.environment(torch.device("cpu"))
    assert found["versions"]["torch"] == torch.__version__.split("+")[0]  # less the build
    assert found["data_md5"] == MD5
    assert found["machine"]["device"] == "cpu"
    assert socket.gethostname() not in json.dumps(found)


def test_command_is_what_a_person_would_type_to_begin(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/somewhere/core/train.py", "--seed", "3", "--resume"])
    assert record.command() == "python -m core.train --seed 3"


def test_a_command_can_be_typed_again_whatever_its_arguments_hold(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["core/train.py", "--from", "", "--out", "runs/my run"])
    assert shlex.split(record.command())[2:] == ["core.train", "--from", "", "--out", "runs/my run"]
