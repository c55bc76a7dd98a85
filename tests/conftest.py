"""An order for all tests, and which of them share a process where several run side by side (`make test`: two)."""

from typing import Any

import pytest

TOGETHER = ("tests/export/", "tests/demo/space/")  # what their tests share is long in the making


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out the tests by groups; xdist 3.8 renames tests for its own, which pytest 9.2 does not let it."""
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid)

    return ByGroup(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Alone: quick tests first, so that a mistake shows in seconds. Side by side: the long groups first.

    The order within each stays.
    """
    if not side_by_side(config):
        items.sort(key=lambda item: (has(item, "slow"), has(item, "browser")))
        return
    long = {group(item.nodeid) for item in items if any(has(item, mark) for mark in ("slow", "network", "browser"))}
    items.sort(key=lambda item: (group(item.nodeid) not in TOGETHER, group(item.nodeid) not in long))


def group(nodeid: str) -> str:
    """Tests of one group run in one process: those of a room whose files are long in the making; else those of a file.

    A page and a browser are quick to start, so that either process has its own.
    """
    return next((room for room in TOGETHER if nodeid.startswith(room)), nodeid.split("::")[0])


def side_by_side(config: pytest.Config) -> bool:
    """Whether this is one of several processes."""
    return hasattr(config, "workerinput")


def has(item: pytest.Item, marker: str) -> bool:
    """Whether a test is marked so."""
    return item.get_closest_marker(marker) is not None
