"""How far two float32 runtimes may be apart. The net's bound is derived; the preprocessing's is what people can see.

Both sides do the same sums in another order. Each addition rounds by at most UNIT of its result, and roundings in
unrelated directions add like a random walk: n terms are sqrt(n) x UNIT apart (Higham 2002, Accuracy and Stability of
Numerical Algorithms, section 2.8). A wrong weight or layer shows far above that, half precision too.
"""

import math

import numpy as np
from numpy.typing import NDArray
from torch import nn

from export.contracts import RECOGNIZER, Contract

UNIT = 2.0**-24  # float32 rounds by at most this share of a result
# A tenth of one grey step: no picture that people look at can show it, and a wrong constant shows one step or more.
# A bound derived as the net's is (3.5e-5) was exceeded at 4.6e-5 on 28 x 28: the contrast stretch divides by a peak.
SEEN = 0.1 / 255
GAIN = 4.0  # change of a probability by change of `seen`: about 16 logits per unit times softmax's steepest slope, 1/4


def summed_terms(net: nn.Module) -> int:
    """How many products one logit sums along one path through the net: the fan-ins of its layers, added."""
    layers = [layer for layer in net.modules() if isinstance(layer, nn.Conv2d | nn.Linear)]
    return sum(layer.weight[0].numel() for layer in layers)


def of_net(net: nn.Module) -> float:
    """Allowed difference of logits, as a share of their range."""
    return math.sqrt(summed_terms(net)) * UNIT


def allowed(contract: Contract, net: nn.Module) -> dict[str, float]:
    """Allowed difference of every output, as a share of its `extent`."""
    if contract != RECOGNIZER:
        return {contract.scores: of_net(net)}
    return {port.name: SEEN if port.name == "seen" else of_net(net) + GAIN * SEEN for port in contract.outputs}


def extent(output: NDArray[np.generic]) -> float:
    """What allowed differences are shares of: the range of an output and 0, at least 1.

    Arithmetic rounds by a share of each number, not of how far numbers are apart: a blank picture's logits may all lie
    within 1 of one another and be 5 from 0, and how their sums are ordered there hangs on the processor.
    """
    return max(1.0, float(np.ptp(np.append(output.astype(np.float64), 0.0))))
