"""Which chance a world uses: one noise id for each piece of the clock and region, and one for each threshold.

A world is a function of its parameters and its noise ids (docs/model.md F1). The finer the ids, the smaller a part of a world a
proposal can renew: with one id for a region's two hottest days and one for all thresholds of the nation, a chain that had found a
lucky day could only throw all of it away. Pieces follow the spans of the clock and not its steps, so that a finer step changes no law.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from realpolitik.case.records import Case
from realpolitik.chance.keys import name_key
from realpolitik.crisis.layout import DECISIONS
from realpolitik.crisis.start import place_id, start_ids

HOT, CALM = 6.0, 24.0
"""Hours of a piece where the clock is fine, and where it is not."""


@dataclass(frozen=True)
class Noise:
    """The noise ids of a world: ``names`` uint64[block] keys of their names, ``region`` int64[block] whose they are (the number of
    regions for the nation's), ``piece`` int64[block] of the clock, -1 for what is drawn at the start."""

    names: NDArray
    region: NDArray
    piece: NDArray


def pieces_of(case: Case) -> NDArray:
    """Edges in hours of the pieces of the clock, each with noise ids of its own."""
    edges = [0.0]
    for begins, ends, _, place in case.clock.stretches():
        pieces = max(round((ends - begins) / (HOT if place >= 0 else CALM)), 1)
        edges += [begins + (ends - begins) * (j + 1) / pieces for j in range(pieces)]
    return np.array(edges)


def noise_of(pieces: int, regions: tuple[str, ...], places: tuple[str, ...]) -> Noise:
    """Ids in the order in which kernels and start take them; named, so that a region more leaves the chance of the others as it was."""
    where = [*regions, "the nation"]
    names = [("noise", piece, name) for piece in range(pieces) for name in where]
    region = [k for _ in range(pieces) for k in range(len(where))]
    piece = [p for p in range(pieces) for _ in where]
    first: list[tuple] = [()] * start_ids(len(regions), len(places))
    whose = [len(regions)] * len(first)
    first[: len(DECISIONS)] = [("noise of", decision) for decision in DECISIONS]
    for k, name in enumerate(regions):
        first[len(DECISIONS) + k], whose[len(DECISIONS) + k] = ("noise of reserves", name), k
        for j, place in enumerate(places):
            at = place_id(len(regions), len(places), k, j)
            first[at], whose[at] = ("noise of", place, name), k
    return Noise(
        np.array([name_key(*n) for n in [*names, *first]], np.uint64),
        np.array(region + whose, np.int64),
        np.array(piece + [-1] * len(first), np.int64),
    )
