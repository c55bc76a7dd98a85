"""The static page joins what the reader found into one answer, in the words of the server."""

import pytest

from demo.answers import canvas, message

pytestmark = pytest.mark.browser


@pytest.fixture
def page(guest, static_address):
    return guest(static_address)


def part(label: int | None, share: float = 0.95, line: int = 0) -> dict:
    """A part as reader.mjs gives them; it looks like a 7 next, a 7 like a 1, and what is no digit like a 3 first."""
    probabilities = [0.0] * 10
    first = 3 if label is None else label
    probabilities[first], probabilities[7 if first != 7 else 1] = share, 1 - share
    return {
        "label": label,
        "probabilities": probabilities,
        "seen": [0.5] * 784,
        "score": 0.25,
        "box": [1, 2, 3, 4],
        "line": line,
    }


SAID = {  # parts, how many more -> digits, the sentence
    "nothing": ([], 0, "", message.SENTENCES["blank"]),
    "a digit": ([part(8)], 0, "8", message.SENTENCES["sure"].format(first="an 8", share="95.0%")),
    "an unsure digit": ([part(4, 0.6)], 0, "4", message.SENTENCES["unsure"].format(first="a 4", second="a 7")),
    "no digit": ([part(None)], 0, "", message.SENTENCES["refused"].format(first="a 3")),
    "a number": (
        [part(4), part(2, 0.9)],
        0,
        "42",
        message.NUMBER.format(number="42", digit="2", share="90.0%"),
    ),
    "two lines": (
        [part(4, 0.9), part(2), part(0, line=1)],
        0,
        "42 0",
        message.NUMBER.format(number="42 0", digit="4", share="90.0%"),
    ),
    "a number with a sign": ([part(4), part(None), part(2, line=1)], 0, "", message.PARTLY.format(number="4? 2")),
    "too much": (
        [part(1)] * 32,
        5,
        "1" * 32,
        message.NUMBER.format(number="1" * 32, digit="1", share="95.0%") + message.MORE,
    ),
    "too much, with a sign": (
        [part(1)] * 31 + [part(None)],
        1,
        "",
        message.PARTLY.format(number="1" * 31 + "?") + message.MORE,
    ),
}


TELL = """async ([parts, more]) => {
  const folder = document.querySelector("script[type=module]").src.replace(/main.mjs$/, "");
  const { ofNumber } = await import(`${folder}message.mjs`);
  const settings = await (await fetch(`${folder}settings.json`)).json();
  return ofNumber({ parts, more }, settings);
}"""


def test_what_was_read_is_said_in_the_words_of_the_server(page):
    for name, (parts, more, digits, sentence) in SAID.items():
        told = page.evaluate(TELL, [parts, more])
        assert (told["digits"], told["sentence"]) == (digits, sentence), name
        assert canvas.read(told["seen"]).shape == (28, 28 * max(len(parts), 1)), name
        assert told["probabilities"] == (parts[0]["probabilities"] if len(parts) == 1 else None), name
        assert told.keys() - {"digits", "sentence", "seen", "probabilities"} == (
            {"number", "parts"} if len(parts) > 1 else set()
        ), name


def test_each_part_of_a_number_has_an_answer_of_its_own(page):
    parts = [part(4), part(None, line=1)]
    told = page.evaluate(TELL, [parts, 0])["parts"]
    alone = [one.pop("picture") for one in told]
    assert [one["part"] for one in alone] == parts
    assert [(one["width"], one["height"], set(one["pixels"])) for one in alone] == [(28, 28, {127})] * 2
    four, none = (
        page.evaluate(TELL, [[one], 0]) | {"digit_score": 0.25, "box": [1, 2, 3, 4], "line": one["line"]}
        for one in parts
    )
    assert told == [four, none]
