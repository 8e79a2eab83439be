"""Point events: hazards, thresholds and acts that the evidence fixes.

An event fires when its integrated hazard passes its own unit-exponential threshold, at an hour within the step that is
told to a 64th of it. The rest of the threshold is kept in a WAIT row, drawn once from the event's own key, so that
changing another decision leaves it as it was. What follows from an act holds from its hour on: for the part of its own
step that is left (S5).

An act that the evidence fixes (*clamped*) fires at the hour that the lane drew from the stated window; the lane is
weighted by survival up to it times the hazard there times the width of the window (E1). An absence is weighted by
survival through its span, told to a 64th of a step too, and cannot fire in it (E2). Both are exact: averaged over lanes
they give the probability of the report.
"""

from __future__ import annotations

import numpy as np

from realpolitik.chance.compiled import inlined, inner, kernel
from realpolitik.chance.elementary import fexp, flog
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.rows import natural

_WEIGHT, _FAULT, _OPEN, _SHUT, _PASSED = (r * LANES for r in (at.WEIGHT, at.FAULT, at.OPEN, at.SHUT, at.PASSED))
FLOOR = -40.0  # log weight of an act in a step in which the model gives it no hazard; counted as a fault of the lane


CELLS = 64.0  # parts of a step by which an hour is told: a replay finds the same one, whatever rounding does to thresholds


@inlined
def since(hour, end, days):
    """Part of a step of ``days`` up to the hour ``end`` that lies after ``hour``."""
    return min(max((end - hour) / (24.0 * days), 0.0), 1.0)


@inlined
def in_force(done, end, days):
    """Part of a step of ``days`` up to the hour ``end`` in which an act of the hour ``done`` (below 0: never) is in force (S5)."""
    return 0.0 if done < 0.0 else since(done, end, days)


@inlined
def told_within(part, first, last):
    """The middle of the 64th of a step in which ``part`` of it lies, between ``first`` and ``last`` but for rounding."""
    cell = min(max(np.floor(CELLS * part), np.floor(CELLS * first + 1e-6)), np.ceil(CELLS * last - 1e-6) - 1.0)
    return (cell + 0.5) / CELLS


@inlined
def overlap(step, first, last):
    """Where the span from ``first`` to ``last``, in steps, begins and ends within one step: parts of it."""
    begins = min(max(first - step, 0.0), 1.0)
    return begins, min(max(last - step, begins), 1.0)


@inlined
def log_fires(rate, passed, open_):
    """E1: log of the density of firing, per step, in a 64th of it in which the hazard is there for ``open_`` of the step.

    ``rate`` is the hazard of a whole step, ``passed`` what of it has passed before.
    """
    fires = rate * open_
    fires = 1.0 - fexp(-fires) if fires > 1e-6 else fires
    return max(flog(CELLS * fires) - passed, FLOOR) if rate > 1e-17 else FLOOR


@inner
def _happens(S, w, hazard, wait, done, slot, C, clamp_row, item_row, step, before, days):
    """E1: the event happens at the hour that the lane drew, and the lane is weighted by its probability."""
    hazard, wait, done = natural(hazard), natural(wait), natural(done)
    power, row = C[slot, at.CLAMP_POWER], natural(clamp_row + slot * LANES)
    item = natural(item_row + int(C[slot, at.CLAMP_ITEM]) * LANES)
    for i in range(LANES):
        part = S[row + i] - step
        now = part >= 0.0 and part < 1.0
        rate = w[hazard + i] * days
        begins, ends = 1.0 - w[_OPEN + i], w[_SHUT + i]
        # of its 64th an act has what is left after an act that it waits for, and before one that bars it
        first, last = max(part - 0.5 / CELLS, begins), min(part + 0.5 / CELLS, ends)
        gain = -rate * max(ends - begins, 0.0) if part >= 1.0 else 0.0
        gain = (log_fires(rate, rate * (first - begins), last - first) if last - first > 1e-6 else FLOOR) if now else gain
        S[item + i] += gain
        S[_WEIGHT + i] += power * gain
        S[_FAULT + i] += 1.0 if (now and gain <= FLOOR) else 0.0
        S[done + i] = before + 24.0 * days * part if now else S[done + i]
        # a what-if asks how much of the hazard had passed by then (fitting/abduction.py); the threshold has no use any more
        S[wait + i] = rate * max(0.5 * (first + last) - begins, 0.0) if now else S[wait + i]


@inner
def _spared(S, w, hazard, done, power, item, first, last, days):
    """E2: the event does not happen between the parts ``first`` and ``last`` of the step; the lane is weighted by that."""
    hazard, done, item = natural(hazard), natural(done), natural(item)
    for i in range(LANES):
        lasts = max(min(last, w[_SHUT + i]) - max(first, 1.0 - w[_OPEN + i]), 0.0)
        passed = w[hazard + i] * lasts * days if S[done + i] < 0.0 else 0.0
        S[item + i] -= passed
        S[_WEIGHT + i] -= power * passed


@inner
def _free(S, w, hazard, wait, done, first, last, before, days):
    """The event uses up its threshold between the parts ``first`` and ``last`` of the step, and fires where none is left."""
    hazard, wait, done = natural(hazard), natural(wait), natural(done)
    some = 0
    for i in range(LANES):
        rate = w[hazard + i] * days if S[done + i] < 0.0 else 0.0
        passed = rate * max(min(last, w[_SHUT + i]) - max(first, 1.0 - w[_OPEN + i]), 0.0)
        left = S[wait + i] - passed
        w[_PASSED + i] = passed
        S[wait + i] = left
        some += 1 if (passed > 0.0) & (left <= 0.0) else 0
    if some > 0:
        for i in range(LANES):
            if w[_PASSED + i] > 0.0 and S[wait + i] <= 0.0:
                begins, ends = max(first, 1.0 - w[_OPEN + i]), min(last, w[_SHUT + i])
                part = ends + S[wait + i] / (w[hazard + i] * days)  # the rest of the time was not needed
                S[done + i] = before + 24.0 * days * told_within(part, begins, ends)


@kernel
def pass_time(S, w, hazard, wait, done, slot, C, clamp_row, item_row, step, before, days):
    """Advance one event by the step that begins at the hour ``before``; ``done`` becomes the hour at which it fires.

    ``hazard`` is a scratch row (1/day), ``wait`` and ``done`` state rows; the hazard is there in the last part OPEN of the step
    (row), but not behind the part SHUT of it (row); ``slot`` < 0 means free.
    """
    kind = 0 if slot < 0 else int(C[slot, at.CLAMP_KIND])
    if kind == 1:
        _happens(S, w, hazard, wait, done, slot, C, clamp_row, item_row, step, before, days)
        return
    first, last = 1.0, 1.0
    if kind == 2:
        first, last = overlap(step, C[slot, at.CLAMP_FIRST], C[slot, at.CLAMP_LAST])
    if first > 0.0:
        _free(S, w, hazard, wait, done, 0.0, first, before, days)
    if last > first:
        item = item_row + int(C[slot, at.CLAMP_ITEM]) * LANES
        _spared(S, w, hazard, done, C[slot, at.CLAMP_POWER], item, first, last, days)
    if last < 1.0:
        _free(S, w, hazard, wait, done, last, 1.0, before, days)
