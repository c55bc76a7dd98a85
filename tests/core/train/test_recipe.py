"""Every shipped model's recipe can be followed, a stopped one goes on, and a wrong one is told before it begins."""

import sys

import pytest

from core.train import recipe
from core.train.recipe import RECIPES, RecipeError, Step, check, follow, read
from export.contracts import SHIPPED

ALL = sorted(path.stem for path in RECIPES.glob("*.toml"))


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(recipe, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ALL)
def test_a_recipe_can_be_followed(name, capsys):
    assert recipe.main([name, "--dry-run"]) == 0
    assert capsys.readouterr().out.count("digits ") == len(read(RECIPES / f"{name}.toml"))


def test_every_shipped_model_has_one():
    assert set(SHIPPED) <= set(ALL)


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([Step(("learn", "--preset", "edge"), "")], "'learn' is no verb"),
        ([Step(("soup", "--spoon"), "")], "knows no --spoon"),
        ([Step(("soup", "runs/a", "--out", "runs/b"), "runs/b/weights.safetensors")], "no step before it makes runs/a"),
    ],
    ids=["verb", "flag", "run"],
)
@pytest.mark.usefixtures("root")
def test_a_wrong_step_is_a_sentence(steps, words, monkeypatch):
    monkeypatch.setattr(recipe, "flags", lambda _: frozenset({"--out", "--preset"}))
    with pytest.raises(RecipeError, match=words):
        check(steps)


@pytest.mark.parametrize("text", ["step = 3", "[[step]]\nmakes = 'x'", "no toml"])
def test_what_is_no_recipe_is_a_sentence(tmp_path, text):
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(RecipeError, match="expected steps"):
        read(tmp_path / "a.toml")


def touching(name, status=0):
    """A step that writes a file and ends with this status."""
    code = f"import pathlib, sys; pathlib.Path({name!r}).write_text('x'); sys.exit({status})"
    step = Step(("train", name), name)
    return step, [sys.executable, "-c", code]


def test_a_stopped_recipe_goes_on_with_the_step_that_failed(root, monkeypatch, capsys):
    ran = []
    commands = dict(touching(name, status) for name, status in (("a", 0), ("b", 3)))
    monkeypatch.setattr(Step, "command", property(lambda step: ran.append(step.makes) or commands[step]))
    monkeypatch.setattr(Step, "is_done", property(lambda step: step.makes == "a" and (root / "a").is_file()))
    for _ in range(2):
        with pytest.raises(RecipeError, match="step 2 ended with status 3"):
            follow([*commands])
    assert ran == ["a", "b", "b"]
    assert "step 1 of 2: digits train a (done)" in capsys.readouterr().out


def test_a_begun_training_is_told_to_go_on(root):
    step = Step(("train", "--out", "runs/a"), "runs/a/weights.safetensors")
    assert "--resume" not in step.command
    (root / "runs" / "a").mkdir(parents=True)
    (root / "runs" / "a" / recipe.CHECKPOINT).write_bytes(b"")
    assert step.command[-1] == "--resume"
