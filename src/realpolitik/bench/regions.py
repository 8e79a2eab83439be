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
_FORCE, _TO_E, _TO_I, _TO_H, _I_TO_R, _TO_D, _H_TO_R = (np.int64(FREE + r) * LANES for r in range(7))
_PREVALENCE = np.int64(FREE + 7) * LANES
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
def _exit(s, w, keys, event, of, less, chance, to):
    """Draw who leaves compartment ``of`` (without the ``less`` already drawn) into row ``to`` of the scratch."""
    of, less, to = natural(of), natural(less), natural(to)
    draw_uniforms(keys, event, w)
    for i in range(LANES):
        w[N + i] = s[of + i] - w[less + i]
        w[P + i] = chance
    draw_binomials(w)
    for i in range(LANES):
        w[to + i] = w[X + i]


@kernel
def pass_step(S, new, beta, w, keys, events, people, M):
    """One step of every lane, ``LANES`` at a time.

    S : float64[block, region * ROWS * LANES]; new : float64[block, region * LANES], filled with the new I of the step;
    beta : float64[block, LANES]; w : scratch of one block; keys : uint64[block, LANES]; events : uint64[region, DRAWS].
    """
    none = _PREVALENCE + np.int64(REGIONS) * LANES
    for b in range(S.shape[0]):
        whole, fresh, rate, own = S[b], new[b], beta[b], keys[b]
        for k in range(REGIONS):
            part, one = whole[k * ROWS * LANES : (k + 1) * ROWS * LANES], 1.0 / people[k]
            row = w[_PREVALENCE + k * LANES : _PREVALENCE + (k + 1) * LANES]
            for i in range(LANES):
                row[i] = part[_I + i] * one
        for i in range(LANES):
            w[none + i] = 0.0
        for k in range(REGIONS):
            s, event = whole[k * ROWS * LANES : (k + 1) * ROWS * LANES], events[k]
            entered = fresh[k * LANES : (k + 1) * LANES]
            shares = M[k]
            for i in range(LANES):
                force = 0.0
                for j in range(REGIONS):
                    force += shares[j] * w[_PREVALENCE + j * LANES + i]
                w[_FORCE + i] = force
            draw_uniforms(own, event[0], w)
            for i in range(LANES):
                w[N + i] = s[_S + i]
                w[P + i] = 1.0 - fexp(-rate[i] * w[_FORCE + i])
            draw_binomials(w)
            for i in range(LANES):
                w[_TO_E + i] = w[X + i]
            _exit(s, w, own, event[1], _E, none, _EI, _TO_I)
            _exit(s, w, own, event[2], _I, none, _IH, _TO_H)
            _exit(s, w, own, event[3], _I, _TO_H, _IR, _I_TO_R)
            _exit(s, w, own, event[4], _H, none, _HD, _TO_D)
            _exit(s, w, own, event[5], _H, _TO_D, _HR, _H_TO_R)
            _exit(s, w, own, event[6], _R, none, _RS, X)
            for i in range(LANES):
                s[_S + i] += w[X + i] - w[_TO_E + i]
                s[_E + i] += w[_TO_E + i] - w[_TO_I + i]
                s[_I + i] += w[_TO_I + i] - w[_TO_H + i] - w[_I_TO_R + i]
                s[_H + i] += w[_TO_H + i] - w[_TO_D + i] - w[_H_TO_R + i]
                s[_R + i] += w[_I_TO_R + i] + w[_H_TO_R + i] - w[X + i]
                s[_D + i] += w[_TO_D + i]
                entered[i] = w[_TO_I + i]


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
        S = np.zeros((blocks, REGIONS, ROWS, LANES))
        S[:, :, 0] = self.people[:, None]
        for k in SEEDED:
            S[:, k, 0] -= FIRST_ILL
            S[:, k, 2] = FIRST_ILL
        beta = np.repeat(values[0], worlds).reshape(blocks, LANES)
        scratch = np.zeros((FREE + 7 + REGIONS + 1) * LANES)
        return Block(
            S.reshape(blocks, -1), np.zeros((blocks, REGIONS * LANES)), beta, scratch, keys.reshape(blocks, LANES), np.zeros(keys.size)
        )

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
        event = combine_array(np.uint64(name_key("report")), np.arange(REGIONS, dtype=np.uint64) + np.uint64(step * REGIONS))
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
