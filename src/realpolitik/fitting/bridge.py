"""From the posterior of a run to that under other terms, where plain weights cannot reach: temper and move.

A sequential Monte Carlo sampler (Del Moral, Doucet & Jasra 2006, J. R. Stat. Soc. B 68:411) along

    prior with sd width^b · exp((1 − b) ζ·Σ + b ζ·Σ')        b from 0 to 1,

Σ and Σ' the summed log likelihoods of a world under the run's own terms and the new ones. At each b the particles are weighted by the
change of that density, resampled, and moved by steps that leave it invariant: preconditioned Crank-Nicolson steps of some coordinates,
reversible for the prior at b, and renewals of some of a world's chance. The steps from b to b are as long as keep most of the effective
sample size, until the passes are used up.

Whether to believe the result: every draw of the run is worth what has become of it, the sum of its descendants' weights. Where nothing
is moved those are the plain weights; where moving is as good as fresh draws they are nearly equal. Pareto k is of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from realpolitik.chance.keys import combine_array, name_key, uniform_array
from realpolitik.fitting.judging import Bench, Terms
from realpolitik.fitting.posterior import Draws
from realpolitik.fitting.proposals import normals
from realpolitik.fitting.renewal import fresh_ids

KEPT = 0.4  # share of the effective sample size that one step along the path keeps, where passes are left for it
MOVES = 4  # passes of moves between two steps
STRIDES = (0.3, 0.6, 1.0)  # sizes of the Crank-Nicolson step; one is drawn per particle and pass
SOME = (0.03, 0.1, 0.3)  # shares of the coordinates that a step moves; one is drawn per particle and pass
LOCAL = 0.5  # share of the steps that keep to one region: its own coordinates and its chance
RENEWED = 0.2  # share of a region's noise ids that a step there renews


@dataclass(frozen=True)
class Bridged:
    """Where the draws of one set of claims have come to.

    ``z`` and ``ids`` of the particles and their ``log_weight``; ``kin`` [draw of the run] log of the summed weights of its descendants,
    whose log mean is the change of the log evidence; ``accepted`` share of moves; ``passes`` made.
    """

    z: NDArray
    ids: NDArray
    log_weight: NDArray
    kin: NDArray
    accepted: float
    passes: int


def log_width(z: NDArray, sd: NDArray) -> NDArray:
    """Log density of z [particle, dimension] under independent normals of these sd over that under standard normals, [particle]."""
    changed = sd != 1.0
    x = z[:, changed]
    return 0.5 * (np.square(x) * (1.0 - 1.0 / np.square(sd[changed]))).sum(axis=1) - np.log(sd[changed]).sum()


def bridge(bench: Bench, draws: Draws, terms: Terms, passes: int) -> Bridged:
    """Take the draws of one set of claims to new terms in at most ``passes`` replays of all of them (and one at the start)."""
    path = _Path(bench, draws, terms)
    n = len(draws.z)
    z, ids, line = draws.z, draws.ids, np.arange(n)
    both = path.likelihood(z, ids)
    at, total, accepted = 0.0, 0.0, []
    while True:
        to = _next(lambda b, a=at, z=z, both=both: path.change(z, both, a, b), at, len(accepted) < passes)
        weight = path.change(z, both, at, to)
        if to >= 1.0:
            break
        at = to
        chosen = _resample(weight, path.key_of("resample", len(accepted)))
        total += float(logsumexp(weight) - np.log(n))
        z, ids, line, both = z[chosen], ids[chosen], line[chosen], both[:, chosen]
        for _ in range(min(MOVES, passes - len(accepted))):
            z, ids, both, share = _move(path, z, ids, both, at, path.key_of("move", len(accepted)))
            accepted.append(share)
    top = weight.max()
    kin = np.bincount(line, weights=np.exp(weight - top), minlength=n)
    with np.errstate(divide="ignore"):
        kin = np.log(kin) + top + total
    return Bridged(z, ids, weight, kin, float(np.mean(accepted)) if accepted else 0.0, len(accepted))


class _Path:
    """The densities along the path, and what its proposals need."""

    def __init__(self, bench: Bench, draws: Draws, terms: Terms):
        self.bench, self.claims, self.width = bench, draws.claims, bench.width(draws.claims, terms)
        self.terms = (Terms(),) if terms.judged == Terms().judged else (Terms(), terms)
        told = [f"{name} {value!r}" for name, value in sorted(terms.width.items())]
        self.key = name_key("bridge", *draws.claims, repr((sorted(terms.trust.items()), sorted(terms.out))), *told)

    def key_of(self, what: str, number: int) -> np.uint64:
        """Key of one step's random numbers."""
        return name_key("bridge", what, self.key, number)

    def likelihood(self, z: NDArray, ids: NDArray) -> NDArray:
        """ζ·Σ and ζ·Σ' of each particle, float64[2, particle]."""
        found = self.bench.likelihood(self.claims, z, ids, self.terms)
        return found if len(found) == 2 else np.concatenate([found, found])

    def change(self, z: NDArray, both: NDArray, a: float, b: float) -> NDArray:
        """Log of the density at b over that at a, [particle]."""
        return (b - a) * (both[1] - both[0]) + log_width(z, self.width**b) - log_width(z, self.width**a)

    @cached_property
    def region_of(self) -> NDArray:
        """Region that each coordinate of z belongs to, -1 for the nation's, int[dimension]."""
        problem = self.bench.model(self.claims).problem
        region = {name: k for k, name in enumerate(problem.names)}
        parts = [problem.prior.names[row] for row, _ in problem.prior.drivers]
        found = []
        for name in parts:
            kind, _, rest = name.partition(" ")
            place = rest.rpartition(" ")[0] if kind == "weather" else rest
            found.append(region.get(place, -1) if kind in ("weather", "disposition") else -1)
        return np.array(found)


def _next(change: Callable[[float], NDArray], at: float, more: bool) -> float:
    """The next place on the path: as far as KEPT allows; all the way when there are no more passes."""

    def kept(to: float) -> float:
        step = change(to)
        w = np.exp(step - step.max())
        return float(w.mean() ** 2 / np.mean(w * w))

    if not more or kept(1.0) >= KEPT:
        return 1.0
    low, high = at, 1.0
    for _ in range(30):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if kept(middle) >= KEPT else (low, middle)
    return max(low, at + 1e-6)


def _resample(weight: NDArray, key: np.uint64) -> NDArray:
    """Systematic resampling: which particles go on, int[particle]."""
    n = len(weight)
    shares = np.exp(weight - logsumexp(weight))
    u = float(uniform_array(np.array([key], np.uint64), name_key("systematic"))[0])
    return np.minimum(np.searchsorted(np.cumsum(shares), (np.arange(n) + u) / n, "right"), n - 1)


def _move(path: _Path, z: NDArray, ids: NDArray, both: NDArray, at: float, key: np.uint64) -> tuple:
    """One pass of moves at place ``at``; gives the particles, their likelihoods and the share accepted."""
    lanes = combine_array(key, np.arange(len(z), dtype=np.uint64))
    proposal, fresh = _propose(path, z, ids, at, key, lanes)
    found = path.likelihood(proposal, fresh)
    gain = (1.0 - at) * (found[0] - both[0]) + at * (found[1] - both[1])
    taken = np.log(uniform_array(lanes, name_key("accept"))) < gain
    z, ids = np.where(taken[:, None], proposal, z), np.where(taken[:, None], fresh, ids)
    return z, ids, np.where(taken[None, :], found, both), float(taken.mean())


def _propose(path: _Path, z: NDArray, ids: NDArray, at: float, key: np.uint64, lanes: NDArray) -> tuple[NDArray, NDArray]:
    """Coordinates and noise ids to try; reversible for the prior at place ``at``."""

    def one(name: str, choices: tuple) -> NDArray:
        pick = (uniform_array(lanes, name_key(name)) * len(choices)).astype(int)
        return np.array(choices)[np.minimum(pick, len(choices) - 1)]

    model = path.bench.model(path.claims)
    regions = len(model.problem.names)
    columns = combine_array(name_key("column"), np.arange(z.shape[1], dtype=np.uint64))
    anywhere = uniform_array(lanes[:, None], columns[None, :]) < one("some", SOME)[:, None]
    local = (uniform_array(lanes, name_key("local")) < LOCAL)[:, None]
    region = one("region", tuple(range(regions)))[:, None]
    chosen = np.where(local, path.region_of[None, :] == region, anywhere)
    beta = one("stride", STRIDES)[:, None]
    fresh = normals(combine_array(key, name_key("step")), z.shape)
    step = np.sqrt(1.0 - beta * beta) * z + beta * path.width**at * fresh
    blocks = combine_array(name_key("renew"), np.arange(ids.shape[1], dtype=np.uint64))
    there = model.problem.noise.region[None, :] == np.where(local, region, regions)
    renewed = there & (uniform_array(lanes[:, None], blocks[None, :]) < RENEWED)
    new = fresh_ids(combine_array(key, name_key("fresh")), len(z), model.noise_keys)
    return np.where(chosen, step, z), np.where(renewed, new, ids)
