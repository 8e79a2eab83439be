"""Draws by quantile: one uniform in, one number out, monotone in the uniform.

A binomial draw is the exact quantile, found by inversion from zero, where n·p < 12; above, it is the Cornish-Fisher
expansion of the quantile to second order with Sheppard's correction for the lattice (variance less 1/12, fourth
cumulant plus 1/120). Which formula is used depends on the element alone, never on the block it lies in. Source:
Cornish & Fisher 1938; Abramowitz & Stegun 26.2.49; Kendall & Stuart vol. 1 on Sheppard's corrections.

Layout. A block is ``LANES`` worlds. All scratch of a block is one flat array of rows of ``LANES`` numbers, so that
the compiler sees constant distances between rows and can prove that they do not overlap: that is what makes the loops
vectorise.
"""

from __future__ import annotations

import numpy as np

from realpolitik.chance.compiled import inlined, kernel
from realpolitik.chance.elementary import fexp, flog, normal_quantile
from realpolitik.chance.keys import uniform

# NumPy integers, not Python's: Numba compiles a function anew for each literal Python integer it is called with
LANES = np.int64(128)
SWITCH = 12.0  # mean of the rarer outcome from which the expansion is used

# rows of the scratch array that draws use; the rows from FREE on belong to the caller
U, N, P, X = 0 * LANES, 1 * LANES, 2 * LANES, 3 * LANES
_PMF, _CDF, _RATIO, _GOAL = 4 * LANES, 5 * LANES, 6 * LANES, 7 * LANES
_FLIP, _RARE = 8 * LANES, 9 * LANES
FREE = 10


@inlined
def expansion(u, n, p):
    """Cornish-Fisher quantile of Binomial(n, p), p <= 1/2, rounded to the lattice and clipped to [0, n]."""
    q = 1.0 - p
    v = n * p * q
    w = max(v - 1.0 / 12.0, 1e-9)
    s = np.sqrt(w)
    skew = v * (q - p) / (w * s)
    kurt = (v * (1.0 - 6.0 * p * q) + 1.0 / 120.0) / (w * w)
    z = normal_quantile(u)
    zz = z * z
    x = z + skew * (zz - 1.0) / 6.0 + kurt * z * (zz - 3.0) / 24.0 - skew * skew * z * (2.0 * zz - 5.0) / 36.0
    return min(max(np.floor(n * p + s * x + 0.5), 0.0), n)


@kernel
def draw_uniforms(keys, event, w):
    """Fill row U of the scratch with the uniforms of one event."""
    for i in range(LANES):
        w[U + i] = uniform(keys[i], event)


@kernel
def draw_binomials(w):
    """Row X = binomial quantiles of rows U (uniforms), N (trials, whole), P (probabilities, clipped to [0, 1]).

    A lane with N = 0 or P = 0 gives exactly 0, with P = 1 exactly N.
    """
    some, many = 0, 0
    for i in range(LANES):
        p = min(max(w[P + i], 0.0), 1.0)
        flip = 1.0 if p > 0.5 else 0.0
        rare = flip + (1.0 - 2.0 * flip) * p
        w[_FLIP + i] = flip
        w[_RARE + i] = rare
        w[X + i] = 0.0
        some += 1 if w[N + i] * rare > 0.0 else 0
        many += 1 if w[N + i] * rare >= SWITCH else 0
    if many > 0:
        for i in range(LANES):
            flip = w[_FLIP + i]
            w[X + i] = expansion(flip + (1.0 - 2.0 * flip) * w[U + i], w[N + i], w[_RARE + i])
    if some > 0 and many < LANES:
        for i in range(LANES):
            flip = w[_FLIP + i]
            rare = w[_RARE + i]
            small = 1.0 if w[N + i] * rare < SWITCH else 0.0
            start = fexp(w[N + i] * flog(1.0 - rare))
            w[_PMF + i] = start
            w[_CDF + i] = start
            w[_RATIO + i] = rare / (1.0 - rare)
            # a lane that is not small has a goal below any cdf, so the search passes it by
            w[_GOAL + i] = small * (flip + (1.0 - 2.0 * flip) * w[U + i]) - (1.0 - small)
            w[X + i] = (1.0 - small) * w[X + i]
        k = 0.0
        running = 1
        while running > 0 and k < 400.0:
            running = 0
            inverse = 1.0 / (k + 1.0)
            for i in range(LANES):
                go = 1.0 if w[_CDF + i] < w[_GOAL + i] else 0.0
                go = go if k < w[N + i] else 0.0
                step = w[_PMF + i] * max(w[N + i] - k, 0.0) * inverse * w[_RATIO + i]
                w[_PMF + i] = step
                w[_CDF + i] += step
                w[X + i] += go
                running += 1 if go > 0.0 else 0
            k += 1.0
    for i in range(LANES):
        flip = w[_FLIP + i]
        w[X + i] = flip * w[N + i] + (1.0 - 2.0 * flip) * w[X + i]
