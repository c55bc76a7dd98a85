"""What all tests of studies share: what those of training do."""

from tests.core.train.conftest import memory_is_given_back

__all__ = ["memory_is_given_back"]
