"""From a case to arrays: the one place where what the analyst wrote meets what the kernels read."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from realpolitik.case.records import Case
from realpolitik.chance.keys import name_key
from realpolitik.crisis import layout as at
from realpolitik.crisis.events import CELLS
from realpolitik.crisis.layout import STREAMS
from realpolitik.crisis.start import distances
from realpolitik.fitting.noise import Noise, noise_of, pieces_of
from realpolitik.fitting.priors import Prior, claim_prior, periods_of
from realpolitik.fitting.renewal import Structure

RHYTHM_SWING, RHYTHM_PEAK = (
    0.8,
    16.0,
)  # joining swings by this much around its mean over a day, with its peak at this hour


@dataclass(frozen=True)
class Problem:
    """A case and one set of claims as arrays; nothing here depends on evidence.

    ``edges`` hours [step + 1]; ``T`` [step, 6] start hour, days, rhythm, period and its days, piece; ``M`` [region + 1, N_STATIC] region
    table, its last row the strengths of the ruler's and the rival's agencies; ``K`` uint64 [region + 1, stream] event keys;
    ``distance`` km.
    """

    case: Case
    claims: tuple[str, ...]
    prior: Prior
    names: tuple[str, ...]
    places: tuple[str, ...]
    place_sides: tuple[int, ...]
    edges: NDArray
    T: NDArray
    M: NDArray
    K: NDArray
    distance: NDArray

    @cached_property
    def noise(self) -> Noise:
        """The noise ids of its worlds."""
        return noise_of(int(self.T[-1, at.PIECE]) + 1, self.names, self.places)


def structure_of(problem: Problem) -> Structure:
    """What belongs to each region and to each piece of the clock, so that a proposal can move these together."""
    names = [problem.prior.names[row] for row, _ in problem.prior.drivers]
    regions = len(problem.names)
    columns = np.array(
        [[n in (f"disposition {r}", f"offset {r}") or n.startswith(f"weather {r} ") for n in names] for r in problem.names],
        bool,
    ).reshape(regions, len(names))
    return Structure(columns, problem.noise.region, problem.noise.piece)


def rhythm(first: float, last: float, hour_of_day: float) -> float:
    """Mean over a step of 1 + 0.8 cos(2π (clock − 16 h) / 24 h); ``hour_of_day`` is that of the case's start."""
    turn = 2.0 * math.pi / 24.0
    a, b = (turn * (t + hour_of_day - RHYTHM_PEAK) for t in (first, last))
    return 1.0 + RHYTHM_SWING * (math.sin(b) - math.sin(a)) / (b - a)


def position(edges: NDArray, hours: NDArray) -> NDArray:
    """Where hours lie on a clock with these edges: the step and, behind the point, the part of it that has passed."""
    step = np.clip(np.searchsorted(edges, hours, "right") - 1, 0, len(edges) - 2)
    return step + np.clip((hours - edges[step]) / (edges[step + 1] - edges[step]), 0.0, 1.0 - 1e-9)


def told_position(place: NDArray) -> NDArray:
    """The middle of the 64th of a step in which a position lies: to that the hour of an act is told (events.py)."""
    step = np.floor(place)
    return step + (np.floor(CELLS * (place - step)) + 0.5) / CELLS


def nearest_cell(edges: NDArray, hour: float) -> float:
    """The border between two 64ths of a step nearest to an hour, in steps: a span is told to it (E2)."""
    place = float(position(edges, np.float64(hour)))
    step = np.floor(place)
    return float(step + np.floor(CELLS * (place - step) + 0.5) / CELLS)


def _steps(case: Case) -> tuple[NDArray, NDArray]:
    edges = np.asarray(case.clock.edges_hours, float)
    local = case.clock.moment(0.0)
    begins = local.hour + local.minute / 60.0
    T = np.empty((len(edges) - 1, 6))
    periods, pieces = periods_of(case), pieces_of(case)
    for s, (a, b) in enumerate(itertools.pairwise(edges)):
        period = int(np.clip(np.searchsorted(periods, a + 1e-9, "right") - 1, 0, len(periods) - 2))
        piece = int(np.clip(np.searchsorted(pieces, a + 1e-9, "right") - 1, 0, len(pieces) - 2))
        length = (periods[period + 1] - periods[period]) / 24.0
        T[s] = a, (b - a) / 24.0, rhythm(a, b, begins), period, length, piece
    return edges, T


def _shares(case: Case, claims: tuple[str, ...], parameter: str) -> NDArray:
    """Where armed people of one origin appear: by population, within the regions that the claim names (all if it names none)."""
    population = np.array([r.population for r in case.regions], float)
    inside: set[str] = set()
    for name in claims:
        claim = case.claims[name]
        if any(s.parameter == parameter for s in claim.sets):
            inside |= set(claim.where) or {r.name for r in case.regions}
    chosen = np.array([r.name in inside or not inside for r in case.regions], float)
    weight = population * chosen
    return weight / max(weight.sum(), 1e-12)


def _static(case: Case, claims: tuple[str, ...], prior: Prior) -> NDArray:
    K = len(case.regions)
    M = np.zeros((K + 1, at.N_STATIC))
    M[:K, at.POP] = [r.population for r in case.regions]
    total = max(M[:K, at.POP].sum(), 1e-12)
    M[:K, at.POP_SHARE] = M[:K, at.POP] / total
    M[:K, at.HARDSHIP] = [r.hardship for r in case.regions]
    M[:K, at.MINORITY] = [r.minority for r in case.regions]
    police = np.array([r.population / total if r.police is None else np.nan for r in case.regions])
    given = np.array([r.police or 0.0 for r in case.regions])
    strength = sum(a.strength for a in case.agencies if a.under == "ruler")
    if np.isnan(police).any() and given.sum() > 0:
        police = np.where(np.isnan(police), given / max(strength, given.sum()), police)
    M[:K, at.POLICE_SHARE] = police / max(police.sum(), 1e-12)
    M[:K, at.CELL_SHARE] = _shares(case, claims, "organised_cells")
    M[:K, at.FOREIGN_SHARE] = _shares(case, claims, "infiltrators")
    M[:K, at.SPARK_ROW] = -1
    index = {r.name: k for k, r in enumerate(case.regions)}
    for i, spark in enumerate(case.sparks):
        k = index[spark.where]
        M[k, at.SPARK_ROW], M[k, at.SPARK_DAYS] = prior.names.index(f"spark {i + 1}"), spark.days
        M[k, at.SPARK_FROM], M[k, at.SPARK_TO] = spark.begins, spark.begins + 24.0 * spark.days
    M[:K, at.DISPOSITION_ROW] = -1
    if K > 1:
        M[:K, at.DISPOSITION_ROW] = [prior.names.index(f"disposition {r.name}") for r in case.regions]
    M[:K, at.WEATHER_ROW] = [prior.names.index(f"weather {r.name} 1") for r in case.regions]
    M[K, 0] = strength
    M[K, 1] = sum(a.strength for a in case.agencies if a.under == "rival")
    return M


def build_problem(case: Case, claims: tuple[str, ...]) -> Problem:
    """Arrays and prior of ``case`` under one set of claims (sorted names)."""
    prior = claim_prior(case, claims)
    edges, T = _steps(case)
    agencies = case.agencies[: at.N_PLACES - 1]
    places = ("seat", *(a.name for a in agencies))
    sides = (0, *(1 if a.under == "rival" else 0 for a in agencies))
    regions = [r.name for r in case.regions]
    K = np.array([[name_key(stream, region) for stream in STREAMS] for region in [*regions, "the nation"]], np.uint64)
    M = _static(case, claims, prior)
    distance = distances(np.array([r.latitude for r in case.regions]), np.array([r.longitude for r in case.regions]))
    return Problem(case, claims, prior, tuple(regions), places, sides, edges, T, M, K, distance)
