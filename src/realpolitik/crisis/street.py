"""M2 The street: going home, arrest, injury, death, taking up arms; arrest at home; release.

Hazards per day of a participant in region k, with posture π in [0, 1], force used per participant ρ and grip g = ρ /
(ρ + 0.2):

    home    = spell_end · (2 − rhythm) · (1 + dispersal · π · g)                                  (M2.1)
    arrest  = arrest · π · g                                                                      (M2.2)
    death   = (death_unarmed + death_lethal · [lethal-force order] · π) · blackout_lethality      (M2.3)
    arming  = arming · (1 + 4 · [a place of the region is lost])                                  (M2.4)
    wounded = wounded_per_dead · death + clash_wounds · π · g        (counted, not removed)       (M2.5)

Those who went home rejoin with the hazard of the quiet and are arrested at home at the rate ``sweep`` once an
emergency is declared (M2.6); the detained are released at the rate ``release`` (M2.7).
"""

from __future__ import annotations

from realpolitik.chance.compiled import inner
from realpolitik.chance.draws import draw_binomials, draw_uniforms
from realpolitik.crisis import layout as at
from realpolitik.crisis.events import in_force
from realpolitik.crisis.exits import PROB, N, X, leavers, leaving, split, stay
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.parameters import index
from realpolitik.crisis.rows import ahead_at, any_positive, region_at

_SPELL_END, _DISPERSAL, _ARREST, _SWEEP, _RELEASE = (index(n) * LANES for n in ("spell_end", "dispersal", "arrest", "sweep", "release"))
_DEATH_UNARMED, _DEATH_LETHAL, _PER_DEAD, _CLASH, _ARMING = (
    index(n) * LANES for n in ("death_unarmed", "death_lethal", "wounded_per_dead", "clash_wounds", "arming")
)
_RETURNED, _STREET, _DETAINED, _DEAD, _WOUNDED = (r * LANES for r in (at.RETURNED, at.STREET, at.DETAINED, at.DEAD, at.WOUNDED))
_LOST_PART, _SLAIN = at.LOST_PART * LANES, at.SLAIN * LANES
_POOL, _HAZARD, _JOINED, _A, _B, _C, _D = (r * LANES for r in (at.NEAR, at.HAZARD, at.JOINED, at.A, at.B, at.C, at.D))
_POSTURE, _GRIP, _REJOINED, _STAYED, _PULL = (r * LANES for r in (at.POSTURE, at.GRIP, at.REJOINED, at.STAYED, at.PULL))
_HOMEWARD, _DEADLY = at.HOMEWARD * LANES, at.DEADLY * LANES
_T_EMERGENCY = (at.TAKEN + at.EMERGENCY) * LANES
_DARK, _ORDER, _ORDERED = at.DARK * LANES, at.ORDER * LANES, at.ORDERED * LANES
_HELD, _HELD_FOREIGN, _ARMED_EVER = at.HELD * LANES, at.HELD_FOREIGN * LANES, at.ARMED_EVER * LANES
_HELD_THEN, _FOREIGN_THEN = at.HELD_THEN * LANES, at.FOREIGN_THEN * LANES


@inner
def street_rates(P, w, rhythm):
    """What is the same in all regions: HOMEWARD (M2.1 where nobody is dispersed) and DEADLY (M2.3)."""
    for i in range(LANES):
        w[_HOMEWARD + i] = P[_SPELL_END + i] * (2.0 - rhythm)
        # the posture of those who shoot is that under the order
        w[_DEADLY + i] = P[_DEATH_UNARMED + i] * w[_DARK + i] + P[_DEATH_LETHAL + i] * w[_ORDERED + i] * w[_ORDER + i]


@inner
def rejoin(S, w, keys, event, k, days):
    """M2.6: REJOINED = those who come back to the street, added to JOINED; STAYED = those who stay at home."""
    r = region_at(k)
    for i in range(LANES):
        w[_REJOINED + i] = 0.0
        w[_STAYED + i] = S[r + _RETURNED + i]
    if any_positive(S, r + _RETURNED) and leavers(S, w, r + _RETURNED, _HAZARD, keys, event, days):
        for i in range(LANES):
            w[_JOINED + i] += w[X + i]
            w[_REJOINED + i] = w[X + i]
            w[_STAYED + i] = S[r + _RETURNED + i]


@inner
def sweep(S, P, w, keys, event, k, end, days):
    """M2.6: arrest at home. Those who rejoined or went home within the step were there for half of it."""
    r = region_at(k)
    for i in range(LANES):
        emergency = in_force(S[_T_EMERGENCY + i], end, days)
        here = S[r + _RETURNED + i]
        passing = w[_REJOINED + i] - (here - w[_STAYED + i])
        w[_A + i] = P[_SWEEP + i] * emergency * max(1.0 + 0.5 * passing / max(here, 1.0), 0.0)
    if leavers(S, w, r + _RETURNED, _A, keys, event, days):
        for i in range(LANES):
            S[r + _DETAINED + i] += w[X + i]
            S[_HELD + i] += w[X + i]


@inner
def street_exits(P, w, k):
    """Rows A = all exits of region k, B = death, C = arrest, D = arming, HAZARD = wounds: M2.1 to M2.5, per day in the street."""
    a = ahead_at(k)
    for i in range(LANES):
        force = w[_POSTURE + i] * w[_GRIP + i]
        home = w[_HOMEWARD + i] * (1.0 + P[_DISPERSAL + i] * force)
        w[_B + i] = w[_DEADLY + i]
        w[_C + i] = P[_ARREST + i] * force
        w[_D + i] = P[_ARMING + i] * (1.0 + 4.0 * w[a + _LOST_PART + i])
        w[_A + i] = home + w[_B + i] + w[_C + i] + w[_D + i]
        w[_HAZARD + i] = P[_PER_DEAD + i] * w[_B + i] + P[_CLASH + i] * force


@inner
def leave_street(S, P, w, keys, events, k, days):
    """M2.1 to M2.5 for those on the street at the start of the step and, for half of it, those who join in it (row JOINED)."""
    r, a = region_at(k), ahead_at(k)
    street_exits(P, w, k)
    for i in range(LANES):
        both = S[r + _STREET + i] + w[_JOINED + i]
        part = stay(both, S[r + _STREET + i])
        S[r + _STREET + i] = both
        w[_A + i] *= part
        w[_B + i] *= part
        w[_C + i] *= part
        w[_D + i] *= part
        # those who leave are in the way of wounds until they do
        there = leaving(w[_A + i], days) / max(w[_A + i] * days, 1e-12)
        w[_HAZARD + i] *= part * min(there, 1.0)
        w[_JOINED + i] = 0.0
    draw_uniforms(keys, events[at.K_WOUNDED], w)
    for i in range(LANES):
        w[N + i] = S[r + _STREET + i]
        w[PROB + i] = leaving(w[_HAZARD + i], days)
    if draw_binomials(w):
        for i in range(LANES):
            S[r + _WOUNDED + i] += w[X + i]
    if not leavers(S, w, r + _STREET, _A, keys, events[at.K_LEAVE], days):
        return
    for i in range(LANES):
        w[_POOL + i] = w[X + i]
    if split(w, _POOL, _B, _A, keys, events[at.K_DEAD]):
        for i in range(LANES):
            S[r + _DEAD + i] += w[X + i]
            w[a + _SLAIN + i] += w[X + i]
    if split(w, _POOL, _C, _A, keys, events[at.K_ARREST]):
        for i in range(LANES):
            S[r + _DETAINED + i] += w[X + i]
            S[_HELD + i] += w[X + i]
    if split(w, _POOL, _D, _A, keys, events[at.K_ARM]):
        for i in range(LANES):
            w[_JOINED + i] = w[X + i]
            S[_ARMED_EVER + i] += w[X + i]
    # of those who go home within the step some come back within it: they have half of it for that (S3)
    draw_uniforms(keys, events[at.K_AT_ONCE], w)
    for i in range(LANES):
        w[N + i] = w[_POOL + i]
        w[PROB + i] = leaving(w[_PULL + i], 0.5 * days)
    if draw_binomials(w):
        for i in range(LANES):
            S[r + _STREET + i] += w[X + i]
            w[_POOL + i] -= w[X + i]
    for i in range(LANES):
        S[r + _RETURNED + i] += w[_POOL + i]


@inner
def release(S, P, w, keys, events, days):
    """M2.7 for the nation: release from custody, ordinary people and foreigners apart. Those arrested in the step have half of it (S3)."""
    for i in range(LANES):
        w[_A + i] = P[_RELEASE + i] * stay(S[_HELD + i], w[_HELD_THEN + i])
        w[_B + i] = P[_RELEASE + i] * stay(S[_HELD_FOREIGN + i], w[_FOREIGN_THEN + i])
    leavers(S, w, _HELD, _A, keys, events[at.K_RELEASE], days)
    leavers(S, w, _HELD_FOREIGN, _B, keys, events[at.K_RELEASE_FOREIGN], days)
