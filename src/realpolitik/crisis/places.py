"""M4 Places: seats of government and posts, stormed, abandoned, retaken.

Pressure on the seat of region k is armed-weighted: X = (0.02 street + W) / (0.1 force (0.3 + 0.7 π) + 1); posts feel
half of it. With Hill(x) = x^4 / (1 + x^4), cohesion c of the guarding force and the share that stands aside ω (zero
once the rival is purged):

    storm   = storm · Hill(X)                                                      (M4.1)
    abandon = abandon · Hill(2X) · (1 − c) + ω · a_p · Hill(4X),  a = 0.5, 0.3, 3   (M4.2: seat, post, rival's post)
    retake  = retake · (1 − Hill(X)) · π                                           (M4.3)

A place is lost once at most; whether it was stormed or abandoned follows the ratio of the two hazards.
"""

from __future__ import annotations

import numpy as np
from numba.cpython.unsafe.numbers import trailing_zeros

from realpolitik.chance.compiled import inlined, inner
from realpolitik.chance.elementary import flog
from realpolitik.chance.keys import uniform
from realpolitik.crisis import layout as at
from realpolitik.crisis.events import CELLS, FLOOR, in_force, log_fires, overlap, told_within
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.parameters import index
from realpolitik.crisis.rows import ahead_at, any_positive, natural, place_at, region_at

_STORM, _ABANDON, _RETAKE, _WITHHOLDS = (index(n) * LANES for n in ("storm", "abandon", "retake", "rival_withholds"))
_CROWD, _LOST_PART, _ATTACKED = at.CROWD * LANES, at.LOST_PART * LANES, at.ATTACKED * LANES
_STATUS, _LOST_AT = at.STATUS * LANES, at.LOST_AT * LANES
_A, _B, _BOTH, _FORCE, _POSTURE, _ARMED = (r * LANES for r in (at.A, at.B, at.BOTH, at.FORCE, at.POSTURE, at.ARMED))
_CALM_SEAT, _CALM_POST = at.CALM_SEAT * LANES, at.CALM_POST * LANES
_HALF, _PRESS, _TWICE, _FOURFOLD = (r * LANES for r in (at.HALF_PRESS, at.PRESS, at.TWICE_PRESS, at.FOURFOLD_PRESS))
_COHESION, _RIVAL_COHESION, _WEIGHT, _FAULT, _POSTS_LOST = (
    r * LANES for r in (at.COHESION, at.RIVAL_COHESION, at.WEIGHT, at.FAULT, at.POSTS_LOST)
)
_T_PURGE = (at.TAKEN + at.PURGE) * LANES
LEAST = 1e-3  # pressure below the square root of this (0.03) is none at all, so that calm places cost nothing
ASIDE = (0.5, 0.3, 3.0)  # per day at full withholding: seat, post, post of the rival


@inlined
def hill(x):
    """x^4 / (1 + x^4)."""
    square = x * x
    fourth = square * square
    return fourth / (1.0 + fourth)


@inlined
def pressure(street, armed, force, posture):
    """X of the module docstring."""
    return (0.02 * street + armed) / (0.1 * force * (0.3 + 0.7 * posture) + 1.0)


@inner
def press(S, P, w, k, days):
    """PRESS = Hill of the pressure X on the seat of region k, and of half, twice and four times X; what retakes places.

    Time under assault is added up. Returns whether any lane feels pressure: where none does, no place is lost.
    """
    r, a = region_at(k), ahead_at(k)
    some = 0
    for i in range(LANES):
        x = pressure(w[a + _CROWD + i], w[_ARMED + i], w[_FORCE + i], w[_POSTURE + i])
        square = x * x
        fourth = square * square if square > LEAST else 0.0
        press = fourth / (1.0 + fourth)
        half = fourth / (16.0 + fourth)
        w[_PRESS + i] = press
        w[_HALF + i] = half
        w[_TWICE + i] = 16.0 * fourth / (1.0 + 16.0 * fourth)
        w[_FOURFOLD + i] = 256.0 * fourth / (1.0 + 256.0 * fourth)
        back = P[_RETAKE + i] * w[_POSTURE + i] * days
        w[_CALM_SEAT + i] = back * (1.0 - press)
        w[_CALM_POST + i] = back * (1.0 - half)
        S[r + _ATTACKED + i] += press * days
        some += 1 if fourth > 0.0 else 0
    return some > 0


@inner
def lost_so_far(S, w, sizes, k, lost):
    """Row LOST_PART of region k = 1 where one of its places is lost as a step begins; ``lost``: whether any place was lost."""
    a = ahead_at(k)
    for i in range(LANES):
        w[a + _LOST_PART + i] = 0.0
    for which in range(sizes[at.I_PLACES] if lost else 0):
        p = place_at(k, which)
        for i in range(LANES):
            w[a + _LOST_PART + i] = max(w[a + _LOST_PART + i], min(S[p + _STATUS + i], 1.0))


@inner
def lost_part(S, w, sizes, k, end, days):
    """Row LOST_PART of region k: the part of the step up to ``end`` in which one of its places is lost."""
    a = ahead_at(k)
    for i in range(LANES):
        w[a + _LOST_PART + i] = 0.0
    for which in range(sizes[at.I_PLACES]):
        p = place_at(k, which)
        for i in range(LANES):
            lost = in_force(S[p + _LOST_AT + i], end, days) - in_force(S[p + at.BACK_AT * LANES + i], end, days)
            w[a + _LOST_PART + i] = max(w[a + _LOST_PART + i], lost)


@inner
def retake(S, w, p, calm, before, days):
    """M4.3; scratch row ``calm`` holds the hazard times days. Returns whether the place at row ``p`` was lost in any lane."""
    p, calm = natural(p), natural(calm)
    status, back_at, back_wait = p + at.STATUS * LANES, p + at.BACK_AT * LANES, p + at.BACK_WAIT * LANES
    lost_at, end, some = p + at.LOST_AT * LANES, before + 24.0 * days, 0
    for i in range(LANES):
        some += 1 if S[status + i] > 0.0 else 0
    if some == 0:
        return False
    for half in range(2):
        low, bits = half * 64, np.uint64(0)
        for i in range(low, low + 64):
            lost = S[status + i] > 0.0
            left = S[back_wait + i] - (w[calm + i] * in_force(S[lost_at + i], end, days) if lost else 0.0)
            S[back_wait + i] = left
            bits |= np.uint64(1 if lost and left <= 0.0 else 0) << np.uint64(i - low)
        while bits != np.uint64(0):
            i = low + np.int64(trailing_zeros(bits))
            bits &= bits - np.uint64(1)
            part = 1.0 + S[back_wait + i] / max(w[calm + i], 1e-300)  # the rest of the step was not needed
            S[status + i] = at.HELD_BY_STATE
            S[back_at + i] = before + 24.0 * days * told_within(part, 1.0 - in_force(S[lost_at + i], end, days), 1.0)
    return True


@inner
def _rates(S, P, w, post, rival, end, days):
    """Rows A = storm, B = abandon and BOTH times days for the places of one kind: the seat, a post, a post of the rival."""
    felt, twice, fourfold = (_HALF, _PRESS, _TWICE) if post else (_PRESS, _TWICE, _FOURFOLD)
    aside = ASIDE[2] if rival else (ASIDE[1] if post else ASIDE[0])
    cohesion = _RIVAL_COHESION if rival else _COHESION
    for i in range(LANES):
        idle = P[_WITHHOLDS + i] * (1.0 - in_force(S[_T_PURGE + i], end, days))
        storm = P[_STORM + i] * w[felt + i]
        abandon = P[_ABANDON + i] * w[twice + i] * (1.0 - S[cohesion + i]) + idle * aside * w[fourfold + i]
        w[_A + i] = storm
        w[_B + i] = abandon
        w[_BOTH + i] = (storm + abandon) * days


@inner
def lose_as_fixed(S, w, p, post, slot, C, clamp_row, item_row, step, before, days):
    """E1: the place at row ``p`` is lost at the hour that the lane drew, and the lane is weighted by its probability. Returns whether
    that is in this step, in any lane."""
    p, some = natural(p), 0
    power, mode = C[slot, at.CLAMP_POWER], C[slot, at.CLAMP_MODE]
    item = natural(item_row + int(C[slot, at.CLAMP_ITEM]) * LANES)
    row = natural(clamp_row + slot * LANES)
    status, lost_at, how = p + at.STATUS * LANES, p + at.LOST_AT * LANES, p + at.HOW * LANES
    wait = p + at.LOSE_WAIT * LANES
    for i in range(LANES):
        part = S[row + i] - step
        now = part >= 0.0 and part < 1.0
        rate = (w[_A + i] + w[_B + i]) * days
        this = (w[_A + i] if mode == at.STORMED else w[_B + i]) * days
        gain = -rate if part >= 1.0 else 0.0
        fires = log_fires(rate, rate * (part - 0.5 / CELLS), 1.0 / CELLS)
        gain = max(fires + flog(this / max(rate, 1e-300)), FLOOR) if now else gain
        S[item + i] += gain
        S[_WEIGHT + i] += power * gain
        S[_FAULT + i] += 1.0 if (now and gain <= FLOOR) else 0.0
        S[status + i] = mode if now else S[status + i]
        S[how + i] = mode if now else S[how + i]
        S[lost_at + i] = before + 24.0 * days * part if now else S[lost_at + i]
        # a what-if asks how much of the hazard had passed (fitting/abduction.py); the threshold has no use any more
        S[wait + i] = rate * part if now else S[wait + i]
        S[_POSTS_LOST + i] += 1.0 if (now and post) else 0.0
        some += 1 if now else 0
    return some > 0


@inner
def lose(S, w, keys, mode_event, p, post, first, last, before, days):
    """M4.1 and M4.2 for the place at row ``p`` between the parts ``first`` and ``last`` of the step: lost where the hazard has used up
    its threshold, which then stays used up. Returns whether it was lost in any lane.

    A negative HOW of a place that is held is minus the uniform that decides the manner (a what-if sets it).
    """
    p = natural(p)
    status, lost_at, how = p + at.STATUS * LANES, p + at.LOST_AT * LANES, p + at.HOW * LANES
    wait, lasts, some = p + at.LOSE_WAIT * LANES, last - first, False
    for half in range(2):
        low, bits = half * 64, np.uint64(0)
        for i in range(low, low + 64):
            ahead = S[wait + i]
            left = ahead - (w[_BOTH + i] * lasts if ahead > 0.0 else 0.0)
            S[wait + i] = left
            bits |= np.uint64(1 if ahead > 0.0 and left <= 0.0 else 0) << np.uint64(i - low)
        some |= bits != np.uint64(0)
        while bits != np.uint64(0):
            i = low + np.int64(trailing_zeros(bits))
            bits &= bits - np.uint64(1)
            u = uniform(keys[i], mode_event) if S[how + i] >= 0.0 else -S[how + i]
            storms = u * (w[_A + i] + w[_B + i]) < w[_A + i]
            S[status + i] = at.STORMED if storms else at.ABANDONED
            S[how + i] = S[status + i]
            S[lost_at + i] = before + 24.0 * days * told_within(last + S[wait + i] / w[_BOTH + i], first, last)
            S[_POSTS_LOST + i] += 1.0 if post else 0.0
    return some


@inner
def _survive(S, w, p, slot, C, item_row, lasts):
    """E2: the place at row ``p`` is not lost in the part ``lasts`` of this step, and the lane is weighted by the probability of that."""
    p, power = natural(p), C[slot, at.CLAMP_POWER]
    item = natural(item_row + int(C[slot, at.CLAMP_ITEM]) * LANES)
    lost_at = p + at.LOST_AT * LANES
    for i in range(LANES):
        passed = w[_BOTH + i] * lasts if S[lost_at + i] < 0.0 else 0.0
        S[item + i] -= passed
        S[_WEIGHT + i] -= power * passed


@inner
def places(S, P, w, keys, events, sizes, slots, C, clamp_row, item_row, k, step, before, days):
    """M4.1 to M4.3 for all places of region k, those of one kind after the other, since they share their hazards."""
    pressed, end, changed = press(S, P, w, k, days), before + 24.0 * days, False
    lost = any_positive(w, ahead_at(k) + _LOST_PART)  # as the step begins
    for kind in range(3):
        post, rival = kind > 0, kind > 1
        rated = False
        calm = _CALM_POST if post else _CALM_SEAT
        for which in range(sizes[at.I_PLACES]):
            if (which != at.SEAT) != post or (post and (sizes[at.I_PLACE_SIDE + which] > 0) != rival):
                continue
            p = place_at(k, which)
            slot = slots[at.N_DECISIONS + k * at.N_PLACES + which]
            clamp, falls = 0 if slot < 0 else int(C[slot, at.CLAMP_KIND]), False
            if pressed or clamp == 1:
                if not rated:
                    _rates(S, P, w, post, rival, end, days)
                    rated = True
                first, last = 1.0, 1.0
                if clamp == 1:
                    falls = lose_as_fixed(S, w, p, post, slot, C, clamp_row, item_row, step, before, days)
                elif clamp == 2:
                    first, last = overlap(step, C[slot, at.CLAMP_FIRST], C[slot, at.CLAMP_LAST])
                if clamp != 1 and first > 0.0:
                    falls |= lose(S, w, keys, events[at.K_MODE_0 + which], p, post, 0.0, first, before, days)
                if last > first:
                    _survive(S, w, p, slot, C, item_row, last - first)
                if clamp != 1 and last < 1.0:
                    falls |= lose(S, w, keys, events[at.K_MODE_0 + which], p, post, last, 1.0, before, days)
            if lost or falls:
                changed |= retake(S, w, p, calm, before, days)
    if changed:
        lost_part(S, w, sizes, k, end, days)
