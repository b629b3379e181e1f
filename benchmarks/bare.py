"""What a point of a sweep mostly does, for processes that import NumPy and SciPy alone."""

import numpy as np
from scipy.special import ndtr

VALUES = 4_096


def passes(count: int) -> None:
    """Take exponentials and normal probabilities of as many values as a point has, again and again.

    Parameters
    ----------
    count : int
        How often.
    """
    scores = np.random.default_rng(0).standard_normal(VALUES)
    for _ in range(count):
        ndtr(np.exp(scores))
