"""How a block of worlds begins: compartments, thresholds, the kernel of distance.

Everything here runs once per block in NumPy; the uniforms come from the same named keys as those of the steps.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from realpolitik.chance.aligned import lined_up, lined_up_copy
from realpolitik.chance.keys import name_key, uniform_array
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import DECISIONS, LANES, Layout
from realpolitik.crisis.loyalty import BEST
from realpolitik.crisis.parameters import NAMES, index

ADULTS = 0.65  # share of a population old enough to take part; general demography
MOST = 0.5  # no more than half of a region's adults could ever take to the street
EARTH = 6371.0  # km


def distances(latitude: NDArray, longitude: NDArray) -> NDArray:
    """Great-circle distances in km, shape [region, region]; arguments in degrees."""
    lat, lon = np.radians(latitude), np.radians(longitude)
    a = np.sin((lat[:, None] - lat) / 2) ** 2 + np.cos(lat)[:, None] * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    return 2 * EARTH * np.arcsin(np.sqrt(np.clip(a, 0.0, 1.0)))


def distance_kernel(distance: NDArray, scale: NDArray, exponent: NDArray) -> NDArray:
    """κ of rule M1.2, rows summing to one: shape [region, region, particle]."""
    weight = np.exp(-exponent * np.log1p(distance[:, :, None] / scale))
    return weight / weight.sum(axis=1, keepdims=True)


def parameter_block(values: NDArray, distance: NDArray, worlds: int) -> NDArray:
    """Flat parameter array of a block.

    Parameters
    ----------
    values : float64[parameter, particle]
        The rows of the parameter table, then the sizes of the sparks; particle * worlds = LANES.
    distance : float64[region, region]
        Kilometres.
    """
    kappa = distance_kernel(distance, values[index("kernel_scale")], values[index("kernel_exponent")])
    rows = np.concatenate([values, kappa.reshape(-1, values.shape[1])])
    return lined_up_copy(np.repeat(rows, worlds, axis=1)).reshape(-1)


@cache
def _start_keys(names: tuple[str, ...], places: tuple[str, ...]) -> NDArray:
    """Event keys of all draws at the start: decisions, then per region its two reserves and two thresholds a place."""
    keys = [name_key("threshold", decision) for decision in DECISIONS]
    for region in names:
        keys += [name_key("organised_cells", region), name_key("infiltrators", region)]
        for place in places:
            keys += [name_key("lose", place, region), name_key("retake", place, region)]
    return np.array(keys, np.uint64)


def start_ids(regions: int, places: int) -> int:
    """Number of noise ids of what is drawn at the start: one per decision, per region's reserves, per place.

    Each threshold has an id of its own, so that a proposal can renew one and leave the rest.
    """
    return at.N_DECISIONS + regions * (1 + places)


def place_id(regions: int, places: int, region: int, place: int) -> int:
    """Which of the ids of the start a place has; decision d has id d, the reserves of region k N_DECISIONS + k."""
    return at.N_DECISIONS + regions + region * places + place


@cache
def _whose(regions: int, places: int) -> NDArray:
    """Id of each draw of :func:`_start_keys`."""
    ids = list(range(at.N_DECISIONS))
    for k in range(regions):
        ids += [at.N_DECISIONS + k] * 2
        ids += [place_id(regions, places, k, j) for j in range(places) for _ in range(2)]
    return np.array(ids, np.int64)


def start(P: NDArray, keys: NDArray, static: NDArray, names: tuple[str, ...], places: tuple[str, ...], size: Layout) -> NDArray:
    """The state of a block at the clock's start: everyone quiet, every place held, every threshold drawn.

    ``keys`` as in step.advance. Returns float64[rows * LANES]; see layout.py. ``static`` is the region table;
    ``names`` the regions' names, ``places`` the names of the seat and the posts.
    """
    S = lined_up((size.rows, int(LANES)))
    p = P.reshape(-1, LANES)
    S[at.COHESION] = S[at.RIVAL_COHESION] = BEST
    S[at.TAKEN : at.TAKEN + at.N_DECISIONS] = S[at.FALLEN] = -1.0
    per = 2 + 2 * len(places)
    own = keys.reshape(-1, LANES)[-start_ids(len(names), len(places)) :]
    u = uniform_array(own[_whose(len(names), len(places))], _start_keys(names, places)[:, None])
    wait = -np.log(u)
    S[at.WAIT : at.WAIT + at.N_DECISIONS] = wait[: at.N_DECISIONS]
    people = static[: len(names), at.POP].sum()
    for k in range(len(names)):
        row, first = size.region(k), at.N_DECISIONS + k * per
        disposed = int(static[k, at.DISPOSITION_ROW])
        share = p[index("mobilisable")] * (p[disposed] if disposed >= 0 else 1.0)
        crowd = np.floor(static[k, at.POP] * ADULTS * np.minimum(share, MOST) + 0.5)  # M1.6
        S[row + at.QUIET] = S[row + at.MOBILISABLE] = crowd
        for j, (waiting, number, share) in enumerate(
            (
                (at.CELLS_WAITING, "organised_cells", at.CELL_SHARE),
                (at.FOREIGN_WAITING, "infiltrators", at.FOREIGN_SHARE),
            )
        ):
            expected = np.minimum(p[index(number)], people) * static[k, share]
            S[row + waiting] = np.where(expected > 0.0, np.floor(np.maximum(expected, 0.0) + u[first + j]), 0.0)
        for j in range(len(places)):
            row = size.place(k, j)
            S[row + at.LOST_AT] = S[row + at.BACK_AT] = -1.0
            S[row + at.LOSE_WAIT], S[row + at.BACK_WAIT] = wait[first + 2 + 2 * j], wait[first + 3 + 2 * j]
    return S.reshape(-1)


def rows_of_parameters(sparks: int, regions: int) -> tuple[int, int]:
    """Number of value rows (table and sparks) and of all parameter rows (with the distance kernel)."""
    values = len(NAMES) + sparks
    return values, values + regions * regions
