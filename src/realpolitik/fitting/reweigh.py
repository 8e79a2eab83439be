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
from realpolitik.fitting.pareto import GOOD, weigh_up
from realpolitik.fitting.posterior import Posterior

PASSES = 4  # replays of a set that moving may cost


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


def _of_set(bench: Bench, claims: Set, log_weight: NDArray) -> Reweighed:
    draws = bench.posterior.sets[claims]
    change, mc, weight, k = weigh_up(log_weight)
    return Reweighed(claims, draws.log_evidence + change, float(np.hypot(draws.se, mc)), mc, draws.z, draws.ids, weight, k)


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
    return [_of_set(bench, claims, found[t.judged] - own + log_width(draws.z, bench.width(claims, t))) for t in terms]


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
        Trust from 0 to 1 by reporter; as in the case where it says nothing.
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
