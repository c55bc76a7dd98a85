"""The page that runs in the visitor's own browser: the same first screen and the same .onnx, no server behind them."""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.catalogue import CATALOGUE
from demo import mnist
from demo.analysis import uploads
from demo.answers import message
from demo.answers.reader import Number, Reader
from demo.answers.recognizer import Grey
from demo.corrections import correct
from demo.settings import MODELS, ROOT, STATIC
from demo.space import kept_analysis, own_readers, readers
from demo.space.app_manifest import app_manifest
from demo.space.folders import Files, check_size
from demo.space.own_models import Own
from demo.tabs import recognise
from demo.theme import colours_css, theme

BROWSER = STATIC / "browser"
VENDOR = STATIC / "vendor"
WASM = "vendor/ort-wasm-simd-threaded.wasm.gz"
MAX_FOLDER_BYTES = 15_000_000
MAX_OWN_BYTES = 30_000_000  # of models of one's own, beside what ships
MAX_LIGHT_BYTES = 4_500_000  # with the compact model; the runtime alone has 3.5
SELFTEST_PICTURES = 20
ENLARGED_SIDE_PX = 56
CORRECTIONS = "corrections/"
ASKED_FOR = (kept_analysis.FOLDER, CORRECTIONS)  # folders whose modules are fetched when somebody first asks for them
# Scripts of the first screen -> what modules use of them.
SHARED = {"png": "pngUrl, checksum", "readback": "readsBackTruly, STRIPES"}

OF_CORRECTIONS = (
    "<p>They lie in this browser's own storage, for this page alone; nothing leaves your device unless you download "
    "it. Clearing the browser's data deletes them, and some browsers do so by themselves after weeks without a visit: "
    "download what you want to keep. <code>digits train --extra corrections.npz</code> learns from them.</p>"
)
FRONT = {"sdk": "static", "app_file": "index.html"}
FROM_README = ("title", "emoji", "colorFrom", "colorTo", "license", "short_description")


def static_spaces(front: dict[str, str], analysis: Files | None = None, own: Sequence[Own] = ()) -> dict[str, Files]:
    """The folders of static Spaces: with the reader, and light, with the compact one where it is exported.

    analysis, own: see static_space; a light folder has neither, since it would double.
    """
    models = {model.space: MODELS / model.file for model in CATALOGUE.values() if model.space}
    folders = {}
    for name, model in models.items():
        light = name.endswith("-light")
        if model.is_file() or not light:
            folders[name] = static_space(front, model, *(() if light else (analysis, own)), pack=light)
            check_size(folders[name], MAX_LIGHT_BYTES if light else MAX_FOLDER_BYTES + MAX_OWN_BYTES * bool(own))
    return folders


def static_space(
    front: dict[str, str], model: Path, analysis: Files | None = None, own: Sequence[Own] = (), *, pack: bool = False
) -> Files:
    """Path -> bytes of the static Space that runs `model`, a reader; `front` is README.md's front matter.

    All but the page and its worker lie in a folder named after their content: what a browser or a proxy keeps of one
    version never meets a file of another.

    analysis: the files of the second tab, see kept_analysis.py; there is none without them.
    own:      models of one's own, the first of which answers whoever chooses nothing; they go with `analysis` alone,
              since what compares models is a part of it.
    pack:     put the model into the folder as gzip, where every byte counts.
    ModelError when the model is missing or not the one of the record.
    """
    assert analysis or not own
    reader = Reader(model)
    name = f"{model.name}.gz" if pack else model.name
    parts = scripts() | {f"vendor/{path.name}": path.read_bytes() for path in VENDOR.iterdir()}
    parts |= with_facts(analysis) | own_readers.files(own) if analysis else {}
    parts |= app_manifest(front["title"])
    parts["style.css"] = style().encode()
    parts[name] = gzip.compress(model.read_bytes(), 9, mtime=0) if pack else model.read_bytes()
    told = settings() | {"files": integrity(parts, [WASM, name])}
    told |= choice(parts, name, model, own) if analysis else {}
    parts["settings.json"] = json.dumps(told).encode()
    parts["selftest.json"] = json.dumps(selftest(own_readers.reading(reader, own))).encode()
    folder = f"v-{digest(parts)}"
    files = {f"{folder}/{path}": content for path, content in parts.items()}
    modules = sorted(path for path in parts if path.endswith(".mjs") and not path.startswith(ASKED_FOR))
    options = readers.options(model.name, own) if analysis else ""
    files["index.html"] = index(folder, name, modules, options, own_readers.said(own))
    files["worker.js"] = worker(files)
    files["LICENSE"] = (ROOT / "LICENSE").read_bytes()
    files["README.md"] = readme(front).encode()
    return files


def choice(parts: Files, name: str, model: Path, own: Sequence[Own]) -> dict[str, Any]:
    """What the page's scripts know of the models to choose among. name: of the page's reader in the folder."""
    before = own_readers.facts(own, model.name, integrity(parts, own_readers.places(own)))
    others = map(kept_analysis.place, readers.others(model.name))
    return readers.facts(model.name, integrity(parts, [name, *others]), before)


def scripts() -> Files:
    """The page's modules: those written for it, the first screen, and what both pages share."""
    paths = [*BROWSER.glob("*.mjs"), *(BROWSER / CORRECTIONS).glob("*.mjs")]
    modules = {path.relative_to(BROWSER).as_posix(): path.read_bytes() for path in paths}
    shared = {f"{name}.mjs": module(name, exported).encode() for name, exported in SHARED.items()}
    return modules | shared | {"page.mjs": page_script().encode(), "address.mjs": address_script().encode()}


def module(name: str, exported: str) -> str:
    """A script of the first screen as a module of its own."""
    return (STATIC / f"{name}.js").read_text(encoding="utf-8") + f"export {{ {exported} }};\n"


def digest(files: Files) -> str:
    """16 hexadecimal digits that change when any of the files does."""
    return hashlib.sha256(b"".join(files[name] for name in sorted(files))).hexdigest()[:16]


def with_facts(analysis: Files) -> Files:
    """The files of the second tab, and what its script knows of them."""
    sums = integrity(analysis, [name for name in analysis if name.endswith(kept_analysis.LATER)])
    told = json.dumps(kept_analysis.facts(sums)).encode()
    return analysis | {f"{kept_analysis.FOLDER}facts.json": told}


def index(folder: str, model: str, modules: list[str], options: str, said: str) -> bytes:
    """The page, with the screens of the Gradio page in their places; the first one's modules are fetched at once.

    options: the models of a list; "" for a page with one reader and without a second tab.
    said:    of a model of one's own that answers unasked; "" without one.
    """
    parts = {
        "/model.onnx": f"/{model}",  # before the names of models, which may be alike
        "<!-- tabs.html -->": (BROWSER / "tabs.html").read_text(encoding="utf-8") if options else "",
        "<!-- accepted -->": uploads.ACCEPTED.capitalize(),
        "<!-- analysis.html -->": (STATIC / "analysis.html").read_text(encoding="utf-8"),
        "<!-- own model -->": said,
        "<!-- recognise.html -->": recognise.screen(options, "in this browser", OF_CORRECTIONS),
        "<!-- modules -->": "".join(f'<link rel="modulepreload" href="{folder}/{name}">\n' for name in modules),
        "<!-- folder -->": folder,
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
    paths = (BROWSER / "browser.css", STATIC / "recognise.css", STATIC / "contrast.css")
    sheets = [path.read_text(encoding="utf-8") for path in paths]
    later = (STATIC / "analysis.css").read_text(encoding="utf-8")  # a file of its own, with the same colours
    used = sorted(set(re.findall(r"var\(--([a-z-]+)", "".join([*sheets, later]))))
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
    return f"export function wire(element, server) {{\n{recognise.script()}\n}}\n"


def address_script() -> str:
    """The script that lets the address choose a tab, as on the Gradio page."""
    return f"export const followAddress = {(STATIC / 'analysis-shared.js').read_text(encoding='utf-8')};\n"


def settings() -> dict[str, Any]:
    """What to say, the same as on the server."""
    return {
        "unsure_below": message.UNSURE_BELOW,
        "names": message.NAMES,
        "sentences": message.SENTENCES,
        "number": message.NUMBER,
        "partly": message.PARTLY,
        "more": message.MORE,
        "corrections": {"words": correct.WORDS, "most_shown": correct.MOST_SHOWN},
    }


def selftest(read: Callable[[Grey], Number]) -> list[dict[str, Any]]:
    """Known pictures with the answers of this machine's onnxruntime: MNIST's first test pictures in both polarities.

    read:          as the page reads for whoever chooses nothing.
    probabilities: of the part that is read first; none on a blank picture.
    """
    digits = mnist.load("test").images[:SELFTEST_PICTURES]
    factor = ENLARGED_SIDE_PX // digits.shape[1]
    enlarged = digits[:2].repeat(factor, axis=1).repeat(factor, axis=2)
    pictures: list[Grey] = [*digits[::2], *(255 - digits[1::2]), *enlarged, np.zeros((1, 1), np.uint8)]
    return [
        {
            "width": picture.shape[1],
            "height": picture.shape[0],
            "pixels": base64.b64encode(picture.tobytes()).decode(),
            "probabilities": [float(share) for part in read(picture).parts[:1] for share in part.answer.probabilities],
        }
        for picture in pictures
    ]


def worker(files: Files) -> bytes:
    """The service worker with the files to keep and their sums, under a name that changes when any of them does."""
    script = (BROWSER / "worker.js").read_bytes()
    kept = sorted(name for name in files if "/" in name and not name.endswith(".md"))
    later = [name for name in kept if name.endswith(kept_analysis.LATER)]
    at_once = [name for name in kept if name not in later]
    version = digest(files | {"worker.js": script})
    at_once_sums, later_sums = (json.dumps(integrity(files, names)) for names in (at_once, later))
    head = f'const VERSION = "{version}";\nconst FILES = {at_once_sums};\nconst LATER = {later_sums};\n'
    return head.encode() + script


def readme(front: dict[str, str]) -> str:
    """The Space's card: front matter for a static Space, and one paragraph."""
    lines = {name: front[name] for name in FROM_README if name in front} | FRONT
    return (
        "---\n"
        + "".join(f"{name}: {value}\n" for name, value in lines.items())
        + f"---\n\n# {front['title']}\n\nA digit recogniser that is one ONNX file, run in the visitor's own browser. "
        "This folder was made by `make space`; onnxruntime-web is in vendor/.\n"
    )
