"""`python -m proof.many.bare FOLDER AT COUNT`: every COUNT-th picture decoded and run through the reader, no more."""

import sys
from pathlib import Path

from core import pictures
from core.files import MODELS
from core.session import open_session


def main() -> None:
    """One thread; nothing is made of the outputs."""
    folder, at, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    session = open_session(MODELS / "reader.onnx")
    for path in sorted(folder.iterdir())[at::count]:
        session.run(None, {"image": pictures.read(path)[None]})


if __name__ == "__main__":
    main()
