"""The page that runs in the visitor's own browser: the same first screen and the same .onnx, no server behind them."""

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from demo import glances, ink, message, mnist, number, segment, split
from demo.recognise_tab import script
from demo.recognizer import Grey, Recognizer
from demo.settings import ROOT, STATIC
from demo.theme import colours_css, theme

BROWSER = STATIC / "browser"
VENDOR = STATIC / "vendor"
WASM = "vendor/ort-wasm-simd-threaded.wasm.gz"
MAX_FOLDER_BYTES = 15_000_000
MAX_LIGHT_BYTES = 4_000_000  # with the compact model
SELFTEST_PICTURES = 20
ENLARGED_SIDE_PX = 56

FRONT = {"sdk": "static", "app_file": "index.html"}
FROM_README = ("title", "emoji", "colorFrom", "colorTo", "license", "short_description")

Files = dict[str, bytes]


def static_space(front: dict[str, str], model: Path, *, pack: bool = False) -> Files:
    """Path -> bytes of the static Space that runs `model`, a recogniser; `front` is README.md's front matter.

    pack: put the model into the folder as gzip, where every byte counts.
    ModelError when the model is missing or not the one of the record.
    """
    recognizer = Recognizer(model)
    files = {path.name: path.read_bytes() for path in BROWSER.glob("*.mjs")}
    files |= {f"vendor/{path.name}": path.read_bytes() for path in VENDOR.iterdir()}
    files["style.css"] = style().encode()
    files["page.mjs"] = page_script().encode()
    content = model.read_bytes()
    name = f"{model.name}.gz" if pack else model.name
    files[name] = gzip.compress(content, 9, mtime=0) if pack else content
    files["index.html"] = index(name, sorted(name for name in files if name.endswith(".mjs")))
    files["settings.json"] = json.dumps(settings(recognizer) | {"files": integrity(files, [WASM, name])}).encode()
    files["selftest.json"] = json.dumps(selftest(recognizer)).encode()
    files["worker.js"] = worker(files)
    files["LICENSE"] = (ROOT / "LICENSE").read_bytes()
    files["README.md"] = readme(front).encode()
    return files


def index(model: str, modules: list[str]) -> bytes:
    """The page, with the first screen of the Gradio page in its place; all modules are fetched at once."""
    parts = {
        "<!-- recognise.html -->": (STATIC / "recognise.html").read_text(encoding="utf-8"),
        "<!-- modules -->": "".join(f'<link rel="modulepreload" href="{name}">\n' for name in modules),
        'href="model.onnx"': f'href="{model}"',
    }
    page = (BROWSER / "index.html").read_text(encoding="utf-8")
    for place, part in parts.items():
        page = page.replace(place, part)
    return page.encode()


def integrity(files: Files, names: list[str]) -> dict[str, str]:
    """Name -> SHA-256 sums that the browser checks: of the file as it lies here, and of what a host may unpack."""
    sums = {name: [checksum(files[name])] for name in names}
    for name in names:
        if name.endswith(".gz"):
            sums[name].append(checksum(gzip.decompress(files[name])))
    return {name: " ".join(both) for name, both in sums.items()}


def checksum(content: bytes) -> str:
    """A sum as W3C's Subresource Integrity writes it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode()


def style() -> str:
    """One style sheet: the theme's colours as variables, what Gradio gives around the screen, the screen itself."""
    sheets = [(BROWSER / "browser.css").read_text(), (STATIC / "recognise.css").read_text()]
    used = sorted(set(re.findall(r"var\(--([a-z-]+)", "".join(sheets))))
    look = theme()
    values = [(name, getattr(look, name.replace("-", "_"), None)) for name in used]
    dark = [(name, getattr(look, name.replace("-", "_") + "_dark", None)) for name in used]
    own = re.sub(r"</?style>", "", colours_css())
    return "\n".join([f"body {{{rules(values)}}}", f"body.dark {{{rules(dark)}}}", own, *sheets])


def rules(values: list[tuple[str, Any]]) -> str:
    """CSS variables of those names that the theme knows; the others are the page's own."""
    return "".join(f"--{name}: {value};" for name, value in values if isinstance(value, str))


def page_script() -> str:
    """The scripts of the first screen as one function of what Gradio gives them: `element` and `server`."""
    return f"export function wire(element, server) {{\n{script()}\n}}\n"


def settings(recognizer: Recognizer) -> dict[str, Any]:
    """When to refuse, what to say and how to part a number into digits, the same as on the server."""
    return {
        "threshold": recognizer.threshold,
        "unsure_below": message.UNSURE_BELOW,
        "names": message.NAMES,
        "sentences": message.SENTENCES,
        "number": message.NUMBER,
        "partly": message.PARTLY,
        "touching": message.TOUCHING,
        "constants": constants(ink) | constants(segment) | constants(split) | constants(glances) | constants(number),
    }


def constants(module: ModuleType) -> dict[str, float]:
    """The module's own numbers: name in capitals -> value."""
    return {name: value for name, value in vars(module).items() if name.isupper() and isinstance(value, int | float)}


def selftest(recognizer: Recognizer) -> list[dict[str, Any]]:
    """Known pictures with the answers of this machine's onnxruntime: MNIST's first test pictures in both polarities."""
    digits = mnist.load("test").images[:SELFTEST_PICTURES]
    factor = ENLARGED_SIDE_PX // digits.shape[1]
    enlarged = digits[:2].repeat(factor, axis=1).repeat(factor, axis=2)
    pictures: list[Grey] = [*digits[::2], *(255 - digits[1::2]), *enlarged, np.zeros((1, 1), np.uint8)]
    return [
        {
            "width": picture.shape[1],
            "height": picture.shape[0],
            "pixels": base64.b64encode(picture.tobytes()).decode(),
            "probabilities": [float(share) for share in recognizer(picture).probabilities],
        }
        for picture in pictures
    ]


def worker(files: Files) -> bytes:
    """The service worker with the list of files to keep, under a name that changes when any of them does."""
    digest = hashlib.sha256(b"".join(files[name] for name in sorted(files))).hexdigest()
    kept = ["./", *sorted(name for name in files if not name.endswith(".md"))]
    head = f'const NAME = "digits-{digest[:16]}";\nconst FILES = {json.dumps(kept)};\n'
    return head.encode() + (BROWSER / "worker.js").read_bytes()


def readme(front: dict[str, str]) -> str:
    """The Space's card: front matter for a static Space, and one paragraph."""
    lines = {name: front[name] for name in FROM_README if name in front} | FRONT
    return (
        "---\n"
        + "".join(f"{name}: {value}\n" for name, value in lines.items())
        + f"---\n\n# {front['title']}\n\nA digit recogniser that is one ONNX file, run in the visitor's own browser. "
        "This folder was made by `make space`; onnxruntime-web is in vendor/.\n"
    )
