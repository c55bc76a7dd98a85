"""A Chromium is taken where it is named, found or brought, in that order; where none starts, a sentence says so."""

import pytest

from tests import chromium


@pytest.fixture
def machine(monkeypatch):
    """A machine on which only the paths in the returned set hold a browser that starts."""
    working = set()
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.setattr(chromium.shutil, "which", lambda name: f"/usr/bin/{name}" if name == "chromium" else None)
    monkeypatch.setattr(chromium, "playwrights_own", lambda: "/cache/chrome")
    monkeypatch.setattr(chromium, "why_not", lambda path: "" if path in working else "no such file")
    return working


ORDER = {
    "one on PATH before Playwright's own": ({"/usr/bin/chromium", "/cache/chrome"}, None, "/usr/bin/chromium"),
    "Playwright's own where PATH's does not start": ({"/cache/chrome"}, None, "/cache/chrome"),
    "the named one first": ({"/usr/bin/chromium", "/opt/chrome"}, "/opt/chrome", "/opt/chrome"),
}


@pytest.mark.parametrize(("works", "named", "found"), ORDER.values(), ids=ORDER.keys())
def test_order(machine, monkeypatch, works, named, found):
    machine |= works
    if named:
        monkeypatch.setenv("CHROMIUM_PATH", named)
    assert chromium.find() == found


def test_a_named_one_that_does_not_start_is_not_replaced(machine, monkeypatch):
    machine.add("/usr/bin/chromium")
    monkeypatch.setenv("CHROMIUM_PATH", "/opt/chrome")
    with pytest.raises(chromium.ChromiumError, match="CHROMIUM_PATH=/opt/chrome does not start: no such file"):
        chromium.find_or_bring({"never": lambda: pytest.fail("brought one although one was named")})


def test_nothing_is_brought_where_one_is_found(machine):
    machine.add("/cache/chrome")
    assert chromium.find_or_bring({"never": lambda: pytest.fail("brought")}) == ("/cache/chrome", "found")


def test_the_first_bringer_that_helps_is_named(machine):
    def bring() -> str:
        machine.add("/cache/chrome")
        return ""

    bringers = {"first": lambda: "no network", "second": bring, "third": lambda: pytest.fail("not needed")}
    assert chromium.find_or_bring(bringers) == ("/cache/chrome", "brought by second")


@pytest.mark.usefixtures("machine")
def test_where_nothing_helps_every_problem_is_said():
    with pytest.raises(chromium.ChromiumError, match=r"(?s)/usr/bin/chromium: no such file.*first: no network"):
        chromium.find_or_bring({"first": lambda: "no network"})


def test_a_file_that_is_no_browser_does_not_start(tmp_path):
    fake = tmp_path / "chrome"
    fake.write_text("#!/bin/sh\nexit 3\n")
    fake.chmod(0o755)
    assert chromium.why_not(str(fake))
    assert chromium.why_not(str(tmp_path / "none")) == "no such file"
