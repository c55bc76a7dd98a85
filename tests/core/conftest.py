"""What all tests of core share."""

import pytest

COMMANDS = ("train", "teach", "ensemble", "ablation", "bench.step", "bench.race")


@pytest.fixture(autouse=True, scope="session")
def memory_is_given_back():
    """The commands keep freed memory for their own process; this one goes on to tests that measure what it holds."""
    with pytest.MonkeyPatch.context() as patch:
        for command in COMMANDS:
            patch.setattr(f"core.{command}.keep_freed_memory", lambda: True)
        yield
