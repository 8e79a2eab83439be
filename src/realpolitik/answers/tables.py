"""What is in each exported table: columns with their meanings, and the rows from a results document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from realpolitik.answers.numbers import names, quantity

Results = Mapping[str, Any]
Columns = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """One table: what it says, `columns(results)` as (heading, meaning), `rows(results)` in that order."""

    name: str
    says: str
    columns: Callable[[Results], Columns]
    rows: Callable[[Results], Iterator[Sequence[Any]]]


_ITEM = (
    ("id", "the item's id"),
    ("what", "what was observed or decided"),
    ("where", "region; empty for the whole country"),
    ("when", "when it happened"),
    ("reported", "when it became known"),
    ("by", "who reported it"),
    ("grade", "Admiralty code: source A to F, information 1 to 6"),
    ("value", "the figure as reported"),
    ("mode", "ever: running total; now: at one moment; new: increase within when"),
    ("treatment", "how it enters the likelihood"),
    ("row", "row of the research notes"),
    ("note", "the analyst's note"),
    ("link", "address of the report"),
)
_ODDS = (
    ("account", "the account's name"),
    ("probability", "given the evidence, with the error of the computation folded in"),
    ("low", "5 % end of the probability's Monte Carlo interval"),
    ("high", "95 % end"),
    ("probability_plain", "without that error folded in"),
    ("log_evidence", "natural logarithm of the probability of the evidence"),
    ("se", "its standard error"),
    ("bans_over_reference", "bans over the reference account, which knows no politics"),
    ("claims", "the claims it holds"),
    ("told_by", "who tells it"),
    ("says", "the account in a sentence"),
)
_INCREMENTS = (
    ("id", "the item's id, in report order"),
    ("account", "the account's name"),
    ("bans", "log10 of the item's likelihood given the items reported before it"),
    ("stipulated", "the part of bans that a claim of the account writes in"),
    ("probability", "of the account, with all evidence"),
    ("leave_one_out", "its probability without this item"),
    ("pareto_k", "above 0.7 leave_one_out is not to be relied on"),
)
_SERIES = (
    ("quantity", "what is counted"),
    ("unit", "of the figures"),
    ("time", "of the figures"),
    ("account", "the account's name"),
    ("low", "5 % of simulated histories lie below"),
    ("median", "half lie below"),
    ("high", "95 % lie below"),
)
_OBSERVED = (
    ("quantity", "what is counted"),
    ("id", "the item of evidence"),
    ("time", "that the figure stands for"),
    ("low", "lowest value reported"),
    ("value", "the value reported"),
    ("high", "highest value reported"),
    ("by", "who reported it"),
    ("grade", "Admiralty code"),
)
_PARAMETERS = (
    ("name", "the parameter"),
    ("unit", "of the figures"),
    ("meaning", "what it stands for"),
    ("basis", "published, recomputed from published data, or judgement"),
    ("source", "where the prior comes from"),
    ("prior", "as written"),
    ("account", "the account's name"),
    ("low", "5 % of the posterior lies below"),
    ("median", "half lies below"),
    ("high", "95 % lies below"),
    ("contraction", "1 less posterior over prior variance: near 0, the evidence taught nothing"),
)
_LEAVE_OUT = (
    ("kind", "what is left out: a reporter, a day, all decisions, all counts, all silence"),
    ("name", "which one"),
    ("account", "the account's name"),
    ("probability", "without what is left out"),
    ("pareto_k", "above 0.7 it is not to be relied on"),
)
_OVER_TIME = (
    ("reported", "evidence known by then"),
    ("account", "the account's name"),
    ("probability", "given that evidence"),
)


def _list(results: Results, name: str) -> list[Mapping[str, Any]]:
    return [entry for entry in results.get(name) or () if isinstance(entry, Mapping)]


def _picked(entry: Mapping[str, Any], columns: Columns) -> list[Any]:
    return [entry.get(heading) for heading, _ in columns]


def _matrix_columns(results: Results) -> Columns:
    bans = [(f"bans: {name}", f"bans of the item under {name}") for name in names(results)]
    return [*_ITEM, ("diagnosticity", "how far the item moves the odds, in bans"), *bans]


def _matrix(results: Results) -> Iterator[Sequence[Any]]:
    for item in _list(results, "evidence"):
        written = {**item, "value": quantity(item.get("value"))}
        bans = item.get("bans") or {}
        yield [*_picked(written, _ITEM), item.get("diagnosticity"), *(bans.get(name) for name in names(results))]


def _odds(results: Results) -> Iterator[Sequence[Any]]:
    for account in _list(results, "accounts"):
        yield [account.get("name" if heading == "account" else heading) for heading, _ in _ODDS]


def _increments(results: Results) -> Iterator[Sequence[Any]]:
    for item in _list(results, "evidence"):
        for account in _list(results, "accounts"):
            name = account.get("name")
            bans, set_by_claim, without, shape = (
                (item.get(part) or {}).get(name) for part in ("bans", "stipulated", "leave_one_out", "pareto_k")
            )
            yield item.get("id"), name, bans, set_by_claim, account.get("probability"), without, shape


def _series(results: Results) -> Iterator[Sequence[Any]]:
    for counted, entry in (results.get("series") or {}).items():
        for name, fan in (entry.get("accounts") or {}).items():
            bands = (fan.get("low") or (), fan.get("median") or (), fan.get("high") or ())
            # A band that was cut short is left out where it ends rather than shifted.
            for time, low, median, high in zip(entry.get("times") or (), *bands, strict=False):
                yield counted, entry.get("unit"), time, name, low, median, high


def _observed(results: Results) -> Iterator[Sequence[Any]]:
    for counted, entry in (results.get("series") or {}).items():
        for report in entry.get("observed") or ():
            yield counted, *_picked(report, _OBSERVED[1:])


def _parameters(results: Results) -> Iterator[Sequence[Any]]:
    for parameter in _list(results, "parameters"):
        for name, learnt in (parameter.get("posterior") or {}).items():
            yield *_picked(parameter, _PARAMETERS[:6]), name, *_picked(learnt or {}, _PARAMETERS[7:])


def _leave_out(results: Results) -> Iterator[Sequence[Any]]:
    for entry in _list(results, "leave_out"):
        shape = entry.get("pareto_k")
        for name, p in (entry.get("probabilities") or {}).items():
            yield (
                entry.get("kind"),
                entry.get("name"),
                name,
                p,
                shape.get(name) if isinstance(shape, Mapping) else shape,
            )


def _over_time(results: Results) -> Iterator[Sequence[Any]]:
    for entry in _list(results, "odds_over_time"):
        for name, p in (entry.get("probabilities") or {}).items():
            yield entry.get("reported"), name, p


TABLES = (
    Table("matrix", "every item of evidence, and its bans under every account", _matrix_columns, _matrix),
    Table("odds", "the accounts", lambda _: _ODDS, _odds),
    Table("increments", "what each item adds under each account", lambda _: _INCREMENTS, _increments),
    Table("series", "how it went under each account", lambda _: _SERIES, _series),
    Table("observed", "the reported figures that lie beside the series", lambda _: _OBSERVED, _observed),
    Table("parameters", "what each account's evidence teaches about the parameters", lambda _: _PARAMETERS, _parameters),
    Table("leave_out", "the odds without a reporter, a day or a kind of evidence", lambda _: _LEAVE_OUT, _leave_out),
    Table("odds_over_time", "the odds as reports came in", lambda _: _OVER_TIME, _over_time),
)
