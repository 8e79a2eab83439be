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
from numba import boolean, carray, float64, int64
from numba.cpython.unsafe.numbers import trailing_zeros
from numba.types import CPointer

from realpolitik.chance.compiled import inlined, inner, kernel, shared
from realpolitik.chance.elementary import TAIL, central_quantile, fexp, flog, tail_quantile
from realpolitik.chance.keys import uniform

# NumPy integers, not Python's: Numba compiles a function anew for each literal Python integer it is called with
LANES = np.int64(128)
SWITCH = 12.0  # mean of the rarer outcome from which the expansion is used

# rows of the scratch array that draws use; the rows from FREE on belong to the caller
U, N, P, X = 0 * LANES, 1 * LANES, 2 * LANES, 3 * LANES
# lists of the lanes that need work, side by side: those with a small mean, and those with a large one
_SMALL, _LARGE = 4 * LANES, 8 * LANES
_LANE, _GOAL, _TRIALS, _CHANCE = 0 * LANES, 1 * LANES, 2 * LANES, 3 * LANES
_PMF, _CDF, _FACTOR, _DRAWN = 12 * LANES, 13 * LANES, 14 * LANES, 15 * LANES
FREE = 16
_MOST = 64  # lanes from which listing them costs more than drawing in all
_NOBODY = np.int64(0)
_FEW, _ALL_SMALL, _ALL_LARGE, _MOSTLY_LARGE = range(4)


@inlined
def expansion(z, n, p):
    """Cornish-Fisher quantile of Binomial(n, p), p <= 1/2, at normal quantile z, rounded to the lattice and clipped to [0, n]."""
    q = 1.0 - p
    v = n * p * q
    w = max(v - 1.0 / 12.0, 1e-9)
    inverse, s = 1.0 / w, np.sqrt(w)
    skew = v * (q - p) * inverse  # times the standard deviation
    kurt = (v * (1.0 - 6.0 * p * q) + 1.0 / 120.0) * inverse  # times the variance
    zz = z * z
    second = kurt * (zz - 3.0) / 24.0 - skew * skew * (2.0 * zz - 5.0) / 36.0
    x = s * z * (1.0 + inverse * second) + skew * (zz - 1.0) / 6.0
    return min(max(np.floor(n * p + x + 0.5), 0.0), n)


@kernel
def draw_uniforms(keys, event, w):
    """Fill row U of the scratch with the uniforms of one event."""
    for i in range(LANES):
        w[U + i] = uniform(keys[i], event)


@inlined
def _fill(w, list_, count):
    """Fill the last vector register of a list up with draws of nobody; returns the size of the list then."""
    size = (count + np.int64(7)) & np.int64(0xF8)  # at most LANES; the mask also proves that it is not negative
    for j in range(count, size):
        w[list_ + _GOAL + j], w[list_ + _TRIALS + j], w[list_ + _CHANCE + j] = 0.5, 0.0, 0.5
    return size


@inner
def _invert(w, size):
    """Exact quantiles of the list of small means: the cdf is added up from zero until it reaches the uniform.

    The term of k + 1 is that of k times odds (n - k) / (k + 1) = odds (n + 1) / (k + 1) - odds.
    """
    for j in range(size):
        n, rare = w[_SMALL + _TRIALS + j], w[_SMALL + _CHANCE + j]
        start, odds = fexp(n * flog(1.0 - rare)), rare / (1.0 - rare)
        w[_PMF + j] = start
        w[_CDF + j] = start
        w[_SMALL + _CHANCE + j] = odds
        w[_FACTOR + j] = odds * (n + 1.0)
        w[_DRAWN + j] = 0.0
    k = 0.0
    running = 1
    while running > 0 and k < 400.0:
        running = 0
        for j in range(size):  # eight terms at a time, in registers
            goal, odds, factor = w[_SMALL + _GOAL + j], w[_SMALL + _CHANCE + j], w[_FACTOR + j]
            pmf, cdf, drawn = w[_PMF + j], w[_CDF + j], w[_DRAWN + j]
            for term in range(8):
                drawn += 1.0 if cdf < goal else 0.0
                pmf *= factor * (1.0 / (k + term + 1.0)) - odds
                cdf += pmf
            w[_PMF + j], w[_CDF + j], w[_DRAWN + j] = pmf, cdf, drawn
            running += 1 if cdf < goal and w[_SMALL + _TRIALS + j] > k + 8.0 else 0
        k += 8.0
    for j in range(size):
        w[_DRAWN + j] = min(w[_DRAWN + j], w[_SMALL + _TRIALS + j])


@inner
def _expand(w, size):
    """Quantiles of the list of large means by expansion. Uniforms far out, one in twenty, need a logarithm and a root: they are done one
    by one, which is faster than doing it for all."""
    for j in range(size):
        w[_PMF + j] = central_quantile(w[_LARGE + _GOAL + j])
    for half in range(2):
        low, bits = half * 64, np.uint64(0)
        if low >= size:
            break
        for i in range(64):
            bits |= np.uint64(1 if abs(w[_LARGE + _GOAL + low + i] - 0.5) > 0.5 - TAIL else 0) << np.uint64(i)
        while bits != np.uint64(0):
            j = low + np.int64(trailing_zeros(bits))
            bits &= bits - np.uint64(1)
            if j < size:
                w[_PMF + j] = tail_quantile(w[_LARGE + _GOAL + j])
    for j in range(size):
        w[_DRAWN + j] = expansion(w[_PMF + j], w[_LARGE + _TRIALS + j], w[_LARGE + _CHANCE + j])


@inlined
def _hand_back(w, list_, count):
    """Bring the draws of a list to their lanes."""
    for j in range(count):
        i = np.int64(w[list_ + _LANE + j])
        w[X + i] = w[N + i] - w[_DRAWN + j] if w[P + i] > 0.5 else w[_DRAWN + j]


@inlined
def _add(w, list_, at, i):
    """Put lane i at place ``at`` of a list, by its rarer outcome."""
    n, p, u = w[N + i], w[P + i], w[U + i]
    to = list_ + at
    w[to + _LANE] = np.float64(i)
    w[to + _GOAL] = u if p <= 0.5 else 1.0 - u
    w[to + _TRIALS] = n
    w[to + _CHANCE] = min(p, 1.0 - p)


@inlined
def _list_all(w, list_):
    for i in range(LANES):
        n, p, u = w[N + i], w[P + i], w[U + i]
        w[list_ + _TRIALS + i] = n
        w[list_ + _CHANCE + i] = min(p, 1.0 - p)
        w[list_ + _GOAL + i] = u if p <= 0.5 else 1.0 - u


@inlined
def _busy(w):
    """How the lanes of a busy block should be drawn, 0 where few lanes have anybody to draw; mostly the first lane says that."""
    few = w[N] * min(w[P], 1.0 - w[P]) < SWITCH
    if few and w[N] * w[P] <= 1.0 - w[U]:
        return _FEW
    large, busy = 0, 0
    for i in range(LANES):
        p, n = w[P + i], w[N + i]
        large += 1 if n * min(p, 1.0 - p) >= SWITCH else 0
        busy += 1 if n * p > 1.0 - w[U + i] else 0
    if large >= _MOST:
        return _ALL_LARGE if large == LANES else _MOSTLY_LARGE
    return _ALL_SMALL if large == 0 and busy >= _MOST else _FEW


@inner
def _draw_all(w, kind):
    """Draw in every lane by one formula, the list being the block itself; where it was for most, the others are drawn again."""
    if kind == _ALL_SMALL:
        _list_all(w, _SMALL)
        _invert(w, LANES)
    else:
        _list_all(w, _LARGE)
        _expand(w, LANES)
    for i in range(LANES):
        w[X + i] = w[N + i] - w[_DRAWN + i] if w[P + i] > 0.5 else w[_DRAWN + i]
    if kind != _MOSTLY_LARGE:
        return
    small = _NOBODY
    for half in range(2):
        low, bits = half * 64, np.uint64(0)
        for i in range(64):
            p, n = w[P + low + i], w[N + low + i]
            few, certain = n * min(p, 1.0 - p) < SWITCH, 1.0 if p >= 1.0 else 0.0
            w[X + low + i] = certain * n if few else w[X + low + i]
            bits |= np.uint64(1 if few and (1.0 - certain) * n * p > 1.0 - w[U + low + i] else 0) << np.uint64(i)
        while bits != np.uint64(0):
            i = low + np.int64(trailing_zeros(bits))
            bits &= bits - np.uint64(1)
            _add(w, _SMALL, small, i)
            small += 1
    if small > 0:
        _invert(w, _fill(w, _SMALL, small))
        _hand_back(w, _SMALL, small)


@inner
def _draw(w):
    """:func:`draw_binomials`.

    In most lanes of a block nobody is drawn, and that is seen at a glance: (1 - p)^n >= 1 - np (Bernoulli), so the quantile
    is 0 where u <= 1 - np. The other lanes are listed, and only they are worked out, by the rarer outcome: where P > 1/2
    the uniform is mirrored and X = N - draw. A busy block whose lanes are mostly alike is drawn without lists, to the same numbers.
    """
    kind = _busy(w)
    if kind != _FEW:
        _draw_all(w, kind)
        return True
    small, large, whole = _NOBODY, _NOBODY, 0
    for half in range(2):
        low, bits = half * 64, np.uint64(0)
        for i in range(64):
            p, n = w[P + low + i], w[N + low + i]
            certain = 1.0 if p >= 1.0 else 0.0
            w[X + low + i] = certain * n
            whole += 1 if certain * n > 0.0 else 0
            bits |= np.uint64(1 if (1.0 - certain) * n * p > 1.0 - w[U + low + i] else 0) << np.uint64(i)
        while bits != np.uint64(0):
            i = low + np.int64(trailing_zeros(bits))
            bits &= bits - np.uint64(1)
            few = w[N + i] * min(w[P + i], 1.0 - w[P + i]) < SWITCH
            _add(w, _SMALL if few else _LARGE, small if few else large, i)
            small += 1 if few else 0
            large += 0 if few else 1
    if small > 0:
        _invert(w, _fill(w, _SMALL, small))
        _hand_back(w, _SMALL, small)
    if large > 0:
        _expand(w, _fill(w, _LARGE, large))
        _hand_back(w, _LARGE, large)
    return whole + small + large > 0


@shared("realpolitik_draw_binomials", boolean, CPointer(float64), int64)
def _drawn(rows, size):
    return _draw(carray(rows, (size,)))


@inlined
def draw_binomials(w):
    """Row X = binomial quantiles of rows U (uniforms), N (trials, whole), P (probabilities, clipped to [0, 1]).

    A lane with N = 0 or P = 0 gives exactly 0, with P = 1 exactly N. Returns False where all lanes give 0.
    """
    return _drawn(w.ctypes, w.size)
