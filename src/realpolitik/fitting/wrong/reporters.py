"""Strategic reporters: their figures depend on which account is true (no rule R1 to R6 of the weighing knows of it).

The official account is the one the ruler tells. Where it is false, a government reporter who leans writes a figure as if the truth lay
half way, on the log scale (shares: half way), between what happened and what the official account leads one to expect (its median
over worlds of the prior); a silent one keeps back figures more than a factor of two off. Statements about the official account's
claims come out true whatever happened. The partisan opposition leans to the other accounts where the official one is true.
"""

from __future__ import annotations

import math

import numpy as np

from realpolitik.case.records import Case, Item
from realpolitik.chance.keys import combine_array, name_key
from realpolitik.errors import RunError
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.grading import interest_of
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.tables import build_tables
from realpolitik.fitting.witness import prior_worlds

WORLDS = 256  # for what an account leads one to expect
LEANING = 0.5
KEPT_BACK = math.log(2.0)


def official(case: Case) -> str:
    """The account that the ruler tells. RunError when there is none."""
    for name, account in case.accounts.items():
        if case.ruler and any(case.ruler in teller for teller in account.told_by):
            return name
    raise RunError(f"no account of {case.name} is told by {case.ruler or 'its ruler'}: who would lean to what cannot be said")


class Strategy:
    """Strategic reporters of one crisis; ``kind`` is "official", "partisan" or "silent"."""

    def __init__(self, case: Case, kind: str, claims: tuple[str, ...], seed: int):
        self.case, self.kind = case, kind
        name = official(case)
        own = {told for _, told in case.accounts[name].mixture}
        others = {told for other in case.accounts.values() for _, told in other.mixture} - own
        self.stated = {claim for told in own for claim in told}
        self.true = claims in own
        self.expected: dict[str, dict[int, float]] = {}
        if not self.true:
            self.expected["government"] = expectations(case, sorted(own), seed)
        elif kind == "partisan":
            self.expected["opposition"] = expectations(case, sorted(others), seed)

    def truth(self, j: int, item: Item, share: bool, truth: float) -> float:
        """What the reporter of row ``j`` makes of the truth; NaN where he keeps it back."""
        expected = self.expected.get(interest_of(self.case, item), {}).get(j)
        if expected is None or item.mode == "new":
            return truth
        if self.kind == "silent":
            return math.nan if not share and abs(math.log((truth + 0.5) / (expected + 0.5))) > KEPT_BACK else truth
        if share:
            return (1.0 - LEANING) * truth + LEANING * expected
        return (truth + 0.5) ** (1.0 - LEANING) * (expected + 0.5) ** LEANING - 0.5

    def says(self, item: Item, answer: str) -> str:
        """What a speaker is made to say."""
        return "true" if self.kind != "silent" and item.claim in self.stated else answer


def expectations(case: Case, sets: list[tuple[str, ...]], seed: int) -> dict[int, float]:
    """Median over worlds of the prior of these sets of claims, of what each figure and share of the template is about."""
    docket = build_docket(case)
    on = np.ones(len(docket.entries))
    counts: dict[int, list[float]] = {}
    for claims in sets:
        problem = build_problem(case, claims)
        tables = build_tables(case, docket, on, on, {}, claims, problem.places)
        key = combine_array(np.uint64(seed), name_key("expected by", *claims))
        for world in prior_worlds(problem, tables, max(WORLDS // len(sets), 1), key):
            for j, value in world.counts.items():
                counts.setdefault(j, []).append(value)
    return {j: float(np.median(values)) for j, values in counts.items()}
