"""What all tests of training share, and those of the studies."""

import pytest

COMMANDS = ("core.train.__main__", "core.train.combine.teach", "core.train.measure.ensemble")
COMMANDS += ("studies.ablation", "studies.step", "studies.race")


@pytest.fixture(autouse=True, scope="session")
def memory_is_given_back():
    """The commands keep freed memory for their own process; this one goes on to tests that measure what it holds."""
    with pytest.MonkeyPatch.context() as patch:
        for command in COMMANDS:
            patch.setattr(f"{command}.keep_freed_memory", lambda: True)
        yield
