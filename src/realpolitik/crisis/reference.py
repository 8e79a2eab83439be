"""The reference account, without politics: what somebody would say who only extrapolates.

It keeps the state of the crisis model and the law of its reports, and puts levels and constant rates in the
place of every mechanism. Nothing acts on anything else, but for the order of decisions that answer each other.

X1 Crowd. Of region k with m_k million people,

    log street_k(t) = log(calm · m_k) + o_k + C(t) + y_k(t),    at most the adults of the region

with o_k a lasting offset of the region, C a walk of the nation (X2), y_k a walk of the region's own (X3).
Nobody is counted apart as armed; there is no time of day, no spark and no contagion.

X2 Walks of the nation. C (crowd), V (violence) and D (detention) start at 0, take normal steps of sd · √days,
and revert to 0 at the rate ``revert``. They are drawn at KNOTS evenly spaced times and are straight between
them. Their steps are parameters of the particle, not of the world, so that a few worlds are enough to filter
them.

X3 Own walk of region k: the same with the sd ``own_sd``, step by step, in each world.

X4 Counts that only grow. Of quantity q in region k, each person is counted with the daily hazard

    rate_q / 10^6 · exp(W(t) + power · (o_k + C(t) + y_k(t))),     W = V or D, power that of W, between 0 and 1

so that increments are binomial in the people of the region (at these rates Poisson). With V go the dead
(``armed_share`` of whom was armed), security dead, wounded, security wounded and, drawn for the whole nation,
weapons lost outside posts; with D the detained. Foreigners among the detained are the ordinary ones only.

X5 The detained are released, those of a step for half of it, and allied soldiers die, at constant rates.
X6 Places are stormed, abandoned and retaken at three constant rates, the same for all; each is lost once at
most. A seat is under attack on days with CROWDED people or more on the street of its region.
X7 Each decision has its own constant hazard. Gates of order only: accept or refuse after a request, deploy
after acceptance, announce after deployment, complete the withdrawal after the announcement; of a grant and a refusal the
earlier stands. Neither a fall nor a purge bars anything. Rival and alliance must exist.
X8 Allied troops stand at full strength from deployment until the withdrawal is complete.
"""

from __future__ import annotations

import numpy as np

from realpolitik.chance.compiled import inner, kernel
from realpolitik.chance.draws import N, U, X, draw_binomials, draw_uniforms
from realpolitik.chance.draws import P as PROB
from realpolitik.chance.elementary import fexp, flog, normal_quantile
from realpolitik.chance.keys import combine, uniform
from realpolitik.crisis import layout as at
from realpolitik.crisis.decisions import answer, falls, until, until_grant
from realpolitik.crisis.events import in_force, pass_time
from realpolitik.crisis.exits import leaving, stay
from realpolitik.crisis.layout import DECISIONS, LANES
from realpolitik.crisis.parameters import NAMES, index
from realpolitik.crisis.places import retake
from realpolitik.crisis.rows import natural, place_at, region_at

KNOTS = 12
WALKS = ("crowd", "violence", "detention")
CROWDED = 1000.0
RATES = ("dead", "security dead", "wounded", "security wounded", "weapons", "detained")
OWN: tuple[str, ...] = (
    "calm",
    "revert",
    "own_sd",
    *(f"{walk}_sd" for walk in WALKS),
    "violence_power",
    "detention_power",
    "armed_share",
    "allied_death",
    *(f"rate {q}" for q in RATES),
    "rate stormed",
    "rate abandoned",
    "rate retaken",
    *(f"rate {d}" for d in DECISIONS),
)
"""Rows of the parameter block that follow those of the table; then come the walks, then the regions' offsets."""
WALK_ROW = len(NAMES) + len(OWN)
OFFSET_ROW = WALK_ROW + len(WALKS) * KNOTS


def row(name: str) -> int:
    """Row of one of the parameters in OWN."""
    return len(NAMES) + OWN.index(name)


_CALM, _REVERT, _OWN_SD, _V_POWER, _D_POWER, _ARMED_SHARE, _ALLIED_DEATH = (
    row(n) * LANES for n in ("calm", "revert", "own_sd", "violence_power", "detention_power", "armed_share", "allied_death")
)
_R_DEAD, _R_SECURITY_DEAD, _R_WOUNDED, _R_SECURITY_WOUNDED, _R_WEAPONS, _R_DETAINED = (row(f"rate {q}") * LANES for q in RATES)
_R_STORMED, _R_ABANDONED, _R_RETAKEN = (row(f"rate {n}") * LANES for n in ("stormed", "abandoned", "retaken"))
_R_DECISION = row(f"rate {DECISIONS[0]}")
_CONTINGENT, _RELEASE = (index(n) * LANES for n in ("contingent", "release"))
_STREET, _ADULTS, _OWN_WALK, _ATTACKED = (r * LANES for r in (at.STREET, at.MOBILISABLE, at.FEAR, at.ATTACKED))
_WEIGHT, _HELD, _TROOPS, _ALLIED_DEAD, _ARMED_EVER, _POSTS_LOST = (
    r * LANES for r in (at.WEIGHT, at.HELD, at.TROOPS, at.ALLIED_DEAD, at.ARMED_EVER, at.POSTS_LOST)
)
_TAKEN, _WAIT, _OPEN, _SHUT = at.TAKEN * LANES, at.WAIT * LANES, at.OPEN * LANES, at.SHUT * LANES
_STATUS, _HOW, _LOST_AT, _LOSE_WAIT = (r * LANES for r in (at.STATUS, at.HOW, at.LOST_AT, at.LOSE_WAIT))
_CROWD, _VIOLENCE, _DETENTION, _LEVEL, _ARMED, _UNARMED, _FIGHT, _CUSTODY = (
    r * LANES for r in (at.FAR, at.LIFT, at.SWING, at.NEAR, at.ARMED, at.FORCE, at.USED, at.JOINED)
)
_KEPT, _ADDED, _LOG_CALM, _WEAPONS, _A, _B = (r * LANES for r in (at.HAZARD, at.POSTURE, at.GRIP, at.C, at.A, at.B))
_BACK, _HELD_THEN = at.CALM_SEAT * LANES, at.HELD_THEN * LANES
# X7: what a decision needs; itself where there is nothing
_NEEDS = {
    at.ACCEPT: at.REQUEST,
    at.REFUSE: at.REQUEST,
    at.DEPLOY: at.ACCEPT,
    at.ANNOUNCE: at.DEPLOY,
    at.WITHDRAW: at.ANNOUNCE,
}
_GATES = tuple(_NEEDS.get(d, d) for d in range(at.N_DECISIONS))
_DEPLOYED, _WITHDRAWN = _TAKEN + at.DEPLOY * LANES, _TAKEN + at.WITHDRAW * LANES
_COUNTS = (  # region row, rate, pace, stream
    (at.DEAD * LANES, _R_DEAD, _UNARMED, at.K_DEAD),
    (at.DEAD_ARMED * LANES, _R_DEAD, _ARMED, at.K_LOCAL_DEAD),
    (at.SECURITY_DEAD * LANES, _R_SECURITY_DEAD, _FIGHT, at.K_SECURITY_DEAD),
    (at.WOUNDED * LANES, _R_WOUNDED, _FIGHT, at.K_WOUNDED),
    (at.SECURITY_WOUNDED * LANES, _R_SECURITY_WOUNDED, _FIGHT, at.K_SECURITY_WOUNDED),
    (at.DETAINED * LANES, _R_DETAINED, _CUSTODY, at.K_ARREST),
)
_NATIONAL = (  # nation row, rate, nation row of those at risk (weapons: all people), stream
    (_ARMED_EVER, _R_WEAPONS, _ARMED_EVER, at.K_ARM),
    (_HELD, _RELEASE, _HELD, at.K_RELEASE),
    (_ALLIED_DEAD, _ALLIED_DEATH, _TROOPS, at.K_ALLIED_DEAD),
)


@inner
def walks(P, w, hour, days, spacing):
    """X2: rows CROWD, VIOLENCE and DETENTION at ``hour``; knot j lies j + 1 times ``spacing`` hours after the start.

    KEPT and ADDED hold what X3 keeps of a walk in a step and the sd of what it adds, BACK the hazard of X6 of a step; WEAPONS is
    emptied.
    """
    knot = min(int(hour / spacing), KNOTS - 1)
    after = hour / spacing - knot
    for walk in range(3):
        target = _CROWD if walk == 0 else (_VIOLENCE if walk == 1 else _DETENTION)
        later = natural((WALK_ROW + walk * KNOTS + knot) * LANES)
        before = 1.0 if knot > 0 else 0.0
        for i in range(LANES):
            earlier = before * P[later - LANES + i]
            w[target + i] = earlier + after * (P[later + i] - earlier)
    for i in range(LANES):
        kept = fexp(-P[_REVERT + i] * days)
        w[_KEPT + i] = kept
        w[_ADDED + i] = P[_OWN_SD + i] * np.sqrt((1.0 - kept * kept) / (2.0 * P[_REVERT + i]))
        w[_LOG_CALM + i] = flog(P[_CALM + i])
        w[_BACK + i] = P[_R_RETAKEN + i] * days
        w[_WEAPONS + i] = 0.0


@inner
def levels(S, P, w, keys, event, k, people, days):
    """X1 and X3 for region k; leaves the paces exp(W + power · level) of X4 in their rows."""
    r = region_at(k)
    offset = natural((OFFSET_ROW + k) * LANES)
    size = np.log(people * 1e-6)
    draw_uniforms(keys, event, w)
    for i in range(LANES):
        w[X + i] = w[_KEPT + i] * S[r + _OWN_WALK + i] + w[_ADDED + i] * normal_quantile(w[U + i])
    for i in range(LANES):
        S[r + _OWN_WALK + i] = w[X + i]
        w[_LEVEL + i] = P[offset + i] + w[_CROWD + i] + w[X + i]
    for i in range(LANES):
        crowd = min(np.floor(fexp(w[_LOG_CALM + i] + size + w[_LEVEL + i]) + 0.5), S[r + _ADULTS + i])
        S[r + _STREET + i] = crowd
        S[r + _ATTACKED + i] += days * (1.0 if crowd >= CROWDED else 0.0)
    for i in range(LANES):
        fight = fexp(w[_VIOLENCE + i] + P[_V_POWER + i] * w[_LEVEL + i])
        w[_FIGHT + i] = fight
        w[_ARMED + i] = fight * P[_ARMED_SHARE + i]
        w[_UNARMED + i] = fight - w[_ARMED + i]
        w[_WEAPONS + i] += fight * people
    for i in range(LANES):
        w[_CUSTODY + i] = fexp(w[_DETENTION + i] + P[_D_POWER + i] * w[_LEVEL + i])


@inner
def counts(S, P, w, keys, events, k, people, days):
    """X4 for region k: one count after the other grows."""
    r = region_at(k)
    for q in range(len(_COUNTS)):
        target, rate, pace, stream = _COUNTS[q]
        target, rate, pace = natural(r + target), natural(rate), natural(pace)
        draw_uniforms(keys, events[stream], w)
        for i in range(LANES):
            w[N + i] = np.floor(people)
            w[PROB + i] = leaving(1e-6 * P[rate + i] * w[pace + i], days)
        draw_binomials(w)
        for i in range(LANES):
            S[target + i] += w[X + i]
        if stream == at.K_ARREST:
            for i in range(LANES):
                S[_HELD + i] += w[X + i]


@inner
def nation(S, P, w, keys, events, people, days):
    """X5 and X8, and the weapons of X4, drawn for the nation since nobody asks where they were lost."""
    for i in range(LANES):
        here = (1.0 if S[_DEPLOYED + i] >= 0.0 else 0.0) * (1.0 if S[_WITHDRAWN + i] < 0.0 else 0.0)
        S[_TROOPS + i] = here * P[_CONTINGENT + i] * people * 1e-6
    for q in range(len(_NATIONAL)):
        target, rate, pool, stream = _NATIONAL[q]
        target, rate, pool = natural(target), natural(rate), natural(pool)
        draw_uniforms(keys, events[stream], w)
        for i in range(LANES):
            pace = 1e-6 * w[_WEAPONS + i] / people if stream == at.K_ARM else 1.0
            pace = stay(S[pool + i], w[_HELD_THEN + i]) if stream == at.K_RELEASE else pace
            w[N + i] = np.floor(people if stream == at.K_ARM else S[pool + i])
            w[PROB + i] = leaving(P[rate + i] * pace, days)
        draw_binomials(w)
        sign = -1.0 if stream == at.K_RELEASE else 1.0
        for i in range(LANES):
            S[target + i] += sign * w[X + i]


@inner
def lose(S, P, w, keys, mode_event, p, post, slot, C, item_row, before):
    """X6: the manner in which the place at row ``p`` was lost in this step, in the lanes where it was."""
    fixed = slot >= 0 and C[slot, at.CLAMP_KIND] == 1.0
    power = C[slot, at.CLAMP_POWER] if fixed else 0.0
    wanted = C[slot, at.CLAMP_MODE] if fixed else 0.0
    item = item_row + int(C[slot, at.CLAMP_ITEM]) * LANES if fixed else 0
    for i in range(LANES):
        if S[p + _LOST_AT + i] < before:
            continue
        storms = P[_R_STORMED + i] / w[_A + i]
        manner = wanted
        if fixed:
            gain = flog(storms if wanted == at.STORMED else 1.0 - storms)
            S[item + i] += gain
            S[_WEIGHT + i] += power * gain
        else:
            manner = at.STORMED if uniform(keys[i], mode_event) < storms else at.ABANDONED
        S[p + _STATUS + i] = manner
        S[p + _HOW + i] = manner
        S[_POSTS_LOST + i] += 1.0 if post else 0.0


@inner
def place(S, P, w, keys, mode_event, k, which, slot, C, clamp_row, item_row, step, before, days):
    """X6 for one place: its loss is an event like a decision, its manner the share of either rate."""
    p, fell = place_at(k, which), 0
    for i in range(LANES):
        w[_A + i] = P[_R_STORMED + i] + P[_R_ABANDONED + i]
        w[_OPEN + i] = 1.0
        w[_SHUT + i] = 1.0
    pass_time(S, w, _A, p + _LOSE_WAIT, p + _LOST_AT, slot, C, clamp_row, item_row, step, before, days)
    for i in range(LANES):
        fell += 1 if S[p + _LOST_AT + i] >= before else 0
    if fell > 0:
        lose(S, P, w, keys, mode_event, p, which != at.SEAT, slot, C, item_row, before)
    retake(S, w, p, _BACK, before, days)


@inner
def decide(S, P, w, keys, coup_event, sizes, slots, C, clamp_row, item_row, step, before, days):
    """X7, each after what it answers; of a grant and a refusal the earlier stands, as in M6."""
    end = before + 24.0 * days
    for turn in range(at.N_DECISIONS):
        d = at.ACCEPT + at.REFUSE - turn if turn >= at.ACCEPT and turn <= at.REFUSE else turn
        needs = _GATES[d]
        there = 1.0
        if d == at.SIDELINE or d == at.PURGE or d == at.COUP:
            there = 1.0 if sizes[at.I_RIVAL] > 0 else 0.0
        elif d == at.REQUEST:
            there = 1.0 if sizes[at.I_ALLIANCE] > 0 else 0.0
        for i in range(LANES):
            w[_OPEN + i] = 1.0 if needs == d else in_force(S[_TAKEN + needs * LANES + i], end, days)
            w[_SHUT + i] = 1.0
            w[_B + i] = there * P[(_R_DECISION + d) * LANES + i]
        if d == at.REFUSE:
            until_grant(S, w, slots, C, clamp_row, step)
        elif d == at.ACCEPT:
            until(S, w, at.REFUSE, end, days)
        act = d * LANES
        pass_time(S, w, _B, _WAIT + act, _TAKEN + act, slots[d], C, clamp_row, item_row, step, before, days)
        if d == at.ACCEPT:
            answer(S, w, slots, C, item_row, step, before, days)
    falls(S, P, keys, coup_event, before, end)


@kernel
def advance_reference(S, P, w, keys, events, K, T, sizes, M, slots, C, spacing, first, last):
    """Run a block of worlds from step ``first`` to before step ``last``.

    Arrays as in step.py (``sizes`` is its ``I``); ``spacing`` of the knots in hours.
    """
    regions = sizes[at.I_REGIONS]
    clamp_row = (at.N_NATION + regions * at.N_REGION) * LANES
    item_row = clamp_row + sizes[at.I_CLAMPS] * LANES
    people = 0.0
    for k in range(regions):
        people += M[k, at.POP]
    for step in range(first, last):
        hour, days = T[step, at.HOUR], T[step, at.DAYS]
        middle = hour + 12.0 * days
        moment = np.uint64(np.int64(np.floor(hour * 60.0 + 0.5)))
        ids = np.int64(T[step, at.PIECE]) * (regions + 1)
        whole = keys[(ids + regions) * LANES : (ids + regions + 1) * LANES]
        coup = combine(K[regions, at.K_COUP], moment)
        decide(S, P, w, whole, coup, sizes, slots, C, clamp_row, item_row, step, hour, days)
        walks(P, w, middle, days, spacing)
        for i in range(LANES):
            w[_HELD_THEN + i] = S[_HELD + i]
        for k in range(regions):
            own = keys[(ids + k) * LANES : (ids + k + 1) * LANES]
            for j in range(K.shape[1]):
                events[j] = combine(K[k, j], moment)
            levels(S, P, w, own, events[at.K_JOIN], k, M[k, at.POP], days)
            counts(S, P, w, own, events, k, M[k, at.POP], days)
            for which in range(sizes[at.I_PLACES]):
                slot = slots[at.N_DECISIONS + k * at.N_PLACES + which]
                mode = events[at.K_MODE_0 + which]
                place(S, P, w, own, mode, k, which, slot, C, clamp_row, item_row, step, hour, days)
        for j in range(K.shape[1]):
            events[j] = combine(K[regions, j], moment)
        nation(S, P, w, whole, events, people, days)
