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

from realpolitik.chance.compiled import inlined, kernel
from realpolitik.chance.elementary import flog
from realpolitik.chance.keys import uniform
from realpolitik.crisis import layout as at
from realpolitik.crisis.events import FLOOR, log_fires
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.parameters import index
from realpolitik.crisis.rows import natural, place_at, region_at

_STORM, _ABANDON, _RETAKE, _WITHHOLDS = (index(n) * LANES for n in ("storm", "abandon", "retake", "rival_withholds"))
_STREET, _ATTACKED = at.STREET * LANES, at.ATTACKED * LANES
_A, _B, _C, _FORCE, _POSTURE, _ARMED = (r * LANES for r in (at.A, at.B, at.C, at.FORCE, at.POSTURE, at.ARMED))
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


@kernel
def press(S, w, k, days):
    """PRESS = Hill of the pressure X on the seat of region k, and of half, twice and four times X.

    Time under assault is added up. Returns whether any lane feels pressure: where none does, no place is lost.
    """
    r = region_at(k)
    some = 0
    for i in range(LANES):
        x = pressure(S[r + _STREET + i], w[_ARMED + i], w[_FORCE + i], w[_POSTURE + i])
        square = x * x
        fourth = square * square if square > LEAST else 0.0
        w[_PRESS + i] = fourth / (1.0 + fourth)
        w[_HALF + i] = fourth / (16.0 + fourth)
        w[_TWICE + i] = 16.0 * fourth / (1.0 + 16.0 * fourth)
        w[_FOURFOLD + i] = 256.0 * fourth / (1.0 + 256.0 * fourth)
        S[r + _ATTACKED + i] += w[_PRESS + i] * days
        some += 1 if fourth > 0.0 else 0
    return some > 0


@kernel
def _retake(S, P, w, status, back_at, back_wait, calm, hour, days):
    """M4.3, where the place is lost in any lane; ``calm`` is the scratch row with the Hill of the pressure."""
    status, back_at, back_wait, calm = natural(status), natural(back_at), natural(back_wait), natural(calm)
    some = 0
    for i in range(LANES):
        some += 1 if S[status + i] > 0.0 else 0
    if some == 0:
        return
    for i in range(LANES):
        lost = 1.0 if S[status + i] > 0.0 else 0.0
        S[back_wait + i] -= lost * P[_RETAKE + i] * (1.0 - w[calm + i]) * w[_POSTURE + i] * days
        back = lost > 0.0 and S[back_wait + i] <= 0.0
        S[status + i] = at.HELD_BY_STATE if back else S[status + i]
        S[back_at + i] = hour if back else S[back_at + i]


@kernel
def place(S, P, w, keys, mode_event, k, which, rival, pressed, slot, C, clamp_row, item_row, step, hour, days):
    """M4.1 to M4.3 for one place of region k; ``pressed`` says whether any lane feels pressure."""
    kind = 0 if slot < 0 else int(C[slot, at.CLAMP_KIND])
    p = place_at(k, which)
    status, lost_at, back_at = p + at.STATUS * LANES, p + at.LOST_AT * LANES, p + at.BACK_AT * LANES
    how = p + at.HOW * LANES
    lose_wait, back_wait = p + at.LOSE_WAIT * LANES, p + at.BACK_WAIT * LANES
    felt = _PRESS if which == at.SEAT else _HALF
    twice = _TWICE if which == at.SEAT else _PRESS
    fourfold = _FOURFOLD if which == at.SEAT else _TWICE
    if kind == 0 and not pressed:
        _retake(S, P, w, status, back_at, back_wait, felt, hour, days)
        return
    aside = ASIDE[2] if rival else (ASIDE[0] if which == at.SEAT else ASIDE[1])
    cohesion = _RIVAL_COHESION if rival else _COHESION
    for i in range(LANES):
        idle = P[_WITHHOLDS + i] if S[_T_PURGE + i] < 0.0 else 0.0
        w[_A + i] = P[_STORM + i] * w[felt + i]
        w[_B + i] = P[_ABANDON + i] * w[twice + i] * (1.0 - S[cohesion + i]) + idle * aside * w[fourfold + i]
    if kind == 1:
        power = C[slot, at.CLAMP_POWER]
        mode = C[slot, at.CLAMP_MODE]
        item = natural(item_row + int(C[slot, at.CLAMP_ITEM]) * LANES)
        row = natural(clamp_row + slot * LANES)
        for i in range(LANES):
            both = w[_A + i] + w[_B + i]
            passed = both * days
            ahead = step < S[row + i]
            now = step == S[row + i]
            this = w[_A + i] if mode == at.STORMED else w[_B + i]
            gain = -passed if ahead else 0.0
            gain = max(log_fires(passed) + flog(this / max(both, 1e-300)), FLOOR) if now else gain
            S[item + i] += gain
            S[_WEIGHT + i] += power * gain
            S[_FAULT + i] += 1.0 if (now and gain <= FLOOR) else 0.0
            S[status + i] = mode if now else S[status + i]
            S[how + i] = mode if now else S[how + i]
            S[lost_at + i] = hour if now else S[lost_at + i]
            S[_POSTS_LOST + i] += 1.0 if (now and which != at.SEAT) else 0.0
    else:
        within = kind == 2 and C[slot, at.CLAMP_FIRST] <= step and step < C[slot, at.CLAMP_LAST]
        power = C[slot, at.CLAMP_POWER] if within else 0.0
        item = natural(item_row + int(C[slot, at.CLAMP_ITEM]) * LANES if within else 0)
        fired = 0
        for i in range(LANES):
            open_ = 1.0 if S[lost_at + i] < 0.0 else 0.0
            passed = open_ * (w[_A + i] + w[_B + i]) * days
            S[lose_wait + i] -= 0.0 if within else passed
            w[_C + i] = passed
            fired += 1 if (open_ > 0.0 and S[lose_wait + i] <= 0.0) else 0
        if within:
            for i in range(LANES):
                S[item + i] -= w[_C + i]
                S[_WEIGHT + i] -= power * w[_C + i]
        if fired > 0:
            for i in range(LANES):
                if S[lost_at + i] < 0.0 and S[lose_wait + i] <= 0.0:
                    storms = uniform(keys[i], mode_event) * (w[_A + i] + w[_B + i]) < w[_A + i]
                    S[status + i] = at.STORMED if storms else at.ABANDONED
                    S[how + i] = S[status + i]
                    S[lost_at + i] = hour
                    S[_POSTS_LOST + i] += 1.0 if which != at.SEAT else 0.0
    _retake(S, P, w, status, back_at, back_wait, felt, hour, days)
