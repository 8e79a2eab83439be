"""Part 1: whether any account explains the evidence, and the odds of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realpolitik.cable.figures import Part, along, figure, swatch
from realpolitik.cable.markup import Safe, h
from realpolitik.cable.parts import odds_change, odds_claims, odds_numbers, odds_tempered
from realpolitik.cable.said import people, with_bans
from realpolitik.cable.view import View
from realpolitik.cable.wording import (
    chance,
    count,
    factor,
    finite,
    fixed,
    listing,
    number,
    percent,
    percent_range,
    strength,
)

_AXIS = h("div", h("div", [h("span", f"{x}%") for x in (0, 25, 50, 75, 100)], class_="axis"), class_="bar foot")


def part(view: View) -> Part | None:
    """The odds with their uncertainty, and how they change with priors and trust."""
    if not view.accounts:
        return None
    return Part(
        "odds",
        "Does any account explain the evidence, and which one?",
        _sentence(view),
        [_verdict(view), _bars(view), odds_tempered.block(view), odds_claims.block(view), odds_change.block(view)],
    )


def _sentence(view: View) -> str:
    lead = view.accounts[0]
    if view.poor:
        opening = "No account explains the evidence well; the odds below only compare them with one another. "
    else:
        opening = ""
    if view.rough:
        interval = percent_range(lead.get("low"), lead.get("high"))
        return f"{opening}{view.leader} is ahead, but the computation is too rough for a probability: {interval}."
    text = f"{opening}{view.leader} has {chance(lead.get('probability'))}"
    if len(view.accounts) > 1:
        text += f"; next comes {view.names[1]} with {chance(view.accounts[1].get('probability'))}"
    remote = [name for name, a in zip(view.names, view.accounts, strict=True) if _below(a, 0.01)]
    if remote:
        verb = "falls" if len(remote) == 1 else "fall"
        text += f". {listing(remote) if len(remote) < 5 else count(len(remote), 'account').capitalize()} {verb} below 1%"
    return f"{text}."


def _below(account: Mapping[str, Any], limit: float) -> bool:
    p = finite(account.get("probability"))
    return p is not None and p < limit


def _verdict(view: View) -> Safe:
    """The first line, set apart when the fit is poor, with the items the leader misses."""
    reference, check = view.record("reference"), view.record("self_check")
    facts = []
    above = finite(view.accounts[0].get("bans_over_reference"))
    if above is not None:
        relation = "better" if above >= 0 else "worse"
        facts.append(
            f"Against a reference account without politics (log evidence {fixed(reference.get('log_evidence'), 1)}), "
            f"the leader explains the evidence {factor(above)} {relation} ({fixed(abs(above), 1)} bans)."
        )
    percentile = finite(check.get("percentile"))
    if percentile is not None:
        facts.append(
            f"Of crises that {check.get('account') or view.leader} made itself, {number(round(percentile))} in 100 "
            "fit it no better than the real one does."
        )
    missed = [_named(view, identity) for identity in check.get("poor_items") or ()]
    if missed:
        facts.append(f"It does worst on {listing(missed)}.")
    first = view.results.get("first_line")
    line = h("p", with_bans(str(first)), class_="first") if first else None
    heading = h("p", "Poor fit", class_="flag") if view.poor else None
    return h("div", heading, line, h("p", " ".join(facts)), class_="verdict poor" if view.poor else "verdict")


def _named(view: View, identity: Any) -> str:
    item = view.by_id.get(str(identity))
    place = f", {item['where']}" if item and item.get("where") else ""
    return f"{identity} ({item.get('what')}{place})" if item else str(identity)


def _bars(view: View) -> Safe:
    rows = [_row(view, account) for account in view.accounts]
    note = (
        "A computed log evidence here has a standard error above 0.5, so only ranges are shown. "
        if view.rough
        else "Thin line: range from the simulation's own chance (5–95%). "
    )
    if view.unsettled:
        note += "The computing stopped before it had settled, so the ranges may be too narrow. "
    if any(finite(account.get("prior")) is not None for account in view.accounts):
        note += "Upright mark: before any evidence, by the prior odds on claims. "
    return figure(
        "Odds of the accounts",
        h("div", rows, _AXIS, class_="bars"),
        odds_numbers.block(view),
        note=note + "The range does not include doubt about the model or the priors; see how the odds change, below.",
    )


def _row(view: View, account: Mapping[str, Any]) -> Safe:
    name = str(account.get("name", ""))
    p, low, high = (finite(account.get(key)) for key in ("probability", "low", "high"))
    interval = percent_range(low, high)
    shown = interval if view.rough else percent(p)
    told = listing(people(account.get("told_by")))
    return h(
        "div",
        h(
            "div",
            h("b", swatch(view.colours[name]), name),
            h("p", account.get("says"), told and h("span", f" Told by {told}.", class_="mute")),
            class_="who",
        ),
        _track(view, account, f"{name}: {shown}, simulation range {interval}"),
        h("div", h("strong", shown), None if view.rough else h("span", chance(p)), class_="figure"),
        h("p", _against(view, account), class_="against"),
        class_="bar",
    )


def _track(view: View, account: Mapping[str, Any], label: str) -> Safe:
    name = str(account.get("name", ""))
    p, low, high, before = (finite(account.get(key)) for key in ("probability", "low", "high", "prior"))
    bar = whisker = mark = None
    if p is not None and not view.rough:
        bar = h("i", style=f"width:{along(p)};background:{view.colours[name]}")
    if low is not None and high is not None:
        whisker = h("u", style=f"left:{along(low)};width:{along(high - low)}")
    if before is not None:
        mark = h("s", style=f"left:{along(before)}")
        label += f", before any evidence {percent(before)}"
    return h("div", bar, mark, whisker, role="img", aria_label=label, class_="track")


def _against(view: View, account: Mapping[str, Any]) -> str:
    if death := account.get("dead"):
        return f"It cannot produce {_named(view, death.get('item'))}: every one of its worlds dies of it."
    if account is view.accounts[0]:
        return "The leader."
    bans, spread = view.behind(account)
    if bans is None:
        return "Not computed."
    size = f"The evidence favours the leader {factor(bans)}" if bans >= 0 else f"The evidence favours this account {factor(bans)}"
    return f"{size}: {strength(bans, spread)}." if abs(bans) >= 0.02 else "The evidence does not tell it from the leader."
