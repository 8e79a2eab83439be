"""Competing exits of one compartment (Euler-multinomial), shared by all mechanisms.

Of n people who face hazards h_1 … h_j (per day, frozen within the step) the number who leave is Binomial(n, 1 −
exp(−ΔΣh)), and those who leave are split by conditional binomials in a fixed order. That is one multinomial draw,
exact for any step, so that occupancy under constant hazards does not depend on Δ (known answer T0.1). Source: Bretó &
Ionides 2011; He et al. 2010.
"""

from __future__ import annotations

from realpolitik.chance.compiled import inlined, kernel
from realpolitik.chance.draws import N, U, X, draw_binomials, draw_uniforms
from realpolitik.chance.draws import P as PROB
from realpolitik.chance.elementary import fexp
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.rows import natural

__all__ = ["PROB", "N", "U", "X", "leavers", "leaving", "split", "stay"]


@inlined
def leaving(hazard, days):
    """Probability of leaving within ``days`` under a constant hazard (1/day)."""
    return 1.0 - fexp(-hazard * days)


@inlined
def stay(now, before):
    """S3: part of a step for which those ``now`` in a compartment face its exits, who were ``before`` in it as the step began."""
    return 1.0 - 0.5 * max(now - before, 0.0) / max(now, 1.0)


@kernel
def leavers(S, w, row, total, keys, event, days):
    """X = number leaving ``S[row]`` under the summed hazard in scratch row ``total``; the compartment is reduced.

    Returns whether anyone left in any lane, so that a caller may skip the splits.
    """
    row, total = natural(row), natural(total)
    draw_uniforms(keys, event, w)
    for i in range(LANES):
        w[N + i] = S[row + i]
        w[PROB + i] = leaving(w[total + i], days)
    if not draw_binomials(w):
        return False
    for i in range(LANES):
        S[row + i] -= w[X + i]
    return True


@kernel
def split(w, pool, part, rest, keys, event):
    """Split the people in scratch row ``pool``: X ~ Binomial(pool, part / rest), both hazards; both lose their part.

    Returns whether anyone is in the part, in any lane.
    """
    pool, part, rest = natural(pool), natural(part), natural(rest)
    draw_uniforms(keys, event, w)
    for i in range(LANES):
        w[N + i] = w[pool + i]
        w[PROB + i] = min(w[part + i] / max(w[rest + i], 1e-300), 1.0)
        w[rest + i] = max(w[rest + i] - w[part + i], 0.0)
    if not draw_binomials(w):
        return False
    for i in range(LANES):
        w[pool + i] -= w[X + i]
    return True
