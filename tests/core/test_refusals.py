"""One place turns what cannot be done into a sentence and an exit status."""

import ast
from pathlib import Path

import pytest

from core.refusals import RefusalError, in_a_sentence, printable, sentence

ROOT = Path(__file__).resolve().parents[2]


class OwnError(RefusalError):
    """As those of the rooms."""


ENDS = {
    "a refusal": (OwnError("a.png: no picture; send another"), 1, "error: a.png: no picture; send another\n"),
    "a missing file": (FileNotFoundError(2, "No such file", "a.png"), 1, "error: a.png: no such file\n"),
    "two files": (OSError(18, "Cross-device link", "a", None, "b"), 1, "error: a and b: cross-device link\n"),
    "a full disk": (OSError(28, "No space left on device"), 1, "error: no space left on device\n"),
    "words only": (OSError("cannot find empty port"), 1, "error: cannot find empty port\n"),
    "Ctrl-C": (KeyboardInterrupt(), 130, "\nstopped\n"),
    "a terminal's own signs": (OwnError("\x1b[2J.png: none"), 1, "error: \\x1b[2J.png: none\n"),
}


@pytest.mark.parametrize(("error", "status", "told"), ENDS.values(), ids=ENDS.keys())
def test_a_command_ends_with(error, status, told, capsys):
    @in_a_sentence()
    def main():
        raise error

    assert main() == status
    assert capsys.readouterr().err == told


def test_further_kinds_another_status_and_other_words(capsys):
    @in_a_sentence(ValueError, status=2, first="cannot compare")
    def main():
        raise ValueError("one has no inputs")

    assert main() == 2
    assert capsys.readouterr().err == "cannot compare: one has no inputs\n"


def test_a_mistake_of_ours_keeps_its_traceback():
    @in_a_sentence()
    def main():
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        main()


def test_what_is_returned_and_the_words_stay():
    assert in_a_sentence()(lambda words: len(words))(["a", "b"]) == 2


def test_texts():
    assert printable("a\n\tb\u202ec") == "a\n\\tb\\u202ec"
    assert sentence(RefusalError()) == "RefusalError"


COMMANDS = sorted(
    path.relative_to(ROOT).as_posix()
    for room in ("core", "demo", "export", "scripts", "studies")
    for path in (ROOT / room).rglob("*.py")
    if '__name__ == "__main__"' in path.read_text(encoding="utf-8")
)
# Processes of ours, whose callers judge their end.
ALONE = {"core/decoder.py", "demo/analysis/own_model_child.py", "export/runtimes/one_file.py"}


def guarded(source):
    """Whether `main` goes through the one place."""
    mains = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == "main"]
    return any("in_a_sentence(" in ast.unparse(one) for main in mains for one in main.decorator_list)


def test_every_command_goes_through_the_one_place():
    assert len(COMMANDS) > 30
    assert [path for path in COMMANDS if path not in ALONE and not guarded((ROOT / path).read_text("utf-8"))] == []


def test_a_command_beside_it_is_noticed():
    assert not guarded("def main():\n    return 0")
