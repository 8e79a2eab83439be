"""What a case is, once read: plain frozen records that know nothing of YAML or of the model.

Times are hours since the clock's start unless said otherwise; `at` is where the record stands in its file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from realpolitik.case.clock import Clock
from realpolitik.case.distributions import Distribution
from realpolitik.case.position import NOWHERE, Position
from realpolitik.case.values import Value, exact

__all__ = [
    "NOWHERE",
    "Account",
    "Agency",
    "Alliance",
    "Audience",
    "BaseRate",
    "Candidate",
    "Case",
    "Change",
    "Claim",
    "Clock",
    "Distribution",
    "Document",
    "Issue",
    "Item",
    "Party",
    "Patron",
    "Position",
    "Question",
    "Region",
    "Reporter",
    "Rival",
    "Setting",
    "Spark",
    "Value",
    "WhatIf",
    "exact",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the country; `hardship` is 1 at the national mean, `minority` a share from 0 to 1."""

    name: str
    population: float
    latitude: float = 0.0
    longitude: float = 0.0
    hardship: float = 1.0
    minority: float = 0.0
    police: float | None = None
    at: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Agency:
    """An armed body of the state: `strength` in people, answering to the ruler or to the rival."""

    name: str
    strength: float
    under: Literal["ruler", "rival"] = "ruler"
    at: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Rival:
    """The inside challenger and the agencies he holds."""

    name: str
    holds: tuple[str, ...] = ()
    at: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Alliance:
    """The pact that may send troops: what its clause covers, how it decides, how many it can send."""

    name: str
    covers: str = "external attack"
    decides: Literal["one man", "consensus"] = "one man"
    troops: Value = field(default_factory=lambda: exact(0.0))
    at: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Patron:
    """An outside power; `through` names the alliance it acts through, `acts` what else it does for the ruler (words.ACTS)."""

    name: str
    through: str | None = None
    at: Position = NOWHERE
    acts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spark:
    """What set off the protest: `size` people brought out in region `where` over `days` from hour `begins`."""

    where: str
    begins: float
    days: float
    size: Distribution
    note: str = ""
    at: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Setting:
    """One prior a claim or the case states: `set` a parameter, `add` to it, or `replace` another claim's."""

    parameter: str
    prior: Distribution
    how: Literal["set", "add", "replace"] = "set"
    at: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Claim:
    """One checkable statement about hidden causes, which sets parameters (in the regions `where`, or in all)."""

    name: str
    says: str = ""
    sets: tuple[Setting, ...] = ()
    where: tuple[str, ...] = ()
    prior_odds: float = 1.0
    at: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Account:
    """A told story: a mixture of sets of claims. Weights sum to 1; the names of a set are sorted."""

    name: str
    says: str = ""
    told_by: tuple[str, ...] = ()
    mixture: tuple[tuple[float, tuple[str, ...]], ...] = ((1.0, ()),)
    at: Position = NOWHERE

    @property
    def claims(self) -> tuple[str, ...]:
        """Every claim that any part of the mixture holds, sorted."""
        return tuple(sorted({claim for _, claims in self.mixture for claim in claims}))


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reported: his interest in the outcome, and his trust from 0 to 1."""

    name: str
    interest: Literal["government", "opposition", "patron", "neutral"] = "neutral"
    trust: float = 1.0
    at: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Audience:
    """Somebody who hears the same evidence: his trust from 0 to 1, and his odds before any evidence.

    `trust` by reporter, by interest, or of `everyone`, as written: the reporter's own goes first, then that of his interest, then
    everyone's, then 1. `prior_odds` by claim and `account_odds` by account stand in for those of the case where they are given.
    """

    name: str
    says: str = ""
    trust: dict[str, float] = field(default_factory=dict)
    prior_odds: dict[str, float] = field(default_factory=dict)
    account_odds: dict[str, float] = field(default_factory=dict)
    rows: tuple[str, ...] = ()
    at: Position = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One dated, graded report about something observable.

    `when` is the span in which it happened (both ends equal for a moment), `as_of` the moment a figure stands for,
    `reported` the hour it became known (may lie after the clock's end). `ever` figures always have `as_of`, `now`
    figures always have `when`. `origin` is shared by copies of one report. A share is `value` out of `of`.
    """

    id: str
    what: str
    where: str | None = None
    agency: str | None = None
    when: tuple[float, float] | None = None
    as_of: float | None = None
    reported: float
    by: tuple[str, ...] = ()
    origin: str = ""
    grade: str = "F6"
    mode: Literal["ever", "now", "new"] | None = None
    value: Value | None = None
    of: float | None = None
    claim: str | None = None
    speaker: str | None = None
    says: Literal["true", "false"] | None = None
    absent: bool = False
    note: str = ""
    link: str = ""
    row: str = ""
    at: Position = NOWHERE
    reported_text: str = ""
    when_text: str = ""


@dataclass(frozen=True, slots=True)
class BaseRate:
    """How often such a thing happens where this case is left out: `came` of `of`, or a `share`; for a number its `spread`."""

    text: str
    source: str
    came: float | None = None
    of: float | None = None
    share: float | None = None
    spread: Distribution | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question about the future: asked at one hour, resolved `by` another, and what `came` of it if known.

    `what` names the observable of the simulated crisis that answers it, in region `where` or the nation, `agency` whose post,
    `mode` whether a count is `ever` or `now`; `value` the figures that mean yes (None: an event, or a number is asked for).
    """

    id: str
    asks: str
    asked: float
    by: float | None = None
    engine: Literal["crisis", "bargaining", "outside"] = "crisis"
    what: str | None = None
    where: str | None = None
    agency: str | None = None
    mode: Literal["ever", "now"] | None = None
    value: Value | None = None
    base_rate: BaseRate | None = None
    forecast_in: tuple[str, ...] = ()
    came: str | None = None
    row: str = ""
    at: Position = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something that could still become known by hour `by`; the fields are those of `Question`."""

    id: str
    what: str
    by: float
    says: str = ""
    where: str | None = None
    agency: str | None = None
    mode: Literal["ever", "now"] | None = None
    value: Value | None = None
    at: Position = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An actor in the bargaining over an issue.

    `position` stands on the issue's scale, `salience` is a share from 0 to 1, and only the ratios of `capability` between
    the actors matter. `basis` says what the three rest on; `rows` name the rows of the research file behind them.
    """

    name: str
    position: Distribution
    salience: Distribution
    capability: Distribution
    basis: Literal["published", "recomputed", "judgement"] = "judgement"
    rows: tuple[str, ...] = ()
    note: str = ""
    at: Position = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Something that is bargained over once the crisis is past.

    `scale` holds the marks of the scale from low to high, each with its meaning; its first and last are the ends. `came` is
    where it went, once known, by the moment `came_on` (both in hours where they are times). `answers` maps the id of a question
    to the points of the scale that mean yes.
    """

    id: str
    says: str
    scale: tuple[tuple[float, str], ...]
    asked: float
    status_quo: Distribution
    parties: tuple[Party, ...]
    by: float | None = None
    came: Value | None = None
    came_on: float | None = None
    rows: tuple[str, ...] = ()
    note: str = ""
    answers: tuple[tuple[str, Value], ...] = ()
    at: Position = NOWHERE

    @property
    def ends(self) -> tuple[float, float]:
        """Lowest and highest point of the scale."""
        return self.scale[0][0], self.scale[-1][0]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing done otherwise in a what-if.

    `how` is the manner, `what` a decision, a parameter, ``patron's ruler`` or ``minority share``; `hours` the moment since the clock's
    start (at, gone, not before) or the delay (later; negative: earlier), `value` the number of set and times, `text` as written.
    """

    how: Literal["never", "at", "later", "held", "not before", "refused", "gone", "set", "times"]
    what: str
    hours: float = 0.0
    value: float = 0.0
    text: str = ""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A counterfactual that the case asks for: everything in `changes` at once."""

    id: str
    says: str
    changes: tuple[Change, ...]
    at: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Document:
    """A text whose claims and forecasts are scored; `published` as written, `claims` as plain mappings."""

    name: str
    title: str = ""
    published: str = ""
    claims: tuple[dict[str, object], ...] = ()
    at: Position = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One crisis as the analyst wrote it; `fingerprint` is the SHA-256 of the files it was read from."""

    name: str
    title: str = ""
    clock: Clock
    regions: tuple[Region, ...]
    capital: str
    ruler: str
    rival: Rival | None = None
    agencies: tuple[Agency, ...] = ()
    alliance: Alliance | None = None
    patrons: tuple[Patron, ...] = ()
    sparks: tuple[Spark, ...] = ()
    claims: dict[str, Claim] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    evidence: tuple[Item, ...] = ()
    reporters: dict[str, Reporter] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    issues: tuple[Issue, ...] = ()
    what_ifs: tuple[WhatIf, ...] = ()
    watch: tuple[Candidate, ...] = ()
    documents: tuple[Document, ...] = ()
    audiences: tuple[Audience, ...] = ()
    parameters: tuple[Setting, ...] = ()
    folder: Path = Path()
    fingerprint: str = ""
