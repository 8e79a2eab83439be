"""Epstein's model of civil violence (PNAS 2002, model I) in the reading with a disc of vision, literal or with a
floored force ratio.

On a torus of 40 x 40, people have hardship H and risk aversion R, uniform on (0, 1). Once a tick everyone, in a random
order, moves to a random free site in sight and acts: a person rebels iff H (1 − L) − R (1 − exp(−k C/A)) > T, with C
cops and A active people in sight (he himself always counted); a cop jails one active person in sight for up to ``term``
ticks. ``floored`` uses the whole part of C/A instead, as NetLogo's Rebellion does.
"""

from __future__ import annotations

import numpy as np

from realpolitik.chance.compiled import making_arrays
from realpolitik.chance.keys import uniform

SIDE = 40
PEOPLE, COPS, VISION, K, THRESHOLD = 1120, 64, 7, 2.3, 0.1
FREE, QUIET, ACTIVE, COP = 0, 1, 2, 3


@making_arrays
def run(seed, legitimacy, term, floored, out):
    """Fill ``out`` [tick] with the number of active people at the end of each tick."""
    lane, drawn = np.uint64(seed), 0
    total = PEOPLE + COPS
    site = np.empty(total, np.int64)
    grid = np.zeros(SIDE * SIDE, np.int64)
    who = np.full(SIDE * SIDE, -1)
    cells = np.arange(SIDE * SIDE)
    hardship, aversion, jailed = np.empty(PEOPLE), np.empty(PEOPLE), np.zeros(PEOPLE)
    sight = np.empty((SIDE * SIDE, 200), np.int32)
    seen = 0
    for x in range(-VISION, VISION + 1):
        for y in range(-VISION, VISION + 1):
            if x * x + y * y <= VISION * VISION and (x != 0 or y != 0):
                for here in range(SIDE * SIDE):
                    sight[here, seen] = (here // SIDE + x) % SIDE * SIDE + (here % SIDE + y) % SIDE
                seen += 1
    for a in range(total):
        j = a + int(uniform(lane, np.uint64(drawn)) * (SIDE * SIDE - a))
        drawn += 1
        cells[a], cells[j] = cells[j], cells[a]
        site[a] = cells[a]
        grid[site[a]] = QUIET if a < PEOPLE else COP
        who[site[a]] = a
        if a < PEOPLE:
            hardship[a] = uniform(lane, np.uint64(drawn))
            aversion[a] = uniform(lane, np.uint64(drawn + 1))
            drawn += 2
    order, near = np.arange(total), np.empty(200, np.int64)
    for tick in range(out.size):
        for a in range(total):
            j = a + int(uniform(lane, np.uint64(drawn)) * (total - a))
            drawn += 1
            order[a], order[j] = order[j], order[a]
        for turn in range(total):
            a = order[turn]
            if a < PEOPLE and jailed[a] > 0.0:
                continue
            empty = 0
            for s in range(seen):
                there = sight[site[a], s]
                if grid[there] == FREE:
                    near[empty] = there
                    empty += 1
            if empty > 0:
                there = near[int(uniform(lane, np.uint64(drawn)) * empty)]
                drawn += 1
                grid[there], who[there] = grid[site[a]], a
                grid[site[a]], who[site[a]] = FREE, -1
                site[a] = there
            cops, active = 0, 0
            for s in range(seen):
                there = sight[site[a], s]
                if grid[there] == COP:
                    cops += 1
                elif grid[there] == ACTIVE:
                    near[active] = there
                    active += 1
            if a < PEOPLE:
                ratio = cops / (1.0 + active)
                risk = 1.0 - np.exp(-K * (np.floor(ratio) if floored else ratio))
                rebels = hardship[a] * (1.0 - legitimacy) - aversion[a] * risk > THRESHOLD
                grid[site[a]] = ACTIVE if rebels else QUIET
            elif active > 0:
                there = near[int(uniform(lane, np.uint64(drawn)) * active)]
                jailed[who[there]] = np.floor(uniform(lane, np.uint64(drawn + 1)) * term) + 1.0
                drawn += 2
                grid[there], who[there] = FREE, -1
        for a in range(PEOPLE):
            if jailed[a] > 0.0:
                jailed[a] -= 1.0
                if jailed[a] == 0.0:
                    place = site[a]
                    while grid[place] != FREE:
                        place = int(uniform(lane, np.uint64(drawn)) * SIDE * SIDE)
                        drawn += 1
                    site[a] = place
                    grid[place], who[place] = QUIET, a
        out[tick] = np.sum(grid == ACTIVE)


def outbursts(active, level=50):
    """Number of separate spells with more than ``level`` active."""
    above = np.concatenate([[False], np.asarray(active) > level])
    return int(np.sum(above[1:] & ~above[:-1]))
