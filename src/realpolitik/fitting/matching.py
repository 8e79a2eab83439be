"""Other prior widths where plain weights cannot reach: draws moved by a map and weighed exactly.

Implicitly adaptive importance sampling (Paananen, Piironen, Bürkner & Vehtari 2021, Stat. Comput. 31:16), with the map that the change
itself suggests. Were a coordinate of z normal with mean m and variance v under the posterior, its prior N(0, 1), then under the prior
N(0, s²) it would be normal with

    v' = 1 / (1/v − 1 + 1/s²),    m' = v' m / v

so every draw goes to z' = m' + √(v'/v) (z − m): what the evidence hardly informs is scaled with its prior, what it has settled stays. The
worlds are run again at z' with their own chance, and a draw weighs

    N(z'; 0, s²) exp(ζ ℓ(z')) / (N(z; 0, 1) exp(ζ ℓ(z))) · ∏ √(v'/v)

which is exact for any map that does not hang on the draw; so each half of the draws is moved by the moments of the other half. How good
the map was, Pareto k tells.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from realpolitik.fitting.bridge import log_width
from realpolitik.fitting.judging import Bench, Set, Terms
from realpolitik.fitting.pareto import weigh_up
from realpolitik.fitting.reweigh import Reweighed

LEAST = 1e-3  # variance that a coordinate is taken to have at least


def matched(bench: Bench, claims: Set, terms: Terms) -> Reweighed:
    """One set of claims under other prior widths by one replay of moved draws; trust and items must be the run's own."""
    if terms.judged != Terms().judged:
        raise ValueError("only widths can be matched")
    draws = bench.posterior.sets[claims]
    sd = bench.width(claims, terms)
    z, stretch = match(draws.z, sd)
    likelihood = bench.likelihood(claims, z, draws.ids, [Terms()])[0]
    prior = log_width(z, sd) + 0.5 * (np.square(draws.z) - np.square(z)).sum(axis=1)
    change, mc, weight, k = weigh_up(likelihood - draws.log_likelihood + prior + np.log(stretch).sum(axis=1))
    return Reweighed(claims, draws.log_evidence + change, float(np.hypot(draws.se, mc)), mc, z, draws.ids, weight, k, 1)


def match(z: NDArray, sd: NDArray) -> tuple[NDArray, NDArray]:
    """Draws [draw, dimension] of a posterior under standard normal priors, moved to where priors of these sd [dimension] would have them;
    and by what each coordinate was stretched, [draw, dimension]."""
    first = np.arange(len(z)) % 2 == 0
    moved, stretch = np.empty_like(z), np.empty_like(z)
    for half in (first, ~first):
        mean, variance = z[~half].mean(axis=0), np.clip(z[~half].var(axis=0), LEAST, 1.0)
        after = 1.0 / (1.0 / variance - 1.0 + 1.0 / np.square(sd))
        same = sd == 1.0
        by = np.where(same, 1.0, np.sqrt(after / variance))
        moved[half] = np.where(same, z[half], after * mean / variance + by * (z[half] - mean))
        stretch[half] = by
    return moved, stretch
