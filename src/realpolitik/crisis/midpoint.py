"""S Steps: the moment at which the hazards of a step are taken.

Hazards frozen at the start of a step lag behind a crowd that grows: those who join within the step would draw nobody out
before the next. They are therefore taken at the crowds expected in the middle of the step (midpoint tau-leaping: Gillespie
2001), so that the error of crowds and exits falls with the square of the step (model.md lists what is left):

    street½ = street · exp(−μ Δ/2) + (quiet + gone home) · (1 − exp(−h Δ/2))                              (S1)
    armed½  = armed · exp(−μ_a Δ/2) + those who take up arms or enter in half a step                      (S2)

with h of M1.1, μ the exits of M2 and μ_a those of M3, all at the start of the step; the dead that fear and anger count
likewise. People who come in within a step face the exits of their new compartment for half of it (S3: street.py,
armed.py), losses of security forces follow from the mean of the street and of the armed at the step's start and end
(S4), and an act is in force from its hour on (S5: events.py).
"""

from __future__ import annotations

from realpolitik.chance.compiled import inner
from realpolitik.chance.elementary import fexp
from realpolitik.crisis import layout as at
from realpolitik.crisis.armed import ENTRY, NO_ROW, armed_exit_rates
from realpolitik.crisis.events import since
from realpolitik.crisis.exits import leaving
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.loyalty import force
from realpolitik.crisis.mobilisation import hazard_of_joining
from realpolitik.crisis.parameters import index
from realpolitik.crisis.places import lost_so_far
from realpolitik.crisis.rows import ahead_at, any_positive, natural, region_at
from realpolitik.crisis.street import street_exits

_CELL_SKILL, _FOREIGN_SKILL, _CELL_DAY, _FOREIGN_DAY = (
    index(n) * LANES for n in ("cell_skill", "infiltrator_skill", "cell_day", "infiltrator_day")
)
_STREET, _QUIET, _RETURNED, _LOCAL, _CELLS, _FOREIGN, _CELLS_WAITING, _FOREIGN_WAITING = (
    r * LANES for r in (at.STREET, at.QUIET, at.RETURNED, at.LOCAL, at.CELLS, at.FOREIGN, at.CELLS_WAITING, at.FOREIGN_WAITING)
)
_CROWD, _LOCALS, _GUNS, _WEIGHED, _FEARED, _SLAIN = (r * LANES for r in (at.CROWD, at.LOCALS, at.GUNS, at.WEIGHED, at.FEARED, at.SLAIN))
_FEAR, _MEMORY = at.FEAR * LANES, index("fear_memory") * LANES
_HAZARD, _A, _B, _D, _ARMED = (r * LANES for r in (at.HAZARD, at.A, at.B, at.D, at.ARMED))


@inner
def people_now(S, P, w, sizes):
    """The rows AHEAD of every region as they are."""
    for k in range(sizes[at.I_REGIONS]):
        r, a = region_at(k), ahead_at(k)
        for i in range(LANES):
            local, cells, foreign = S[r + _LOCAL + i], S[r + _CELLS + i], S[r + _FOREIGN + i]
            w[a + _CROWD + i] = S[r + _STREET + i]
            w[a + _LOCALS + i] = local
            w[a + _GUNS + i] = local + cells + foreign
            w[a + _WEIGHED + i] = local + P[_CELL_SKILL + i] * cells + P[_FOREIGN_SKILL + i] * foreign
            w[a + _FEARED + i] = S[r + _FEAR + i]
            w[a + _SLAIN + i] = 0.0


@inner
def _origin_ahead(S, P, w, r, a, active, waiting, skill_row, day_row, end, days):
    """S2 for cells or foreigners: their part of GUNS and WEIGHED."""
    active, waiting, skill_row, day_row = natural(active), natural(waiting), natural(skill_row), natural(day_row)
    if not (any_positive(S, active) or any_positive(S, waiting)):
        return
    armed_exit_rates(P, w, skill_row)
    for i in range(LANES):
        comes = leaving(ENTRY * since(24.0 * P[day_row + i], end, days), 0.5 * days)
        then = S[active + i] * fexp(-0.5 * days * w[_A + i]) + S[waiting + i] * comes
        w[a + _SLAIN + i] += S[active + i] * w[_B + i] * 0.5 * days
        w[a + _GUNS + i] += then
        w[a + _WEIGHED + i] += P[skill_row + i] * then


@inner
def look_ahead(S, P, w, sizes, M, k, end, days, weather, cells, foreign, lost):
    """S1 and S2 for region k: its rows AHEAD but SHARE, at the middle of a step of ``days`` up to the hour ``end``."""
    r, a, half = region_at(k), ahead_at(k), 0.5 * days
    force(w, M, k)
    if any_positive(w, a + _LOCALS):
        armed_exit_rates(P, w, NO_ROW)
        for i in range(LANES):
            w[a + _SLAIN + i] = w[a + _LOCALS + i] * w[_B + i] * half
            w[a + _GUNS + i] = w[a + _LOCALS + i] * fexp(-w[_A + i] * half)
    else:
        for i in range(LANES):
            w[a + _GUNS + i] = 0.0
    lost_so_far(S, w, sizes, k, lost)
    street_exits(P, w, k)
    hazard_of_joining(S, P, w, sizes, M, k, end, days, weather)
    for i in range(LANES):
        left = S[r + _STREET + i]
        w[a + _CROWD + i] = left * fexp(-w[_A + i] * half) + (S[r + _QUIET + i] + S[r + _RETURNED + i]) * leaving(w[_HAZARD + i], half)
        w[a + _LOCALS + i] = w[a + _GUNS + i] + left * w[_D + i] * half
        w[a + _SLAIN + i] += left * w[_B + i] * half
        w[a + _GUNS + i] = w[a + _LOCALS + i]
        w[a + _WEIGHED + i] = w[a + _LOCALS + i]
    if cells:
        _origin_ahead(S, P, w, r, a, r + _CELLS, r + _CELLS_WAITING, _CELL_SKILL, _CELL_DAY, end, days)
    if foreign:
        _origin_ahead(S, P, w, r, a, r + _FOREIGN, r + _FOREIGN_WAITING, _FOREIGN_SKILL, _FOREIGN_DAY, end, days)
    for i in range(LANES):
        w[a + _FEARED + i] = S[r + _FEAR + i] * max(1.0 - half / P[_MEMORY + i], 0.0) + w[a + _SLAIN + i]


@inner
def half_of_those_faced(S, P, w, k, others, first):
    """S4: rows CROWD and GUNS of region k become half of the street and of W, or (not ``first``) have half of them added, and
    ARMED becomes that mean of W. ``others`` says whether any lane of the block has cells or foreigners.
    """
    r, a = region_at(k), ahead_at(k)
    before = 0.0 if first else 1.0
    for i in range(LANES):
        w[a + _CROWD + i] = before * w[a + _CROWD + i] + 0.5 * S[r + _STREET + i]
        w[a + _GUNS + i] = before * w[a + _GUNS + i] + 0.5 * S[r + _LOCAL + i]
    if others:
        for i in range(LANES):
            w[a + _GUNS + i] += 0.5 * (P[_CELL_SKILL + i] * S[r + _CELLS + i] + P[_FOREIGN_SKILL + i] * S[r + _FOREIGN + i])
    if not first:
        for i in range(LANES):
            w[_ARMED + i] = w[a + _GUNS + i]
