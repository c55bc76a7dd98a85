"""Six pictures whose answers can be counted by hand."""

import numpy as np

from demo.analysis.predictions import Predictions
from demo.analysis.table import Table
from demo.mnist import Labelled

# truth, answer, confidence
ROWS = [(4, 9, 0.6), (4, 4, 0.9), (9, 4, 0.95), (9, 9, 0.99), (0, 0, 0.7), (4, 9, 0.95)]
SCORES = (0.9, 0.9, 0.2, 0.9, 0.5, 0.9)


def tiny(rows=ROWS, threshold=0.4, scores=SCORES):
    """A table with those rows; what is left of the probability goes evenly to the other nine digits."""
    labels = np.array([truth for truth, _, _ in rows], np.uint8)
    answers = np.array([answer for _, answer, _ in rows])
    confidence = np.array([share for _, _, share in rows], np.float32)
    probabilities = np.repeat((1 - confidence)[:, None] / 9, 10, axis=1).astype(np.float32)
    probabilities[np.arange(len(rows)), answers] = confidence
    pictures = np.zeros((len(rows), 28, 28), np.uint8)
    pictures[:, 6:22, 12:16] = np.arange(100, 100 + len(rows), dtype=np.uint8)[:, None, None]
    score = np.array(scores[: len(rows)] if len(rows) <= len(scores) else [1.0] * len(rows), np.float32)
    features = np.stack([labels, answers, np.arange(len(rows))], 1).astype(np.float16)
    return Table(Labelled("tiny", pictures, labels), Predictions(probabilities, score, pictures, features), threshold)


def random_table(seed, count=500, right=0.8):
    """A larger table from a seed: truth and answers at random, `right` of them equal, any confidence."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, 10, count)
    answers = np.where(random.random(count) < right, truth, random.integers(0, 10, count))
    return tiny(list(zip(truth, answers, random.uniform(0.2, 1.0, count), strict=True)))
