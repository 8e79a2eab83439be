"""Why a comparison of crises with and without help misleads: patrons choose which crises to enter (Gent 2008).

The average effect takes every world both ways; the naive one compares the worlds that were entered with those that were not. A patron who
enters where the ruler is worst off makes the naive figure too small, one who enters where he is safe makes it too large.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def average_effect(with_help: ArrayLike, without_help: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Mean of what help changed in the same worlds [world], the first array with it and the second without."""
    change = np.asarray(with_help, float) - np.asarray(without_help, float)
    return float(np.average(change, weights=weight))


def naive_effect(survived: ArrayLike, helped: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Survival among worlds [world] that were helped less that among those that were not; NaN where one group is empty.

    It is the slope of a regression of survival on help.
    """
    survived, helped = np.asarray(survived, float), np.asarray(helped, bool)
    weight = np.ones(len(survived)) if weight is None else np.asarray(weight, float)
    if not weight[helped].sum() > 0.0 or not weight[~helped].sum() > 0.0:
        return float("nan")
    with_help = np.average(survived[helped], weights=weight[helped])
    return float(with_help - np.average(survived[~helped], weights=weight[~helped]))
