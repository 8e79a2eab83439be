"""From a what-if as it is written to an intervention on worlds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from realpolitik.answers.ensemble import Group
from realpolitik.case.changes import MINORITY
from realpolitik.case.records import Case, Change
from realpolitik.chance.keys import combine_array, name_key, uniform_array
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import DECISIONS
from realpolitik.crisis.parameters import index
from realpolitik.errors import UsageError
from realpolitik.fitting.intervention import NEVER, Arm, Fixed, Hook
from realpolitik.fitting.problem import nearest_cell, position, told_position

INTERREGNUM = 36.0
"""Hours in which nobody answers after the patron's ruler has gone: the median of 1953 (0 days), 1982 (2), 1984 (4) and 1985 (1),
successions of one-man rule in Moscow; judgement."""
_PERSONAL = ("hazard_accept", "accept_share", "hazard_announce")
_ANSWERS = (at.ACCEPT, at.REFUSE, at.ANNOUNCE)


def arm_of(changes: tuple[Change, ...], group: Group, case: Case) -> Arm:
    """The intervention that several changes at once are, for one group of draws.

    Raises
    ------
    UsageError
        When two changes do different things to one decision, or the case lacks what is to be changed.
    """
    arm = Arm()
    fixed: dict[int, str] = {}
    for change in changes:
        one = _arm(change, group, case)
        for decision in one.fixed:
            if fixed.setdefault(decision, change.text) != change.text:
                raise UsageError(f"'{change.text}' and '{fixed[decision]}' both change '{DECISIONS[decision]}'; keep one of them")
        arm = arm.also(one)
    return arm


def _arm(change: Change, group: Group, case: Case) -> Arm:
    if change.how == "gone":
        return _succession(change, group, case)
    if change.how in ("set", "times"):
        return _parameter(change, group)
    decision = DECISIONS.index(change.what)
    taken = group.abducted.taken[decision]
    when = np.where(taken >= 0.0, group.abducted.places[decision], NEVER)
    if change.how == "never":
        return Arm({decision: Fixed()})
    if change.how == "held":
        return Arm({decision: Fixed(when)})
    if change.how == "refused":
        return Arm({decision: Fixed(), at.REFUSE: Fixed(when)})
    if change.how == "not before":
        return Arm({decision: Fixed(None, 0.0, nearest_cell(group.problem.edges, change.hours))})
    if change.how == "at":
        return Arm({decision: Fixed(np.full(len(taken), _places(np.array([change.hours]), group)[0]))})
    return Arm({decision: Fixed(np.where(taken >= 0.0, _places(np.maximum(taken + change.hours, 0.0), group), NEVER))})


def _places(hours: NDArray, group: Group) -> NDArray:
    """Where hours lie on the clock, in steps, told to the middle of a 64th as any act is (S5); NEVER after its end."""
    edges = group.problem.edges
    return np.where(hours < edges[-1], told_position(position(edges, hours)), NEVER)


def _parameter(change: Change, group: Group) -> Arm:
    if change.what == MINORITY:
        table = group.problem.M.copy()
        table[:-1, at.MINORITY] = np.minimum(table[:-1, at.MINORITY] * change.value, 1.0)
        return Arm(table=table)
    row = index(change.what)
    now = group.values[row]
    return Arm(parameters={row: np.full_like(now, change.value) if change.how == "set" else now * change.value})


def _succession(change: Change, group: Group, case: Case) -> Arm:
    """Another ruler of the patron: his own inclination and pace, drawn from the prior, and nobody to answer for a while.

    What was done before he came stays done, troops under orders go on, and thresholds of answers not yet given are drawn anew.
    """
    if case.alliance is None:
        raise UsageError(f"'{change.text}': the case has no alliance, so no ruler of a patron decides anything in it")
    prior, z = group.problem.prior, group.z.copy()
    lane = combine_array(group.ids[:, 0], name_key("successor"))
    for column, (row, _) in enumerate(prior.drivers):
        if prior.names[row] in _PERSONAL:
            z[:, column] = ndtri(uniform_array(lane, name_key("successor", prior.names[row])))
    values = prior.transform(z)
    rows = [index(name) for name in _PERSONAL]
    fresh = {d: -np.log(uniform_array(lane, name_key("successor", "threshold", DECISIONS[d]))) for d in _ANSWERS}

    def comes(S: NDArray, P: NDArray, chosen: NDArray) -> None:
        for row in rows:
            P[row] = values[row, chosen]
        for decision, threshold in fresh.items():
            S[at.WAIT + decision] = np.where(S[at.TAKEN + decision] < 0.0, threshold[chosen], S[at.WAIT + decision])

    edges = group.problem.edges
    gone, back = (nearest_cell(edges, hours) for hours in (change.hours, change.hours + INTERREGNUM))
    return Arm({d: Fixed(None, gone, back) for d in _ANSWERS}, hooks=(Hook(int(np.ceil(gone)), comes),))
