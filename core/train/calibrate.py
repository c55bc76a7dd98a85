"""Fit a net's temperature and refusal threshold on held-back pictures."""

from typing import Any

import torch
from torch import Generator, Tensor, nn

from core.net.recognizer import Calibration, Recognizer, answers
from core.train import data
from core.train.measure.metrics import fit_temperature, predict
from core.train.synthetic import realink

DIGITS_KEPT = 0.98  # share of held-back digits that must score above the threshold
SEED = 20_000  # of the pictures drawn for the threshold; no training run uses it
SIDE_PX = 96  # side of those pictures


def calibrate(net: nn.Module, val: data.Pictures, config: dict[str, Any]) -> Calibration:
    """The calibration of a net from validation pictures (N, 28, 28) uint8 with their labels.

    A net that never saw a non-digit gets a temperature only, and refuses nothing.
    """
    images, labels = val
    if config["ink"] == "mnist":
        return Calibration(temperature=fit_temperature(predict(net, images), labels), score_threshold=0.0)
    recognizer = Recognizer(net, Calibration()).eval()
    temperature = fit_temperature(logits(recognizer, images), labels)
    drawn = realink.photograph(images, Generator().manual_seed(SEED), SIDE_PX)
    scores = answers(recognizer, drawn)[1]
    return Calibration(temperature=temperature, score_threshold=float(scores.quantile(1 - DIGITS_KEPT)))


@torch.no_grad()
def logits(recognizer: Recognizer, images: Tensor, batch: int = 256) -> Tensor:
    """Uncalibrated logits (N, 10) of pictures (N, H, W) uint8, preprocessing included."""
    return torch.cat([recognizer.net(recognizer.preprocess(part)[0][:, None]) for part in images.split(batch)])
