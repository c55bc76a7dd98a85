"""One address cannot go faster than allowed, under however many names; another address, and a later minute, can."""

import pytest

from demo.guard import pace


@pytest.fixture
def clock(monkeypatch):
    times = [0.0]
    monkeypatch.setattr(pace.time, "monotonic", lambda: times[0])
    return times


def test_an_address_waits_until_its_minute_is_over(clock):
    corrections = pace.Pace(2)
    assert [corrections.allows("here") for _ in range(3)] == [True, True, False]
    assert corrections.allows("there")
    clock[0] = pace.WINDOW_S
    assert corrections.allows("here")


def test_nothing_older_than_the_window_is_kept(clock):
    corrections = pace.Pace(2)
    for second in range(300):
        clock[0] = second
        corrections.allows(f"address {second}")
    assert len(corrections._done) <= pace.WINDOW_S
