"""Influenza in a boarding school, 1978: a stochastic compartment model for the product's filter, and its exact
solution.

763 boys, one ill on day 0. Each day is four substeps of a quarter of a day, in each of which, from the state at its
start,

    S -> I:  Binomial(S, 1 − exp(−β I/N Δ)),    I -> R:  Binomial(I, 1 − exp(−γ Δ)),

and on the evening of day t the boys in bed number NegBin(mean I + 0.1, size 5). Data: British Medical Journal, 4 March
1978, p. 587. The exact solution moves the whole distribution over (S, I) forward.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln
from scipy.stats import binom

from realpolitik.chance.compiled import kernel
from realpolitik.chance.draws import FREE, LANES, N, P, X, draw_binomials, draw_uniforms
from realpolitik.chance.elementary import fexp, flog
from realpolitik.chance.keys import combine_array, name_key
from realpolitik.fitting.resampling import gather_rows

IN_BED = (1, 6, 26, 73, 222, 293, 258, 236, 191, 124, 69, 26, 11, 4)
BOYS, SIZE, SUBSTEPS = 763, 5.0, 4
WELL, ILL, WEIGHT, ITEM = range(4)
BETA, GAMMA, LATER = range(3)


@kernel
def pass_day(S, values, w, keys, events, day, changed):
    """Four substeps of every lane; ``changed`` says whether β is multiplied by the row LATER."""
    for sub in range(SUBSTEPS):
        e = 2 * (SUBSTEPS * day + sub)
        draw_uniforms(keys, events[e], w)
        for i in range(LANES):
            beta = values[BETA * LANES + i] * (values[LATER * LANES + i] if changed else 1.0)
            w[N + i] = S[WELL * LANES + i]
            w[P + i] = 1.0 - fexp(-beta * S[ILL * LANES + i] / BOYS / SUBSTEPS)
        draw_binomials(w)
        for i in range(LANES):
            w[FREE * LANES + i] = w[X + i]
        draw_uniforms(keys, events[e + 1], w)
        for i in range(LANES):
            w[N + i] = S[ILL * LANES + i]
            w[P + i] = 1.0 - fexp(-values[GAMMA * LANES + i] / SUBSTEPS)
        draw_binomials(w)
        for i in range(LANES):
            S[WELL * LANES + i] -= w[FREE * LANES + i]
            S[ILL * LANES + i] += w[FREE * LANES + i] - w[X + i]


@kernel
def judge(S, seen, constant, power):
    """Log of NegBin(seen; mean I + 0.1, size 5), times ``power``, into the weight."""
    for i in range(LANES):
        mean = S[ILL * LANES + i] + 0.1
        value = constant + SIZE * flog(SIZE / (SIZE + mean)) + seen * flog(mean / (SIZE + mean))
        S[ITEM * LANES + i] += value
        S[WEIGHT * LANES + i] += power * value


@dataclass
class Block:
    S: np.ndarray
    values: np.ndarray
    w: np.ndarray
    keys: np.ndarray

    @property
    def weight(self):
        return self.S[WEIGHT * LANES : (WEIGHT + 1) * LANES]


class Influenza:
    """The model as the filter sees it; ``values`` are the rows β, γ, factor on β from day ``change_from`` on.

    ``missing`` lists days (from 1) without data; the run ends after day ``days``.
    """

    def __init__(self, missing=(), power=1.0, days=14, change_from=99):
        self.power, self.change_from = power, change_from
        self.seen = {t: x for t, x in enumerate(IN_BED) if t + 1 not in missing and t < days}
        self.checkpoints = sorted(set(self.seen) | {13})
        self.constant = {t: float(gammaln(x + SIZE) - gammaln(SIZE) - gammaln(x + 1)) for t, x in self.seen.items()}
        self.events = combine_array(np.uint64(name_key("illness")), np.arange(2 * SUBSTEPS * 14, dtype=np.uint64))

    def start(self, values, keys, worlds):
        S = np.zeros((4, LANES))
        S[WELL], S[ILL] = BOYS - 1, 1
        return Block(S.reshape(-1), np.repeat(values, worlds, axis=1).reshape(-1), np.zeros((FREE + 1) * LANES), keys)

    def advance(self, block, first, last):
        for day in range(first, last):
            pass_day(block.S, block.values, block.w, block.keys, self.events, day, day >= self.change_from)

    def loglik(self, block, step):
        if step in self.seen:
            judge(block.S, float(self.seen[step]), self.constant[step], self.power)

    def gather(self, block, ancestors):
        gather_rows(block.S, ancestors)

    def items(self, block):
        return block.S[ITEM * LANES : (ITEM + 1) * LANES].reshape(1, LANES)


def exact_log_likelihood(beta, gamma, days):
    """Forward algorithm over all (S, I) for the first ``days`` days; slow in Python, so keep it to a few days."""
    weight, total = {(BOYS - 1, 1): 1.0}, 0.0
    for day in range(days):
        for _ in range(SUBSTEPS):
            moved: dict[tuple[int, int], float] = {}
            recover = 1.0 - np.exp(-gamma / SUBSTEPS)
            for (well, ill), mass in weight.items():
                infect = 1.0 - np.exp(-beta * ill / BOYS / SUBSTEPS)
                most = int(binom.isf(1e-12, well, infect)) + 1
                new = binom.pmf(np.arange(most + 1), well, infect)
                out = binom.pmf(np.arange(ill + 1), ill, recover)
                for a, pa in enumerate(new):
                    for b, pb in enumerate(out):
                        if mass * pa * pb > 1e-13:
                            key = (well - a, ill + a - b)
                            moved[key] = moved.get(key, 0.0) + mass * pa * pb
            weight = moved
        x = IN_BED[day]
        for key, mass in weight.items():
            mean = key[1] + 0.1
            weight[key] = mass * float(
                np.exp(
                    gammaln(x + SIZE)
                    - gammaln(SIZE)
                    - gammaln(x + 1)
                    + SIZE * np.log(SIZE / (SIZE + mean))
                    + x * np.log(mean / (SIZE + mean))
                )
            )
        increment = sum(weight.values())
        total += np.log(increment)
        weight = {key: mass / increment for key, mass in weight.items()}
    return float(total)
