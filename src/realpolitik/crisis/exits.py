"""Competing exits of one compartment (Euler-multinomial), shared by all mechanisms.

Of n people who face hazards h_1 … h_j (per day, frozen within the step) the number who leave is Binomial(n, 1 −
exp(−ΔΣh)), and those who leave are split by conditional binomials in a fixed order. That is one multinomial draw,
exact for any step, so that occupancy under constant hazards does not depend on Δ (known answer T0.1). Source: Bretó &
Ionides 2011; He et al. 2010.
"""

from __future__ import annotations

from realpolitik.chance.compiled import kernel
from realpolitik.chance.draws import N, U, X, draw_binomials, draw_uniforms
from realpolitik.chance.draws import P as PROB
from realpolitik.chance.elementary import fexp
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.rows import natural

__all__ = ["PROB", "N", "U", "X", "leavers", "split"]


@kernel
def leavers(S, w, row, total, keys, event, days):
    """X = number leaving ``S[row]`` under the summed hazard in scratch row ``total``; the compartment is reduced.

    Returns whether anyone left in any lane, so that a caller may skip the splits.
    """
    row, total = natural(row), natural(total)
    draw_uniforms(keys, event, w)
    for i in range(LANES):
        w[N + i] = S[row + i]
        w[PROB + i] = 1.0 - fexp(-w[total + i] * days)
    draw_binomials(w)
    some = 0
    for i in range(LANES):
        S[row + i] -= w[X + i]
        some += 1 if w[X + i] > 0.0 else 0
    return some > 0


@kernel
def split(w, pool, part, rest, keys, event):
    """Split the people in scratch row ``pool``: X ~ Binomial(pool, part / rest), both hazards; both lose their part."""
    pool, part, rest = natural(pool), natural(part), natural(rest)
    draw_uniforms(keys, event, w)
    for i in range(LANES):
        w[N + i] = w[pool + i]
        w[PROB + i] = min(w[part + i] / max(w[rest + i], 1e-300), 1.0)
    draw_binomials(w)
    for i in range(LANES):
        w[pool + i] -= w[X + i]
        w[rest + i] = max(w[rest + i] - w[part + i], 0.0)
