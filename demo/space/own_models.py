"""Models of one's own for the folders of Spaces: those of a folder, and nothing else that lies in it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core import manifest
from demo.answers import shelf
from demo.answers.recognizer import Recognizer
from demo.settings import OWN_MODELS, RECOGNIZER
from demo.space.folders import Files, content_of


@dataclass(frozen=True)
class Own:
    """One recogniser of a manifest.

    name:    by which pages ask for it.
    title:   in words, with its size.
    reads:   what answers as pages have to.
    content: the bytes of its file.
    """

    name: str
    title: str
    reads: Recognizer
    content: bytes

    @property
    def file(self) -> str:
        """The name of its file."""
        return self.reads.path.name


@dataclass(frozen=True)
class OwnModels:
    """The models of a folder.

    own:    recognisers, of which the first answers whoever chooses nothing.
    theirs: file name -> bytes of what no manifest speaks of: somebody else's, with which only a server reads.
    """

    own: Sequence[Own] = ()
    theirs: Files = field(default_factory=dict)


NO_MODELS = OwnModels()


def load(folder: Path) -> OwnModels:
    """The models of a folder, or of a run's export, each opened once.

    errors: ShelfError, ManifestError, ModelError: no folder, no model in it, or one that cannot be used; SpaceError
            for a link.
    """
    own: list[Own] = []
    theirs: Files = {}
    for one in shelf.load(folder, Recognizer(RECOGNIZER)):
        content = content_of(one.reads.path, folder)
        if isinstance(one.reads, Recognizer):
            own.append(Own(one.name, one.title, one.reads, content))
        else:
            theirs[one.reads.path.name] = content
    return OwnModels(own, theirs)


def files(models: OwnModels) -> Files:
    """Path -> bytes for a Gradio Space, where settings.models_folder finds them; nothing without models.

    The manifest says what the files are and no more: that of the folder has the command that trained them.
    """
    contents = {one.file: one.content for one in models.own}
    described = {manifest.FILE: json.dumps(described_as(contents)).encode()} if contents else {}
    return {f"{OWN_MODELS.name}/{name}": content for name, content in (contents | models.theirs | described).items()}


def described_as(contents: Files) -> dict[str, Any]:
    """A manifest of files by their names."""
    models: dict[str, Any] = {}
    for file, content in contents.items():
        about = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        models.setdefault(file.partition(".")[0], {"files": {}})["files"][file] = about
    return {"format": manifest.FORMAT, "models": models}
