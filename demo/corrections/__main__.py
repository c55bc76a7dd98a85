"""`python -m demo.corrections OUT.npz` writes everybody's corrections for training, in MNIST's format."""

import sys
from collections.abc import Sequence
from pathlib import Path

from core import verbs
from core.files import write_atomic
from core.refusals import in_a_sentence
from demo.corrections.packing import as_npz
from demo.corrections.store import CorrectionError, opened


@in_a_sentence()
def main(argv: Sequence[str] | None = None) -> int:
    """Write everybody's corrections to the .npz file that is named; returns the exit status."""
    parser = verbs.parser("demo.corrections", "Write all corrections that people made on the page to one file.")
    parser.add_argument("out", type=Path, metavar="OUT.npz", help="images (N, H, W) and labels (N,), as MNIST's .npz")
    out = parser.parse_args(argv).out
    if out.suffix != ".npz":
        parser.error(f"{out}: name a file that ends in .npz")
    corrections = opened()
    if corrections is None:
        raise CorrectionError("No corrections are kept here; set DIGITS_CORRECTIONS to their file.")
    everybody = corrections.of(None)
    write_atomic(out, as_npz(everybody))
    print(f"{out}: {len(everybody)} correction{'' if len(everybody) == 1 else 's'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
