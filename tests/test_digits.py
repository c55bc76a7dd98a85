"""The command `digits` and `import digits`: what pictures say, for people and for programs, and every other verb."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import digits
from core import verbs
from core.many import run as run_many
from demo.answers.reader import Number, Part
from demo.answers.recognizer import Answer

ROOT = Path(__file__).resolve().parent.parent


def bar(height=200, width=200, thick=14):
    """A 1, dark on light, in the middle of (H, W) uint8."""
    picture = np.full((height, width), 255, np.uint8)
    picture[height // 5 : -height // 5, width // 2 - thick // 2 : width // 2 + thick // 2] = 0
    return picture


def png(picture):
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def folder(tmp_path):
    """Pictures of 1 and of 11, a blank one, a damaged one, and two files that are no pictures."""
    (tmp_path / "one.png").write_bytes(png(bar()))
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "no-ending").write_bytes(png(np.hstack([bar(width=120), bar(width=120)])))
    (tmp_path / "blank.png").write_bytes(png(np.full((90, 90), 200, np.uint8)))
    (tmp_path / "damaged.png").write_bytes(png(bar())[:120])
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / ".hidden").write_text("no picture")
    return tmp_path


def run(*words, cwd=ROOT, **others):
    return subprocess.run([sys.executable, "-m", "digits", *map(str, words)], cwd=cwd, capture_output=True, **others)


def called(capsys, *words):
    """(status, lines on standard output, standard error) of the command, in this process."""
    status = digits.main([*map(str, words)])
    told = capsys.readouterr()
    return status, told.out.splitlines(), told.err


def test_a_line_for_a_picture(folder, capsys):
    status, (line,), err = called(capsys, "read", folder / "one.png")
    assert (status, err) == (0, "")
    assert re.fullmatch(rf"{re.escape(str(folder))}/one\.png: 1 \(>?\d\d\.\d%\)", line)


def test_files_that_cannot_be_read_are_told_and_the_others_are_read(folder, capsys):
    names = [folder / "one.png", folder / "gone.png", folder / "notes.txt", folder / "damaged.png"]
    status, lines, err = called(capsys, "read", *names)
    assert status == 2
    assert [line.split(": ")[1][:1] for line in lines] == ["1"]
    gone, notes, damaged = err.splitlines()
    assert gone == f"{folder}/gone.png: no such file or directory"
    assert "not a picture" in notes
    assert "damaged" in damaged


def test_a_folder_is_searched_by_content_and_what_is_left_out_is_told(folder, capsys):
    status, lines, err = called(capsys, "read", folder)
    assert status == 2  # for the damaged one
    assert [line.removeprefix(f"{folder}/").split(" (")[0] for line in lines] == [
        "below/no-ending: 11",
        "blank.png: not read: there is no ink on it, or too little contrast",
        "one.png: 1",
    ]
    assert "left out what is no picture: notes.txt\n" in err
    assert "hidden" not in err


def test_a_pattern_that_the_shell_left_alone(folder, capsys):
    status, lines, _ = called(capsys, "read", f"{folder}/**/o*.png")
    assert (status, len(lines)) == (0, 1)
    status, lines, err = called(capsys, "read", f"{folder}/*.jpg")
    assert (status, lines) == (2, [])
    assert "no file has a name like that" in err


def test_a_file_whose_name_looks_like_a_pattern(tmp_path, capsys):
    (tmp_path / "one[1].png").write_bytes(png(bar()))
    assert called(capsys, "read", tmp_path / "one[1].png")[0] == 0


def test_a_folder_without_pictures(tmp_path, capsys):
    status, _, err = called(capsys, "read", tmp_path)
    assert status == 2
    assert "holds no picture" in err


def test_standard_input():
    done = run("read", "-", input=png(bar()))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b"-: 1 (")
    nothing = run("read", "-", input=b"")
    assert nothing.returncode == 2
    assert b"empty" in nothing.stderr


def test_json_has_all_that_is_known(folder, capsys):
    status, lines, _ = called(capsys, "read", "--json", folder / "below", folder / "notes.txt")
    number, problem = map(json.loads, lines)
    assert status == 2
    assert (number["text"], number["sure"], number["reason"]) == ("11", True, "")
    first, second = number["digits"]
    assert (first["label"], len(first["probabilities"])) == (1, 10)
    assert sum(first["probabilities"]) == pytest.approx(1, abs=1e-4)
    assert first["probability"] == max(first["probabilities"])
    top, left, bottom, right = first["box"]
    assert (abs(top - 40), abs(bottom - 160), abs(left - 53), abs(right - 67)) < (3, 3, 3, 3)
    assert right < second["box"][1]
    assert problem.keys() == {"file", "error"}


def test_csv_has_a_row_a_picture_or_a_digit(folder, capsys):
    _, lines, _ = called(capsys, "read", "--csv", folder)
    rows = {Path(row["file"]).name: row for row in csv.DictReader(lines)}
    assert rows["no-ending"]["text"] == "11"
    assert rows["blank.png"]["sure"] == "0"
    assert "damaged" in rows["damaged.png"]["error"]
    _, lines, _ = called(capsys, "read", "--csv", "--digits", folder / "below")
    assert [(row["position"], row["label"]) for row in csv.DictReader(lines)] == [("1", "1"), ("2", "1")]


def test_a_line_a_digit(folder, capsys):
    _, (line, *each), _ = called(capsys, "read", "--digits", folder / "below")
    assert line.endswith("%)")
    assert [one.split()[0] for one in each] == ["1", "1"]
    assert "rows" in each[0]
    assert "9:0." in each[0]


MODELS = (
    "recognizer",
    "edge-recognizer",
    ROOT / "models" / "edge-recognizer.int8.onnx",
    ROOT / "models" / "reader.onnx",
)


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_another_model_reads_one_digit_and_several(folder, capsys, model):
    status, lines, err = called(capsys, "read", "--model", model, folder / "one.png", folder / "below")
    assert (status, err) == (0, "")
    assert [line.removeprefix(f"{folder}/").split(" (")[0] for line in lines] == ["one.png: 1", "below/no-ending: 11"]


def test_boxes_are_the_readers_whatever_model_reads(folder):
    path = folder / "below" / "no-ending"
    own, others = (digits.read(path, model).digits for model in ("reader", "edge-recognizer"))
    assert [digit.box for digit in own] == [digit.box for digit in others]
    assert own[0].probabilities != others[0].probabilities


def test_a_copy_of_the_reader_reads_by_itself(folder, tmp_path):
    copy = tmp_path / "mine.onnx"
    shutil.copy(ROOT / "models" / "reader.onnx", copy)
    path = folder / "below" / "no-ending"
    assert digits.read(path, copy) == digits.read(path)


def test_a_model_that_cannot_be_used_is_told(folder, capsys):
    status, lines, err = called(capsys, "read", "--model", "none", folder / "one.png")
    assert (status, lines) == (1, [])
    assert err.startswith("error: none: no such model")


def test_a_name_cannot_steer_the_terminal(tmp_path, capsys):
    path = tmp_path / "\x1b[2Jone.png"
    path.write_bytes(png(bar()))
    _, lines, _ = called(capsys, "read", path)
    assert "\x1b" not in lines[0]
    assert r"\x1b[2Jone.png: 1" in lines[0]


def test_a_name_in_another_encoding_is_printed(tmp_path):
    path = tmp_path / b"one\xff.png".decode("utf-8", "surrogateescape")
    path.write_bytes(png(bar()))
    done = run("read", path)
    assert done.returncode == 0, done.stderr
    assert b"one\\udcff.png: 1" in done.stdout


def test_a_reader_that_goes_away_ends_it_quietly(folder):
    many = [folder / "one.png"] * 50
    command = [sys.executable, "-m", "digits", "read", *many]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 141


def test_a_bar_shows_how_far_it_is_where_there_are_many(folder, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    _, lines, err = called(capsys, "read", *[folder / "one.png"] * run_many.BAR_FROM)
    assert len(lines) == run_many.BAR_FROM
    assert f"/{run_many.BAR_FROM} " in err


def test_python_gets_a_frozen_result(folder):
    reading = digits.read(str(folder / "one.png"))
    assert (reading.text, reading.sure, reading.reason) == ("1", True, "")
    (digit,) = reading.digits
    assert digit.label == 1
    assert digit.probability == max(digit.probabilities) == reading.probability
    with pytest.raises(AttributeError):
        reading.text = "2"


WAYS = {
    "a path": lambda path: path,
    "its name": str,
    "its bytes": lambda path: path.read_bytes(),
    "an array": lambda path: np.asarray(Image.open(path)),
    "an open picture": Image.open,
}


@pytest.mark.parametrize("given", WAYS.values(), ids=WAYS.keys())
def test_a_picture_may_come_as(given, folder):
    assert digits.read(given(folder / "one.png")) == digits.read(folder / "one.png")


def test_boxes_are_in_pixels_of_the_picture_as_it_was_given():
    """It is read at 1200 px a side at most."""
    first, second = digits.read(np.hstack([bar(2000, 1200, 140), bar(2000, 1200, 140)])).digits
    for at, digit in enumerate((first, second)):
        found = np.subtract(digit.box, (400, 530 + 1200 * at, 1600, 670 + 1200 * at))
        assert (np.abs(found) < 40).all(), found  # a cell of the second look is 26 px here


def number(*labels, more=0, share=0.97):
    """What a reader may say of a picture, one part beside the other."""
    probabilities = [np.full(10, (1 - share) / 9, np.float32) for _ in labels]
    for shares, label in zip(probabilities, labels, strict=True):
        shares[label or 0] = share
    answers = [
        Answer(label, shares, np.ones((28, 28), np.float32), 0.5)
        for label, shares in zip(labels, probabilities, strict=True)
    ]
    return Number([Part((0, 10 * at, 9, 10 * at + 9), answer) for at, answer in enumerate(answers)], more)


REASONS = {
    "nothing": (number(), "", digits.BLANK),
    "no digit": (number(None), "", digits.NO_DIGIT),
    "no digits": (number(None, None), "", digits.NO_DIGIT),
    "a part that is none": (number(4, None), "4?", digits.PART),
    "more than is read": (number(*[4] * 32, more=1), "4" * 32, digits.MORE),
    "more, and a part that is none": (number(4, None, more=1), "4?", digits.MORE),
    "unsure": (number(4, share=0.6), "4", "the 4 may be a 9"),
    "sure": (number(4, 2), "42", ""),
}


@pytest.mark.parametrize(("found", "text", "reason"), REASONS.values(), ids=REASONS.keys())
def test_what_is_not_sure_has_its_reason(found, text, reason):
    reading = digits._reading(found, 2.0)
    assert (reading.text, reading.reason) == (text, reason)
    assert [digit.box for digit in reading.digits] == [tuple(2 * edge for edge in part.box) for part in found.parts]


def test_what_cannot_be_read_is_an_error_with_a_sentence(folder):
    with pytest.raises(ValueError, match="not a picture"):
        digits.read(folder / "notes.txt")
    with pytest.raises(FileNotFoundError):
        digits.read(folder / "gone.png")


HEAVY = ("torch", "torchvision", "gradio", "starlette", "matplotlib", "onnx", "huggingface_hub")


@pytest.mark.parametrize("words", [["--help"], ["read", "--help"], ["read", "one.png"]], ids=" ".join)
def test_neither_torch_nor_gradio_is_imported(words, folder):
    code = (
        f"import sys, digits; status = digits.main({words}); sys.stdout.flush()\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    environment = {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.stdout.endswith("[]\n"), done.stderr


def test_help_imports_no_runtime_either():
    code = "import sys, digits; digits.main(['--help']); print('onnxruntime' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.endswith("False\n"), done.stderr


def test_help_lists_every_verb_with_what_it_does(capsys):
    status, lines, _ = called(capsys, "--help")
    listed = {line.split()[0] for line in lines if re.match(r"  [a-z]", line)}
    assert status == 0
    assert listed >= verbs.VERBS.keys() | {"read"}


MAINS = sorted(
    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__main__")
    for room in ("core", "demo", "export", "scripts", "studies")
    for path in (ROOT / room).rglob("*.py")
    if '__name__ == "__main__"' in path.read_text(encoding="utf-8")
)


def test_every_command_of_the_project_is_a_verb():
    assert len(MAINS) > 30
    by_others = {"core.decoder", "demo.analysis.own_model_child", "export.runtimes.one_file"}
    assert set(MAINS) - {verb.module for verb in verbs.VERBS.values()} == by_others


def test_every_command_that_is_written_down_is_a_verb():
    texts = [ROOT / "README.md", ROOT / "Makefile", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    named = {
        name
        for path in texts
        for name in re.findall(r"-m ((?:core|demo|export|scripts|studies)[\w.]*)", path.read_text())
    }
    assert sorted(named - {verb.module for verb in verbs.VERBS.values()}) == []


@pytest.mark.parametrize("name", verbs.VERBS)
def test_every_verb_has_its_module(name):
    path = ROOT / verbs.VERBS[name].module.replace(".", "/")
    assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()


TOLD = {
    "python -m core.soup runs/a --out runs/b": "digits soup runs/a --out runs/b",  # as it was called then
    "python -m core.elsewhere.other_digits x.onnx": "digits other-digits x.onnx",
    "python -m proof.soak.run 600": "digits soak 600",
    "python -m core.train --preset soup": "python -m core.train --preset soup",
    "python -m export": "python -m export",
    "make bench": "make bench",
    "python -m core.gone": "python -m core.gone",
}


@pytest.mark.parametrize(("recorded", "told"), TOLD.items())
def test_a_recorded_command_is_told_as_its_verb(recorded, told):
    assert verbs.told(recorded) == told


@pytest.mark.parametrize("name", verbs.VERBS)
def test_a_verb_says_what_it_takes_and_does_nothing(name):
    assert verbs.help_of(name).startswith(f"usage: digits {name} ")


def test_a_verb_runs_its_module_with_its_words():
    done = run("space", "--help", text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage: digits space [-h] [--out OUT]")
    refused = run("serve", "--port", "many", text=True)
    assert refused.returncode == 1
    assert refused.stderr == "DIGITS_PORT is 'many'; give a whole number from 1 to 65535\n"


MEANT = {
    "a slip": ("trian", "did you mean `digits train`?"),
    "a picture": ("README.md", "did you mean `digits read README.md`?"),
    "neither": ("xyzzy", "`digits --help` lists the verbs"),
}


@pytest.mark.parametrize(("word", "hint"), MEANT.values(), ids=MEANT.keys())
def test_a_word_that_is_no_verb(word, hint, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    status, _, err = called(capsys, word)
    assert status == 2
    assert hint in err


def test_a_package_that_a_verb_needs_and_that_is_not_here():
    code = (
        "import sys; sys.modules['gradio'] = None; sys.modules['torch'] = None; import digits\n"
        "print(digits.main(['train', '--help']), digits.main(['serve']))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "digits train needs the package torch, which is not installed here" in done.stderr
    assert (
        'digits serve needs the package gradio, which is not installed here; in the checkout, `pip install ".[page]"`'
        in done.stderr
    )
    assert "Traceback" not in done.stderr


def test_a_verb_beside_the_packages_is_found_from_any_folder(tmp_path):
    """As the command of an editable installation runs: what it knows are the packages, and the folder is another."""
    code = f"import sys; sys.path.append({str(ROOT)!r}); import digits; digits.main(['fresh', '--help'])"
    code = code.replace("import digits;", "import digits; sys.path.remove(sys.path[-1]);")
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.startswith("usage: digits fresh"), done.stderr
