"""The one place that imports pyarrow, which is an extra."""

from typing import Any

from core.refusals import RefusalError

MISSING = "Parquet needs the package pyarrow, which is not installed here; `pip install pyarrow` brings it"


def arrow() -> Any:  # noqa: ANN401 (it has no types)
    """The package pyarrow; RefusalError, a sentence, where it is not installed."""
    try:
        import pyarrow
    except ImportError as error:
        raise RefusalError(MISSING) from error
    return pyarrow


def arrow_parquet() -> Any:  # noqa: ANN401 (as above)
    """Its part that reads and writes Parquet."""
    arrow()
    import pyarrow.parquet

    return pyarrow.parquet
