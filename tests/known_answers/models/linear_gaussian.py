"""A linear Gaussian state-space model for the product's filter, and the Kalman filter that solves it exactly.

    x_0 ~ N(m0, p0),  x_t = rho x_{t-1} + N(0, q),  y_t = x_t + N(0, r)

The first observation is of x_0. Missing observations are NaN. At power λ every density of an observation is raised to
λ, which is what the sampler's tempering asks for. ``guided`` proposes from f(x_t | x_{t-1}) g(y_t | x_t)^λ, so that
weights hardly vary; without it the filter is the bootstrap filter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from realpolitik.chance.compiled import kernel
from realpolitik.chance.draws import LANES
from realpolitik.chance.elementary import flog, normal_quantile
from realpolitik.chance.keys import combine_array, name_key, uniform
from realpolitik.fitting.resampling import gather_rows

X, WEIGHT, GAIN, ITEM = range(4)
RHO, Q, R, M0, P0 = range(5)
_TWO_PI = 2.0 * math.pi


@kernel
def move(S, P, keys, event, first, y, power, guided):
    """One step of every lane; row GAIN = its log weight, row ITEM gains log g(y | x)."""
    for i in range(LANES):
        x = S[X * LANES + i]
        mean = P[M0 * LANES + i] if first else P[RHO * LANES + i] * x
        var = P[P0 * LANES + i] if first else P[Q * LANES + i]
        r = P[R * LANES + i]
        z = normal_quantile(uniform(keys[i], event))
        gain = 0.0
        if np.isnan(y):
            x = mean + np.sqrt(var) * z
        else:
            share = power * var / (power * var + r) if guided else 0.0
            x = mean + share * (y - mean) + np.sqrt(var * (1.0 - share)) * z
            observed = -0.5 * (flog(_TWO_PI * r) + (y - x) * (y - x) / r)
            S[ITEM * LANES + i] += observed
            ahead = -0.5 * (power * flog(_TWO_PI * r) + flog(1.0 + power * var / r) + power * (y - mean) * (y - mean) / (power * var + r))
            gain = ahead if guided else power * observed
        S[X * LANES + i] = x
        S[GAIN * LANES + i] = gain


@dataclass
class Block:
    S: np.ndarray
    P: np.ndarray
    keys: np.ndarray

    @property
    def weight(self):
        return self.S[WEIGHT * LANES : (WEIGHT + 1) * LANES]


class LinearGaussian:
    """The model over a series ``y`` as the filter sees it; ``values`` are the rows rho, q, r, m0, p0."""

    def __init__(self, y, guided=False, power=1.0):
        self.y, self.guided, self.power = np.asarray(y, float), guided, float(power)
        self.checkpoints = list(range(len(self.y)))
        self.events = combine_array(name_key("state noise"), np.arange(len(self.y), dtype=np.uint64))

    def start(self, values, keys, worlds):
        return Block(np.zeros(4 * LANES), np.repeat(values, worlds, axis=1).reshape(-1), keys)

    def advance(self, block, first, last):
        for t in range(first, last):
            move(block.S, block.P, block.keys, self.events[t], t == 0, self.y[t], self.power, self.guided)

    def loglik(self, block, step):
        block.weight[:] += block.S[GAIN * LANES : (GAIN + 1) * LANES]

    def gather(self, block, ancestors):
        gather_rows(block.S, ancestors)

    def items(self, block):
        return block.S[ITEM * LANES : (ITEM + 1) * LANES].reshape(1, LANES)


def kalman(y, rho, q, r, m0, p0):
    """Exact log likelihood, last filter mean and last filter variance."""
    total, mean, var = 0.0, m0, p0
    for t, seen in enumerate(y):
        if t > 0:
            mean, var = rho * mean, rho * rho * var + q
        if not math.isnan(seen):
            spread = var + r
            total -= 0.5 * (math.log(_TWO_PI * spread) + (seen - mean) ** 2 / spread)
            mean, var = mean + var / spread * (seen - mean), var * r / spread
    return total, mean, var
