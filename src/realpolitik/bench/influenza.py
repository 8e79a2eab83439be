"""Influenza in a boarding school, 1978: a stochastic compartment model for the product's filter, with a known likelihood.

763 boys, one ill on day 0. Each day is four substeps of a quarter of a day, in each of which, from the state at its
start,

    S -> I:  Binomial(S, 1 − exp(−β I/N Δ)),    I -> R:  Binomial(I, 1 − exp(−γ Δ)),

and on the evening of day t the boys in bed number NegBin(mean I + 0.1, size 5). Data: British Medical Journal, 4 March
1978, p. 587. At β = 2.2, γ = 0.6 the log likelihood is −62.962240 and under β ~ U(1, 4), γ ~ U(0.2, 1.2) the log evidence −65.7318,
by moving the whole distribution over (S, I) forward (the tests do the first days again).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from realpolitik.chance.aligned import lined_up
from realpolitik.chance.compiled import kernel
from realpolitik.chance.draws import FREE, LANES, N, P, X, draw_binomials, draw_uniforms
from realpolitik.chance.elementary import fexp, flog
from realpolitik.chance.keys import combine_array, name_key
from realpolitik.fitting.resampling import gather_lanes

IN_BED = (1, 6, 26, 73, 222, 293, 258, 236, 191, 124, 69, 26, 11, 4)
BOYS, SIZE, SUBSTEPS = 763, 5.0, 4
TRUTH = (2.2, 0.6)  # β, γ (per day) of the known likelihood
LOG_LIKELIHOOD, LOG_EVIDENCE = -62.962240, -65.7318
WELL, ILL, ITEM = range(3)
BETA, RECOVER, LATER = range(3)
ROWS = 3


@kernel
def pass_day(S, V, w, keys, events, day, changed):
    """Four substeps of every lane, ``LANES`` at a time; ``changed`` says whether β is multiplied by the row LATER.

    S, V : float64[block, ROWS * LANES], state and rates; w : scratch of one block; keys : uint64[block, LANES].
    """
    for b in range(S.shape[0]):
        s, v, own = S[b], V[b], keys[b]
        for sub in range(SUBSTEPS):
            e = 2 * (SUBSTEPS * day + sub)
            draw_uniforms(own, events[e], w)
            for i in range(LANES):
                rate = v[BETA * LANES + i] * (v[LATER * LANES + i] if changed else 1.0)
                w[N + i] = s[WELL * LANES + i]
                w[P + i] = 1.0 - fexp(rate * s[ILL * LANES + i])
            draw_binomials(w)
            draw_uniforms(own, events[e + 1], w)
            for i in range(LANES):
                w[FREE * LANES + i] = w[X + i]
                w[N + i] = s[ILL * LANES + i]
                w[P + i] = v[RECOVER * LANES + i]
            draw_binomials(w)
            for i in range(LANES):
                s[WELL * LANES + i] -= w[FREE * LANES + i]
                s[ILL * LANES + i] += w[FREE * LANES + i] - w[X + i]


@kernel
def judge(S, weight, seen, constant, power):
    """Log of NegBin(seen; mean I + 0.1, size 5), times ``power``, into the weight [lane]."""
    for b in range(S.shape[0]):
        s, own = S[b], weight[b * LANES : (b + 1) * LANES]
        for i in range(LANES):
            mean = s[ILL * LANES + i] + 0.1
            value = constant + SIZE * flog(SIZE / (SIZE + mean)) + seen * flog(mean / (SIZE + mean))
            s[ITEM * LANES + i] += value
            own[i] += power * value


@dataclass
class Block:
    """Worlds side by side, a multiple of ``LANES``: state, rates, scratch, keys, log weights [lane]."""

    S: NDArray
    V: NDArray
    w: NDArray
    keys: NDArray
    weight: NDArray

    def row(self, which: int) -> NDArray:
        """One row of the state, float64[lane]."""
        return self.S[:, which * LANES : (which + 1) * LANES].reshape(-1)


class Influenza:
    """The model as the filter sees it; ``values`` are the rows β, γ, factor on β from day ``change_from`` on.

    ``missing`` lists days (from 1) without data; the run ends after day ``days``.
    """

    wide = True

    def __init__(self, missing: Collection[int] = (), power: float = 1.0, days: int = 14, change_from: int = 99):
        self.power, self.change_from = power, change_from
        self.seen = {t: x for t, x in enumerate(IN_BED) if t + 1 not in missing and t < days}
        self.checkpoints = sorted(set(self.seen) | {13})
        self.constant = {t: float(gammaln(x + SIZE) - gammaln(SIZE) - gammaln(x + 1)) for t, x in self.seen.items()}
        self.events = combine_array(name_key("illness"), np.arange(2 * SUBSTEPS * 14, dtype=np.uint64))

    def start(self, values: NDArray, keys: NDArray, worlds: int) -> Block:
        """All boys well but one; ``values`` [row, particle], ``keys`` uint64[lane]."""
        blocks = keys.size // LANES
        S, V = lined_up((blocks, ROWS, LANES)), lined_up((blocks, ROWS, LANES))
        S[:, WELL], S[:, ILL] = BOYS - 1, 1
        rates = np.array([values[0] / (-BOYS * SUBSTEPS), -np.expm1(-values[1] / SUBSTEPS), values[2]])
        V[:] = np.repeat(rates, worlds, axis=1).reshape(3, blocks, LANES).swapaxes(0, 1)
        own, scratch = lined_up((blocks, LANES), np.uint64), lined_up(((FREE + 1) * LANES,))
        own.reshape(-1)[:] = keys
        return Block(S.reshape(blocks, -1), V.reshape(blocks, -1), scratch, own, lined_up((keys.size,)))

    def advance(self, block: Block, first: int, last: int) -> None:
        """Days ``first`` to before ``last``."""
        for day in range(first, last):
            pass_day(block.S, block.V, block.w, block.keys, self.events, day, day >= self.change_from)

    def loglik(self, block: Block, step: int) -> None:
        """Weigh by the boys in bed on the evening of day ``step`` + 1."""
        if step in self.seen:
            judge(block.S, block.weight, float(self.seen[step]), self.constant[step], self.power)

    def gather(self, block: Block, ancestors: NDArray) -> None:
        """Lane i goes on from lane ``ancestors[i]``."""
        gather_lanes(block.S, ancestors)

    def items(self, block: Block) -> NDArray:
        """Log likelihood along each lane's path, float64[1, lane]."""
        return block.row(ITEM)[None]
