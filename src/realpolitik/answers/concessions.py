"""What a patron's leverage would buy: the bargain of `concession.py` over draws of leverage and of the terms nobody knows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from realpolitik.answers.concession import TERMS, Bargain, bargain, credible
from realpolitik.chance.keys import combine_array, name_key, uniform_array


def draw_terms(patron: str, draws: int, seed: int = 1) -> dict[str, NDArray]:
    """Draws [draw] of every term of the bargain with one patron, in units of what survival is worth to the ruler."""
    lanes = combine_array(np.uint64(seed & (1 << 64) - 1), np.arange(draws, dtype=np.uint64))
    events = {name: name_key("concession", patron, name) for name in TERMS}
    return {name: term.prior.from_standard_normal(ndtri(uniform_array(lanes, events[name]))) for name, term in TERMS.items()}


def concessions(patron: str, leverage: ArrayLike, later: ArrayLike | None = None, days: float = 180.0, seed: int = 1) -> dict[str, Any]:
    """The bargain with one patron as plain numbers.

    Parameters
    ----------
    patron
        Names the chance of the terms, so that another patron changes nothing.
    leverage : array [draw]
        Draws of S1 - S0 when the bargain is struck.
    later : array [draw], optional
        The same draws of leverage once the danger is past.
    days
        Days from the bargain to then.
    seed
        The same seed gives the same numbers.

    Returns
    -------
    dict
        ``agreed`` probability that there is anything to share; ``concession`` mean and 90 % interval among those draws, in units of
        what survival is worth to the ruler, negative where the patron would pay; None if there are none; ``credible`` probability
        that the patron would rather withdraw than go unpaid; ``later`` what is still paid after `days` (and None without `later`).
    """
    gain = np.asarray(leverage, float)
    terms = draw_terms(patron, len(gain), seed)
    struck = _struck(gain, terms)
    after = None
    if later is not None:
        now = _struck(np.asarray(later, float), terms)
        opened = -np.expm1(-terms["renegotiation"] * days)
        # A bargain that is opened again and finds nothing to share is at an end.
        after = (1.0 - opened) * struck.concession + opened * np.where(now.agreed, now.concession, 0.0)
    return {
        "patron": patron,
        "agreed": float(np.mean(struck.agreed)),
        "concession": _summary(struck.concession),
        "credible": float(np.mean(credible(gain, terms["patron_stake"], terms["support_cost"]))),
        "later": None if after is None else {"days": float(days), "concession": _summary(after)},
    }


def _struck(gain: NDArray, terms: dict[str, NDArray]) -> Bargain:
    return bargain(gain, 1.0, terms["patron_stake"], terms["support_cost"], terms["bargaining_weight"])


def _summary(draws: NDArray) -> dict[str, float] | None:
    known = draws[np.isfinite(draws)]
    if not len(known):
        return None
    low, high = np.quantile(known, [0.05, 0.95])
    return {"mean": float(known.mean()), "low": float(low), "high": float(high)}
