"""The licence of every part that is shipped or installed to run the page: `python -m scripts.licences`.

Writes docs/licences.md from the packages' own metadata; 1 and a sentence when one is not on the list of those allowed.
"""

import re
import sys
from collections.abc import Sequence
from importlib.metadata import distribution

from core import verbs
from core.files import ROOT, write_atomic
from core.refusals import in_a_sentence

LOCK, PAGE = ROOT / "requirements-demo.lock", ROOT / "docs" / "licences.md"
# Substrings of what packages write; each asks for no more than notices and, for MPL, its own changed files.
ALLOWED = ("MIT", "BSD", "Apache", "PSF", "ISC", "MPL", "Mozilla Public", "Zlib")

SHIPPED = (
    ("code and models of this project", "MIT", "LICENSE"),
    ("MNIST (`data/MNIST/`)", "CC BY-SA 3.0", "data/README.md"),
    ("pen strokes (`data/pendigits8/`)", "CC BY 4.0", "data/pendigits8/README.md"),
    ("digits on paper (`data/paper_crops/`)", "MIT", "data/paper_crops/README.md"),
    ("digits as bitmaps (`data/optdigits/`)", "CC BY 4.0", "data/optdigits/README.md"),
    ("onnxruntime-web 1.30.0 (`demo/static/vendor/`)", "MIT", "demo/static/vendor/README.md"),
)


@in_a_sentence()
def main(argv: Sequence[str] | None = None) -> int:
    """Write the page; 1 when a package's licence is not allowed."""
    verbs.parser("scripts.licences", __doc__).parse_args(argv)
    packages = [(name, version, licence(name)) for name, version in locked()]
    if unknown := [f"{name} ({said or 'says nothing'})" for name, _, said in packages if not allowed(said)]:
        print(f"not on the list of allowed licences: {', '.join(unknown)}", file=sys.stderr)
        return 1
    write_atomic(PAGE, page(packages).encode())
    return 0


def locked() -> list[tuple[str, str]]:
    """(name, version) of everything that the page's environment holds."""
    return re.findall(r"^([\w.-]+)==(\S+)$", LOCK.read_text(encoding="utf-8"), re.MULTILINE)


def licence(name: str) -> str:
    """What a package says of its licence: the SPDX expression, else the classifiers, else the free text."""
    about = distribution(name).metadata.json
    said = [line.rpartition(" :: ")[2] for line in about.get("classifier", []) if line.startswith("License")]
    return str(about.get("license_expression") or ", ".join(said) or str(about.get("license", "")).partition("\n")[0])


def allowed(said: str) -> bool:
    """Whether a licence is one that this project accepts."""
    return any(name in said for name in ALLOWED)


def page(packages: list[tuple[str, str, str]]) -> str:
    """The whole page in Markdown."""
    shipped = "\n".join(f"| {part} | {terms} | [{where}](../{where}) |" for part, terms, where in SHIPPED)
    installed = "\n".join(f"| {name} | {version} | {said} |" for name, version, said in packages)
    return (
        "# Licences\n\nWhat each part of the project, and each package that it runs on, is licensed under.\n\n"
        "## Parts in this repository\n| part | licence | more |\n|---|---|---|\n"
        f"{shipped}\n\n## Packages that the page runs on\nNot in this repository; a container made from the Dockerfile "
        "holds them. Made by `digits licences`.\n\n"
        f"| package | version | licence |\n|---|---|---|\n{installed}\n"
    )


if __name__ == "__main__":
    sys.exit(main())
