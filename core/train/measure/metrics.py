"""Integer counts over every picture, intervals, calibration."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Count:
    """So many wrong of so many pictures."""

    wrong: int
    n: int

    @property
    def error(self) -> float:
        """Share of wrong answers, 0 to 1."""
        return self.wrong / self.n

    def interval(self, z: float = 1.959964) -> tuple[float, float]:
        """Wilson's score interval of the error (95% by default), as shares from 0 to 1.

        source: Wilson 1927, Probable Inference, the Law of Succession, and Statistical Inference.
        """
        share, n = self.error, self.n
        centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        return max(0.0, centre - half), min(1.0, centre + half)

    def __str__(self) -> str:
        low, high = self.interval()
        return f"{self.error:.2%} ({self.wrong} of {self.n}; 95% interval {low:.2%} to {high:.2%})"


@torch.no_grad()
def predict(net: nn.Module, images: Tensor, batch: int = 512) -> Tensor:
    """Logits (N, 10) float32 of pictures (N, 28, 28) uint8, ink 255; the last batch may be ragged."""
    was_training = net.training
    net.eval()
    logits = [net(part[:, None].float() / 255).float() for part in images.split(batch)]
    net.train(was_training)
    return torch.cat(logits)


def count_wrong(logits: Tensor, labels: Tensor) -> Count:
    """Every picture counts once: logits (N, 10), labels (N,)."""
    return Count(int((logits.argmax(1) != labels).sum()), len(labels))


def confusion(predicted: Tensor, labels: Tensor, classes: int = 10) -> Tensor:
    """Counts (classes, classes) int64: row is the true digit, column the answer."""
    return torch.bincount(labels * classes + predicted, minlength=classes**2).reshape(classes, classes)


def expected_calibration_error(probabilities: Tensor, labels: Tensor, bins: int = 15) -> float:
    """Mean gap between confidence and accuracy over equal bins of confidence, weighted by their pictures; 0 to 1.

    source: Guo et al. 2017, On Calibration of Modern Neural Networks.
    """
    confidence, predicted = probabilities.max(1)
    right = (predicted == labels).double()
    place = (confidence.double() * bins).long().clamp(max=bins - 1)
    gap = torch.zeros(bins, dtype=torch.float64).index_add(0, place, confidence.double() - right)
    return float(gap.abs().sum() / len(labels))


def fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """The number that divides logits (N, 10) so that the negative log-likelihood of labels (N,) is least."""
    log_temperature = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([log_temperature], lr=0.1, max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = nn.functional.cross_entropy(logits.double() / log_temperature.exp(), labels)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[arg-type]
    return float(log_temperature.detach().exp())
