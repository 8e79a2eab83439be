"""The aftermath: where each issue of the case is forecast to go, what drifts, and how far each patron moves it.

Every issue is bargained over in many draws of what is uncertain about its actors. Patrons' capabilities can be multiplied by what
their leverage became. All chance is named (seed, issue, actor, quantity, draw): another actor, another multiplier or another rule
leaves every other number as it was, so two arms differ by nothing but what was changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from realpolitik.answers.positions import Table, draw_table, error_of, uniforms
from realpolitik.answers.rules import RULES
from realpolitik.case.records import Case, Issue
from realpolitik.errors import UsageError

if TYPE_CHECKING:
    import xarray

DRAWS = 4000


@dataclass(frozen=True)
class Settled:
    """One issue bargained out, in points of its own scale.

    ``outcome`` [draw] what the actors agree on; ``forecast`` [draw] with the error such forecasts have had; ``before`` [draw] the outcome
    had no capability been moved; ``status_quo`` [draw]; ``without`` [draw, patron] the outcome with the patron's weight out, NaN for a
    patron that is no actor; ``ideal`` [draw, patron] what each wants, NaN likewise.
    """

    issue: Issue
    patrons: tuple[str, ...]
    outcome: NDArray
    forecast: NDArray
    before: NDArray
    status_quo: NDArray
    without: NDArray
    ideal: NDArray

    @property
    def policy_leverage(self) -> NDArray:
        """How much nearer to its ideal the outcome is with the patron in than with it out, [draw, patron], points of the scale."""
        return np.abs(self.without - self.ideal) - np.abs(self.outcome[:, None] - self.ideal)

    @property
    def towards(self) -> NDArray:
        """How much nearer to each patron's ideal the outcome is than the status quo was, [draw, patron], points of the scale."""
        return np.abs(self.status_quo[:, None] - self.ideal) - np.abs(self.outcome[:, None] - self.ideal)


@dataclass(frozen=True)
class Aftermath:
    """Every issue of a case bargained out; `document()` is JSON ready, `dataset()` holds the draws."""

    case: Case
    seed: int
    rule: str
    settled: tuple[Settled, ...]
    others: Mapping[str, tuple[NDArray, ...]]
    tables: tuple[Table, ...]
    factors: NDArray

    def document(self) -> dict[str, Any]:
        """The answer as plain numbers, lists and mappings (see ``docs/aftermath.md`` for each field)."""
        from realpolitik.answers.aftermath_document import document

        return document(self)

    def dataset(self) -> xarray.Dataset:
        """Draws by issue, and by patron where it is about one: an xarray Dataset."""
        import xarray

        issues = [s.issue.id for s in self.settled]
        draws, patrons = len(self.factors), list(self.patrons)
        about = ("outcome", "forecast", "before", "status_quo")
        by_patron = ("without", "ideal", "policy_leverage", "towards")
        data: dict[str, Any] = {
            name: (("issue", "draw"), _stacked(self.settled, name, (draws,))) for name in about
        } | {
            name: (("issue", "draw", "patron"), _stacked(self.settled, name, (draws, len(patrons)))) for name in by_patron
        }  # fmt: skip
        coords = {"issue": issues, "draw": np.arange(draws), "patron": patrons}
        attrs = {"case": self.case.name, "seed": self.seed, "rule": self.rule, "unit": "points of each issue's scale"}
        return xarray.Dataset(data, coords=coords, attrs=attrs)

    @property
    def patrons(self) -> tuple[str, ...]:
        """Names of the case's patrons, in its order."""
        return tuple(patron.name for patron in self.case.patrons)


def aftermath(case: Case, multipliers: ArrayLike | None = None, seed: int = 1, draws: int = DRAWS, rule: str = "mean") -> Aftermath:
    """Bargain over every issue of a case.

    Parameters
    ----------
    case
        A case with `issues`; without any, the answer is empty.
    multipliers : array [draw, patron], optional
        What each patron's capability is multiplied by, in the order of ``case.patrons``: draws of a change in leverage. 1 when left out.
        They are gone through in turn, so their number need not be `draws`; with more of them, as many draws are made.
    seed
        The same seed gives the same numbers.
    draws
        Draws of what is uncertain about the actors.
    rule
        What they agree by: ``mean`` (the default), ``median``, ``election`` or ``challenge``.

    Raises
    ------
    UsageError
        For an unknown rule, too few draws, or multipliers that do not fit the patrons, are negative or not finite.
    """
    if rule not in RULES:
        raise UsageError(f"there is no rule {rule!r}; rules are: {', '.join(RULES)}")
    if draws < 2:
        raise UsageError("two draws are the fewest that show a spread")
    patrons = tuple(patron.name for patron in case.patrons)
    factors = _factors(multipliers, len(patrons))
    draws = max(draws, len(factors))
    factors = factors[np.arange(draws) % len(factors)]
    tables = tuple(draw_table(issue, draws, seed) for issue in case.issues)
    settled = tuple(_settle(table, patrons, factors, seed, rule) for table in tables)
    others = {
        name: tuple(_forecast(table, RULES[name](table.position, table.moved(patrons, factors), table.salience), seed) for table in tables)
        for name in RULES
        if name != rule
    }
    return Aftermath(case, seed, rule, settled, others, tables, factors)


def probability(settled: Settled, question: str) -> float:
    """Probability that the forecast lies among the points that mean yes to a question of the case.

    Raises UsageError when the issue does not answer it.
    """
    for name, points in settled.issue.answers:
        if name == question:
            return float(np.mean((settled.forecast >= points.low) & (settled.forecast <= points.high)))
    answered = ", ".join(name for name, _ in settled.issue.answers) or "none"
    raise UsageError(f"issue {settled.issue.id} does not answer {question!r}; it answers: {answered}")


def _settle(table: Table, patrons: tuple[str, ...], factors: NDArray, seed: int, rule: str) -> Settled:
    agree = RULES[rule]
    capability = table.moved(patrons, factors)
    outcome = agree(table.position, capability, table.salience)
    shape = (len(outcome), len(patrons))
    out, ideal = np.full(shape, np.nan), np.full(shape, np.nan)
    for column, patron in enumerate(patrons):
        if patron not in table.actors:
            continue
        place = table.actors.index(patron)
        left = np.arange(len(table.actors)) != place
        ideal[:, column] = table.position[:, place]
        out[:, column] = agree(table.position[:, left], capability[:, left], table.salience[:, left])
    before = outcome if np.all(factors == 1.0) else agree(table.position, table.capability, table.salience)
    return Settled(table.issue, patrons, outcome, _forecast(table, outcome, seed), before, table.status_quo, out, ideal)


def _forecast(table: Table, outcome: NDArray, seed: int) -> NDArray:
    """An outcome with the error that forecasts of this kind have had, kept on the scale."""
    low, high = table.issue.ends
    sd = error_of(table.issue)
    u = uniforms(seed, len(outcome), table.issue.id, "", "error")
    below, above = ndtr((low - outcome) / sd), ndtr((high - outcome) / sd)
    return np.clip(outcome + sd * ndtri(below + u * (above - below)), low, high)


def stays(table: Table, seed: int) -> NDArray:
    """The forecast that nothing changes, with the same error: what a rule has to beat, [draw]."""
    return _forecast(table, table.status_quo, seed)


def _factors(multipliers: ArrayLike | None, patrons: int) -> NDArray:
    if multipliers is None:
        return np.ones((1, patrons))
    factors = np.asarray(multipliers, float)
    if factors.ndim == 1:
        factors = factors[None, :]
    if factors.ndim != 2 or factors.shape[1] != patrons or not len(factors):
        raise UsageError(f"multipliers have the shape {factors.shape}; give one for each of the {patrons} patrons in every draw")
    if not np.all(np.isfinite(factors)) or np.any(factors < 0.0):
        raise UsageError("a multiplier is 0 or more, and finite")
    return factors


def _stacked(settled: tuple[Settled, ...], name: str, shape: tuple[int, ...]) -> NDArray:
    return np.stack([getattr(s, name) for s in settled]) if settled else np.zeros((0, *shape))
