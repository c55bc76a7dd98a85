"""The recogniser: preprocessing, a net and its calibration in one module, exported as one file."""

from dataclasses import dataclass, fields
from pathlib import Path

import torch
from torch import Tensor, nn

from core.net import checkpoint
from core.net.preprocess import Preprocess


@dataclass(frozen=True)
class Calibration:
    """Numbers fitted on held-back pictures, none of them from a test set.

    temperature:  divides the logits before softmax (Guo et al. 2017, On Calibration of Modern Neural Networks).
    score_offset: log-sum-exp of the logits at which a picture is as likely a digit as not.
    score_scale:  how fast the score rises around that point.
    score_threshold: a digit_score below this means "no digit"; 0 to 1.
    """

    temperature: float = 1.0
    score_offset: float = 0.0
    score_scale: float = 1.0
    score_threshold: float = 0.5


class Recognizer(nn.Module):
    """Any uint8 pictures to answers.

    image:   (N, H, W) uint8, any N, H, W >= 1, any polarity.
    returns: probabilities (N, 10) float32, each row sums to 1; seen (N, 28, 28) float32 in [0, 1], what the net
             looked at; digit_score (N,) float32 in [0, 1], low for what is no digit, 0 for a blank.
    source:  the score is the free energy of Liu et al. 2020, Energy-based Out-of-distribution Detection; with offset 0
             and scale 1 it is the share of softmax that an 11th class, "no digit" with logit 0, leaves to the digits.
    """

    def __init__(self, net: nn.Module, calibration: Calibration) -> None:
        super().__init__()
        self.preprocess = Preprocess()
        self.net = net
        self.calibration = calibration

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        seen, _ = self.preprocess(image)
        logits = self.net(seen[:, None])  # (N, 10)
        probabilities = torch.softmax(logits / self.calibration.temperature, dim=1)
        energy = torch.logsumexp(logits, dim=1)
        score = torch.sigmoid((energy - self.calibration.score_offset) * self.calibration.score_scale)
        return probabilities, seen, torch.where(seen.amax((1, 2)) > 0, score, 0.0)


def load_recognizer(path: Path) -> Recognizer:
    """The recogniser of a weights file, in evaluation mode; a file without calibration gets the neutral one."""
    net, history = checkpoint.load_net(path)
    known = {field.name for field in fields(Calibration)}
    calibration = {name: value for name, value in history.get("calibration", {}).items() if name in known}
    return Recognizer(net, Calibration(**calibration)).eval()


@torch.no_grad()
def answers(recognizer: Recognizer, images: Tensor, batch: int = 256) -> tuple[Tensor, Tensor]:
    """Probabilities (N, 10) and digit scores (N,) of pictures (N, H, W) uint8."""
    parts = [recognizer(part) for part in images.split(batch)]
    return torch.cat([part[0] for part in parts]), torch.cat([part[2] for part in parts])
