"""What a newcomer and a Space do, in clean environments; where no package index answers, these two are skipped."""

import os
import subprocess
import sys
import urllib.request

import pytest

from demo.space.folders import write
from demo.space.gradio_space import gradio_space
from scripts import fresh_machine
from scripts.fresh_machine import ReadmeError
from tests.demo.browsing import ROOT, free_port, wait_for
from tests.environments import UNREACHABLE, installed


def test_readme_has_exactly_the_commands_that_are_run():
    fresh_machine.check_known(fresh_machine.commands((ROOT / "README.md").read_text(encoding="utf-8")))


def test_commands_are_read_without_their_comments():
    readme = "```bash\nmake demo   # the page\n\n```\n```python\nimport os\n```\n```bash\nmake test\n```\n"
    assert fresh_machine.commands(readme) == ["make demo", "make test"]


ALL = [fresh_machine.SERVES, *fresh_machine.RUNS]


@pytest.mark.parametrize(
    ("written", "sentence"), [([*ALL, "make tea"], "nobody runs: make tea"), (ALL[1:], "no longer")]
)
def test_a_command_too_many_or_too_few_is_noticed(written, sentence):
    with pytest.raises(ReadmeError, match=sentence):
        fresh_machine.check_known(written)


def test_a_command_that_fails_is_named(tmp_path):
    with pytest.raises(ReadmeError, match=r"`false` of README\.md ended with exit code 1"):
        fresh_machine.succeed(tmp_path, "false")


@pytest.mark.network
@pytest.mark.timeout(600)
def test_the_space_installs_in_a_clean_environment_and_starts(tmp_path):
    folder, port = tmp_path / "space", free_port()
    write(folder, gradio_space(ROOT))
    python = installed(tmp_path / "environment", "-r", folder / "requirements.txt")
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    settings = outside | {"DIGITS_PORT": str(port), "DIGITS_HOST": "127.0.0.1", "SPACE_ID": "somebody/digits"}
    process = subprocess.Popen([python, "app.py"], cwd=folder, env=settings)
    try:
        wait_for(f"http://127.0.0.1:{port}", process)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/config") as config:
            assert b"recognise" in config.read()
    finally:
        process.kill()
        process.wait()


@pytest.mark.network
@pytest.mark.timeout(600)
def test_a_newcomer_gets_the_page():
    """The quick part of `make fresh`, from the last commit."""
    command = [sys.executable, "-m", "scripts.fresh_machine", "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if any(word in done.stderr for word in UNREACHABLE):
        pytest.skip("no package index answers")
    assert done.returncode == 0, done.stderr
    assert "the page answered after" in done.stdout
