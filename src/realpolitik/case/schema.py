"""The forms an analyst fills in: one per kind of entry. Their descriptions are the reference of the case format.

A form checks the shape of one entry (its keys, its spellings); what entries say about each other is checked where
records are built from them.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from realpolitik.case import words
from realpolitik.case.fields import (
    Count,
    Figure,
    Flag,
    Grade,
    Latitude,
    Link,
    Longitude,
    Name,
    Names,
    Odds,
    People,
    Positive,
    Prior,
    Share,
    Text,
    Time,
    one_of,
)
from realpolitik.case.times import DAY

_PRIOR = {"type": ["number", "string"], "description": "; ".join(words.PRIOR_SPELLINGS)}
_SETTINGS = {
    "type": "object",
    "additionalProperties": {
        "anyOf": [
            _PRIOR,
            {"type": "object", "properties": {"add": _PRIOR}, "required": ["add"], "additionalProperties": False},
            {
                "type": "object",
                "properties": {"replace": _PRIOR},
                "required": ["replace"],
                "additionalProperties": False,
            },
        ]
    },
}
_OPEN = {
    "type": "array",
    "items": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "array", "null"]}},
}
_SCALE = {"type": "object", "additionalProperties": {"type": ["string", "number"]}, "minProperties": 2}
_CHANGES = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1, "maxProperties": 1},
    ]
}
_ANSWERS = {"type": "object", "additionalProperties": {"type": ["string", "number"]}}
_WEIGHTS = {"type": "object", "additionalProperties": {"type": ["number", "string"]}}

Settings = Annotated[Any, WithJsonSchema(_SETTINGS)]
Rows = Annotated[Any, WithJsonSchema(_OPEN)]
Weights = Annotated[Any, WithJsonSchema(_WEIGHTS)]
Scale = Annotated[Any, WithJsonSchema(_SCALE)]
Changes = Annotated[Any, WithJsonSchema({"anyOf": [*_CHANGES["anyOf"], {"type": "array", "items": _CHANGES}]})]
Answers = Annotated[Any, WithJsonSchema(_ANSWERS)]

NAME, REGION = "harbour-2024", "Harbour"
"""Examples of a case's name and of a region, where no case is at hand; the example of a day is `times.DAY`."""
_TIME = f"such as {DAY} or {DAY}T14:00"
_SPAN = f"such as {DAY}, {DAY}T14:00 or {DAY}T14:00..15:30"


def said(description: str, example: str = "") -> Any:
    """An optional key."""
    return Field(default=None, description=description, examples=[example] if example else None)


def needed(description: str, example: str) -> Any:
    """A key that must be there; `example` is proposed when it is not."""
    return Field(description=description, examples=[example])


class Form(BaseModel):
    """An entry of a case; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False, json_schema_extra={"additionalProperties": False})


class FineForm(Form):
    """A span of the clock with a step of its own."""

    begins: Time = Field(alias="from", description=f"Start of the span, {_TIME}.", examples=[DAY])
    to: Time = needed("End of the span; a date alone means the end of that day.", DAY)
    step: Time = needed("Length of a step in the span.", "1h")


class ClockForm(Form):
    """When the case begins and ends, and how long a step is."""

    start: Time = needed(f"Start, {_TIME}; a date alone means the start of that day.", "2024-12-01")
    end: Time = needed("End; a date alone means the end of that day.", DAY)
    step: Time = needed("Length of a step: 6h, 1h, 30min.", "6h")
    fine: list[FineForm] | None = said("Spans with a step of their own.")
    timezone: Time = needed("Zone of every time written without one.", "Europe/Paris")


class RegionForm(Form):
    """A region: a row of regions.csv, or an entry under country: regions."""

    region: Name = needed("Name.", REGION)
    population: People = needed("People living there.", "400000")
    latitude: Latitude | None = said("Degrees north; needed when there are several regions.")
    longitude: Longitude | None = said("Degrees east; needed when there are several regions.")
    hardship: Positive | None = said("Hardship, 1 at the national mean.")
    minority: Share | None = said("Share of the minority that outside troops may touch, 0 to 1.")
    police: Count | None = said("Police stationed there; shared out by population where not given.")


class RivalForm(Form):
    """The inside challenger."""

    name: Name = needed("Name.", "the old guard")
    holds: Names | None = said("Agencies he holds.")


class AgencyForm(Form):
    """An armed body of the state."""

    strength: Count = needed("People in it.", "40000")
    under: one_of(("ruler", "rival"), "ruler or rival") | None = said("Whom it answers to.")  # type: ignore[valid-type]


class AllianceForm(Form):
    """A pact that may send troops."""

    name: Name = needed("Name.", "the League")
    covers: Text | None = said("What its clause covers.", "external attack")
    decides: one_of(("one man", "consensus"), "a way to decide") | None = said("How it decides.")  # type: ignore[valid-type]
    troops: Figure | None = said("Troops it can send.", "2000..3600")


class PatronForm(Form):
    """An outside power."""

    through: Name | None = said("The alliance it acts through.")
    acts: Names | None = said(f"What else it does for the ruler: {'; '.join(words.ACTS)}.")


class SparkForm(Form):
    """What set off the protest."""

    where: Name = needed("Region.", REGION)
    begins: Time = needed(f"When it begins, {_TIME}.", DAY)
    days: Positive = needed("Days it lasts.", "2")
    size: Prior = needed("People it brings out by itself.", "about 2000 (500 to 5000)")
    note: Text | None = said("Remark.")


class ClaimForm(Form):
    """One checkable statement about hidden causes; it sets parameters."""

    says: Text = needed("The claim in one sentence.", "Armed men came over the border.")
    sets: Settings | None = said("Parameters it sets: a prior each, or {add: prior}, or {replace: prior}.")
    where: Names | None = said("Regions it concerns; all of them when left out.")
    prior_odds: Odds | None = said("Odds before any evidence; 1 when left out.")


class AccountForm(Form):
    """A told story: a set of claims."""

    says: Text | None = said("The story in one sentence.")
    told_by: Names | None = said("Who tells it.")
    claims: Names | None = said("Claims it holds.")
    perhaps: Weights | None = said("Claims it holds with a probability, such as {palace-plot: 0.3}.")


class ReporterForm(Form):
    """Who reports, and what he may gain by it."""

    interest: one_of(words.INTERESTS, "an interest") | None = said("; ".join(words.INTERESTS))  # type: ignore[valid-type]
    trust: Share | None = said("Trust, 0 to 1: the ratio that a grade is worth is raised to this power; 1 if left out.")


class ItemForm(Form):
    """A piece of evidence: an entry under evidence, or a row of evidence.csv."""

    id: Name = needed("Its own name.", "E01")
    what: one_of(words.OBSERVABLES, "something evidence can be about") = needed("Observable.", "crowd")  # type: ignore[valid-type]
    where: Name | None = said("Region.")
    agency: Name | None = said("Agency whose post it was.")
    when: Time | None = said(f"When it happened, {_SPAN}.", f"{DAY}T14:00")
    as_of: Time | None = said(f"The moment a running total stands for, {_TIME}.", DAY)
    reported: Time = needed(f"When it became known, {_TIME}; may lie after the clock's end.", DAY)
    by: Names = needed("Who reported it.", "Reuters")
    origin: Name | None = said("The same name on every copy of one report; its own id when left out.")
    grade: Grade = needed("Source A to F, information 1 to 6.", "B2")
    ever: Figure | None = said("Running total as of as_of.", "206")
    now: Figure | None = said("Figure at the moment when.", "8000..25000")
    new: Figure | None = said("Increase within the span when.", "~300")
    of: Count | None = said("Total that a share is taken of.")
    claim: Name | None = said("Claim a statement is about.")
    speaker: Name | None = said("Who made the statement.")
    says: one_of(("true", "false"), "true or false") | None = said("What the speaker says of the claim.")  # type: ignore[valid-type]
    absent: Flag | None = said("True when it did not happen within when.")
    note: Text | None = said("Remark.")
    link: Link | None = said("Web page of the source; only ever shown.")
    row: Name | None = said("Row of the research file it was coded from.")


class BaseRateForm(Form):
    """How often such a thing happens elsewhere, this case left out."""

    value: Text = needed("How often: 3 of 10, or a share; for a number, its spread such as about 30 (7 to 120).", "3 of 10")
    source: Text = needed("Where that is from, and what it counts.", "missions of the last fifty years")


class QuestionForm(Form):
    """A question about the future."""

    id: Name = needed("Its own name.", "F01")
    asks: Text = needed("The question.", "Are the allied troops gone?")
    asked: Time = needed(f"When it is asked, {_TIME}.", DAY)
    by: Time | None = said("When it is resolved; a date alone means the end of that day.", DAY)
    engine: one_of(words.ENGINES, "an engine") | None = said("What answers it.")  # type: ignore[valid-type]
    what: one_of(words.ASKED, "something a question can be about") | None = said("What of the simulated crisis answers it.", "dead")  # type: ignore[valid-type]
    where: Name | None = said("Region; without it the nation.")
    agency: Name | None = said("Whose post, when it is about one.")
    mode: one_of(("ever", "now"), "a mode of a question") | None = said("Whether a count is ever, or now at the date.")  # type: ignore[valid-type]
    value: Figure | None = said("Which figures mean yes; without it the answer is a number.", ">=1000")
    base_rate: BaseRateForm | None = said("How often such a thing happens, this case left out.")
    forecast_in: Names | None = said("Who forecast it.")
    came: Text | None = said("What came of it, once known.")
    row: Name | None = said("Row of the research file it was coded from.")


class WatchForm(Form):
    """Something that could still become known: a line of the watch-list."""

    id: Name = needed("Its own name.", "W1")
    what: one_of(words.ASKED, "something that can be watched for") = needed("What it is about.", "detained")  # type: ignore[valid-type]
    says: Text | None = said("In plain words; made from the rest if left out.")
    where: Name | None = said("Region; without it the nation.")
    agency: Name | None = said("Whose post, when it is about one.")
    mode: one_of(("ever", "now"), "a mode of the watch-list") | None = said("Whether a count is ever, or now at the date.")  # type: ignore[valid-type]
    value: Figure | None = said("Figures that make it a yes; without it a count is cut into groups.", "0")
    by: Time | None = said("By when; the end of the clock if left out.", DAY)


class PartyForm(Form):
    """An actor in the bargaining over an issue."""

    position: Prior = needed("Where on the scale it wants the issue.", "normal(50, 10)")
    salience: Prior = needed("How much the issue matters to it, 0 to 1.", "beta(6, 3)")
    capability: Prior = needed("What it could bring to bear; only ratios between actors matter.", "about 50 (20 to 120)")
    basis: one_of(words.BASES, "a basis") | None = said("; ".join(words.BASES))  # type: ignore[valid-type]
    rows: Names | None = said("Rows of the research file behind the figures.")
    note: Text | None = said("Remark.")


class IssueForm(Form):
    """Something that is bargained over once the crisis is past."""

    id: Name = needed("Its own name.", "I1")
    says: Text = needed("The issue in plain words.", "How far the country binds its defence to the alliance.")
    scale: Scale = needed("Points of the scale with their meaning, the two ends at least.", "{0: leaves it, 100: a lasting base}")
    asked: Time = needed(f"When it is forecast, {_TIME}.", DAY)
    by: Time | None = said("When it is judged; a date alone means the end of that day.", "2025-06-30")
    status_quo: Prior = needed("Where it stood before the crisis.", "normal(50, 5)")
    actors: dict[str, PartyForm] | None = said("Who bargains, by name: ruler, rival, agencies, patrons; two at least.")
    came: Figure | None = said("Where it went, once known.", "45..55")
    came_on: Time | None = said(f"The day that figure stands for, {_TIME}.", "2025-06-30")
    rows: Names | None = said("Rows of the research file that say what came.")
    answers: Answers | None = said("Questions it answers, each with the points that mean yes: {F03: '>=85'}.")
    note: Text | None = said("Remark.")


class WhatIfForm(Form):
    """A counterfactual that a run computes."""

    id: Name = needed("Its own name.", "no-help")
    says: Text | None = said("It in plain words.", "Nobody sends troops.")
    change: Changes = needed(f"What is done otherwise: {'; '.join(words.MANNERS)}. Several in a list.", "'never: accept help'")


class DocumentForm(Form):
    """A text whose claims are scored."""

    title: Text | None = said("Title.")
    published: Time | None = said(f"When it was published, {_TIME}.")
    claims: Rows | None = said("Its claims, a mapping each.")


class AudienceForm(Form):
    """Somebody who hears the same evidence with a trust and prior odds of his own."""

    says: Text | None = said("What it takes for granted, in one sentence.")
    trust: Weights | None = said("Trust from 0 to 1, by reporter, by interest, or of everyone: {government: 0.5, everyone: 1}.")
    prior_odds: Weights | None = said("Odds of claims before any evidence: {palace-plot: 3}; the case's own where left out.")
    account_odds: Weights | None = said("Odds of accounts before any evidence; 1 when left out.")
    rows: Names | None = said("Rows of the research file, or claims of a document, behind the figures.")


class CountryForm(Form):
    """The country."""

    regions: list[RegionForm] | str = needed("A CSV file in the case's folder, or the regions themselves.", "regions.csv")
    capital: Name | None = said("Region the capital is in; the only region when there is one.")


class FileForm(Form):
    """A CSV file that holds further evidence."""

    file: str = needed("Name of a CSV file in the case's folder.", "evidence.csv")


class CaseForm(Form):
    """A case: case.yaml."""

    name: Name = needed("Name of the case, as its folder.", NAME)
    title: Text | None = said("Title.")
    clock: ClockForm = needed("When it begins and ends.", f"{{start: 2024-12-01, end: {DAY}, step: 6h, timezone: UTC}}")
    country: CountryForm = needed("Regions and capital.", f"{{regions: regions.csv, capital: {REGION}}}")
    ruler: Name = needed("The incumbent.", "the president")
    rival: RivalForm | str | None = said("The inside challenger.")
    agencies: dict[str, AgencyForm] | None = said("Armed bodies of the state, by name.")
    alliance: AllianceForm | None = said("A pact that may send troops.")
    patrons: dict[str, PatronForm | None] | None = said("Outside powers, by name.")
    sparks: list[SparkForm] | None = said("What set off the protest.")
    claims: dict[str, ClaimForm] | None = said("Claims, by name.")
    accounts: dict[str, AccountForm] = needed("Rival accounts, by name.", "{uprising: {claims: []}}")
    reporters: dict[str, ReporterForm | str | None] | None = said("Reporters with an interest, by name.")
    parameters: Settings | None = said("Priors of parameters for every account.")
    evidence: list[ItemForm | FileForm] | str | None = said("Evidence, a CSV file, or a list that names files too.")
    questions: list[QuestionForm] | None = said("Questions about the future.")
    watch: list[WatchForm] | None = said("What to watch for beside the usual list.")
    issues: list[IssueForm] | None = said("What is bargained over once the crisis is past.")
    what_ifs: list[WhatIfForm] | None = said("Counterfactuals that a run computes.")
    documents: dict[str, DocumentForm] | None = said("Texts whose claims are scored, by name.")
    audiences: dict[str, AudienceForm] | None = said("Who hears the evidence, by name.")
