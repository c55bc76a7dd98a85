"""Write the folders to push to Hugging Face Spaces: `python -m demo.space` makes space-gradio and space-static*."""

import os
import shlex
import sys
from pathlib import Path

from core import verbs
from core.refusals import NOT_READ, in_a_sentence, printable

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read when onnxruntime is imported, which is below

from demo.settings import ROOT
from demo.space.folders import Files, front_matter, settings, write
from demo.space.gradio_space import check, gradio_space
from demo.space.kept_analysis import kept_analysis
from demo.space.own_models import NO_MODELS, OwnModels, load
from demo.space.static_space import static_spaces

SERVER_ONLY = (
    "{name}: left out of space-static, since no manifest says that it is a recogniser, as `digits export RUN` writes "
    "them; the page of space-gradio reads with it"
)


@in_a_sentence(status=NOT_READ)
def main(arguments: list[str] | None = None) -> int:
    """Write and check the folders, and say how to push them; 2 and a sentence when something cannot be used."""
    parser = verbs.parser("demo.space", __doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the folders go (default: dist)")
    parser.add_argument(
        "--models",
        type=Path,
        metavar="FOLDER",
        help="read with the models of this folder, which `digits export RUN` wrote, before those that ship; "
        "space-static-light stays as it is",
    )
    asked = parser.parse_args(arguments)
    models = load(asked.models) if asked.models else NO_MODELS
    for name in models.theirs:
        print(SERVER_ONLY.format(name=printable(name)), file=sys.stderr)
    for name, files in spaces(models).items():
        write(asked.out / name, files)
        tell(asked.out / name, files)
    if models.own:
        print(f"space-gradio and space-static answer with {models.own[0].title}")
    return 0


def spaces(models: OwnModels) -> dict[str, Files]:
    """Name -> files of every folder, checked."""
    gradio = gradio_space(ROOT, models)
    check(gradio)
    front = dict(settings(front_matter(gradio["README.md"].decode())))
    return {"space-gradio": gradio} | static_spaces(front, kept_analysis(), models.own)


def tell(folder: Path, files: Files) -> None:
    """Say what was written, and how to push it."""
    print(f"{folder}: {len(files)} files, {sum(map(len, files.values())) / 1e6:.1f} MB; push it with")
    print(f"  hf upload NAME/SPACE {shlex.quote(str(folder))} . --repo-type=space")


if __name__ == "__main__":
    sys.exit(main())
