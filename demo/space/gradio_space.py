"""The page as a Gradio Space: what of the checkout it reads while it runs, and nothing else."""

import hashlib
import json
from pathlib import Path, PurePosixPath

import digits
from core.catalogue import CATALOGUE, OF_THE_PAGE
from demo.records import digests
from demo.space import own_models
from demo.space.folders import Files, SpaceError, check_size, content_of, front_matter, settings
from demo.space.own_models import NO_MODELS, OwnModels

MAX_FOLDER_BYTES = 100_000_000

# What the page reads while it runs, as patterns below the root; nothing else goes into the Space.
GRADIO_FILES = (
    "app.py",
    "core/*.py",  # the ground floor; none of it needs torch
    "demo/**/*.py",
    "demo/static/*.*",
    "demo/templates/*.html",
    "models/*.onnx",
    "models/*.json",
    "models/README.md",
    "data/README.md",
    "data/MNIST/raw/*.gz",
    "data/*/README.md",
    "data/*/*.jsonl.gz",
    "data/*/*.npz",
    "docs/records/robustness.json",
    "LICENSE",
)
NOT_SERVED = "demo/space/"
NEEDED = {
    "app.py",
    *(f"models/{CATALOGUE[name].file}" for name in OF_THE_PAGE),
    "models/parity.json",
    "LICENSE",
    "README.md",
    "requirements.txt",
}

ABOUT = """
# {title}

The page of a digit recogniser that is one ONNX file, version {version}. Source, training and proofs are in the
repository that this folder was made from by `make space`; the model card is in models/README.md.
"""


def gradio_space(root: Path, models: OwnModels = NO_MODELS) -> Files:
    """Path -> bytes of the Gradio Space made from the checkout at `root`; SpaceError when it has no front matter.

    models: of one's own, with which the page in it reads without any setting.
    """
    files = {
        path.relative_to(root).as_posix(): content_of(path, root)
        for pattern in GRADIO_FILES
        for path in sorted(root.glob(pattern))
        if not path.relative_to(root).as_posix().startswith(NOT_SERVED)
    }
    front = front_matter((root / "README.md").read_text(encoding="utf-8"))
    about = ABOUT.format(title=dict(settings(front))["title"], version=digits.__version__)
    files["README.md"] = f"---\n{front}---\n{about}".encode()
    files["requirements.txt"] = (root / "requirements-demo.txt").read_bytes()
    return files | own_models.files(models)


def check(files: Files) -> None:
    """SpaceError when the Gradio Space would not start: a file or setting is missing, or the versions disagree."""
    if missing := sorted(NEEDED - files.keys()):
        raise SpaceError(f"the Space lacks {', '.join(missing)}; `python -m export` writes the models")
    front = dict(settings(front_matter(files["README.md"].decode())))
    if front.get("sdk") != "gradio" or front.get("app_file") not in files:
        raise SpaceError("README.md: expected `sdk: gradio` and an `app_file` that exists")
    pin = f"gradio=={front.get('sdk_version')}"
    if pin not in files["requirements.txt"].decode().splitlines():
        raise SpaceError(f"README.md says {pin}, requirements-demo.txt says otherwise; make them equal")
    check_models(files)
    check_size(files, MAX_FOLDER_BYTES)


def check_models(files: Files) -> None:
    """SpaceError when a model that ships is not the one that its record speaks of: the page would refuse it."""
    stated = digests(json.loads(files["models/parity.json"]))
    for name in files:
        path = PurePosixPath(name)
        if path.match("models/*.onnx") and hashlib.sha256(files[name]).hexdigest() != stated.get(path.name):
            raise SpaceError(
                f"{name} is not the file that models/parity.json speaks of; `python -m export` writes both"
            )
