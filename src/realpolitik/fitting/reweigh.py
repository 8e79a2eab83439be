"""The log evidence of every set of claims under other terms: another trust, items left out, other prior widths.

With one world per draw the likelihood along its path is exact, so a draw weighs exp(ζ·Σ' − ζ·Σ) times the ratio of the priors, and the
mean of the weights is Z'/Z. Weights are Pareto-smoothed (Vehtari et al. 2024); k above 0.7 says that the draws cannot tell, and then
they are tempered and moved towards the new terms (``bridge``), as far as the passes allow. What is still above 0.7 is not to be printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from realpolitik.fitting.bridge import bridge, log_width
from realpolitik.fitting.judging import Bench, Set, Terms
from realpolitik.fitting.pareto import GOOD, smooth
from realpolitik.fitting.posterior import Posterior

PASSES = 4  # replays of a set that moving may cost
_SAME = 1e-9  # log weights that differ by less are equal
_EVEN = 0.5  # weights with this share of the effective sample size or more have no tail to fit
_ALIKE = 9  # decimals to which log weights of draws that share their parameters agree
_FEW = 25  # with fewer distinct weights than this there is no tail to fit


@dataclass(frozen=True)
class Reweighed:
    """One set of claims under other terms.

    ``log_evidence`` and ``se`` in nats: the error of the set's own evidence and that of the weights together; ``mc`` the latter alone.
    ``z``, ``ids`` and ``weight`` (summing to one) are draws under the new terms; ``k`` Pareto's; ``passes`` of moves that it took.
    """

    claims: Set
    log_evidence: float
    se: float
    mc: float
    z: NDArray
    ids: NDArray
    weight: NDArray
    k: float
    passes: int = 0

    @property
    def good(self) -> bool:
        """Whether k allows to print it."""
        return self.k <= GOOD


def weigh_up(log_weight: NDArray) -> tuple[float, float, NDArray, float]:
    """Log mean of weights, the standard error of that in nats, the weights smoothed and normalised, and Pareto k.

    >>> import numpy as np
    >>> value, se, weight, k = weigh_up(np.full(100, 2.0))
    >>> round(value, 6), round(se, 6), k
    (2.0, 0.0, -inf)
    """
    n = len(log_weight)
    if np.ptp(log_weight) < _SAME:
        return float(log_weight[0]), 0.0, np.full(n, 1.0 / n), -np.inf
    # draws that share what the weight is made of are one draw told several times, to the tail as to anybody
    distinct, which = np.unique(np.round(log_weight, _ALIKE), return_inverse=True)
    smoothed, k = smooth(distinct, normalise=False) if len(distinct) >= _FEW else (distinct, -np.inf)
    smoothed = smoothed[which]
    value = float(logsumexp(smoothed) - np.log(n))
    weight = np.exp(smoothed - logsumexp(smoothed))
    uneven = float(np.square(weight).sum())
    if not np.isfinite(k) and 1.0 / uneven < _EVEN * n:
        k = np.inf
    return value, float(np.sqrt(max(uneven - 1.0 / n, 0.0))), weight, k


def _of_set(bench: Bench, claims: Set, log_weight: NDArray) -> Reweighed:
    draws = bench.posterior.sets[claims]
    change, mc, weight, k = weigh_up(log_weight)
    return Reweighed(
        claims, draws.log_evidence + change, float(np.hypot(draws.se, mc)), mc, draws.z, draws.ids, weight, k
    )


def reweigh_terms(bench: Bench, claims: Set, terms: Sequence[Terms]) -> list[Reweighed]:
    """One set of claims under each of several terms from a single replay of its draws; nothing is moved."""
    draws = bench.posterior.sets[claims]
    judged = list(dict.fromkeys([Terms().judged, *(t.judged for t in terms)]))
    if len(judged) > 1:
        asked = [Terms(dict(trust), out) for trust, out in judged]
        found = dict(zip(judged, bench.likelihood(claims, draws.z, draws.ids, asked), strict=True))
    else:
        found = {judged[0]: draws.log_likelihood}  # other widths only: the worlds and what they are worth stay as they are
    own = found[Terms().judged]
    return [
        _of_set(bench, claims, found[t.judged] - own + log_width(draws.z, bench.width(claims, t))) for t in terms
    ]


def moved(bench: Bench, claims: Set, terms: Terms, passes: int = PASSES) -> Reweighed:
    """One set of claims under other terms, its draws tempered and moved there."""
    draws = bench.posterior.sets[claims]
    there = bridge(bench, draws, terms, passes)
    change, mc, _, k = weigh_up(there.kin)
    weight = np.exp(there.log_weight - logsumexp(there.log_weight))
    value, se = draws.log_evidence + change, float(np.hypot(draws.se, mc))
    return Reweighed(claims, value, se, mc, there.z, there.ids, weight, k, there.passes)


def reweigh(
    posterior: Posterior,
    claims: Set,
    *,
    mask: NDArray | None = None,
    trust: Mapping[str, float] | None = None,
    width: Mapping[str, float] | None = None,
    pool: Executor | None = None,
    passes: int = PASSES,
) -> Reweighed:
    """One set of claims under other terms.

    Parameters
    ----------
    mask : bool or float [item], optional
        Which items are in, in the order of the docket; all of them if left out.
    trust : mapping, optional
        Trust from 0 to 1 by reporter; 1 where it says nothing.
    width : mapping, optional
        Factor on the prior standard deviation by parameter.
    passes : int
        Replays that moving may cost where plain weights are not to be believed; 0 never moves.
    """
    bench = Bench(posterior, pool)
    ids = posterior.docket.ids
    out = frozenset() if mask is None else frozenset(name for name, kept in zip(ids, mask, strict=True) if not kept)
    terms = Terms(dict(trust or {}), out, dict(width or {}))
    found = reweigh_terms(bench, claims, [terms])[0]
    if found.good or passes <= 0:
        return found
    after = moved(bench, claims, terms, passes)
    return after if after.k < found.k else found
