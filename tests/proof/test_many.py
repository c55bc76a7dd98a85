"""What `digits time-many` reads are pictures of the kinds that it names, and its ratios are those of each round."""

import numpy as np
import pytest
from PIL import Image

from proof.many import pictures, run


@pytest.mark.parametrize("kind", pictures.KINDS)
def test_pictures_of_each_kind(tmp_path, kind, monkeypatch):
    monkeypatch.setitem(pictures.KINDS, kind, (*pictures.KINDS[kind][:2], 2))  # so many are different
    images = np.zeros((10, 28, 28), np.uint8)
    images[:, 4:24, 12:16] = 255
    pictures.write(tmp_path / "pictures", kind, 3, images)
    paths = sorted((tmp_path / "pictures").iterdir())
    assert len(paths) == 3
    assert paths[2].samefile(paths[0])
    with Image.open(paths[0]) as picture:
        assert picture.format == pictures.KINDS[kind][1]
        levels = np.asarray(picture.convert("L"))
    assert levels.min() < 128 < levels.max()


def test_a_ratio_is_the_median_of_the_rounds():
    assert run.ratio([90, 100, 50], [100, 100, 100]) == 0.9


def test_memory_is_that_of_a_process_and_its_children():
    assert run.children(1 << 30) == []
    assert run.resident_kb(1 << 30) == 0
