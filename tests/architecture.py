"""What the sources may not do, found by reading them: imports against the current, and calls that unpickle."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

# Imports point one way: core <- export; the page knows neither, nor torch. A key is a package or a file.
FORBIDDEN: dict[str, set[str]] = {
    "core": {"export", "demo", "app", "gradio", "onnxruntime"},
    "export": {"demo", "app", "gradio"},
    "demo": {"core", "export", "torch", "torchvision"},
    "app.py": {"core", "export", "torch", "torchvision"},
}
# (file, module) that may be imported inside a function: there, only who asks for it needs it.
LAZY = {("core/evaluate.py", "onnxruntime")}
UNPICKLERS = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}


@dataclass(frozen=True)
class Import:
    """One import of a top-level module; `lazy` when it happens inside a function."""

    line: int
    module: str
    lazy: bool


def forbidden_imports(path: str, source: str) -> list[str]:
    """Sentences, one for each import in `source` that the room of `path` (relative, with slashes) may not make."""
    forbidden = FORBIDDEN.get(path, FORBIDDEN.get(PurePosixPath(path).parts[0], set()))
    return [
        f"{path}:{found.line} imports {found.module}"
        for found in imports(path, source)
        if found.module in forbidden and not (found.lazy and (path, found.module) in LAZY)
    ]


def imports(path: str, source: str) -> Iterator[Import]:
    """Every import in `source`: statements anywhere, and import_module or __import__ of a literal name."""
    tree = ast.parse(source)
    lazy_nodes = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        for name in _imported_names(path, node):
            yield Import(node.lineno, name.split(".")[0], id(node) in lazy_nodes)


def _imported_names(path: str, node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        if not node.level:
            return [node.module or ""]
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
