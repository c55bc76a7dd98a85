"""Counts, intervals and calibration against numbers found another way."""

import math

import pytest
import torch
from scipy.stats import binomtest
from sklearn.metrics import confusion_matrix

from core.train.measure.metrics import (
    Count,
    confusion,
    count_wrong,
    expected_calibration_error,
    fit_temperature,
    predict,
)

CASES = {"even": (10, 5), "ragged last batch": (10, 4), "single image": (1, 256), "batch of one": (7, 1)}


@pytest.mark.parametrize(("images", "batch"), CASES.values(), ids=CASES.keys())
def test_every_image_counts_once(images, batch):
    pictures = torch.arange(images, dtype=torch.uint8)[:, None, None].expand(images, 28, 28)
    seen = []

    class Spy(torch.nn.Module):
        def forward(self, image):
            seen.extend((image[:, 0, 0, 0] * 255).round().int().tolist())
            return torch.nn.functional.one_hot(image[:, 0, 0, 0].mul(255).round().long() % 10, 10).float()

    logits = predict(Spy(), pictures, batch)
    assert seen == list(range(images))
    assert count_wrong(logits, torch.arange(images) % 10) == Count(0, images)
    assert count_wrong(logits, (torch.arange(images) + 1) % 10) == Count(images, images)


@pytest.mark.parametrize(("wrong", "n"), [(0, 10), (1, 10), (42, 10_000), (10, 10), (18, 5000)])
def test_interval_is_wilsons(wrong, n):
    expected = binomtest(wrong, n).proportion_ci(method="wilson")
    assert Count(wrong, n).interval() == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_confusion_matrix_equals_scikit_learns():
    generator = torch.Generator().manual_seed(0)
    truth, answer = torch.randint(0, 10, (2, 500), generator=generator)
    assert (confusion(answer, truth).numpy() == confusion_matrix(truth, answer, labels=range(10))).all()


def test_calibration_error_counted_on_paper():
    # confidence 0.9: two of four right (gap 0.4); confidence 0.6: one of one right (gap 0.4)
    confidence = torch.tensor([0.9, 0.9, 0.9, 0.9, 0.6])
    probabilities = torch.stack([confidence, 1 - confidence], dim=1)
    labels = torch.tensor([0, 0, 1, 1, 0])
    assert expected_calibration_error(probabilities, labels) == pytest.approx((4 * 0.4 + 0.4) / 5)


def test_confidence_of_exactly_one_falls_in_the_last_bin():
    probabilities = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    assert expected_calibration_error(probabilities, torch.tensor([0, 1])) == pytest.approx(0.5)


def test_temperature_recovers_the_scale_that_labels_were_drawn_with():
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(20_000, 10, generator=generator) * 3
    labels = torch.multinomial(torch.softmax(logits / 2.5, 1), 1, generator=generator)[:, 0]
    assert fit_temperature(logits, labels) == pytest.approx(2.5, rel=0.05)


def test_predict_leaves_the_net_in_the_mode_it_was_in():
    net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Dropout(0.5), torch.nn.Linear(784, 10)).train()
    pictures = torch.full((3, 28, 28), 9, dtype=torch.uint8)
    assert torch.equal(predict(net, pictures), predict(net, pictures))
    assert net.training
    assert math.isfinite(float(predict(net, pictures).sum()))
