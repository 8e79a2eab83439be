"""In part 9: the odds of every hidden claim by itself, where `--combine` was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realpolitik.cable.figures import figure, gauge, table
from realpolitik.cable.markup import Safe, h
from realpolitik.cable.parts.told import record, records
from realpolitik.cable.view import View
from realpolitik.cable.wording import finite, number, percent, percent_range, signed


def block(view: View) -> Safe | None:
    """A bar per claim and the likeliest sets of them; None where nobody asked."""
    found = view.answer("combined")
    claims = sorted(records(found.get("claims")), key=lambda c: -(finite(c.get("probability")) or 0.0))
    if not claims:
        return None
    rows = ([c.get("name"), percent(c.get("prior")), percent(c.get("probability")), _range(c), signed(c.get("bans"), 2)] for c in claims)
    likeliest = records(found.get("sets"))
    sets = ([_held(s), percent(s.get("prior")), percent(s.get("probability")), "yes" if s.get("told") else "no"] for s in likeliest)
    told = (
        [
            r.get("name"),
            percent(r.get("prior")),
            f"{percent(r.get('probability'))} ({_range(r)})",
            percent(r.get("apart")),
            signed(r.get("errors"), 1),
        ]
        for r in records(found.get("told"))
    )
    heads = ["Claim", "Before", "In one fit (5–95%)", "In the accounts' own fits", "Standard errors apart"]
    both = h(
        "div",
        table(["Claim", "Before", "Probability", "5–95%", "Bans"], rows, caption="Every claim by itself", text_columns=1),
        table(["Held together", "Before", "Probability", "Some account tells it"], sets, caption="The likeliest sets", text_columns=1),
        found.get("told") and table(heads, told, caption="Among the sets that accounts tell", text_columns=1),
    )
    return figure("Every hidden claim by itself", h("div", map(_row, claims), class_="claims"), both, note=_note(found))


def sentence(view: View) -> str:
    """Which claim gains most by the evidence."""
    claims = records(view.answer("combined").get("claims"))
    best = max(claims, key=lambda c: finite(c.get("bans")) or 0.0)
    return f"Switched on and off by itself, {best.get('name')} gains most: {percent(best.get('prior'))} before the evidence, " + (
        f"{percent(best.get('probability'))} now ({_range(best)})."
    )


def _held(entry: Mapping[str, Any]) -> str:
    return " + ".join(map(str, entry.get("claims") or ())) or "no claim"


def _range(claim: Mapping[str, Any]) -> str:
    return percent_range(finite(claim.get("low")), finite(claim.get("high")))


def _row(claim: Mapping[str, Any]) -> Safe:
    p, before = finite(claim.get("probability")), finite(claim.get("prior"))
    label = f"{claim.get('name')}: {percent(p)} ({_range(claim)}), before the evidence {percent(before)}"
    track = gauge(label, p, before)
    says = h("div", h("b", claim.get("name")), h("p", claim.get("says")), class_="who")
    return h("div", says, track, h("div", h("strong", percent(p)), h("span", _range(claim)), class_="figure"), class_="bar")


def _note(found: Mapping[str, Any]) -> str:
    share = record(found.get("told_share"))
    text = (
        f"One fit switches every claim on and off by itself, over all {number(found.get('possible'))} sets of claims that can be held "
        f"together, those too that no account tells: the sets that accounts tell had {percent(share.get('prior'))} of the probability "
        f"before the evidence and have {percent(share.get('probability'))} of it now. Upright mark: before the evidence."
    )
    if found.get("agree") is None:
        return text
    verb = "agrees" if found.get("agree") else "does not agree"
    return f"{text} Over the sets that accounts tell alone, such a fit {verb} with the accounts' own fits (last table)."
