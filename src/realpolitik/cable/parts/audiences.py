"""Part 8: what each audience would say under its own trust in sources, and how much distrust would turn the answer over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realpolitik.answers.doubted import whose
from realpolitik.cable.figures import Cell, Part, along, figure, more, swatch, table
from realpolitik.cable.markup import Safe, h, join
from realpolitik.cable.parts import sizes
from realpolitik.cable.parts.told import records
from realpolitik.cable.view import BEARS, View
from realpolitik.cable.wording import DASH, count, finite, fixed, listing, number, percent, percent_range, share

_SHOWN = 5  # pairs of accounts in sight
_FAR = "too far from the run's own terms for its worlds to say"
_SLIVER = 0.004  # of the strip: narrower than can be seen


def part(view: View) -> Part | None:
    """Odds by audience, tipping trust, and sizes of claims. None without the answer."""
    found = view.record("answers").get("audiences")
    if not isinstance(found, Mapping):
        return None
    audiences, pairs = records(found.get("audiences")), records(found.get("tipping"))
    body = [_strips(view, audiences), _interests(view, found), _pairs(view, pairs, found), sizes.block(found)]
    if not any(body):
        return None
    return Part("audiences", "What would others say who trust other sources?", _sentence(audiences, pairs), body)


def _sentence(audiences: list[Mapping[str, Any]], pairs: list[Mapping[str, Any]]) -> str:
    by_leader: dict[str, list[str]] = {}
    for a in audiences:
        if a.get("leader"):
            by_leader.setdefault(str(a["leader"]), []).append(str(a.get("name")))
    text = []
    unsaid = len(audiences) - sum(map(len, by_leader.values()))
    if len(by_leader) == 1 and not unsaid:
        who = "The one audience" if len(audiences) == 1 else f"All {count(len(audiences), 'audience')}"
        text.append(f"{who} {'puts' if len(audiences) == 1 else 'put'} {next(iter(by_leader))} ahead")
    elif by_leader:
        parts = [f"{listing(names)} {'puts' if len(names) == 1 else 'put'} {lead} ahead" for lead, names in by_leader.items()]
        text.append(listing(parts))
    if unsaid:
        text.append(f"for {count(unsaid, 'audience')} the odds cannot be computed from this run")
    if pairs:
        first = pairs[0]
        lead = f"the lead of {first.get('first')} over {first.get('second')}"
        if finite(first.get("trust")) is None:
            text.append(f"no single reporter's loss of trust is known to turn {lead}")
        else:
            text.append(f"{lead} would turn if trust in {whose(first)} fell to {share(first['trust'])}")
    return "; ".join(text) + "." if text else "The case names no audiences."


def _strips(view: View, audiences: list[Mapping[str, Any]]) -> Safe | None:
    if not audiences:
        return None
    key = h("p", [h("span", swatch(view.colours[name]), name) for name in view.names], class_="key")
    axis = h("div", h("div", [h("span", f"{x}%") for x in (0, 25, 50, 75, 100)], class_="axis"), class_="bar foot")
    columns = ["Audience", *(join(swatch(view.colours[name]), name) for name in view.names)]
    note = (
        "Each strip adds to 100%. Same evidence, same worlds; only the trust in reporters and the odds before any evidence differ. "
        f"Odds are left out where, even after moving the worlds, {BEARS}."
    )
    return figure(
        "Odds of the accounts by audience",
        join(key, h("div", [_strip(view, a) for a in audiences], axis, class_="bars")),
        table(columns, [_cells(view, a) for a in audiences], caption="Odds by audience, with the simulation's range", kind="changes"),
        note=note,
    )


def _probabilities(audience: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {str(row.get("name")): row for row in records(audience.get("accounts"))}


def _strip(view: View, audience: Mapping[str, Any]) -> Safe:
    rows, pieces, left = _probabilities(audience), [], 0.0
    for name in view.names:
        p = finite((rows.get(name) or {}).get("probability")) or 0.0
        if p >= _SLIVER:
            pieces.append(h("i", style=f"left:{along(left)};width:{along(p)};background:{view.colours[name]}"))
        left += p
    lead = str(audience.get("leader") or "")
    first = rows.get(lead) or {}
    # what the error of the evidence leaves open is not stated as one figure, here as in part 1
    shown = DASH if not lead else percent_range(first.get("low"), first.get("high")) if view.rough else percent(first.get("probability"))
    label = f"{audience.get('name')}: {f'{lead} {shown}' if lead else 'not computed'}"
    held = "" if rows else _held(audience)
    return h(
        "div",
        h("div", h("b", audience.get("name")), h("p", audience.get("says")), class_="who"),
        h("div", pieces, role="img", aria_label=label, class_="track"),
        h("div", h("strong", shown), h("span", lead), class_="figure"),
        h("p", _terms(audience), " " if held else None, held, class_="against"),
        class_="bar",
    )


def _held(audience: Mapping[str, Any]) -> str:
    """Why an audience has no odds and what would give them, as far as the answer says."""
    text = f"Withheld: {audience.get('why') or _FAR}."
    # no full stop: what ends in a command is to be copied
    return f"{text} What would answer: {audience['remedy']}" if audience.get("remedy") else text


def _interests(view: View, found: Mapping[str, Any]) -> Safe | None:
    """Odds under half trust in all reporters of one interest together; in words where there are none."""
    rows, silent, idle = [], [], []
    for row in records(found.get("interests")):
        who = whose({"kind": "interest", "who": row.get("interest")})
        if _probabilities(row):
            rows.append(_cells(view, {**row, "name": who[:1].upper() + who[1:]}))
        elif row.get("tested"):
            silent.append(f"Withheld for {who}: {row.get('why') or _FAR}.")
        else:
            idle.append(who)
    if idle:
        silent.append(f"Not tested: {listing(idle, 'or')}.")
    if not rows and not silent:
        return None
    columns = ["Half trusted together", *(join(swatch(view.colours[name]), name) for name in view.names)]
    return h(
        "section",
        h("h3", "If all reporters of one interest were trusted by half"),
        table(columns, rows, caption="Odds at half trust in all reporters of one interest", kind="changes") if rows else None,
        h("p", " ".join(silent), class_="note") if silent else None,
    )


def _terms(audience: Mapping[str, Any]) -> str:
    """Trust and prior odds in words."""

    def pairs(name: str) -> list[tuple[str, float]]:
        given = audience.get(name)
        known = ((str(k), finite(v)) for k, v in given.items()) if isinstance(given, Mapping) else ()
        return [(k, v) for k, v in known if v is not None]

    text = []
    by_trust: dict[float, list[str]] = {}
    for name, value in pairs("trust"):
        by_trust.setdefault(value, []).append(name)
    for value, names in by_trust.items():
        text.append(f"Trust {number(value)} in {listing(names)}.")
    odds = [f"{name} {_odds(value)}" for name, value in (*pairs("prior_odds"), *pairs("account_odds"))]
    if odds:
        text.append(f"Odds before: {listing(odds)}.")
    return " ".join(text) or "The case's own trust and odds."


def _odds(value: float) -> str:
    return f"{number(value)} : 1" if value >= 1 else f"1 : {number(1 / value)}"


def _cells(view: View, audience: Mapping[str, Any]) -> list[Any]:
    rows, lead = _probabilities(audience), audience.get("leader")
    cells: list[Any] = [audience.get("name")]
    for name in view.names:
        row = rows.get(name) or {}
        p = finite(row.get("probability"))
        interval = percent_range(row.get("low"), row.get("high")) if p is not None else ""
        kind = "p best" if name == lead else "p"
        shade = f"--p:{100 * (p or 0.0):.0f}%"
        cells.append(Cell(join(percent(p), h("small", interval) if interval else None), {"class_": kind, "style": shade}))
    return cells


def _pairs(view: View, pairs: list[Mapping[str, Any]], found: Mapping[str, Any]) -> Safe | None:
    if not pairs:
        return None
    columns = ["Leads", "over", "who would have to be doubted", "by bans (s.e.)", "turns at trust"]
    interests = [str(row.get("interest")) for row in records(found.get("interests"))]
    # the leader and the runner-up, then the pairs that something turns
    rows = [_pair(pair, interests) for pair in (pairs[0], *sorted(pairs[1:], key=lambda pair: finite(pair.get("trust")) is None))]
    tried = [whose(entry, interests) for entry in found.get("tried") or ()]
    note = (
        "The smallest change of trust in one reporter that makes the two change places; 100% is the run's own trust. "
        "Where no single reporter does it, all of one interest together are tried."
        + (f" Judged exactly for {listing(tried)}, who came nearest when their reports were left out." if tried else "")
    )
    caption = "Whose loss of trust turns the order of two accounts"
    rest = table(columns, rows[_SHOWN:], caption=caption, text_columns=3) if len(rows) > _SHOWN else None
    return h(
        "section",
        h("h3", "How much distrust would turn the answer over"),
        table(columns, rows[:_SHOWN], caption=caption, text_columns=3),
        rest and more(f"The other {count(len(rows) - _SHOWN, 'pair')}", rest),
        h("p", note, class_="note"),
    )


def _pair(pair: Mapping[str, Any], interests: list[str]) -> list[Any]:
    turn = finite(pair.get("trust"))
    doubtful = listing([whose(entry, interests) for entry in pair.get("withheld") or ()])
    who = whose(pair) if turn is not None else f"perhaps {doubtful}; withheld" if doubtful else "nobody tried does it"
    lead = f"{fixed(pair.get('bans'))} ({fixed(pair.get('se'))})"
    return [pair.get("first"), pair.get("second"), who, lead, share(turn) if turn is not None else DASH]
