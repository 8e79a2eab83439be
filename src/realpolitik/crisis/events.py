"""Point events: hazards, thresholds and acts that the evidence fixes.

An event fires when its integrated hazard passes its own unit-exponential threshold, at an hour within the step that is
told to a 64th of it. The rest of the threshold is kept in a WAIT row, drawn once from the event's own key, so that
changing another decision leaves it as it was. What follows from an act holds from its hour on: for the part of its own
step that is left (S5).

An act that the evidence fixes (*clamped*) fires at the hour that the lane drew from the stated window; the lane is
weighted by survival up to it times the hazard there times the width of the window (E1). An absence is weighted by
survival through its span and cannot fire in it (E2). Both are exact: averaged over lanes they give the probability of
the report.
"""

from __future__ import annotations

import numpy as np

from realpolitik.chance.compiled import inlined, kernel
from realpolitik.chance.elementary import fexp, flog
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.rows import natural

_WEIGHT, _FAULT, _OPEN, _PASSED = (r * LANES for r in (at.WEIGHT, at.FAULT, at.OPEN, at.PASSED))
FLOOR = -40.0  # log weight of an act in a step in which the model gives it no hazard; counted as a fault of the lane


CELLS = 64.0  # parts of a step by which an hour is told: a replay finds the same one, whatever rounding does to thresholds


@inlined
def told(part):
    """The middle of the 64th of a step in which ``part`` of it lies."""
    return (min(np.floor(CELLS * part), CELLS - 1.0) + 0.5) / CELLS


@inlined
def since(hour, end, days):
    """Part of a step of ``days`` up to the hour ``end`` that lies after ``hour``."""
    return min(max((end - hour) / (24.0 * days), 0.0), 1.0)


@inlined
def in_force(done, end, days):
    """Part of a step of ``days`` up to the hour ``end`` in which an act of the hour ``done`` (below 0: never) is in force (S5)."""
    return 0.0 if done < 0.0 else since(done, end, days)


@inlined
def log_fires(rate, passed):
    """E1: log of the density of firing, per step, in the 64th at whose middle ``passed`` of the hazard ``rate`` of the step has passed."""
    cell = rate / CELLS
    fires = 1.0 - fexp(-cell) if cell > 1e-6 else cell
    return max(flog(CELLS * fires) - max(passed - 0.5 * cell, 0.0), FLOOR) if rate > 1e-17 else FLOOR


@kernel
def pass_time(S, w, hazard, wait, done, slot, C, clamp_row, item_row, step, before, days):
    """Advance one event by the step that begins at the hour ``before``; ``done`` becomes the hour at which it fires.

    ``hazard`` is a scratch row (1/day), ``wait`` and ``done`` state rows; row OPEN is the part of the step, up to its end,
    in which the hazard is there; ``slot`` < 0 means free.
    """
    hazard, wait, done = natural(hazard), natural(wait), natural(done)
    kind = 0 if slot < 0 else int(C[slot, at.CLAMP_KIND])
    if kind == 1:
        power, row = C[slot, at.CLAMP_POWER], natural(clamp_row + slot * LANES)
        item = natural(item_row + int(C[slot, at.CLAMP_ITEM]) * LANES)
        for i in range(LANES):
            part = S[row + i] - step
            now = part >= 0.0 and part < 1.0
            rate = w[hazard + i] * days
            passed = rate * (part - 1.0 + w[_OPEN + i])
            gain = -rate * w[_OPEN + i] if part >= 1.0 else 0.0
            gain = (log_fires(rate, passed) if passed >= 0.0 else FLOOR) if now else gain
            S[item + i] += gain
            S[_WEIGHT + i] += power * gain
            S[_FAULT + i] += 1.0 if (now and gain <= FLOOR) else 0.0
            S[done + i] = before + 24.0 * days * part if now else S[done + i]
            # a what-if asks how much of the hazard had passed (fitting/abduction.py); the threshold has no use any more
            S[wait + i] = passed if now else S[wait + i]
        return
    if kind == 2 and C[slot, at.CLAMP_FIRST] <= step and step < C[slot, at.CLAMP_LAST]:
        power, item = C[slot, at.CLAMP_POWER], natural(item_row + int(C[slot, at.CLAMP_ITEM]) * LANES)
        for i in range(LANES):
            passed = w[hazard + i] * w[_OPEN + i] * days if S[done + i] < 0.0 else 0.0
            S[item + i] -= passed
            S[_WEIGHT + i] -= power * passed
        return
    some = 0
    for i in range(LANES):
        free = 1.0 if S[done + i] < 0.0 else 0.0
        passed = free * w[hazard + i] * w[_OPEN + i] * days
        left = S[wait + i] - passed
        w[_PASSED + i] = passed
        S[wait + i] = left
        some += 1 if (passed > 0.0) & (left <= 0.0) else 0
    if some > 0:
        for i in range(LANES):
            if w[_PASSED + i] > 0.0 and S[wait + i] <= 0.0:
                unused = -S[wait + i] / w[_PASSED + i]  # part of the time it was open that was not needed
                S[done + i] = before + 24.0 * days * told(1.0 - w[_OPEN + i] * unused)
