"""Write the folders to push to Hugging Face Spaces: `python -m demo.space` makes space-gradio and space-static*."""

import os
import sys
from pathlib import Path

from core import verbs
from core.refusals import in_a_sentence

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read when onnxruntime is imported, which is below

from demo.settings import ROOT
from demo.space.folders import front_matter, settings, write
from demo.space.gradio_space import check, gradio_space
from demo.space.kept_analysis import kept_analysis
from demo.space.static_space import static_spaces


@in_a_sentence()
def main(arguments: list[str] | None = None) -> int:
    """Write and check the folders, and say how to push them; 1 and a sentence when something is missing."""
    parser = verbs.parser("demo.space", __doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the folders go (default: dist)")
    out = parser.parse_args(arguments).out
    gradio = gradio_space(ROOT)
    check(gradio)
    front = dict(settings(front_matter(gradio["README.md"].decode())))
    folders = {"space-gradio": gradio} | static_spaces(front, kept_analysis())
    for name, files in folders.items():
        write(out / name, files)
        size = sum(map(len, files.values()))
        print(f"{out / name}: {len(files)} files, {size / 1e6:.1f} MB; push it with")
        print(f"  hf upload NAME/SPACE {out / name} . --repo-type=space")
    return 0


if __name__ == "__main__":
    sys.exit(main())
