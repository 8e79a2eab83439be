"""How much the evidence may weigh in all, given that the model is not true.

A likelihood of a hundred reports treats the model as the exact law of a country and would tell accounts apart by its smallest faults. The
evidence is therefore coarsened: every log likelihood is multiplied by

    ζ = SHARP / (SHARP + n)                                                                                    (F4)

with n the number of informative items, Σ (1 − ε) over those that are neither copies nor figures told again. Conditioning on "the
reports lie near those of the model" instead of "are those of the model" leads to this power, SHARP being the number of reports from
which model and world could be told apart (Miller & Dunson 2019, J. Am. Stat. Assoc. 114:1113). Ten items weigh almost in full, a
hundred as thirty. SHARP is judgement, and the same for all accounts.
"""

from __future__ import annotations

from realpolitik.fitting.evidence import Docket
from realpolitik.fitting.grading import outlier, trust_in

SHARP = 50.0


def informative(docket: Docket) -> float:
    """Number of informative items in a docket, by their grades and the case's trust in their reporters; silence about seats is one."""
    told = {
        e.item.origin if e.silent else e.item.id: 1.0 - outlier(e.item.grade, trust_in(e.item, docket.trust))
        for e in docket.entries
        if e.treatment not in ("copy", "restated")
    }
    return sum(told.values())


def power(docket: Docket) -> float:
    """ζ: what every log likelihood of this docket is multiplied by."""
    return SHARP / (SHARP + informative(docket))
