"""How audiences take in evidence: likelihood ratios read with a bias, and what a persuader can make of a prior."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def biased_update(
    log_odds: ArrayLike, log_ratio: ArrayLike, memory: ArrayLike = 1.0, confirming: ArrayLike = 1.0, disconfirming: ArrayLike = 1.0
) -> NDArray:
    """Log odds after one item, read by somebody who discounts what speaks against his view (after Rabin & Schrag 1999).

    ``memory`` times the old log odds, plus the log likelihood ratio times ``confirming`` where it agrees with the side the log odds are
    on, ``disconfirming`` where it does not. All ones is Bayes' rule; at even odds nothing disagrees.
    """
    belief, ratio = np.asarray(log_odds, float), np.asarray(log_ratio, float)
    agrees = belief * ratio >= 0.0
    return np.asarray(memory, float) * belief + np.where(agrees, confirming, disconfirming) * ratio


def persuasion(prior: float, belief: ArrayLike, worth: ArrayLike) -> tuple[float, NDArray, NDArray]:
    """The best a committed persuader can do with an audience of prior `prior` (Kamenica & Gentzkow 2011).

    Parameters
    ----------
    prior : probability of the claim, 0 to 1
    belief : array [point], rising from 0 to 1
    worth : array [point]
        What the persuader gains when the audience comes to believe each.

    Returns
    -------
    value : float
        The concave closure of `worth` at the prior.
    posteriors, chances : arrays of one or two
        The beliefs to bring about, and how often each.
    """
    x, v = np.asarray(belief, float), np.asarray(worth, float)
    if not (x[0] == 0.0 and x[-1] == 1.0 and np.all(np.diff(x) > 0.0)):
        raise ValueError("beliefs rise from 0 to 1")
    hull: list[int] = []
    for point in range(len(x)):
        # The last corner goes when it does not rise above the line past it.
        while len(hull) > 1 and (v[hull[-1]] - v[hull[-2]]) * (x[point] - x[hull[-2]]) <= (v[point] - v[hull[-2]]) * (
            x[hull[-1]] - x[hull[-2]]
        ):
            hull.pop()
        hull.append(point)
    right = int(np.searchsorted(x[hull], prior))
    if x[hull[right]] == prior:
        return float(v[hull[right]]), x[hull[right : right + 1]], np.ones(1)
    ends = np.array([hull[right - 1], hull[right]])
    chance = (prior - x[ends[0]]) / (x[ends[1]] - x[ends[0]])
    chances = np.array([1.0 - chance, chance])
    return float(chances @ v[ends]), x[ends], chances
