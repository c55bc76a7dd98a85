"""The ladder's own rules, on arrays small enough to check by eye."""

import numpy as np
import pytest

from export.contracts import NET
from export.proving.ladder import MismatchError, Rung, climb, in_batches, smallest_gap
from export.proving.margin import margin
from export.proving.pictures import Case, enlarge

PICTURES = np.zeros((5, 1, 28, 28), np.float32)
SCORES = np.eye(10, dtype=np.float32)[[3, 1, 4, 1, 5]]


def scores(array):
    """A runtime that answers the next rows of `array` whatever it is shown."""
    state = {"at": 0}

    def run(image):
        start = state["at"] % len(array)
        state["at"] = start + len(image)
        return {"logits": array[start : start + len(image)]}

    return run


def changed(at, value, dtype=np.float32):
    array = SCORES.astype(dtype)
    array[at] = value
    return array


def compare(candidate, share=1e-6, images=PICTURES, reference=SCORES, **ties):
    cases = [Case("digits", images, (1, 2, 5))] if len(images) else []
    return climb(scores(reference), candidate, NET, cases, {"logits": share}, **ties)


def test_equal_answers_climb_every_batch_size():
    rungs = compare(scores(SCORES))
    assert [(rung.batch, rung.pictures, rung.labels_changed) for rung in rungs] == [(1, 5, 0), (2, 5, 0), (5, 5, 0)]
    assert all(rung.differences == {"logits": 0.0} and rung.smallest_gap == 1.0 for rung in rungs)


# fault -> (what the candidate answers, allowed share, what the sentence says)
FAULTS = {
    "a value": (changed((2, 7), 0.1), 1e-3, r"logits\[2, 7\] is 0.1.*the reference says 0"),
    "NaN": (changed((4, 0), np.nan), 9.0, r"candidate's logits\[4, 0\] is nan"),
    "infinity": (changed((4, 0), np.inf), 9.0, r"is inf"),
    "a label": (changed((1, 8), 2.0), 9.0, "1 of 5 labels changed, first picture 1 from 1 to 8"),
    "a kind": (changed((0, 0), 0, np.float64), 9.0, "float64"),
    "a shape": (SCORES[:, :9], 9.0, r"\(5, 9\), expected float32 \(5, 10\)"),
}


@pytest.mark.parametrize(("answers", "share", "says"), FAULTS.values(), ids=FAULTS.keys())
def test_the_first_difference_is_told(answers, share, says):
    with pytest.raises(MismatchError, match=says):
        compare(scores(answers), share)


def test_a_label_between_equal_scores_may_change_where_ties_may_and_is_counted():
    tied = changed((1, 8), np.float32(1 - 1e-7))  # picture 1 scores 1 for its label
    other = changed((1, 8), np.float32(1 + 1e-7))
    with pytest.raises(MismatchError, match="1 of 5 labels changed"):
        compare(scores(other), 1e-6, reference=tied)
    assert [rung.labels_changed for rung in compare(scores(other), 1e-6, reference=tied, ties=True)] == [1, 1, 1]


def test_a_mismatch_carries_its_picture():
    images = np.arange(5, dtype=np.float32)[:, None, None, None] + PICTURES
    with pytest.raises(MismatchError) as caught:
        compare(scores(changed((2, 7), 0.1)), images=images)
    assert caught.value.image is not None
    assert caught.value.image.mean() == 2


def test_a_missing_output_is_named():
    with pytest.raises(MismatchError, match="no output 'logits'; it has scores"):
        compare(lambda image: {"scores": SCORES[: len(image)]})


def test_comparing_nothing_fails():
    with pytest.raises(MismatchError, match="nothing was compared"):
        compare(scores(SCORES), images=PICTURES[:0])


@pytest.mark.parametrize("batch", [1, 2, 3, 5, 7])
def test_ragged_batches_keep_every_picture_in_order(batch):
    images = np.arange(5, dtype=np.float32)[:, None]
    assert in_batches(lambda part: {"same": part}, images, batch)["same"].tolist() == images.tolist()


def test_smallest_gap_is_between_best_and_second():
    assert smallest_gap(np.array([[1, 5, 4], [0, 9, 2]])) == 1


@pytest.mark.parametrize(("difference", "holds"), [(0.4, True), (0.5, False), (0.6, False)])
def test_the_margin_holds_below_half_the_gap(difference, holds):
    proof = margin([Rung("digits", 1, 5, {"logits": difference}, 0, 1.0, "logits")], "logits")
    assert proof.holds is holds
    assert ("no label can differ" in str(proof)) is holds


def test_no_margin_without_digits():
    with pytest.raises(ValueError, match="no margin to state"):
        margin([Rung("noise", 1, 5, {"logits": 0.0}, 0, 1.0, "logits")], "logits")


@pytest.mark.parametrize(("height", "width"), [(1, 1), (28, 28), (37, 211), (56, 60)])
def test_enlarged_digits_lie_in_the_lower_right_corner(height, width):
    digit = np.full((1, 28, 28), 200, np.uint8)
    scene = enlarge(digit, height, width)
    side = min(height, width)
    assert scene.shape == (1, height, width)
    assert (scene[0, height - side :, width - side :] == 200).all()
    assert int((scene > 0).sum()) == side * side


def test_scores_far_from_nought_may_round_by_a_share_of_their_size():
    far = SCORES - np.float32(9)  # all within 1 of one another, as a blank picture's logits are
    near_by, too_far = far.copy(), far.copy()
    near_by[2, 7] += 5e-6
    too_far[2, 7] += 2e-5
    cases = [Case("blank", PICTURES, (1,))]
    climb(scores(far), scores(near_by), NET, cases, {"logits": 1e-6})
    with pytest.raises(MismatchError, match="allowed 9e-06"):
        climb(scores(far), scores(too_far), NET, cases, {"logits": 1e-6})
