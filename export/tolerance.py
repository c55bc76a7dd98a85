"""How far two float32 runtimes may be apart, derived from what they compute; nothing here is tuned to a result.

Both sides do the same sums in another order. Each addition rounds by at most UNIT of its result, and roundings in
unrelated directions add like a random walk: n terms are sqrt(n) x UNIT apart (Higham 2002, Accuracy and Stability of
Numerical Algorithms, section 2.8). A wrong weight, layer or constant shows far above that, half precision too.
"""

import math

from torch import nn

from core.preprocess import SIZE
from export.contracts import RECOGNIZER, Contract
from export.pictures import Case

UNIT = 2.0**-24  # float32 rounds by at most this share of a result
HALF_UNIT = 2.0**-11  # the same for float16
STEPS = 4  # box, centre of mass, filter and product: each step of placing a picture rounds anew
GAIN = 4.0  # change of a probability by change of `seen`: about 16 logits per unit times softmax's steepest slope, 1/4


def summed_terms(net: nn.Module) -> int:
    """How many products one logit sums along one path through the net: the fan-ins of its layers, added."""
    layers = [layer for layer in net.modules() if isinstance(layer, nn.Conv2d | nn.Linear)]
    return sum(layer.weight[0].numel() for layer in layers)


def of_net(net: nn.Module) -> float:
    """Allowed difference of logits, as a share of their range."""
    return math.sqrt(summed_terms(net)) * UNIT


def of_placing(height: int, width: int) -> float:
    """Allowed difference of `seen`: how far rounding can shift the 28x28 picture, in px of that picture.

    A coordinate is a sum over up to `side` px; the shorter side is what 28 px span; a shift of 1 px changes a value
    by at most 1.
    """
    side = max(height, width)
    return STEPS * SIZE * (side / min(height, width)) * math.sqrt(side) * UNIT


def allowed(contract: Contract, net: nn.Module, case: Case) -> dict[str, float]:
    """Allowed difference of every output for one case, as a share of the output's range (at least 1)."""
    if contract != RECOGNIZER:
        return {contract.scores: of_net(net)}
    seen = of_placing(*case.images.shape[1:])
    return {port.name: seen if port.name == "seen" else of_net(net) + GAIN * seen for port in contract.outputs}
