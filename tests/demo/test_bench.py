"""The bench's own arithmetic."""

import pytest

from tests.demo.bench import delays_ms

# moves, questions asked, answers shown -> delays
CASES = {
    "one question for each movement": ([10, 100], [11, 101], [30, 150], [20, 50]),
    "a movement waits for the next question": ([10, 20, 100], [11, 35], [30, 60], [20, 40]),
    "a movement after the last question is not counted": ([10, 50], [11], [30], [20]),
}


@pytest.mark.parametrize(("moves", "asked", "shown", "delays"), CASES.values(), ids=CASES.keys())
def test_each_movement_is_timed_to_the_first_answer_that_knows_it(moves, asked, shown, delays):
    assert delays_ms(moves, asked, shown) == delays
