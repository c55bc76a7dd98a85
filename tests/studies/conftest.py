"""What all tests of studies share: what those of core do."""

from tests.core.conftest import memory_is_given_back

__all__ = ["memory_is_given_back"]
