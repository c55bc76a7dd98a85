"""Other people's digits as pictures of the ladder."""

import numpy as np

from core.files import DATA
from export.contracts import NET, READER, RECOGNIZER
from export.proving.sets import Labelled, answers, batched, other_cases, other_digits


def test_a_recogniser_is_shown_every_other_digit_that_is_shipped():
    shown = sum(len(case.images) for case in other_cases(RECOGNIZER, DATA))
    assert shown == sum(len(labelled.truth) for labelled in other_digits(DATA).values()) > 0


def test_a_bare_net_is_shown_none():
    assert other_cases(NET, DATA) == ()


def test_every_folder_of_shipped_digits_is_read():
    folders = {path.name for path in DATA.iterdir() if path.is_dir()} - {"MNIST"}
    assert set(other_digits(DATA)) == folders
    assert len(folders) >= 3


def test_a_readers_answers_are_texts():
    rows = np.array([[4, 2, 10, 0, -1], [-1, -1, -1, -1, -1], [7, -1, -1, -1, -1]])
    pictures = np.zeros((3, 1, 1), np.uint8)
    said = answers(
        lambda batch: {"digits": rows[: len(batch)]}, READER, Labelled([pictures], np.array(["420", "", "7"]))
    )
    assert [*said] == ["42?0", "", "7"]


def test_batches_keep_the_order_and_change_with_the_size():
    images = [np.full((side, 2), i, np.uint8) for i, side in enumerate((3, 3, 5, 3))]
    found = [*batched(images)]
    assert [batch.shape for batch in found] == [(2, 3, 2), (1, 5, 2), (1, 3, 2)]
    assert [int(image[0, 0]) for batch in found for image in batch] == [0, 1, 2, 3]
