"""Every part has a licence that is allowed, and the page that says so is up to date."""

import pytest

from scripts import licences


def test_every_package_of_the_page_has_an_allowed_licence():
    said = {name: licences.licence(name) for name, _ in licences.locked()}
    assert len(said) > 10
    assert {name: text for name, text in said.items() if not licences.allowed(text)} == {}


@pytest.mark.parametrize("said", ["", "GPL-3.0-only", "AGPL-3.0", "Proprietary"])
def test_other_licences_are_noticed(said):
    assert not licences.allowed(said)


def test_the_page_lists_exactly_what_is_locked():
    page = licences.PAGE.read_text(encoding="utf-8")
    assert [name for name, version in licences.locked() if f"| {name} | {version} |" not in page] == []


def test_every_part_says_more():
    assert [where for _, _, where in licences.SHIPPED if not (licences.ROOT / where).is_file()] == []
