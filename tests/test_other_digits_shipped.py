"""The shipped recogniser on other people's digits that the project may ship: no worse than promised, and no miracle."""

from pathlib import Path

import pytest
import torch

from core import sets
from core.train.measure.answer import Answer, open_model

ROOT = Path(__file__).resolve().parents[1]
# Share misread, at least and at most. Sets without a single error would be ones that somebody trained on.
LIMITS = {"paper_crops": (0.003, 0.025), "optdigits": (0.003, 0.025)}


def misread(answer: Answer, name: str) -> float:
    found = sets.read(ROOT / "data" / name / "pictures.npz").pictures
    images = torch.stack([torch.from_numpy(picture.image.copy()) for picture in found])
    answers = answer(images)[0].argmax(1)
    return sum(str(int(a)) != picture.label for a, picture in zip(answers, found, strict=True)) / len(found)


@pytest.mark.parametrize("name", LIMITS)
def test_the_recogniser_keeps_its_promise(name):
    least, most = LIMITS[name]
    assert least <= misread(open_model(ROOT / "models" / "recognizer.onnx"), name) <= most


@pytest.mark.parametrize("name", LIMITS)
def test_a_reader_that_guesses_breaks_it(name):
    assert misread(lambda images: (torch.eye(10)[:1].expand(len(images), 10), torch.ones(len(images))), name) > 0.5
