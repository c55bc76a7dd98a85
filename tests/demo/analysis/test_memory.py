"""What results hold is counted once for each array, wherever it hangs."""

import numpy as np

from demo.analysis.memory import held_bytes
from tests.demo.analysis.tiny import tiny

ONE = np.zeros(100, np.uint8)


def test_every_array_counts_once_however_often_it_is_held():
    assert held_bytes([ONE, {"a": ONE, "b": (np.zeros(50, np.uint8), "text", None)}]) == 150


def test_a_table_holds_its_columns_and_what_they_were_turned_into():
    table = tiny()
    columns = [table.data.labels, table.data.images, *vars(table.predictions).values()]  # pictures are shared
    known = sum({id(column): column.nbytes for column in columns}.values())
    assert held_bytes(table) == known
    assert table.wrong.sum() == 3  # which works out truth and answers too
    assert held_bytes(table) == known + table.wrong.nbytes + table.truth.nbytes + table.answers.nbytes
