"""`python -m export.agreement`: every picture counts, in its own size, and one differing answer is enough."""

import json

import numpy as np
import pytest

from core.files import write_atomic
from export import agreement
from export.agreement import ALLOWED, PIXELS, agrees, batches, compare, main

IMAGES = [np.full((8 + size % 3, 9), size, np.uint8) for size in range(20)]


def run(shift=0.0, of=3, only=255):
    """A model whose answer is fixed, but for pictures of one grey."""

    def answer(batch):
        probabilities = np.tile(np.linspace(0, 0.2, 10, dtype=np.float32), (len(batch), 1))
        probabilities[batch[:, 0, 0] == only, of] += shift
        return {"probabilities": probabilities, "digit_score": np.ones(len(batch), np.float32)}

    return answer


def test_each_picture_is_shown_once_beside_those_of_its_size():
    calls = batches(IMAGES)
    assert sorted(number for call in calls for number in call) == list(range(20))
    assert all(len({IMAGES[number].shape for number in call}) == 1 for call in calls)


def test_a_call_is_small_enough_for_a_page():
    large = [np.broadcast_to(np.uint8(0), (3000, 4000))] * 3
    assert [len(call) for call in batches(large)] == [PIXELS // 12_000_000] * 3
    assert max(len(call) for call in batches([IMAGES[0]] * 1000)) == 256


@pytest.mark.parametrize(("shift", "same"), [(0.0, True), (ALLOWED / 2, True), (ALLOWED * 2, False), (0.5, False)])
def test_one_differing_picture_is_enough(shift, same):
    row = compare(run(), {"other": run(shift, only=7)}, IMAGES, "test")
    assert row["pictures"] == 20
    assert row["runtimes"]["other"]["labels_changed"] == int(shift == 0.5)
    assert agrees({"sets": {"test": row}}) is same


def test_nothing_compared_is_no_agreement():
    assert not agrees({"sets": {}})


def test_a_shipped_set_agrees_in_torch_onnxruntime_and_a_browser(tmp_path, digits):
    sets, out = tmp_path / "sets", tmp_path / "agreement.json"
    sets.mkdir()
    np.savez(sets / "few.npz", images=digits[:12], labels=np.arange(12) % 10)
    assert main([str(sets), "--out", str(out)]) == 0
    (row,) = json.loads(out.read_text())["sets"].values()
    assert row["pictures"] == 12
    assert set(row["runtimes"]) == set(agreement.RUNTIMES)


def test_folders_without_sets_get_a_sentence(tmp_path, capsys):
    write_atomic(tmp_path / "notes.txt", b"")
    assert main([str(tmp_path), "--out", str(tmp_path / "a.json")]) == 2
    assert "no set in there; expected .zip, .npz or .jsonl.gz" in capsys.readouterr().err
