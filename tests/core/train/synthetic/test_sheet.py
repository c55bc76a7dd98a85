"""The sheet of scenes shows each picture above its truth."""

import cv2
import numpy as np

from core.train.synthetic.scenes import sheet


def test_the_sheet_is_written_and_says_how_fast_it_was_drawn(tmp_path, monkeypatch, capsys):
    digits = [[np.full((28, 28), 255, np.uint8)]] * 10
    monkeypatch.setattr(sheet, "training_digits", lambda: digits)
    monkeypatch.setattr(sheet, "TIMED", 4)
    assert sheet.main(["--out", str(tmp_path / "scenes.png")]) == 0
    picture = cv2.imread(str(tmp_path / "scenes.png"))
    assert picture.shape == (sum(2 * height + sheet.GAP for height, _ in sheet.ROWS), sheet.WIDTH, 3)
    assert "pictures a second" in capsys.readouterr().out
