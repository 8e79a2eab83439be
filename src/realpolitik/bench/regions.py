"""An epidemic in seventeen regions, six compartments, a hundred steps: the size of a crisis, simple enough for every tool.

In each step and region, from the counts at its start (x ~ Binomial, the second of two ways out of a compartment from what the first
left),

    S -> E  1 − exp(−β Σ_j M_kj I_j/N_j),  E -> I  0.25,  I -> H  0.02,  I -> R  0.15,  H -> D  0.03,  H -> R  0.10,  R -> S  0.005,

and of the region's new I, y ~ NegBin(mean 0.3 x + 0.1, size 10) are reported. That is 7 binomials a region and step, 119 a step. M mixes
regions that lie on a circle: weight exp(−distance/2), rows sum to one. Twenty are ill at first in each of regions 0 and 8. The reports
(``regions.csv``, one line a step) are those of :func:`simulate` with β = 0.32.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln
from scipy.stats import nbinom

from realpolitik.chance.aligned import lined_up
from realpolitik.chance.compiled import inlined, kernel
from realpolitik.chance.draws import FREE, LANES, N, P, X, draw_binomials, draw_uniforms
from realpolitik.chance.elementary import fexp, flog
from realpolitik.chance.keys import combine_array, lane_keys, name_key, uniform_array
from realpolitik.crisis.rows import natural
from realpolitik.fitting.resampling import gather_lanes

REGIONS, STEPS, COMPARTMENTS, DRAWS = 17, 100, 6, 7
BETA, SEEDED, FIRST_ILL = 0.5, (0, 8), 100.0
EXITS = (0.25, 0.02, 0.15, 0.03, 0.10, 0.005)  # E->I, I->H, I->R of the rest, H->D, H->R of the rest, R->S
REPORTED, FLOOR, SIZE = 0.3, 0.1, 5.0
ROWS = COMPARTMENTS
_S, _E, _I, _H, _R, _D = (np.int64(r) * LANES for r in range(ROWS))
_BACK, _PREVALENCE, _CHANCE = (np.int64(FREE + r) * LANES for r in (0, 1, 1 + REGIONS))
_SCRATCH = FREE + 1 + 2 * REGIONS  # rows
_EI, _IH, _IR, _HD, _HR, _RS = EXITS


def population() -> NDArray:
    """People in each region, float64[region]: from 60,000 to 2 million."""
    return np.round(np.geomspace(60_000, 2_000_000, REGIONS))[np.arange(REGIONS) * 7 % REGIONS]


def mixing() -> NDArray:
    """float64[region, region], rows sum to one."""
    apart = np.abs(np.subtract.outer(np.arange(REGIONS), np.arange(REGIONS)))
    weight = np.exp(-np.minimum(apart, REGIONS - apart) / 2.0)
    return weight / weight.sum(axis=1, keepdims=True)


@inlined
def _draw(w, keys, event):
    """Row X of the scratch: how many leave of those in row N, with the probabilities in row P."""
    draw_uniforms(keys, event, w)
    draw_binomials(w)


@kernel
def pass_step(S, new, beta, w, keys, events, people, M):
    """One step of every lane, ``LANES`` at a time.

    S : float64[block, region * ROWS * LANES]; new : float64[block, region * LANES], filled with the new I of the step;
    beta : float64[block, LANES]; w : scratch of one block; keys : uint64[block, LANES]; events : uint64[region, DRAWS].

    Compartments go from the last to the first, so that each loses people before it gains any and all draws are from the counts at
    the start; only those who come back to S wait, in row BACK.
    """
    for b in range(S.shape[0]):
        whole, fresh, rate, own = S[b], new[b], beta[b], keys[b]
        for k in range(REGIONS):
            part, one = whole[k * ROWS * LANES : (k + 1) * ROWS * LANES], 1.0 / people[k]
            row = w[_PREVALENCE + k * LANES : _PREVALENCE + (k + 1) * LANES]
            for i in range(LANES):
                row[i] = part[_I + i] * one
        for k in range(REGIONS):  # all at once, while the prevalences are near
            shares, chance = M[k], natural(_CHANCE + k * LANES)
            for i in range(LANES):
                force = 0.0
                for j in range(REGIONS):
                    force += shares[j] * w[_PREVALENCE + j * LANES + i]
                w[chance + i] = 1.0 - fexp(-rate[i] * force)
        for k in range(REGIONS):
            s, event = whole[k * ROWS * LANES : (k + 1) * ROWS * LANES], events[k]
            entered, chance = fresh[k * LANES : (k + 1) * LANES], natural(_CHANCE + k * LANES)
            for i in range(LANES):
                w[N + i], w[P + i] = s[_R + i], _RS
            _draw(w, own, event[6])
            for i in range(LANES):
                w[_BACK + i] = w[X + i]
                s[_R + i] -= w[X + i]
                w[N + i], w[P + i] = s[_H + i], _HD
            _draw(w, own, event[4])
            for i in range(LANES):
                rest = s[_H + i] - w[X + i]
                s[_H + i] = rest
                s[_D + i] += w[X + i]
                w[N + i], w[P + i] = rest, _HR
            _draw(w, own, event[5])
            for i in range(LANES):
                s[_H + i] -= w[X + i]
                s[_R + i] += w[X + i]
                w[N + i], w[P + i] = s[_I + i], _IH
            _draw(w, own, event[2])
            for i in range(LANES):
                rest = s[_I + i] - w[X + i]
                s[_I + i] = rest
                s[_H + i] += w[X + i]
                w[N + i], w[P + i] = rest, _IR
            _draw(w, own, event[3])
            for i in range(LANES):
                s[_I + i] -= w[X + i]
                s[_R + i] += w[X + i]
                w[N + i], w[P + i] = s[_E + i], _EI
            _draw(w, own, event[1])
            for i in range(LANES):
                s[_E + i] -= w[X + i]
                s[_I + i] += w[X + i]
                entered[i] = w[X + i]
                w[N + i], w[P + i] = s[_S + i], w[chance + i]
            _draw(w, own, event[0])
            for i in range(LANES):
                s[_S + i] += w[_BACK + i] - w[X + i]
                s[_E + i] += w[X + i]


@kernel
def judge(new, weight, seen, constant):
    """Add the log likelihood of the reports ``seen`` [region] to the weight [lane]; ``constant`` is the part without the state."""
    for b in range(new.shape[0]):
        whole, own = new[b], weight[b * LANES : (b + 1) * LANES]
        for i in range(LANES):
            own[i] += constant
        for k in range(REGIONS):
            entered, y = whole[k * LANES : (k + 1) * LANES], seen[k]
            for i in range(LANES):
                mean = REPORTED * entered[i] + FLOOR
                own[i] += y * flog(mean) - (y + SIZE) * flog(SIZE + mean)


@dataclass
class Block:
    """Worlds side by side, a multiple of ``LANES``: state, new I of the last step, β, scratch, keys, log weights [lane]."""

    S: NDArray
    new: NDArray
    beta: NDArray
    w: NDArray
    keys: NDArray
    weight: NDArray

    def table(self) -> NDArray:
        """State as float64[block, region, compartment, LANES] (a view)."""
        return self.S.reshape(len(self.S), REGIONS, ROWS, LANES)


class Regions:
    """The model as the filter sees it; ``values`` is the row β, ``reports`` float64[step, region] with step 0 the first day."""

    wide = True

    def __init__(self, reports: NDArray):
        self.reports = np.asarray(reports, float)
        self.checkpoints = list(range(len(self.reports)))
        self.people, self.M = population(), mixing()
        y = self.reports
        self.constant = (gammaln(y + SIZE) - gammaln(SIZE) - gammaln(y + 1) + SIZE * np.log(SIZE)).sum(axis=1)
        base = np.array([[name_key("exit", k, d) for d in range(DRAWS)] for k in range(REGIONS)], np.uint64)
        self.events = combine_array(base[None], np.arange(STEPS, dtype=np.uint64)[:, None, None])

    def start(self, values: NDArray, keys: NDArray, worlds: int) -> Block:
        """Everybody susceptible but the first ill; ``values`` [row, particle], ``keys`` uint64[lane]."""
        blocks = keys.size // LANES
        S = lined_up((blocks, REGIONS, ROWS, LANES))
        S[:, :, 0] = self.people[:, None]
        for k in SEEDED:
            S[:, k, 0] -= FIRST_ILL
            S[:, k, 2] = FIRST_ILL
        beta, own = lined_up((blocks, LANES)), lined_up((blocks, LANES), np.uint64)
        beta.reshape(-1)[:], own.reshape(-1)[:] = np.repeat(values[0], worlds), keys
        new, scratch = lined_up((blocks, REGIONS * LANES)), lined_up((_SCRATCH * LANES,))
        return Block(S.reshape(blocks, -1), new, beta, scratch, own, lined_up((keys.size,)))

    def advance(self, block: Block, first: int, last: int) -> None:
        """Steps ``first`` to before ``last``."""
        for step in range(first, last):
            pass_step(block.S, block.new, block.beta, block.w, block.keys, self.events[step], self.people, self.M)

    def loglik(self, block: Block, step: int) -> None:
        """Weigh by the reports of ``step``."""
        judge(block.new, block.weight, self.reports[step], self.constant[step])

    def gather(self, block: Block, ancestors: NDArray) -> None:
        """Lane i goes on from lane ``ancestors[i]``."""
        gather_lanes(block.S, ancestors)


def simulate(seed: int = 1) -> NDArray:
    """Reports of one simulated world, float64[step, region]; ``regions.csv`` holds those of seed 1."""
    model = Regions(np.zeros((STEPS, REGIONS)))
    block = model.start(np.array([[BETA]]), lane_keys(seed, np.zeros(1, np.uint64), int(LANES)), int(LANES))
    reports = np.zeros((STEPS, REGIONS))
    for step in range(STEPS):
        model.advance(block, step, step + 1)
        mean = REPORTED * block.new.reshape(REGIONS, LANES)[:, 0] + FLOOR
        event = combine_array(name_key("report"), np.arange(REGIONS, dtype=np.uint64) + np.uint64(step * REGIONS))
        reports[step] = nbinom.ppf(uniform_array(np.uint64(seed), event), SIZE, SIZE / (SIZE + mean))
    return reports


@cache
def reports() -> NDArray:
    """The shipped reports, float64[step, region]."""
    with (files("realpolitik.bench") / "regions.csv").open("r", encoding="utf-8") as file:
        return np.loadtxt(file, delimiter=",", dtype=float)


def told() -> dict[str, Any]:
    """Everything another tool needs to build the same model, as JSON."""
    return {
        "people": population().tolist(),
        "mixing": mixing().tolist(),
        "reports": reports().astype(int).tolist(),
        "beta": BETA,
        "exits": list(EXITS),
        "seeded": list(SEEDED),
        "first_ill": FIRST_ILL,
        "reported": REPORTED,
        "floor": FLOOR,
        "size": SIZE,
    }
