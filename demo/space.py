"""Write the folders to push to Hugging Face Spaces: `python -m demo.space` makes space-gradio and space-static*."""

import argparse
import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read when onnxruntime is imported, which is below

from demo import static_space
from demo.recognizer import ModelError
from demo.records import RecordError, digests
from demo.settings import MODELS, ROOT

MAX_FOLDER_BYTES = 100_000_000

# What the page reads while it runs, as patterns below the root; nothing else goes into the Space.
GRADIO_FILES = (
    "app.py",
    "demo/**/*.py",
    "demo/static/*.*",
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
NOT_SERVED = {"demo/space.py", "demo/static_space.py"}
NEEDED = {"app.py", "models/recognizer.onnx", "models/parity.json", "LICENSE", "README.md", "requirements.txt"}

ABOUT = """
# {title}

The page of a digit recogniser that is one ONNX file. Source, training and proofs are in the repository that this
folder was made from by `make space`; the model card is in models/README.md.
"""

Files = dict[str, bytes]


class SpaceError(Exception):
    """A folder that must not be pushed; the message says what is missing or wrong."""


def main(arguments: list[str] | None = None) -> int:
    """Write and check the folders, and say how to push them; 1 and a sentence when something is missing."""
    parser = argparse.ArgumentParser(prog="python -m demo.space", description=__doc__, allow_abbrev=False)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the folders go (default: dist)")
    out = parser.parse_args(arguments).out
    try:
        gradio = gradio_space(ROOT)
        check(gradio)
        front = dict(settings(front_matter(gradio["README.md"].decode())))
        folders = {"space-gradio": gradio} | static_spaces(front)
    except (SpaceError, ModelError, RecordError) as error:
        print(error, file=sys.stderr)
        return 1
    for name, files in folders.items():
        write(out / name, files)
        size = sum(map(len, files.values()))
        print(f"{out / name}: {len(files)} files, {size / 1e6:.1f} MB; push it with")
        print(f"  hf upload NAME/SPACE {out / name} . --repo-type=space")
    return 0


def static_spaces(front: dict[str, str]) -> dict[str, Files]:
    """The folders of static Spaces: with the recogniser, and light, with the compact one where it is exported."""
    models = {
        "space-static": (MODELS / "recognizer.onnx", static_space.MAX_FOLDER_BYTES),
        "space-static-light": (MODELS / "edge-recognizer.onnx", static_space.MAX_LIGHT_BYTES),
    }
    folders = {}
    for name, (model, limit_bytes) in models.items():
        if name == "space-static" or model.is_file():
            folders[name] = static_space.static_space(front, model, pack=name != "space-static")
            check_size(folders[name], limit_bytes)
    return folders


def gradio_space(root: Path) -> Files:
    """Path -> bytes of the Gradio Space made from the checkout at `root`; SpaceError when it has no front matter."""
    files = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for pattern in GRADIO_FILES
        for path in sorted(root.glob(pattern))
        if path.relative_to(root).as_posix() not in NOT_SERVED
    }
    front = front_matter((root / "README.md").read_text(encoding="utf-8"))
    about = ABOUT.format(title=dict(settings(front))["title"])
    files["README.md"] = f"---\n{front}---\n{about}".encode()
    files["requirements.txt"] = (root / "requirements-demo.txt").read_bytes()
    return files


def front_matter(readme: str) -> str:
    """The lines between the two `---` at the top of README.md; SpaceError when there are none."""
    found = re.match(r"---\n(.*?\n)---\n", readme, re.DOTALL)
    if not found:
        raise SpaceError("README.md: expected Spaces front matter between two lines `---` at the top")
    return found[1]


def settings(front: str) -> Iterator[tuple[str, str]]:
    """Each `name: value` of front matter, quotes taken off."""
    for name, value in re.findall(r"^(\w+): *(.*)$", front, re.MULTILINE):
        yield name, value.strip('"')


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
    """SpaceError when a model is not the one that its record speaks of: the page would refuse it."""
    stated = digests(json.loads(files["models/parity.json"]))
    for name in files:
        path = PurePosixPath(name)
        if path.suffix == ".onnx" and hashlib.sha256(files[name]).hexdigest() != stated.get(path.name):
            raise SpaceError(
                f"{name} is not the file that models/parity.json speaks of; `python -m export` writes both"
            )


def check_size(files: Files, limit_bytes: int) -> None:
    """SpaceError when the files together are larger than the limit."""
    if (size := sum(map(len, files.values()))) > limit_bytes:
        raise SpaceError(f"the Space has {size / 1e6:.0f} MB; at most {limit_bytes / 1e6:.0f} MB are meant to go in")


def write(folder: Path, files: Files) -> None:
    """Replace `folder` by these files; it is never half old and half new."""
    fresh = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(fresh, ignore_errors=True)
    for name, content in files.items():
        path = fresh / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if folder.exists():
        shutil.rmtree(folder)
    fresh.rename(folder)


if __name__ == "__main__":
    sys.exit(main())
