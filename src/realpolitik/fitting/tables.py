"""The docket as the arrays the kernels read: report tables, clamp table, schedule of checkpoints."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from realpolitik.case.records import Case, Item
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import DECISIONS, QUANTITIES
from realpolitik.fitting.evidence import Docket, Entry
from realpolitik.fitting.grading import SHIPPED, ReportingLaw, bias, gap, interest_of, outlier, rounding, statement_ratio, trust_in
from realpolitik.fitting.problem import nearest_cell

_MANNER = {"stormed": at.STORMED, "abandoned": at.ABANDONED}
SLACK = 12.0  # hours after a window at which a soft report is judged


@dataclass(frozen=True)
class Tables:
    """Arrays of one docket under one mask and trust table.

    ``J`` int64[row, N_REPORT_INT], ``R`` float64[row, N_REPORT_FLOAT], ``C`` float64[clamp, N_CLAMP], ``slots`` int64[event];
    ``due``: rows judged (or noted: those beyond the items, R6) at the end of each step; ``bias_means`` float64[series]: prior means that
    the series start from; ``memory`` rows of the state for series and notes (``Layout``).
    """

    J: NDArray
    R: NDArray
    C: NDArray
    slots: NDArray
    due: dict[int, NDArray]
    bias_means: NDArray
    clamp_ids: tuple[str, ...]
    items: int
    memory: int


def _effective(item: Item, end: float) -> float:
    """Hour whose truth the item is about; nobody reports what is still to come."""
    if item.mode == "new" and item.when is not None:
        moment = item.when[1]
    elif item.as_of is not None:
        moment = item.as_of
    else:
        moment = end if item.when is None else 0.5 * (item.when[0] + item.when[1])
    return min(moment, item.reported)


def step_of(edges: NDArray, hour: float) -> int:
    """The step that holds an hour, an edge being the end of one; the first or the last for what lies outside the clock."""
    return int(np.clip(np.searchsorted(edges, hour, "left") - 1, 0, len(edges) - 2))


def in_step(edges: NDArray, hour: float) -> list[tuple[int, float]]:
    """R6: the steps at whose ends a quantity is seen for its value at ``hour``, with their parts of it; nothing was seen before the clock.

    >>> edges = np.array([0.0, 6.0, 12.0, 13.0])
    >>> in_step(edges, 12.0), in_step(edges, 9.0), in_step(edges, 1.5), in_step(edges, 0.0), in_step(edges, 99.0)
    ([(1, 1.0)], [(0, 0.5), (1, 0.5)], [(0, 0.25)], [], [(2, 1.0)])
    """
    step = step_of(edges, hour)
    part = min(max((hour - edges[step]) / (edges[step + 1] - edges[step]), 0.0), 1.0)
    return [(s, float(p)) for s, p in ((step - 1, 1.0 - part), (step, part)) if s >= 0 and p > 1e-9]


def truth_of(edges: NDArray, item: Item) -> list[tuple[int, float]]:
    """R6: steps at whose ends the quantity of a figure is seen, times what; in their order, the last that of its judgement."""
    moment = _effective(item, edges[-1])
    found = dict(in_step(edges, moment)) or {0: 0.0}
    for step, part in in_step(edges, item.when[0]) if item.mode == "new" else []:
        found[step] = found.get(step, 0.0) - part
    return sorted(found.items())


class _Builder:
    def __init__(
        self,
        case: Case,
        docket: Docket,
        powers: NDArray,
        mask: NDArray,
        trust: dict[str, float],
        claims: tuple[str, ...],
        places: tuple[str, ...],
        law: ReportingLaw,
    ):
        self.law = law
        self.case, self.docket, self.powers, self.mask = case, docket, powers, mask
        self.trust, self.claims, self.places = {**docket.trust, **trust}, claims, places
        self.edges = np.asarray(case.clock.edges_hours, float)
        self.regions = {r.name: k for k, r in enumerate(case.regions)}
        n = len(docket.entries)
        self.J = np.zeros((n, at.N_REPORT_INT), np.int64)
        self.J[:, at.J_NOTE] = -1
        self.R = np.zeros((n, at.N_REPORT_FLOAT))
        self.due: dict[int, list[int]] = {}
        self.series: dict[tuple, int] = {}
        self.members: list[list[int]] = []
        self.clamps: list[tuple[int, Entry]] = []
        self.noted: list[tuple[int, float]] = []  # of an item, times what
        self.notes = 0

    def row(self, j: int, e: Entry) -> None:
        item, R, J = e.item, self.R, self.J
        R[j, at.R_POWER] = self.powers[j]
        R[j, at.R_OUTLIER] = outlier(item.grade, trust_in(item, self.trust))
        J[j, at.J_REGION] = self.regions.get(item.where, -1) if item.where else -1
        J[j, at.J_KIND] = at.CONSTANT
        if e.treatment in ("copy", "restated") or (e.treatment not in ("clamped", "absence", "statement") and R[j, at.R_OUTLIER] >= 1.0):
            return
        if e.treatment in ("clamped", "absence"):
            self.clamps.append((j, e))
        elif e.treatment == "statement":
            ratio = statement_ratio(self.case, item, trust_in(item, self.trust))
            held = item.claim in self.claims
            R[j, at.R_VALUE] = (math.log(ratio) * (1 if item.says == "true" else -1)) if held else 0.0
            self.at_step(0, j)
        elif e.treatment == "count":
            self.count(j, item)
        elif e.treatment == "share":
            J[j, at.J_KIND], J[j, at.J_QUANTITY] = at.SHARE_OF, QUANTITIES.index(item.what)
            R[j, at.R_COUNT], R[j, at.R_OF] = item.value.centre, item.of
            self.at_step(step_of(self.edges, _effective(item, self.edges[-1])), j)
        else:
            self.event(j, e)

    def turn(self, j: int) -> tuple[float, int]:
        """By what the figures of one series follow each other: their moments."""
        return _effective(self.docket.entries[j].item, self.edges[-1]), j

    def in_turn(self, rows: list[int]) -> list[int]:
        """Rows of one step as they are judged: in report order, notes behind, but figures of one series by their moments (R1)."""
        found = sorted(rows)
        series: dict[int, list[int]] = {}
        for place, j in enumerate(found):
            if j < len(self.J) and self.J[j, at.J_KIND] == at.COUNT:
                series.setdefault(int(self.J[j, at.J_SERIES]), []).append(place)
        for places in series.values():
            for place, j in zip(places, sorted((found[place] for place in places), key=self.turn), strict=True):
                found[place] = j
        return found

    def at_step(self, step: int, j: int) -> None:
        self.due.setdefault(step, []).append(j)

    def count(self, j: int, item: Item) -> None:
        value = item.value
        quantity = {("detained", "now"): at.Q_HELD, ("seats lost", "ever"): at.Q_SEATS_EVER}.get((item.what, item.mode))
        quantity = QUANTITIES.index(item.what) if quantity is None else quantity
        key = (item.by[0] if item.by else item.origin, item.what, item.mode, item.where)
        series = self.series.setdefault(key, len(self.series))
        if series == len(self.members):
            self.members.append([])
        self.members[series].append(j)
        self.J[j, at.J_KIND], self.J[j, at.J_QUANTITY], self.J[j, at.J_SERIES] = at.COUNT, quantity, series
        form = {"at_least": at.AT_LEAST, "at_most": at.AT_MOST}.get(value.form, at.EXACT)
        self.J[j, at.J_FORM] = form
        shown = value.low if form == at.AT_LEAST else value.high if form == at.AT_MOST else value.centre
        if value.form == "range":
            shown = math.sqrt((value.low + 0.5) * (value.high + 0.5)) - 0.5
        self.R[j, at.R_LOG] = math.log(max(shown, 0.0) + 0.5)
        self.moments(j, item)

    def moments(self, j: int, item: Item) -> None:
        """R6: judge an item at the end of the step of its moment, and note before what else its truth is made of."""
        *others, (step, part) = truth_of(self.edges, item)
        self.R[j, at.R_PART] = part
        if others or part != 1.0:
            self.J[j, at.J_NOTE], self.notes = self.notes, self.notes + 1
        for edge, times in others:
            self.at_step(edge, len(self.J) + len(self.noted))
            self.noted.append((j, times))
        self.at_step(step, j)

    def tables(self, series: int) -> tuple[NDArray, NDArray]:
        """Both tables, with the rows of what is noted behind the items; ``series`` are before the notes in the state."""
        self.J[:, at.J_NOTE] += np.where(self.J[:, at.J_NOTE] >= 0, 2 * series, 0)
        of = [j for j, _ in self.noted]
        J, R = self.J[of], self.R[of]
        J[:, at.J_KIND] = at.NOTE
        R[:, at.R_PART] = [part for _, part in self.noted]
        return np.concatenate([self.J, J]), np.concatenate([self.R, R])

    def event(self, j: int, e: Entry) -> None:
        J, R, item = self.J, self.R, e.item
        R[j, at.R_FROM], R[j, at.R_TO] = e.window
        last = min(e.window[1] + SLACK, self.edges[-1])
        if e.item.what in DECISIONS:
            J[j, at.J_KIND], J[j, at.J_DECISION] = at.DECISION_REPORT, DECISIONS.index(item.what)
            J[j, at.J_MODE] = at.NOT_DONE if item.absent else at.DONE
        else:
            J[j, at.J_KIND], J[j, at.J_PLACE] = at.PLACE_REPORT, self.place(e)
            manner = item.what.split()[1]
            J[j, at.J_MODE] = {"held": at.HELD_PLACE, "retaken": at.BACK}.get(manner, at.LOST)
            R[j, at.R_VALUE] = _MANNER.get(manner, 0.0)
            R[j, at.R_COUNT] = item.value.centre if item.value else 0.0
            if manner == "held":
                last = e.window[1]
        self.at_step(step_of(self.edges, last), j)

    def place(self, e: Entry) -> int:
        name = e.event[1]
        return self.places.index(name) if name in self.places else len(self.places) - 1

    def kalman(self) -> NDArray:
        """Variances and gains of R1, series by series in report order; returns the prior means of the biases."""
        means = np.zeros(max(len(self.members), 1))
        for series, members in enumerate(self.members):
            first = self.docket.entries[members[0]].item
            mean, sd = bias(first.what, interest_of(self.case, first))
            mean, sd = self.law.bias * mean, self.law.bias * sd
            means[series] = mean
            cov = np.array([[sd * sd, 0.0], [0.0, 0.0]])
            before = None
            for j in sorted(members, key=self.turn):
                item = self.docket.entries[j].item
                age = (item.reported - self.docket.first_toll) / 24.0
                gap_mean, gap_sd, tau = gap(item.what, item.mode, age, self.law.closing)
                if before is None:
                    persist, cov[1, 1] = 0.0, gap_sd * gap_sd
                else:
                    persist = math.exp(-abs(item.reported - before[0]) / 24.0 / tau)
                    spread = max(gap_sd * gap_sd - persist * persist * before[1] ** 2, 0.0)
                    cov[0, 1] = cov[1, 0] = persist * cov[0, 1]
                    cov[1, 1] = persist * persist * cov[1, 1] + spread
                before = (item.reported, gap_sd)
                noise = self.noise(item) ** 2
                total = cov[0, 0] + 2 * cov[0, 1] + cov[1, 1] + noise
                gain = (cov[:, 0] + cov[:, 1]) / total
                on = self.mask[j] > 0.0 and self.J[j, at.J_FORM] == at.EXACT
                if not on:
                    gain = gain * 0.0
                R = self.R[j]
                R[at.R_PERSIST], R[at.R_GAP], R[at.R_VARIANCE] = persist, gap_mean, total
                R[at.R_GAIN_BIAS], R[at.R_GAIN_GAP] = gain
                if on:
                    cov = cov - np.outer(gain, gain) * total
        return means

    def noise(self, item: Item) -> float:
        spread = rounding(item.grade) ** 2
        value = item.value
        if value.form == "about":
            spread += 0.15**2
        elif value.form == "range":
            spread += (math.log((value.high + 0.5) / (value.low + 0.5)) / 3.29) ** 2
        return math.sqrt(spread)


def build_tables(
    case: Case,
    docket: Docket,
    powers: NDArray,
    mask: NDArray,
    trust: dict[str, float],
    claims: tuple[str, ...],
    places: tuple[str, ...],
    law: ReportingLaw = SHIPPED,
) -> Tables:
    """Turn a docket into arrays.

    ``powers`` [item] is what an item weighs now: 0 nothing (yet), 1 all, between part. ``mask`` [item] says which items are in at all: a
    figure that is out does not teach the reporter's bias. A clamped act with power 0 still happens when it did; only its weight goes (an
    act that is to be undone is a what-if, not a mask). ``trust`` by reporter goes before what the case states (``docket.trust``).
    ``law`` is that by which figures arise; only synthetic ones have another.
    """
    b = _Builder(case, docket, powers, mask, trust, claims, places, law)
    for j, e in enumerate(docket.entries):
        b.row(j, e)
    means = b.kalman()
    edges = b.edges
    slots = np.full(at.N_DECISIONS + len(case.regions) * at.N_PLACES, -1, np.int64)
    C = np.zeros((max(len(b.clamps), 1), at.N_CLAMP))
    for slot, (j, e) in enumerate(b.clamps):
        if e.item.what in DECISIONS:
            slots[DECISIONS.index(e.item.what)] = slot
        else:
            slots[at.N_DECISIONS + b.regions[e.item.where] * at.N_PLACES + b.place(e)] = slot
            C[slot, at.CLAMP_MODE] = _MANNER.get(e.item.what.split()[1], 0.0)
        absent, (first, last) = e.treatment == "absence", e.window
        C[slot, at.CLAMP_KIND], C[slot, at.CLAMP_ITEM], C[slot, at.CLAMP_POWER] = 2 if absent else 1, j, powers[j]
        C[slot, at.CLAMP_FIRST] = nearest_cell(edges, first) if absent else step_of(edges, first + 1e-9)
        C[slot, at.CLAMP_LAST] = nearest_cell(edges, last) if absent else step_of(edges, last) + 1
    order = {s: np.array(b.in_turn(js), np.int64) for s, js in b.due.items()}
    J, R = b.tables(len(means))
    memory = 2 * len(means) + b.notes
    return Tables(J, R, C, slots, order, means, tuple(e.item.id for _, e in b.clamps), len(docket.entries), memory)
