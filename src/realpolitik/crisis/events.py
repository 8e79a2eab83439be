"""Point events: hazards, thresholds and acts that the evidence fixes.

An event fires in the step in which its integrated hazard passes its own unit-exponential threshold. The rest of the
threshold is kept in a WAIT row, drawn once from the event's own key, so that changing another decision leaves it as
it was.

An act that the evidence fixes (*clamped*) fires at the step that the lane drew from the stated window with proposal
q; the lane is weighted by survival up to that step times the probability of firing in it, divided by q (E1). An
absence is weighted by survival through its span and cannot fire in it (E2). Both are exact: averaged over lanes they
give the probability of the report.
"""

from __future__ import annotations

from realpolitik.chance.compiled import inlined, kernel
from realpolitik.chance.elementary import fexp, flog
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.rows import natural

_WEIGHT, _FAULT = at.WEIGHT * LANES, at.FAULT * LANES
FLOOR = -40.0  # log weight of an act in a step in which the model gives it no hazard; counted as a fault of the lane


@inlined
def log_fires(passed):
    """log(1 − exp(−H)) for the hazard H integrated over one step, not below FLOOR."""
    return max(flog(1.0 - fexp(-passed)), FLOOR) if passed > 1e-17 else FLOOR


@kernel
def pass_time(S, w, hazard, wait, done, slot, C, clamp_row, item_row, step, hour, days):
    """Advance one event by a step; ``done`` becomes ``hour`` where it fires.

    ``hazard`` is a scratch row (1/day), ``wait`` and ``done`` state rows; ``slot`` < 0 means free.
    """
    hazard, wait, done = natural(hazard), natural(wait), natural(done)
    kind = 0 if slot < 0 else int(C[slot, at.CLAMP_KIND])
    if kind == 0:
        for i in range(LANES):
            open_ = 1.0 if S[done + i] < 0.0 else 0.0
            S[wait + i] -= open_ * w[hazard + i] * days
            S[done + i] = hour if (open_ > 0.0 and S[wait + i] <= 0.0) else S[done + i]
        return
    power = C[slot, at.CLAMP_POWER]
    item = natural(item_row + int(C[slot, at.CLAMP_ITEM]) * LANES)
    if kind == 1:
        row = natural(clamp_row + slot * LANES)
        for i in range(LANES):
            passed = w[hazard + i] * days
            ahead = step < S[row + i]
            now = step == S[row + i]
            gain = -passed if ahead else 0.0
            gain = log_fires(passed) if now else gain
            S[item + i] += gain
            S[_WEIGHT + i] += power * gain
            S[_FAULT + i] += 1.0 if (now and gain <= FLOOR) else 0.0
            S[done + i] = hour if now else S[done + i]
        return
    within = C[slot, at.CLAMP_FIRST] <= step and step < C[slot, at.CLAMP_LAST]
    for i in range(LANES):
        open_ = 1.0 if S[done + i] < 0.0 else 0.0
        passed = open_ * w[hazard + i] * days
        if within:
            S[item + i] -= passed
            S[_WEIGHT + i] -= power * passed
        else:
            S[wait + i] -= passed
            S[done + i] = hour if (open_ > 0.0 and S[wait + i] <= 0.0) else S[done + i]
