"""Shapley's shares of the ruler's survival: what the patron and each agency add, over every order in which they could have come."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from realpolitik.answers import acts
from realpolitik.answers.paired import plain
from realpolitik.answers.shapley import first_in, last_in, shapley, value_of_sets
from realpolitik.answers.standing import Futures
from realpolitik.case.records import Agency, Case
from realpolitik.fitting.fork import Standing
from realpolitik.fitting.intervention import Arm

MOST = 4
"""Agencies that are players of their own; the weaker ones are one player together."""
REST = "other agencies"


def share_of_players(case: Case, futures: Futures) -> dict[str, Any]:
    """Shares of survival, in worlds of the leading set of claims.

    A player that is out: the patron refuses silently; an agency stays in its barracks from the moment on.
    """
    worlds = futures.leading()
    patron = next((p.name for p in case.patrons if p.through), case.alliance.name if case.alliance else "")
    bodies = _bodies(case)
    players = [patron, *bodies]
    alone, inside = replace(worlds, pool=None), []
    value_of_sets(players, lambda members: inside.append(members) or 0.0)

    def survival(members: frozenset[str]) -> float:
        return float(alone.survival(lambda s: _arm(s, case, bodies, patron, members)).mean())

    # one block of worlds each: the sets of players are what runs side by side
    found = list(worlds.pool.map(survival, inside)) if worlds.pool is not None else [survival(members) for members in inside]
    value = np.array(found)
    shares = (shapley(value), last_in(value), first_in(value))
    return {
        "claims": list(next(iter(worlds.parts))),
        "everybody": plain(float(value[-1])),
        "nobody": plain(float(value[0])),
        "shares": {
            name: {"shapley": plain(float(a)), "last": plain(float(b)), "first": plain(float(c))}
            for name, a, b, c in zip(players, *shares, strict=True)
        },
    }


def _bodies(case: Case) -> dict[str, tuple[Agency, ...]]:
    """Players among the agencies, the strongest by themselves."""
    ranked = sorted(case.agencies, key=lambda agency: -agency.strength)
    own = {agency.name: (agency,) for agency in ranked[:MOST]}
    return own | ({REST: tuple(ranked[MOST:])} if len(ranked) > MOST else {})


def _arm(standing: Standing, case: Case, bodies: dict[str, tuple[Agency, ...]], patron: str, inside: frozenset[str]) -> Arm:
    table = standing.problem.M.copy()
    for name, agencies in bodies.items():
        if name not in inside:
            for agency in agencies:
                table[-1, 0 if agency.under == "ruler" else 1] -= agency.strength
    table[-1, :2] = np.maximum(table[-1, :2], 0.0)
    support = acts.supported(standing) if patron in inside else acts.refused_silently(standing)
    return support.also(Arm(table=table))
