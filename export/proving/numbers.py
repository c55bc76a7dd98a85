"""Numbers to read: rows of single digits, from touching to far apart."""

import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray

from export.proving.pictures import Grey

NUMBER_PX = (48, 256)  # height, width of a number's picture


def write_numbers(digits: Grey, count: int, seed: int) -> tuple[Grey, list[NDArray[np.int64]]]:
    """Rows of 2 to 8 digits, dark on light, and the places among `digits` (M, 28, 28) of those in each row.

    returns: (count, *NUMBER_PX) uint8; where a row is full, its last digits lie over one another.
    """
    random = default_rng(seed)
    drawn = np.zeros((count, *NUMBER_PX), np.uint8)
    chosen = []
    for picture in drawn:
        left = int(random.integers(0, 20))
        chosen.append(random.integers(len(digits), size=random.integers(2, 9)))
        for digit in digits[chosen[-1]]:
            top = int(random.integers(0, NUMBER_PX[0] - 27))
            place = picture[top : top + 28, left : left + 28]
            np.maximum(place, digit[:, : place.shape[1]], out=place)
            left = min(left + int(random.integers(16, 34)), NUMBER_PX[1] - 28)
    return 255 - drawn, chosen
