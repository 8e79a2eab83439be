"""Published measures of dependence. They are covariates of leverage, not leverage: aligned states need none."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def concentration(trade: ArrayLike) -> NDArray:
    """Hirschman's index of concentration, 100 sqrt(sum of squared shares), [...] from trade by partner [..., partner].

    100 with one partner, 100/sqrt(n) with n equal ones; the Herfindahl index is (H/100)^2. Raises ValueError without any trade.

    >>> float(concentration([5.0]))
    100.0
    """
    trade = np.asarray(trade, float)
    total = trade.sum(axis=-1, keepdims=True)
    if np.any(trade < 0.0) or np.any(total <= 0.0):
        raise ValueError("trade is 0 or more, and somebody trades")
    return 100.0 * np.sqrt(np.square(trade / total).sum(axis=-1))


def asymmetry(of_ruler: ArrayLike, of_patron: ArrayLike) -> NDArray:
    """Hirschman's influence term: the patron's share in the ruler's trade less the ruler's share in the patron's."""
    return np.asarray(of_ruler, float) - np.asarray(of_patron, float)


def net_power(
    leverage: ArrayLike, survival_worth: ArrayLike, patron_stake: ArrayLike, share: ArrayLike, irreplaceable: ArrayLike
) -> NDArray:
    """Emerson's power of a patron over a ruler less that of the ruler over him, [...].

    The ruler depends on the patron by what his survival is worth to him times the leverage; the patron on the ruler by what is at
    stake for him, times the ruler's share in it, times how hard the ruler is to replace (both 0 to 1).
    """
    ruler_depends = np.asarray(survival_worth, float) * np.asarray(leverage, float)
    patron_depends = np.asarray(patron_stake, float) * np.asarray(share, float) * np.asarray(irreplaceable, float)
    return ruler_depends - patron_depends


def first_mover_share(own_discount: ArrayLike, other_discount: ArrayLike) -> NDArray:
    """Share of whoever offers first in Rubinstein's alternating offers, (1 - d2) / (1 - d1 d2); discounts per round, below 1.

    >>> round(float(first_mover_share(0.9, 0.9)), 4)
    0.5263
    """
    d1, d2 = np.asarray(own_discount, float), np.asarray(other_discount, float)
    return (1.0 - d2) / (1.0 - d1 * d2)
