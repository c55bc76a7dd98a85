"""The page as a process: what it imports, where it listens."""

import os
import subprocess
import sys

import pytest

from demo import settings
from tests.demo.browsing import ROOT

BUILD = """
import sys
import app
heavy = sorted({"torch", "torchvision", "matplotlib", "core", "export"} & set(sys.modules))
assert not heavy, heavy
assert app.demo is not None
"""


def test_importing_the_front_door_builds_the_page_without_serving_it_or_loading_torch():
    environment = os.environ | {"DIGITS_CORRECTIONS": "off"}
    subprocess.run([sys.executable, "-c", BUILD], cwd=ROOT, env=environment, check=True, timeout=120)


ADDRESSES = {
    "at home": ({}, "127.0.0.1", 7860),
    "on a Space": ({"SPACE_ID": "someone/digits"}, "0.0.0.0", 7860),
    "as told": ({"DIGITS_HOST": "10.0.0.1", "DIGITS_PORT": "8000", "SPACE_ID": "x/y"}, "10.0.0.1", 8000),
}


@pytest.mark.parametrize(("environment", "host", "port"), ADDRESSES.values(), ids=ADDRESSES.keys())
def test_the_address_depends_on_the_surroundings(monkeypatch, environment, host, port):
    for name in ("SPACE_ID", "DIGITS_HOST", "DIGITS_PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert (settings.host(), settings.port()) == (host, port)


@pytest.mark.parametrize("port", ["", "http", "0", "65536", "-1"])
def test_an_impossible_port_is_a_sentence(monkeypatch, port):
    monkeypatch.setenv("DIGITS_PORT", port)
    with pytest.raises(SystemExit, match="whole number from 1 to 65535"):
        settings.port()
