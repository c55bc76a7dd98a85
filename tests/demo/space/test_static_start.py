"""The record of the static page's first visit keeps what is promised, and README.md says what it says."""

import json

import pytest

from demo.space import kept_analysis, static_space
from export.pages import checked
from proof.static_start.run import RECORD, sizes, static_folders

FIRST_ANSWER_S = 2.0  # on an idle desktop
MOST_BYTES = {"space-static": static_space.MAX_FOLDER_BYTES, "space-static-light": static_space.MAX_LIGHT_BYTES}


@pytest.mark.skipif(not RECORD.is_file(), reason="the static page was not timed yet: make static-start")
@pytest.mark.parametrize("name", MOST_BYTES)
def test_the_record_keeps_its_promises(name):
    folder = json.loads(RECORD.read_text())["folders"][name]
    assert folder["first_answer_s"] <= FIRST_ANSWER_S
    assert folder["bytes"] + folder["later_bytes"] <= MOST_BYTES[name]


def test_the_sizes_are_those_of_the_folders():
    """To a tenth of a megabyte, as README.md tells them; `python -m proof.static_start.run --sizes` counts anew."""
    folders = json.loads(RECORD.read_text())["folders"]
    for name, files in static_folders(kept_analysis.screen()).items():
        assert folders[name]["bytes"] == pytest.approx(sizes(files)["bytes"], abs=100_000), name


def test_the_readme_tells_what_the_record_says():
    folder = {"bytes": 9_640_000, "first_answer_s": 1.26}
    record = {"folders": {"space-static": folder | {"later_bytes": 2_900_000}, "space-static-light": folder}}
    assert list(checked._static(record)) == [
        (
            "`dist/space-static` (9.6 MB, and 2.9 MB of error analysis that come later), first visit to first answer",
            "1.3 s",
        ),
        ("`dist/space-static-light` (9.6 MB), first visit to first answer", "1.3 s"),
    ]
    assert list(checked._static({})) == []
