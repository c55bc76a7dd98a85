"""Leaving a step out changes what it should and nothing after; the page holds the record's numbers."""

import json

import numpy as np
import pytest
import torch

from core.net.preprocess import Preprocess
from export.pages.preprocessing import ALL, page
from studies.preprocess_ablation import WITHOUT, main, without


def seven(paper: int, ink: int) -> torch.Tensor:
    """A seven off the middle of an 80 px picture, in uneven light."""
    picture = np.full((80, 80), paper, dtype=float)
    picture[10:15, 10:40] = ink
    for row in range(15, 50):
        left = 36 - (row - 15) // 2
        picture[row, left : left + 5] = ink
    picture *= np.linspace(1, 0.75, 80)[:, None]
    return torch.tensor(picture).round().to(torch.uint8)[None]


@pytest.mark.parametrize("step", [step for step in WITHOUT if step != ALL])
def test_a_step_that_is_left_out_is_missed(step):
    preprocess, picture = Preprocess(), seven(180, 120) if step != "polarity" else seven(90, 200)
    if step == "neighbours left out":
        picture[:, 70:72, 60:63] = 60
    before, _ = preprocess(picture)
    with without(step):
        changed, _ = preprocess(picture)
    after, _ = preprocess(picture)
    assert (changed - before).abs().max() > 0.3
    assert torch.equal(before, after)


def test_the_command_writes_record_page_and_pictures(tmp_path):
    assert main(["data/optdigits", "--limit", "3", "--out", str(tmp_path)]) == 0
    record = json.loads((tmp_path / "records" / "preprocessing.json").read_text())
    assert len(record["rows"]) == len(WITHOUT) + 1
    assert all(row["optdigits"]["n"] == 3 for row in record["rows"].values())
    assert (tmp_path / "preprocessing.md").read_text() == page(record)
    assert (tmp_path / "preprocessing.png").read_bytes().startswith(b"\x89PNG")


def test_a_folder_without_sets_is_named(tmp_path, capsys):
    assert main([str(tmp_path)]) == 1
    assert "no set of digits" in capsys.readouterr().err
