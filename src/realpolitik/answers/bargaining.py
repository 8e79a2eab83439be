"""Spatial bargaining over one issue: what actors with positions on a line agree on.

Arrays are [..., actor]; leading dimensions are draws. A weight is capability times salience. The weighted mean is the default: it is
Nash's solution to first order when disagreement is bad for all (Achen 2006), and over decided issues no rule with more parts has done
better (Thomson, Stokman, Achen & König 2006; Schneider, Finke & Bailer 2010).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def weights(capability: ArrayLike, salience: ArrayLike) -> NDArray:
    """What an actor brings to bear, [..., actor]: capability (any unit, 0 or more) times salience (0 to 1).

    Raises ValueError when one is negative, or when nobody in a draw has any weight.
    """
    weight = np.asarray(capability, float) * np.asarray(salience, float)
    if not np.all(weight >= 0.0):
        raise ValueError("capability and salience are 0 or more")
    if np.any(weight.sum(axis=-1) <= 0.0):
        raise ValueError("nobody has any weight, so nothing is decided")
    return weight


def mean(position: ArrayLike, weight: ArrayLike) -> NDArray:
    """The weighted mean of the positions (the compromise model), [...] in the unit of `position`.

    >>> float(mean([0.0, 10.0], [3.0, 1.0]))
    2.5
    """
    position, weight = np.broadcast_arrays(np.asarray(position, float), np.asarray(weight, float))
    return (position * weight).sum(axis=-1) / weight.sum(axis=-1)


def median(position: ArrayLike, weight: ArrayLike) -> NDArray:
    """The weighted median of the positions, which beats every other in pairwise votes (Black 1948), [...].

    Where one half of the weight stands on each side of a gap, its middle.

    >>> float(median([4.0, 7.0, 10.0], [1.0, 1.0, 1.0])), float(median([0.0, 10.0], [1.0, 1.0]))
    (7.0, 5.0)
    """
    position, weight = np.broadcast_arrays(np.asarray(position, float), np.asarray(weight, float))
    order = np.argsort(position, axis=-1, kind="stable")
    x = np.take_along_axis(position, order, axis=-1)
    w = np.take_along_axis(weight, order, axis=-1)
    total = w.sum(axis=-1, keepdims=True)
    rising = np.cumsum(w, axis=-1)
    # Sums of weights in another order differ in their last bits; a half is a half all the same.
    slack = 1e-12 * total
    low = np.argmax(rising >= 0.5 * total - slack, axis=-1)[..., None]
    high = np.argmax(rising > 0.5 * total + slack, axis=-1)[..., None]
    return 0.5 * (np.take_along_axis(x, low, axis=-1) + np.take_along_axis(x, high, axis=-1))[..., 0]


def no_deal(outcome: ArrayLike, status_quo: ArrayLike, pull: ArrayLike) -> NDArray:
    """What is left of an agreement that the status quo pulls back by a share `pull` from 0 to 1, [...]."""
    pull = np.asarray(pull, float)
    return (1.0 - pull) * np.asarray(outcome, float) + pull * np.asarray(status_quo, float)


def without(position: ArrayLike, weight: ArrayLike, actor: int, rule=mean) -> NDArray:
    """The outcome of `rule` when `actor` (its place along the last axis) brings nothing, [...]; NaN where it was alone."""
    weight = np.array(np.broadcast_arrays(np.asarray(weight, float), np.asarray(position, float))[0])
    weight[..., actor] = 0.0
    alone = weight.sum(axis=-1) <= 0.0
    outcome = rule(position, np.where(alone[..., None], 1.0, weight))
    return np.where(alone, np.nan, outcome)
