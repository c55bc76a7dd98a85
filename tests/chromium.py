"""Find a Chromium that starts, and bring one where there is none: `python -m tests.chromium`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

from export.runtimes.with_browser import BROWSERS
from tests.apart import apart

INSTALL_LIMIT_S = 300


class ChromiumError(Exception):
    """No Chromium on this machine starts; the message says what was tried and what to do."""


def find() -> str:
    """The path of a Chromium that starts: CHROMIUM_PATH, one on PATH, or Playwright's; ChromiumError if none does."""
    if named := os.environ.get("CHROMIUM_PATH"):
        if problem := why_not(named):
            raise ChromiumError(f"CHROMIUM_PATH={named} does not start: {problem}")
        return named
    tried = []
    for path in (*filter(None, map(shutil.which, BROWSERS)), playwrights_own()):
        if not (problem := why_not(path)):
            return path
        tried.append(f"{path}: {problem}")
    raise ChromiumError(
        "no Chromium starts here; run `make test`, which brings one, or set CHROMIUM_PATH. Tried " + "; ".join(tried)
    )


def why_not(path: str) -> str:
    """The first line of what keeps the browser at `path` from starting; empty when it starts."""
    if not Path(path).is_file():
        return "no such file"
    try:
        apart(lambda: _start(path))
    except Error as error:
        return str(error).strip().splitlines()[0]
    return ""


def _start(path: str) -> None:
    with sync_playwright() as playwright:
        playwright.chromium.launch(executable_path=path).close()


def playwrights_own() -> str:
    """Where `playwright install chromium` puts its browser, whether or not it is there."""

    def said() -> str:
        with sync_playwright() as playwright:
            return playwright.chromium.executable_path

    return apart(said)


def find_or_bring(bringers: dict[str, Callable[[], str]]) -> tuple[str, str]:
    """(path, how it came): a Chromium found, or brought by the first bringer after which one starts.

    Each bringer returns what went wrong, empty if nothing; ChromiumError lists all of that when none helped.
    """
    try:
        return find(), "found"
    except ChromiumError as error:
        problems = [str(error)]
    if "CHROMIUM_PATH" in os.environ:
        raise ChromiumError(problems[0])
    for name, bring in bringers.items():
        print(f"no Chromium yet: trying {name}", flush=True)
        problem = bring()
        try:
            return find(), f"brought by {name}"
        except ChromiumError as error:
            problems.append(f"{name}: {problem or error}")
    raise ChromiumError("\n".join(problems))


def playwright_install() -> str:
    """Fetch the Chromium that this Playwright was made for."""
    return _run(sys.executable, "-m", "playwright", "install", "chromium")


def apt_install(packages: Sequence[str] = BROWSERS[:2]) -> str:
    """Install the first of Debian's packages that there is, if this is Debian and we may; what went wrong, else.

    The first is the Chromium without a window.
    """
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return f"needs Debian or Ubuntu and root; `sudo apt-get install {packages[-1]}` does the same"
    problems = [_run("apt-get", "update", "-q")]  # an unreachable source among many need not matter
    for package in packages:
        if not (failed := _run("apt-get", "install", "-yq", "--no-install-recommends", package)):
            return ""
        problems.append(failed)
    return "\n".join(problems).strip()


def _run(*command: str) -> str:
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_LIMIT_S, env=quiet)
    except subprocess.TimeoutExpired:
        return f"not done after {INSTALL_LIMIT_S} s"
    return "" if done.returncode == 0 else (done.stderr or done.stdout).strip()[-300:]


if __name__ == "__main__":
    try:
        path, how = find_or_bring({"playwright install": playwright_install, "apt-get install": apt_install})
    except ChromiumError as error:
        sys.exit(str(error))
    print(f"browser tests use {path} ({how})")
