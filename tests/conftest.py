"""An order for all tests: quick ones first, so that a mistake shows in seconds."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the unmarked tests first, then the browser's, then the slow ones; the order within each stays."""
    items.sort(key=lambda item: (bool(item.get_closest_marker("slow")), bool(item.get_closest_marker("browser"))))
