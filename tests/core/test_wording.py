"""Words that hang on a number."""

from core.wording import counted


def test_one_is_not_several():
    assert [counted(n, "picture") for n in (0, 1, 2000)] == ["0 pictures", "1 picture", "2,000 pictures"]
    assert counted(2, "class", "classes") == "2 classes"
