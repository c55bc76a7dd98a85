"""The recogniser's contract: any picture in, probabilities, what was seen and a score out."""

import pytest
import torch
from torch import Generator, nn

from core.net import checkpoint
from core.net.model import ConvNet, xavier
from core.net.recognizer import Calibration, Recognizer, answers, load_recognizer


class Fixed(nn.Module):
    """A net that answers the same logits to everything."""

    def __init__(self, logits):
        super().__init__()
        self.logits = torch.tensor(logits, dtype=torch.float32)

    def forward(self, image):
        return self.logits.expand(len(image), -1)


LOGITS = [2.0, 1.0] + [0.0] * 8


def stroke():
    picture = torch.full((1, 40, 40), 255, dtype=torch.uint8)
    picture[:, 8:32, 18:22] = 0
    return picture


def test_shapes_dtypes_and_sums():
    net = ConvNet()
    xavier(net, Generator().manual_seed(0))
    images = torch.randint(0, 256, (3, 37, 61), generator=Generator().manual_seed(1), dtype=torch.uint8)
    probabilities, seen, score = Recognizer(net, Calibration()).eval()(images)
    assert (probabilities.shape, seen.shape, score.shape) == ((3, 10), (3, 28, 28), (3,))
    assert {probabilities.dtype, seen.dtype, score.dtype} == {torch.float32}
    assert torch.allclose(probabilities.sum(1), torch.ones(3))
    assert seen.min() >= 0
    assert seen.max() <= 1


def test_temperature_divides_the_logits():
    probabilities, _, _ = Recognizer(Fixed(LOGITS), Calibration(temperature=2.0))(stroke())
    assert torch.allclose(probabilities[0], torch.softmax(torch.tensor(LOGITS) / 2, 0))


def test_score_is_what_an_eleventh_class_with_logit_0_leaves_to_the_digits():
    _, _, score = Recognizer(Fixed(LOGITS), Calibration())(stroke())
    with_stranger = torch.softmax(torch.tensor([*LOGITS, 0.0]), 0)
    assert float(score) == pytest.approx(1 - float(with_stranger[10]), abs=1e-6)


@pytest.mark.parametrize("level", [0, 1, 127, 255])
@pytest.mark.parametrize("shape", [(1, 1), (28, 28), (5, 300)], ids=str)
def test_blank_scores_nothing_whatever_the_net_says(level, shape):
    _, seen, score = Recognizer(Fixed(LOGITS), Calibration())(torch.full((1, *shape), level, dtype=torch.uint8))
    assert float(seen.max()) == 0
    assert float(score) == 0


def test_batches_answer_as_single_pictures_do():
    net = ConvNet()
    xavier(net, Generator().manual_seed(0))
    recognizer = Recognizer(net, Calibration()).eval()
    images = torch.randint(0, 256, (5, 30, 30), generator=Generator().manual_seed(1), dtype=torch.uint8)
    alone = torch.cat([answers(recognizer, image[None])[0] for image in images])
    assert torch.allclose(answers(recognizer, images, batch=2)[0], alone, atol=1e-5)


def test_calibration_comes_back_from_the_weights_file(tmp_path):
    path = tmp_path / "recognizer.safetensors"
    history = {"calibration": {"temperature": 1.5, "score_threshold": 0.25, "of a later version": 1}}
    checkpoint.save(path, ConvNet().state_dict(), "ConvNet", history)
    assert load_recognizer(path).calibration == Calibration(temperature=1.5, score_threshold=0.25)
