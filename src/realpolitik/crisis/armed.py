"""M3 The armed, by origin (local, organised cells, foreign), and the losses they cause.

Armed people carry an origin that the detained and the dead inherit. With skill σ of the origin (1 for local people)
and the grip g of the force used on the armed (half at 0.2 officers per five-fold armed person):

    slip away = armed_exit · (1 + 3 π g)                                               (M3.1)
    arrest    = armed_arrest · π · g / σ                                               (M3.2)
    death     = armed_death · (0.05 + 0.95 [lethal-force order]) · g · dark / σ        (M3.3)
    entry of cells or foreigners from their day on: 2 per day of those waiting         (M3.4)

Security forces lose people to the armed they face, W = local + σ_c cells + σ_f foreign (Deitchman's ambush law, T2.3):

    security deaths ~ Binomial(force, 1 − exp(−Δ security_loss W / force))             (M3.5)
    security wounded likewise with security_wounded (street · π g + W)                 (M3.6)
"""

from __future__ import annotations

import numpy as np

from realpolitik.chance.compiled import inlined, inner, merged
from realpolitik.chance.draws import draw_binomials, draw_uniforms
from realpolitik.crisis import layout as at
from realpolitik.crisis.events import since
from realpolitik.crisis.exits import PROB, N, X, leavers, leaving, split, stay
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.parameters import index
from realpolitik.crisis.rows import ahead_at, any_positive, natural, region_at

_EXIT, _ARREST, _DEATH, _LOSS, _SECURITY_WOUNDED = (
    index(n) * LANES for n in ("armed_exit", "armed_arrest", "armed_death", "security_loss", "security_wounded")
)
_CELL_SKILL, _FOREIGN_SKILL, _CELL_DAY, _FOREIGN_DAY = (
    index(n) * LANES for n in ("cell_skill", "infiltrator_skill", "cell_day", "infiltrator_day")
)
_RETURNED, _LOCAL, _CELLS, _FOREIGN, _CELLS_WAITING, _FOREIGN_WAITING = (
    r * LANES for r in (at.RETURNED, at.LOCAL, at.CELLS, at.FOREIGN, at.CELLS_WAITING, at.FOREIGN_WAITING)
)
_DETAINED, _DETAINED_FOREIGN, _DEAD_ARMED, _SECURITY_DEAD, _SECURITY_WOUNDED_ROW = (
    r * LANES for r in (at.DETAINED, at.DETAINED_FOREIGN, at.DEAD_ARMED, at.SECURITY_DEAD, at.SECURITY_WOUNDED)
)
_POOL, _JOINED, _A, _B, _C = (r * LANES for r in (at.NEAR, at.JOINED, at.A, at.B, at.C))
_FORCE, _POSTURE, _GRIP, _ARMED = (r * LANES for r in (at.FORCE, at.POSTURE, at.GRIP, at.ARMED))
_ARMED_DEADLY, _ARMED_ORDERED = at.ARMED_DEADLY * LANES, at.ARMED_ORDERED * LANES
_DARK, _ORDER, _ORDERED = at.DARK * LANES, at.ORDER * LANES, at.ORDERED * LANES
_HELD, _HELD_FOREIGN, _ARMED_EVER, _TROOPS, _ALLIED_DEAD = (
    r * LANES for r in (at.HELD, at.HELD_FOREIGN, at.ARMED_EVER, at.TROOPS, at.ALLIED_DEAD)
)
_CROWD, _SLAIN, _WEIGHED_SUM, _PRESSING = at.CROWD * LANES, at.SLAIN * LANES, at.WEIGHED_SUM * LANES, at.PRESSING * LANES
NO_ROW = np.int64(-1)
ENTRY = 2.0  # per day, of those waiting, once their day has come


@inlined
def loss_hazard(rate, armed, force):
    """M3.5: hazard per member of the force (1/day); ``rate``: deaths per armed person and day, among ``force``."""
    return rate * armed / max(force, 1.0)


@inner
def enter(S, P, w, keys, event, waiting, day_row, end, days):
    """M3.4: row JOINED = people of one origin who start to act."""
    day_row = natural(day_row)
    if not any_positive(S, waiting):
        return
    for i in range(LANES):
        w[_A + i] = ENTRY * since(24.0 * P[day_row + i], end, days)
    if leavers(S, w, waiting, _A, keys, event, days):
        for i in range(LANES):
            w[_JOINED + i] = w[X + i]
            S[_ARMED_EVER + i] += w[X + i]


@inner
def armed_rates(P, w):
    """What is the same in all regions: ARMED_DEADLY and ARMED_ORDERED (M3.3 without grip and skill), without and under the order."""
    for i in range(LANES):
        w[_ARMED_DEADLY + i] = 0.05 * P[_DEATH + i] * w[_DARK + i]
        w[_ARMED_ORDERED + i] = 0.95 * P[_DEATH + i] * w[_ORDER + i]


@inner
def armed_exit_rates(P, w, skill_row):
    """Rows A = all exits, B = death, C = arrest of the armed of one origin, per day: M3.1 to M3.3; ``skill_row`` -1: skill 1."""
    skilled, skill_row = skill_row >= 0, natural(skill_row)
    for i in range(LANES):
        skill = P[skill_row + i] if skilled else 1.0
        grip = w[_PRESSING + i] / (w[_PRESSING + i] + w[_ARMED + i] + 0.2)  # the same as with the ratio of M3
        used = w[_FORCE + i] * w[_ORDERED + i]
        under = used / (used + w[_ARMED + i] + 0.2)
        w[_B + i] = (w[_ARMED_DEADLY + i] * grip + w[_ARMED_ORDERED + i] * under) / skill
        w[_C + i] = P[_ARREST + i] * w[_POSTURE + i] * grip / skill
        w[_A + i] = P[_EXIT + i] * (1.0 + 3.0 * w[_POSTURE + i] * grip) + w[_B + i] + w[_C + i]


@inner
def armed_exits(S, P, w, keys, leave, dead, arrest, row, skill_row, refuge, detained, held, k, days):
    """M3.1 to M3.3 for one origin; ``skill_row`` and ``refuge`` are -1 for none. Those in row JOINED come in within the step."""
    r, a = region_at(k), ahead_at(k)
    row, detained, held = natural(row), natural(detained), natural(held)
    returns, refuge = refuge >= 0, natural(refuge)
    if not (any_positive(S, row) or any_positive(w, _JOINED)):
        return
    armed_exit_rates(P, w, skill_row)
    for i in range(LANES):
        both = S[row + i] + w[_JOINED + i]
        part = stay(both, S[row + i])
        S[row + i] = both
        w[_A + i] *= part
        w[_B + i] *= part
        w[_C + i] *= part
        w[_JOINED + i] = 0.0
    if not leavers(S, w, row, _A, keys, leave, days):
        return
    for i in range(LANES):
        w[_POOL + i] = w[X + i]
    if split(w, _POOL, _B, _A, keys, dead):
        for i in range(LANES):
            S[r + _DEAD_ARMED + i] += w[X + i]
            w[a + _SLAIN + i] += w[X + i]
    if split(w, _POOL, _C, _A, keys, arrest):
        for i in range(LANES):
            S[detained + i] += w[X + i]
            S[held + i] += w[X + i]
    if returns:
        for i in range(LANES):
            S[refuge + i] += w[_POOL + i]


@merged
def armed_people(S, P, w, keys, events, k, end, days, cells, foreign):
    """All origins of region k; ``cells`` and ``foreign`` say whether any lane of the block has them."""
    r = region_at(k)
    armed_exits(S, P, w, keys, events[at.K_LOCAL], events[at.K_LOCAL_DEAD], events[at.K_LOCAL_ARREST], r + _LOCAL,
                NO_ROW, r + _RETURNED, r + _DETAINED, _HELD, k, days)  # fmt: skip
    if cells:
        enter(S, P, w, keys, events[at.K_CELLS_ENTER], r + _CELLS_WAITING, _CELL_DAY, end, days)
        armed_exits(S, P, w, keys, events[at.K_CELLS], events[at.K_CELLS_DEAD], events[at.K_CELLS_ARREST], r + _CELLS,
                    _CELL_SKILL, NO_ROW, r + _DETAINED, _HELD, k, days)  # fmt: skip
    if foreign:
        enter(S, P, w, keys, events[at.K_FOREIGN_ENTER], r + _FOREIGN_WAITING, _FOREIGN_DAY, end, days)
        armed_exits(S, P, w, keys, events[at.K_FOREIGN], events[at.K_FOREIGN_DEAD], events[at.K_FOREIGN_ARREST],
                    r + _FOREIGN, _FOREIGN_SKILL, NO_ROW, r + _DETAINED_FOREIGN, _HELD_FOREIGN, k, days)  # fmt: skip


@inner
def security_losses(S, P, w, keys, dead_event, wounded_event, k, days):
    """M3.5 and M3.6 for region k; ARMED holds the skill-weighted armed W."""
    r, a = region_at(k), ahead_at(k)
    draw_uniforms(keys, dead_event, w)
    for i in range(LANES):
        w[N + i] = np.floor(w[_FORCE + i])
        w[PROB + i] = leaving(loss_hazard(P[_LOSS + i], w[_ARMED + i], w[_FORCE + i]), days)
    if draw_binomials(w):
        for i in range(LANES):
            S[r + _SECURITY_DEAD + i] += w[X + i]
    draw_uniforms(keys, wounded_event, w)
    for i in range(LANES):
        faced = w[a + _CROWD + i] * w[_POSTURE + i] * w[_GRIP + i] + w[_ARMED + i]
        w[PROB + i] = leaving(loss_hazard(P[_SECURITY_WOUNDED + i], faced, w[_FORCE + i]), days)
    if draw_binomials(w):
        for i in range(LANES):
            S[r + _SECURITY_WOUNDED_ROW + i] += w[X + i]


@inner
def allied_losses(S, P, w, keys, event, strength, days):
    """M3.7: allied soldiers guard and rarely fight: a tenth of the hazard of M3.5, spread over all forces."""
    draw_uniforms(keys, event, w)
    for i in range(LANES):
        w[N + i] = np.floor(S[_TROOPS + i])
        w[PROB + i] = leaving(0.1 * loss_hazard(P[_LOSS + i], w[_WEIGHED_SUM + i], strength + S[_TROOPS + i]), days)
    if draw_binomials(w):
        for i in range(LANES):
            S[_ALLIED_DEAD + i] += w[X + i]
