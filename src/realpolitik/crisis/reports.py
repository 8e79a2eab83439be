"""R From hidden truth to reports: the likelihood of one item in every lane.

R1 Counts. A reporter's figure y for a true count N is judged on the log scale, with ½ added to both,

    log(y + ½) = log(N + ½) + b + g_j + e_j ,     b ~ persistent bias,  g_j passing gap,  e_j rounding and grade

where b is drawn once for a reporter and quantity (signed by his interest), and the gap g_j closes with time: the mean
of an early toll lies below the truth and climbs to it. Bias and gap are integrated out exactly: two means ride in
each lane (Kalman filter with the variances worked out beforehand), so that eight figures from one ministry are one
witness to the level and seven to its changes. This is the log-normal limit of a growing binomial share of those not
yet counted, chosen because it needs no random numbers in the filter.

R2 Tails. An item is wrong with probability ε (from its grade, grading.py), and then by an unknown factor: Cauchy with
scale WRONG on the log scale around what was expected, so that a figure that misses by far still pulls a little. A
bias is moved by the item only as far as the item is believed. With ε = 1 (E, F) an item says nothing, and never
"false".

R3 Shares: beta-binomial with concentration SELECTION around the true share (who is arrested is not a random sample).
R4 Places and decisions reported with a grade too low to fix them: (1 − ε) exp(−d / 6 h) + ε, d the distance of the
world's own event from the stated window; ε if it did not happen.
R5 Statements: a ratio that does not depend on the world, 1 where the speaker gains by what he says (problem.py).
R6 A count stands for a moment. Within a step the truth lies on the line between the step's two ends, and a "new" count is
the truth at the end of its span less that at its beginning: a weighted sum over edges of the clock, kept in a note row.
Whether a place is held at a moment is read from the hours of its loss and of its return. Shares are read at a step's end.
"""

from __future__ import annotations

import math

import numpy as np

from realpolitik.chance.compiled import inner, kernel
from realpolitik.chance.elementary import fexp, flog, normal_cdf
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import LANES
from realpolitik.crisis.rows import region_at
from realpolitik.crisis.truth import NATION, measure

_A, _B = at.A * LANES, at.B * LANES
_WEIGHT, _ATTACKED = at.WEIGHT * LANES, at.ATTACKED * LANES
WRONG = 2.0  # scale of R2: half of the wrong figures are off by more than a factor of e² = 7
SELECTION = 10.0  # concentration of R3
NEARNESS = 6.0  # hours, R4
# NumPy's, not Python's: Numba compiles a function anew for each literal it is called with
_ANYHOW, _PRESENT = np.int64(-1), np.bool_(True)
_ROOT_TAU = 0.3989422804014327
_INVERSE_PI = 0.3183098861837907


@inner
def _count(S, w, R, item, form, series, record, expected):
    """R1 and R2 for one item; row A holds the truth. ``record`` is the item's row; the series rows move."""
    eps, persist, gap = R[item, at.R_OUTLIER], R[item, at.R_PERSIST], R[item, at.R_GAP]
    variance = R[item, at.R_VARIANCE]
    scale = 1.0 / np.sqrt(variance)
    bias_row, gap_row = series, series + LANES
    for i in range(LANES):
        w[_B + i] = S[bias_row + i] + gap + persist * S[gap_row + i] + flog(w[_A + i] + 0.5)
        S[expected + i] = w[_B + i]
    if form == at.EXACT:
        for i in range(LANES):
            off = R[item, at.R_LOG] - w[_B + i]
            z = off * scale
            inside = (1.0 - eps) * _ROOT_TAU * scale * fexp(-0.5 * z * z)
            far = off / WRONG
            density = inside + eps * _INVERSE_PI / (WRONG * (1.0 + far * far))
            believed = inside / max(density, 1e-300)
            S[record + i] += flog(density)
            S[bias_row + i] += believed * R[item, at.R_GAIN_BIAS] * off
            S[gap_row + i] = persist * S[gap_row + i] + believed * R[item, at.R_GAIN_GAP] * off
    else:
        sign = 1.0 if form == at.AT_LEAST else -1.0
        for i in range(LANES):
            off = sign * (w[_B + i] - R[item, at.R_LOG])
            wrong = 0.5 + _INVERSE_PI * math.atan(off / WRONG)
            S[record + i] += math.log((1.0 - eps) * normal_cdf(off * scale) + eps * wrong + 1e-300)
            S[gap_row + i] = persist * S[gap_row + i]


@inner
def _share(S, w, R, item, record, expected):
    """R3; row A holds the true share."""
    eps, k, n = R[item, at.R_OUTLIER], R[item, at.R_COUNT], R[item, at.R_OF]
    constant = math.lgamma(n + 1.0) - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0)
    constant += math.lgamma(SELECTION) - math.lgamma(n + SELECTION)
    for i in range(LANES):
        p = min(max(w[_A + i], 1e-4), 1.0 - 1e-4)
        S[expected + i] = p
        a, b = SELECTION * p, SELECTION * (1.0 - p)
        value = constant + math.lgamma(k + a) + math.lgamma(n - k + b) - math.lgamma(a) - math.lgamma(b)
        S[record + i] += math.log((1.0 - eps) * math.exp(value) + eps / (n + 1.0) + 1e-300)


@inner
def _event(S, w, R, item, when, how, wanted, present, record):
    """R4 for an event whose hour is in state row ``when``; ``how`` < 0 when the manner does not matter."""
    eps, first, last = R[item, at.R_OUTLIER], R[item, at.R_FROM], R[item, at.R_TO]
    for i in range(LANES):
        hour = S[when + i]
        distance = max(max(first - hour, hour - last), 0.0)
        happened = hour >= 0.0
        if how >= 0:
            happened = happened and S[how + i] == wanted
        near = fexp(-distance / NEARNESS) if happened else 0.0
        believed = near if present else 1.0 - near
        S[record + i] += math.log((1.0 - eps) * believed + eps + 1e-300)


@kernel
def _held(S, R, item, place, attacked, demanding, record):
    """R4 for a place held at the end of the window (and, where attacks are reported, attacked)."""
    eps, moment = R[item, at.R_OUTLIER], R[item, at.R_TO]
    lost, back = place + at.LOST_AT * LANES, place + at.BACK_AT * LANES
    for i in range(LANES):
        gone = S[lost + i] >= 0.0 and S[lost + i] <= moment
        held = 0.0 if gone and not (S[back + i] >= 0.0 and S[back + i] <= moment) else 1.0
        if demanding:
            held *= min(S[attacked + i] / 0.25, 1.0)
        S[record + i] += math.log((1.0 - eps) * held + eps + 1e-300)


@kernel
def report(S, P, w, sizes, J, R, items):
    """Add the log likelihoods of ``items`` (rows of J and R) to their rows of S and, by their power, to the weight."""
    regions = sizes[at.I_REGIONS]
    item_row = (at.N_NATION + regions * at.N_REGION + sizes[at.I_CLAMPS]) * LANES
    expected = sizes[at.I_ITEMS] * LANES
    series_row = item_row + 2 * expected
    for item in items:
        kind, region, series = J[item, at.J_KIND], J[item, at.J_REGION], series_row + 2 * J[item, at.J_SERIES] * LANES
        record, note, part = item_row + item * LANES, series_row + J[item, at.J_NOTE] * LANES, R[item, at.R_PART]
        if kind == at.NOTE:
            measure(S, P, w, regions, J[item, at.J_QUANTITY], region)
            for i in range(LANES):
                S[note + i] += part * w[_A + i]
            continue
        power = R[item, at.R_POWER]
        for i in range(LANES):
            S[_WEIGHT + i] -= power * S[record + i]
        if kind == at.COUNT:
            measure(S, P, w, regions, J[item, at.J_QUANTITY], region)
            if J[item, at.J_NOTE] >= 0:
                for i in range(LANES):
                    w[_A + i] = max(S[note + i] + part * w[_A + i], 0.0)
            _count(S, w, R, item, J[item, at.J_FORM], series, record, record + expected)
        elif kind == at.SHARE_OF:
            measure(S, P, w, regions, J[item, at.J_QUANTITY], region)
            _share(S, w, R, item, record, record + expected)
        elif kind == at.PLACE_REPORT:
            base = (at.N_NATION + region * at.N_REGION) * LANES
            place = base + (at.PLACE + J[item, at.J_PLACE] * at.PLACE_ROWS) * LANES
            mode = J[item, at.J_MODE]
            if mode == at.HELD_PLACE:
                _held(S, R, item, place, base + _ATTACKED, R[item, at.R_COUNT] > 0.0, record)
            elif mode == at.BACK:
                _event(S, w, R, item, place + at.BACK_AT * LANES, _ANYHOW, 0.0, _PRESENT, record)
            else:
                _event(S, w, R, item, place + at.LOST_AT * LANES, place + at.HOW * LANES, R[item, at.R_VALUE], _PRESENT, record)
        elif kind == at.DECISION_REPORT:
            row = (at.TAKEN + J[item, at.J_DECISION]) * LANES
            _event(S, w, R, item, row, _ANYHOW, 0.0, J[item, at.J_MODE] == at.DONE, record)
        else:
            for i in range(LANES):
                S[record + i] += R[item, at.R_VALUE]
        for i in range(LANES):
            S[_WEIGHT + i] += power * S[record + i]


@kernel
def record_path(S, P, w, regions, wanted, out):
    """Copy national quantities (``wanted``) and each region's crowd into out [quantity, LANES], float32."""
    for q in range(wanted.size):
        measure(S, P, w, regions, wanted[q], NATION)
        for i in range(LANES):
            out[q, i] = w[_A + i]
    for k in range(regions):
        row = region_at(k) + at.STREET * LANES
        for i in range(LANES):
            out[wanted.size + k, i] = S[row + i]


@kernel
def paths_by_world(path, out):
    """Turn paths recorded step by step, [step, quantity, LANES], into out [world, quantity, step]; worlds beyond ``out`` are left.

    Sixteen steps at a time, the width of a line of the processor's cache: turned at once, every number would touch
    a line of its own.
    """
    steps, rows = path.shape[0], path.shape[1]
    for first in range(0, steps, 16):
        last = min(first + 16, steps)
        for q in range(rows):
            for i in range(out.shape[0]):
                for step in range(first, last):
                    out[i, q, step] = path[step, q, i]
