"""The actors of an issue in numbers: draws of position, salience and capability, each by name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from realpolitik.case.distributions import Distribution
from realpolitik.case.records import Issue
from realpolitik.chance.keys import combine_array, name_key, uniform_array

ERROR = 0.25
"""Standard deviation of a compromise forecast's error, as a share of the scale: mean absolute errors of about 20 points of 100
over 162 decided issues (Thomson, Stokman, Achen & König 2006)."""


@dataclass(frozen=True)
class Table:
    """Draws of one issue: `position`, `salience` and `capability` are [draw, actor], `status_quo` is [draw]."""

    issue: Issue
    actors: tuple[str, ...]
    position: NDArray
    salience: NDArray
    capability: NDArray
    status_quo: NDArray

    def moved(self, patrons: tuple[str, ...], factors: NDArray) -> NDArray:
        """Capabilities [draw, actor] with those of patrons multiplied by `factors` [draw, patron]."""
        capability = self.capability.copy()
        for column, patron in enumerate(patrons):
            if patron in self.actors:
                capability[:, self.actors.index(patron)] *= factors[:, column]
        return capability


def draw_table(issue: Issue, draws: int, seed: int) -> Table:
    """Draw an issue's actors.

    A position beyond an end of the scale is at that end. How far an actor's capability was misjudged is one draw for all issues.
    """
    low, high = issue.ends
    parties = issue.parties

    def column(prior: Distribution, *name: str) -> NDArray:
        return prior.from_standard_normal(ndtri(uniforms(seed, draws, *name)))

    position = np.stack([column(p.position, issue.id, p.name, "position") for p in parties], axis=1)
    salience = np.stack([column(p.salience, issue.id, p.name, "salience") for p in parties], axis=1)
    capability = np.stack([column(p.capability, "", p.name, "capability") for p in parties], axis=1)
    quo = column(issue.status_quo, issue.id, "", "status quo")
    return Table(
        issue,
        tuple(p.name for p in parties),
        np.clip(position, low, high),
        # An actor to whom an issue is nothing has no voice in it, but somebody must have one.
        np.clip(salience, 1e-6, 1.0),
        np.maximum(capability, 1e-9),
        np.clip(quo, low, high),
    )


def uniforms(seed: int, draws: int, *name: str) -> NDArray:
    """The uniforms [draw] of one named number."""
    lanes = combine_array(np.uint64(seed & (1 << 64) - 1), np.arange(draws, dtype=np.uint64))
    return uniform_array(lanes, name_key("aftermath", *name))


def error_of(issue: Issue) -> float:
    """Standard deviation of the forecast's error, in points of the issue's scale."""
    low, high = issue.ends
    return ERROR * (high - low)
