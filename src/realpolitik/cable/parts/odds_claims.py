"""Odds of each claim, whichever account it comes in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realpolitik.cable.figures import figure, gauge, table
from realpolitik.cable.markup import Safe, h
from realpolitik.cable.parts.told import records
from realpolitik.cable.view import View
from realpolitik.cable.wording import DASH, chance, factor, finite, number, percent, percent_range, signed, strength


def block(view: View) -> Safe | None:
    """A bar per claim, the likeliest first; the mark shows where the prior odds put it. None without claims."""
    claims = sorted(view.items("claims"), key=lambda claim: -(finite(claim.get("probability")) or 0.0))
    if not claims:
        return None
    columns = ["Claim", "Says", "Prior odds", "Probability", "Bans from the evidence"]
    rows = (
        [
            c.get("name"),
            c.get("says"),
            f"{number(c.get('prior_odds'))} : 1",
            _range(view, c) or percent(c.get("probability")),
            signed(c.get("bans"), 2),
        ]
        for c in claims
    )
    return figure(
        "Odds of each claim",
        h("div", [_row(claim, _range(view, claim)) for claim in claims], class_="claims"),
        table(columns, rows, caption="Odds of the claims", text_columns=2),
        note="A claim is as likely as the accounts that hold it, together. Upright mark: before the evidence.",
    )


def _range(view: View, claim: Mapping[str, Any]) -> str | None:
    """The 90 % range of a claim of a rough run, as the answer about claims has it; None where a probability may be told."""
    if not view.rough:
        return None
    for row in records(view.answer("claims").get("hidden")):
        if row.get("name") == claim.get("name"):
            return percent_range(row.get("probability_low"), row.get("probability_high"))
    return f"≈ {percent(claim.get('probability'))}"


def _row(claim: Mapping[str, Any], rough: str | None) -> Safe:
    p, odds = finite(claim.get("probability")), finite(claim.get("prior_odds"))
    prior = None if odds is None or odds < 0 else odds / (1 + odds)
    label = f"{claim.get('name')}: {rough or percent(p)}, before the evidence {percent(prior)}"
    track = gauge(label, p, prior)
    says = h("div", h("b", claim.get("name")), h("p", claim.get("says")), class_="who")
    bans = finite(claim.get("bans"))
    moved = None
    if bans is not None:
        verb = "raises" if bans > 0 else "lowers"
        moved = f"The evidence {verb} its odds {factor(bans)}: {strength(bans)}."
        if abs(bans) < 0.02:
            moved = "The evidence leaves it where it was."
    said = None if rough else chance(p) if p is not None else DASH
    shown = h("div", h("strong", rough or percent(p)), said and h("span", said), class_="figure")
    return h("div", says, track, shown, h("p", moved, class_="against"), class_="bar")
