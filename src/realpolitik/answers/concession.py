"""What leverage buys: survival with and without a patron, Nash's concession, and whether the threat is believed.

Arrays are [...] over draws and broadcast. S1 and S0 are the ruler's chances of surviving to the horizon with the patron's support and
without it; W is what surviving is worth to the ruler, V what it is worth to the patron, k what support costs him, beta his bargaining
weight.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from realpolitik.case.distributions import Distribution


class Term(NamedTuple):
    """One term of the bargain: its prior, unit, meaning, basis and source."""

    name: str
    prior: Distribution
    unit: str
    meaning: str
    basis: str
    source: str


TERMS: dict[str, Term] = {
    term.name: term
    for term in (
        Term("bargaining_weight", Distribution("beta", 3.0, 3.0, "beta(3, 3)"), "share", "bargaining weight of the patron",
             "judgement", "symmetric Nash default"),
        Term("patron_stake", Distribution("lognormal", 0.2, 0.8, "lognormal(0.2, 0.8)"), "ratio to W",
             "what the ruler's survival is worth to the patron", "judgement", "order only"),
        Term("support_cost", Distribution("lognormal", 0.02, 1.0, "lognormal(0.02, 1.0)"), "ratio to W",
             "what support costs the patron", "judgement", "order only"),
        Term("renegotiation", Distribution("lognormal", 1.0 / 180.0, 0.8, "lognormal(1/180, 0.8)"), "1/day",
             "rate at which the bargain is opened again", "judgement", "half a year"),
    )
}  # fmt: skip
"""Priors of the terms, in units of W; all of them judgement."""


def leverage(supported: ArrayLike, alone: ArrayLike) -> NDArray:
    """S1 - S0."""
    return np.asarray(supported, float) - np.asarray(alone, float)


def necessity(supported: ArrayLike, alone: ArrayLike) -> NDArray:
    """(S1 - S0) / S1: the share of survivals that would have been falls, if support never hurts (Tian & Pearl 2000)."""
    supported = np.asarray(supported, float)
    return leverage(supported, alone) / np.where(supported > 0.0, supported, np.nan)


def log_hazard_ratio(supported: ArrayLike, alone: ArrayLike) -> NDArray:
    """Logarithm of the cumulative hazard of falling with support over that without it."""
    with np.errstate(divide="ignore"):
        return np.log(-np.log(np.asarray(supported, float))) - np.log(-np.log(np.asarray(alone, float)))


def frozen_and_reacting(supported: ArrayLike, alone: ArrayLike) -> tuple[NDArray, NDArray]:
    """Leverage with the ruler's policy frozen (sensitivity) and with the ruler choosing anew (vulnerability), each [...].

    Both arrays are [..., policy]: survival under each policy open to the ruler. He takes the policy of the best survival; so
    vulnerability is never above sensitivity (Keohane & Nye 1977).
    """
    s1, s0 = np.broadcast_arrays(np.asarray(supported, float), np.asarray(alone, float))
    chosen = np.argmax(s1, axis=-1)[..., None]
    best = np.take_along_axis(s1, chosen, axis=-1)[..., 0]
    return best - np.take_along_axis(s0, chosen, axis=-1)[..., 0], best - s0.max(axis=-1)


class Bargain(NamedTuple):
    """A bargain over support: `concession` from ruler to patron (NaN without agreement), `agreed`, and the `surplus` they share."""

    concession: NDArray
    agreed: NDArray
    surplus: NDArray


def bargain(gain: ArrayLike, worth: ArrayLike, stake: ArrayLike, cost: ArrayLike, weight: ArrayLike) -> Bargain:
    """Nash's solution: beta L W - (1 - beta)(L V - k), agreed where the surplus L (W + V) - k is not negative.

    Parameters
    ----------
    gain : leverage L
    worth, stake, cost : W, V and k in one unit
    weight : beta, 0 to 1

    Notes
    -----
    A concession below zero is paid by the patron: one who would help for nothing can be made to pay.
    """
    gain, worth, stake, cost, weight = (np.asarray(v, float) for v in (gain, worth, stake, cost, weight))
    surplus = gain * (worth + stake) - cost
    paid = weight * gain * worth - (1.0 - weight) * (gain * stake - cost)
    agreed = surplus >= 0.0
    return Bargain(np.where(agreed, paid, np.nan), agreed, surplus)


def credible(gain: ArrayLike, stake: ArrayLike, cost: ArrayLike) -> NDArray:
    """Whether the patron would rather withdraw than go unpaid, L V < k; the mean over draws is P(credible)."""
    return np.asarray(gain, float) * np.asarray(stake, float) < np.asarray(cost, float)


def renegotiated(days: ArrayLike, current: ArrayLike, rate: ArrayLike) -> NDArray:
    """Expected concession as time passes, [..., day], when the bargain struck on the first day is opened again at a rate.

    Parameters
    ----------
    days : array [day]
        Rising; the first is the day of the bargain.
    current : array [..., day]
        What a bargain struck on that day would give; it holds until the next day given.
    rate : array [...]
        Per day. 0 is a promise kept for ever; infinity pays what today's leverage is worth (the obsolescing bargain).
    """
    days, current = np.asarray(days, float), np.asarray(current, float)
    rate = np.asarray(rate, float)
    if np.any(np.diff(days) <= 0.0):
        raise ValueError("the days do not rise")
    shape = np.broadcast_shapes(current.shape[:-1], rate.shape)
    current = np.broadcast_to(current, (*shape, len(days)))
    paid = np.empty(current.shape)
    paid[..., 0] = current[..., 0]
    for now in range(1, len(days)):
        opened = np.where(np.isinf(rate), 1.0, -np.expm1(-np.where(np.isinf(rate), 0.0, rate) * (days[now] - days[now - 1])))
        # Whatever was opened since the last day was struck at the leverage of then; without friction, at that of now.
        struck = np.where(np.isinf(rate), current[..., now], current[..., now - 1])
        paid[..., now] = (1.0 - opened) * paid[..., now - 1] + opened * struck
    return paid
