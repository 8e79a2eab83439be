"""What happened, as a report would count it: the number behind each observable, in every lane.

``measure`` fills scratch row A with one quantity, of the nation (region < 0) or of one region. Quantities are
cumulative ("ever") except crowd, rallies, held, troops and seats ("now").
"""

from __future__ import annotations

import numpy as np

from realpolitik.chance.compiled import inner, kernel
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.parameters import index
from realpolitik.crisis.rows import natural, region_at

_BACKGROUND, _PER_POST, _PER_ARMED = (index(n) * LANES for n in ("background_foreign", "weapons_per_post", "weapons_per_armed"))
_A, _B, _C = at.A * LANES, at.B * LANES, at.C * LANES
NATION = np.int64(-1)  # NumPy's, not Python's: Numba compiles a function anew for each literal it is called with
_SEAT = at.PLACE + at.SEAT * at.PLACE_ROWS


@inner
def _add(S, w, target, regions, region, field):
    """Add one region field, of one region or of all, to scratch row ``target``."""
    target = natural(target)
    first = 0 if region < 0 else region
    last = regions if region < 0 else region + 1
    for k in range(first, last):
        row = region_at(k) + natural(field) * LANES
        for i in range(LANES):
            w[target + i] += S[row + i]


@inner
def _count(S, w, target, regions, region, field, least):
    """Add 1 for each region whose field is at least ``least``."""
    target = natural(target)
    first = 0 if region < 0 else region
    last = regions if region < 0 else region + 1
    for k in range(first, last):
        row = region_at(k) + natural(field) * LANES
        for i in range(LANES):
            w[target + i] += 1.0 if S[row + i] >= least else 0.0


@inner
def _nation(S, w, target, row):
    for i in range(LANES):
        w[target + i] = S[row * LANES + i]


@kernel
def measure(S, P, w, regions, quantity, region):
    """Row A = the true value of ``quantity`` (see QUANTITIES) in every lane; shares are between 0 and 1."""
    for i in range(LANES):
        w[_A + i] = 0.0
        w[_B + i] = 0.0
        w[_C + i] = 0.0
    if quantity == at.Q_CROWD:
        _add(S, w, _A, regions, region, at.STREET)
        _add(S, w, _A, regions, region, at.LOCAL)
        _add(S, w, _A, regions, region, at.CELLS)
        _add(S, w, _A, regions, region, at.FOREIGN)
    elif quantity == at.Q_ARMED:
        _add(S, w, _A, regions, region, at.LOCAL)
        _add(S, w, _A, regions, region, at.CELLS)
        _add(S, w, _A, regions, region, at.FOREIGN)
    elif quantity == at.Q_RALLIES:
        _count(S, w, _A, regions, region, at.STREET, 100.0)
    elif quantity == at.Q_DETAINED:
        _add(S, w, _A, regions, region, at.DETAINED)
        _add(S, w, _A, regions, region, at.DETAINED_FOREIGN)
    elif quantity == at.Q_HELD:
        for i in range(LANES):
            w[_A + i] = S[at.HELD * LANES + i] + S[at.HELD_FOREIGN * LANES + i]
    elif quantity == at.Q_DEAD or quantity == at.Q_ALL_DEAD:
        _add(S, w, _A, regions, region, at.DEAD)
        _add(S, w, _A, regions, region, at.DEAD_ARMED)
        if quantity == at.Q_ALL_DEAD:
            _add(S, w, _A, regions, region, at.SECURITY_DEAD)
    elif quantity == at.Q_SECURITY_DEAD:
        _add(S, w, _A, regions, region, at.SECURITY_DEAD)
    elif quantity == at.Q_WOUNDED:
        _add(S, w, _A, regions, region, at.WOUNDED)
    elif quantity == at.Q_SECURITY_WOUNDED:
        _add(S, w, _A, regions, region, at.SECURITY_WOUNDED)
    elif quantity == at.Q_WEAPONS:
        for i in range(LANES):
            taken = P[_PER_POST + i] * S[at.POSTS_LOST * LANES + i] + P[_PER_ARMED + i] * S[at.ARMED_EVER * LANES + i]
            w[_A + i] = np.floor(taken)
    elif quantity == at.Q_ALLIED_DEAD:
        _nation(S, w, _A, at.ALLIED_DEAD)
    elif quantity == at.Q_TROOPS:
        for i in range(LANES):
            w[_A + i] = np.floor(S[at.TROOPS * LANES + i])
    elif quantity == at.Q_SEATS:
        _count(S, w, _A, regions, region, _SEAT + at.STATUS, 0.5)
    elif quantity == at.Q_SEATS_EVER:
        _count(S, w, _A, regions, region, _SEAT + at.LOST_AT, 0.0)
    elif quantity == at.Q_THREAT:
        _nation(S, w, _A, at.THREAT)
    elif quantity == at.Q_FOREIGN_SHARE:
        _add(S, w, _B, regions, region, at.DETAINED)
        _add(S, w, _C, regions, region, at.DETAINED_FOREIGN)
        for i in range(LANES):
            w[_A + i] = (w[_C + i] + P[_BACKGROUND + i] * w[_B + i]) / max(w[_B + i] + w[_C + i], 1.0)
    elif quantity == at.Q_ARMED_SHARE:
        _add(S, w, _B, regions, region, at.DEAD)
        _add(S, w, _C, regions, region, at.DEAD_ARMED)
        for i in range(LANES):
            w[_A + i] = w[_C + i] / max(w[_B + i] + w[_C + i], 1.0)
