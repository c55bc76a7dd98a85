"""What the sources may not do, found by reading them: imports against the current, and calls that unpickle."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent
# The files of core that every room may import, each at most numpy, Pillow and one another: the page carries them.
GROUND_FLOOR = {path.stem for path in (ROOT / "core").glob("*.py")} - {"__init__"}
ON_SESSIONS = {"session"}  # those of them that onnxruntime belongs to
ON_GROUND = {
    *("core", "export", "demo", "proof", "studies", "app"),
    *("torch", "torchvision", "gradio", "safetensors", "scipy", "onnxruntime"),
}
# Imports point one way: core/net <- core/train <- export <- studies; the page knows the ground floor alone, and no
# torch. Keys: folders, the innermost counts, and files; values: modules, with all that lies in them.
FORBIDDEN: dict[str, set[str]] = {
    "core": {"export", "demo", "proof", "studies", "app", "gradio", "onnxruntime"},
    "core/many": ON_GROUND,
    "core/net": {"core.train", "export", "demo", "proof", "studies", "app", "gradio", "onnxruntime"},
    "export": {"demo", "proof", "studies", "app", "gradio"},
    "demo": {"core", "export", "proof", "studies", "torch", "torchvision"},
    "proof": {"studies"},
    "scripts": {"studies"},
    "studies": {"demo", "proof", "app", "gradio", "onnxruntime"},
    "app.py": {"core", "export", "proof", "studies", "torch", "torchvision"},
    "digits.py": {"core", "export", "proof", "studies", "app", "torch", "torchvision", "gradio"},
}
# A room on the ground floor, and what may use it: the command that reads pictures, and the room itself.
ALLOWED: dict[str, set[str]] = {"core/many": {"core.many"}, "digits.py": {"core.many"}}
UNPICKLERS = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}


@dataclass(frozen=True)
class Import:
    """One import of a module, "torch.nn"."""

    line: int
    name: str

    @property
    def module(self) -> str:
        """Its top-level module, "torch"."""
        return self.name.split(".")[0]

    def lies_in(self, modules: set[str]) -> bool:
        """Whether it is one of these modules, "torch" or "core.train", or a part of one."""
        parts = self.name.split(".")
        return any(".".join(parts[:length]) in modules for length in range(1, len(parts) + 1))

    @property
    def from_the_ground_floor(self) -> bool:
        """Whether it is a file of core that every room may import."""
        parts = self.name.split(".")
        return len(parts) > 1 and parts[0] == "core" and parts[1] in GROUND_FLOOR


def forbidden_imports(path: str, source: str) -> list[str]:
    """Sentences, one for each import in `source` that the room of `path` (relative, with slashes) may not make."""
    forbidden, allowed = forbidden_in(path), _innermost(ALLOWED, path)
    found = [one for one in imports(path, source) if one.lies_in(forbidden) and not one.lies_in(allowed)]
    found = [one for one in found if not one.from_the_ground_floor]
    return sorted({f"{path}:{one.line} imports {one.name}" for one in found})


def forbidden_in(path: str) -> set[str]:
    """The modules that a file may not import; of core, where it is among them, the ground floor is free."""
    room = PurePosixPath(path)
    if room.parent == PurePosixPath("core"):
        return ON_GROUND - ({"onnxruntime"} if room.stem in ON_SESSIONS else set())
    return _innermost(FORBIDDEN, path)


def _innermost(said: dict[str, set[str]], path: str) -> set[str]:
    room = PurePosixPath(path)
    return next((said[str(place)] for place in (room, *room.parents) if str(place) in said), set())


def imports(path: str, source: str) -> Iterator[Import]:
    """Every import in `source`: statements anywhere, and import_module or __import__ of a literal name."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for name in _imported_names(path, node):
            yield Import(node.lineno, name)


def _imported_names(path: str, node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        if not node.level:  # of core the names matter, for `from core import pictures` imports a file
            return [f"core.{alias.name}" for alias in node.names] if node.module == "core" else [node.module or ""]
        package = PurePosixPath(path).parts[:-1]
        above = package[: max(len(package) - node.level + 1, 0)]
        return [".".join([*above, *filter(None, [node.module]), alias.name]) for alias in node.names]
    if isinstance(node, ast.Call) and _called(node) in {"import_module", "__import__"}:
        first = node.args[0] if node.args else None
        return [first.value] if isinstance(first, ast.Constant) and isinstance(first.value, str) else []
    return []


def unpickling(path: str, source: str) -> list[str]:
    """Sentences, one for each place in `source` where bytes from a file could become code."""
    found = [f"{path}:{one.line} imports {one.module}" for one in imports(path, source) if one.module in UNPICKLERS]
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        given = {word.arg: word.value for word in node.keywords}
        if "allow_pickle" in given and not _is(given["allow_pickle"], False):
            found.append(f"{path}:{node.lineno} allows pickle")
        if ast.unparse(node.func) == "torch.load" and not _is(given.get("weights_only"), True):
            found.append(f"{path}:{node.lineno} calls torch.load without weights_only=True")
    return found


def _called(node: ast.Call) -> str:
    return ast.unparse(node.func).split(".")[-1]


def _is(node: ast.expr | None, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
