"""Every claim as a switch: a prior over all sets of claims that can be held together, and the map from z to parameters under each.

Claims that set the same parameter exclude one another; claims tied by such conflicts hang on one switch whose positions are the sets of
them that are consistent, every other claim on a switch of its own. A switch is one more coordinate of z: its standard normal number falls
into one of the intervals that the positions' prior probabilities cut. Prior odds of a set are ∏ odds of the claims it holds, as where sets
are told by accounts (``odds.prior_of_sets``). Coordinates that a set does not use keep their prior, so that a set gains nothing by them
(Carlin & Chib 1995, J. R. Stat. Soc. B 57:473, with the prior in the place of their pseudo-priors). Where only some sets are asked
about, one switch has them as its positions.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from realpolitik.case.records import Case
from realpolitik.errors import RunError
from realpolitik.fitting.odds import prior_of_sets
from realpolitik.fitting.priors import Prior, claim_prior

Set = tuple[str, ...]
MOST = 4096  # sets of claims; more could not be told apart by the draws of a fit
_TOO_MANY = f"{{}} has more than {MOST} sets of claims that can be held together; --combine is for fewer claims"


@dataclass(frozen=True)
class Switch:
    """Claims that hang together: the ``positions`` (sets of them) and their prior probability."""

    positions: tuple[Set, ...]
    chance: tuple[float, ...]

    @cached_property
    def cuts(self) -> NDArray:
        """Where one position ends and the next begins, in standard deviations."""
        return ndtri(np.minimum(np.cumsum(self.chance)[:-1], 1.0))


def switches_of(case: Case) -> tuple[Switch, ...]:
    """The switches of a case, in the order of their first claims."""
    groups: list[list[str]] = []
    for name in case.claims:
        near = [group for group in groups if any(_conflict(case, name, other) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([*itertools.chain.from_iterable(near), name])
    order = {name: k for k, name in enumerate(case.claims)}
    found = []
    for group in sorted(groups, key=lambda group: min(order[name] for name in group)):
        positions = _positions(case, sorted(group))
        weight = np.array([math.prod(case.claims[name].prior_odds for name in held) for held in positions])
        found.append(Switch(tuple(positions), tuple((weight / weight.sum()).tolist())))
    return tuple(found)


def one_switch(case: Case, sets: Sequence[Set]) -> Switch:
    """A switch whose positions are these sets, as likely as their claims' prior odds make them."""
    return Switch(tuple(sets), tuple(np.exp(prior_of_sets(case, list(sets))).tolist()))


def _positions(case: Case, group: Sequence[str]) -> list[Set]:
    """All sets of these claims that can be held together, small ones first. RunError when there are more than MOST."""
    found: list[Set] = [()]
    for name in group:
        found += [(*held, name) for held in found if not any(_conflict(case, name, other) for other in held)]
        if len(found) > MOST:
            raise RunError(_TOO_MANY.format(case.name))
    return sorted(found, key=lambda held: (len(held), held))


def _conflict(case: Case, one: str, other: str) -> bool:
    """Whether both set a parameter, or both replace it: an account that held both would be refused."""
    first, second = ({(s.parameter, s.how) for s in case.claims[name].sets if s.how != "add"} for name in (one, other))
    return not first.isdisjoint(second)


class Together:
    """The prior over sets of claims and parameters, as the sampler reads a prior (``priors.Prior``).

    ``sets`` every set of claims that can be held; ``chance`` [set] its prior probability; ``names`` of the rows of parameters and, behind
    them, of the switches; ``drivers`` of z as (row, part).
    """

    def __init__(self, case: Case, sets: Sequence[Set] | None = None):
        self.switches = switches_of(case) if sets is None else (one_switch(case, sets),)
        if math.prod(len(s.positions) for s in self.switches) > MOST:
            raise RunError(_TOO_MANY.format(case.name))
        told = list(itertools.product(*(s.positions for s in self.switches)))
        self.sets: list[Set] = [tuple(sorted(itertools.chain.from_iterable(chosen))) for chosen in told]
        self.chance = np.array([math.prod(c) for c in itertools.product(*(s.chance for s in self.switches))])
        priors = [claim_prior(case, held) for held in self.sets]
        self.rows = priors[0].names
        self.names = (*self.rows, *(f"switch {k + 1}" for k in range(len(self.switches))))
        own = sorted({driver for prior in priors for driver in prior.drivers})
        self.drivers = (*own, *((len(self.rows) + k, 0) for k in range(len(self.switches))))
        self._column = {driver: c for c, driver in enumerate(own)}
        self._common, self._varied = self._split(priors)

    @property
    def dimension(self) -> int:
        """Length of z."""
        return len(self.drivers)

    def _split(self, priors: list[Prior]) -> tuple[Prior, list[tuple[int, list[tuple[Prior, NDArray]]]]]:
        """The rows that no claim touches, as one prior; every other row with each prior it has and the sets that give it that."""
        varied = []
        for j, name in enumerate(self.rows):
            parts = [prior.rows[j] for prior in priors]
            distinct = list(dict.fromkeys(parts))
            if len(distinct) > 1:
                varied.append((j, [(_alone(name, p), np.array([q == p for q in parts])) for p in distinct]))
        touched = {j for j, _ in varied}
        rows = tuple(() if j in touched else row for j, row in enumerate(priors[0].rows))
        drivers = tuple(d for d in priors[0].drivers if d[0] not in touched)
        return Prior(self.rows, rows, drivers), varied

    def which(self, z: NDArray) -> NDArray:
        """The set that each particle holds, int64[particle]: an index of ``sets``."""
        index = np.zeros(len(z), np.int64)
        first = self.dimension - len(self.switches)
        for k, switch in enumerate(self.switches):
            index = index * len(switch.positions) + np.searchsorted(switch.cuts, z[:, first + k], "right")
        return index

    def transform(self, z: NDArray) -> NDArray:
        """Parameters, shape [row, particle], each particle's under the set that it holds."""
        values = self._common.transform(z[:, [self._column[d] for d in self._common.drivers]])
        held = self.which(z)
        for j, variants in self._varied:
            for prior, inside in variants:
                rows = np.flatnonzero(inside[held])
                columns = [self._column[j, part] for _, part in prior.drivers]
                values[j, rows] = prior.transform(z[np.ix_(rows, columns)])[0]
        return values


def _alone(name: str, parts: tuple) -> Prior:
    """A prior of one row."""
    return Prior((name,), (parts,), tuple((0, i) for i, d in enumerate(parts) if d.kind != "fixed"))
