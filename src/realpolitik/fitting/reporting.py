"""One report drawn from the law that judges it: figures (R1, R2), shares (R3), dates of acts (E1, R4), statements (R5).

Figures are drawn one after the other from what the filter expects of the next one given those before it, so that their joint law is the
filter's own, biases, closing gaps and wrong figures included.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import betaln, gammaln, ndtr

from realpolitik.case.records import Case, Item
from realpolitik.case.values import Value, exact
from realpolitik.crisis import layout as at
from realpolitik.crisis.reports import NEARNESS, SELECTION, WRONG
from realpolitik.fitting.grading import SHIPPED, ReportingLaw, statement_ratio
from realpolitik.fitting.tables import Tables

MOST_WRONG = 0.95  # probability of a wrong figure under any law
LARGEST = 60.0  # log of the largest figure anybody writes: a wrong figure knows no bounds, floating point does


class Figures:
    """Figures of one crisis; ``told`` adds up their log density given the world."""

    def __init__(self, tables: Tables, rng: np.random.Generator, law: ReportingLaw = SHIPPED):
        self.tables, self.rng, self.told = tables, rng, 0.0
        self.law, self.tail = law, WRONG * law.tail
        self.bias = tables.bias_means.copy()
        self.gap = np.zeros_like(self.bias)

    def count(self, j: int, template: Value, truth: float) -> Value:
        """R1 and R2: a figure in the template's form. A bound keeps its number, and is "at least" or "at most" it."""
        R, series = self.tables.R[j], self.tables.J[j, at.J_SERIES]
        eps, sd, persist = self._wrong(j), math.sqrt(R[at.R_VARIANCE]), R[at.R_PERSIST]
        expected = self.bias[series] + R[at.R_GAP] + persist * self.gap[series] + math.log(truth + 0.5)
        if self.tables.J[j, at.J_FORM] != at.EXACT:
            self.gap[series] *= persist
            return self._bound(template.centre, expected, eps, sd)
        wrong = self.rng.random() < eps
        drawn = expected + (self.tail * self.rng.standard_cauchy() if wrong else sd * self.rng.standard_normal())
        # No figure is below zero; a trace above it keeps two zeros from being taken for one told again.
        figure = max(math.exp(min(drawn, LARGEST)) - 0.5, 1e-9 * (j + 1))
        off = math.log(figure + 0.5) - expected
        inside = (1.0 - eps) * math.exp(-0.5 * (off / sd) ** 2) / (sd * math.sqrt(2.0 * math.pi))
        density = inside + eps / (math.pi * self.tail * (1.0 + (off / self.tail) ** 2))
        believed = inside / max(density, 1e-300)
        self.told += math.log(max(density, 1e-300))
        self.bias[series] += believed * R[at.R_GAIN_BIAS] * off
        self.gap[series] = persist * self.gap[series] + believed * R[at.R_GAIN_GAP] * off
        return _written(figure, template)

    def _wrong(self, j: int) -> float:
        """Probability that a figure is wrong: of its grade, times the law's factor."""
        eps = float(self.tables.R[j, at.R_OUTLIER])
        return eps if self.law.wrong == 1.0 else min(self.law.wrong * eps, max(MOST_WRONG, eps))

    def _bound(self, bound: float, expected: float, eps: float, sd: float) -> Value:
        off = expected - math.log(max(bound, 0.0) + 0.5)
        above = (1.0 - eps) * float(ndtr(off / sd)) + eps * (0.5 + math.atan(off / self.tail) / math.pi)
        if self.rng.random() < above:
            self.told += math.log(max(above, 1e-300))
            return Value(bound, math.inf, bound, "at_least")
        self.told += math.log(max(1.0 - above, 1e-300))
        return Value(0.0, bound, bound, "at_most")

    def share(self, j: int, truth: float) -> Value:
        """R3: how many of those looked at."""
        R = self.tables.R[j]
        eps, of = R[at.R_OUTLIER], round(R[at.R_OF])
        p = min(max(truth, 1e-4), 1.0 - 1e-4)
        a, b = SELECTION * p, SELECTION * (1.0 - p)
        wrong = self.rng.random() < eps
        k = int(self.rng.integers(0, of + 1)) if wrong else int(self.rng.binomial(of, self.rng.beta(a, b)))
        log_choose = gammaln(of + 1.0) - gammaln(k + 1.0) - gammaln(of - k + 1.0)
        inside = math.exp(log_choose + betaln(k + a, of - k + b) - betaln(a, b))
        self.told += math.log((1.0 - eps) * inside + eps / (of + 1.0))
        return exact(float(k))


def _written(figure: float, template: Value) -> Value:
    """A figure as the template writes it: "about", or a range as wide on the log scale."""
    if template.form == "about":
        return Value(0.8 * figure, 1.2 * figure, figure, "about")
    if template.form == "range":
        half = math.sqrt((template.high + 0.5) / (template.low + 0.5))
        low, high = (figure + 0.5) / half - 0.5, (figure + 0.5) * half - 0.5
        return Value(low, high, 0.5 * (low + high), "range")
    return exact(figure)


def place_window(moment: float, width: float, rng: np.random.Generator) -> tuple[float, float]:
    """A window of a width that holds the moment, anywhere in it with equal chance: its likelihood is that of E1."""
    begins = moment - width * rng.random()
    return begins, begins + width


def soft_window(eps: float, width: float, moment: float | None, end: float, rng: np.random.Generator) -> tuple[float, float] | None:
    """R4 as a law of reports: a window of a width, or None for "it did not happen".

    Windows have density k [(1 − ε) exp(−d / 6 h) + ε] where it happened and k ε where not, and "it did not happen" the chances ε A and A;
    k and A are settled by both laws adding up to one. So every report has the likelihood of R4 up to a constant (but for windows that
    stick out of the clock).
    """
    span = end + width  # of beginnings, so that the window touches the clock
    near, far = (1.0 - eps) * (width + 2.0 * NEARNESS), eps * span
    absent = near / (near + (1.0 - eps) * far) if near > 0.0 else 0.0
    if rng.random() < (absent if moment is None else eps * absent):
        return None
    if moment is None or rng.random() < far / (near + far):
        begins = rng.uniform(-width, end)
        return begins, begins + width
    while True:
        off = rng.exponential(NEARNESS) if rng.random() < 2.0 * NEARNESS / (width + 2.0 * NEARNESS) else None
        if off is None:
            return place_window(moment, width, rng)
        begins = moment + off if rng.random() < 0.5 else moment - width - off
        if -width < begins < end:
            return begins, begins + width


def answer(case: Case, item: Item, held: bool, rng: np.random.Generator) -> str:
    """R5: whether a speaker calls a claim true or false; "true" has the odds ratio : 1 where the claim holds, 1 : ratio elsewhere."""
    ratio = statement_ratio(case, item, 1.0)
    chance = ratio / (1.0 + ratio) if held else 1.0 / (1.0 + ratio)
    return "true" if rng.random() < chance else "false"
