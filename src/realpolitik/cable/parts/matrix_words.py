"""What is said around the matrix: the items that decide, the colour scale, the marks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realpolitik.cable.markup import Safe, h
from realpolitik.cable.view import BEARS, ROUGH_K, View
from realpolitik.cable.wording import SCALE, count, finite, fixed, listing

LIMITS = (0.1, *(limit for limit, _ in SCALE[:-1]))
# How an item enters, where the word of the results is not a reader's.
_TREATED = {
    "clamped": "taken as fact",
    "absence": "did not happen",
    "soft": "decision, weighed by its grade",
    "place": "state of a place",
    "copy": "copy of another report, adds nothing",
    "restated": "figure told again, adds nothing",
}
STIPULATED = 0.005  # bans; less than this is rounding


def sentence(view: View) -> str:
    """Which items speak for the leader against its nearest rival, which against it, and what all come to."""
    every = f"{count(view.reported, 'item')} of evidence"
    if view.silences:
        every += f" and {count(view.silences, 'silence')}"
    if len(view.names) < 2:
        return f"{every}, weighed under one account: {view.leader}."
    rival = view.names[1]
    pull = sorted(view.evidence, key=lambda item: -view.lead_of(item, rival))
    given = [item for item in pull[:3] if view.lead_of(item, rival) >= LIMITS[0]]
    taken = [item for item in pull[:-3:-1] if view.lead_of(item, rival) <= -LIMITS[0]]
    if not given and not taken:
        return f"No item tells {view.leader} from its nearest rival, {rival}, by more than a tenth of a ban."
    text = []
    if given:
        text.append(f"{_speak(given)} most for {view.leader} against its nearest rival, {rival} ({_bans(view, given, rival)})")
    if taken:
        text.append(f"{_speak(taken)} most for {rival} ({_bans(view, taken, rival)})")
    total = sum(view.lead_of(item, rival) for item in pull)
    ahead = view.leader if total >= 0 else rival
    return f"{'; '.join(text)}. Over {every} {ahead} is ahead by {fixed(abs(total), 1)} bans."


def _speak(items: list[dict[str, Any]]) -> str:
    return f"{listing([_name(item) for item in items])} {'speaks' if len(items) == 1 else 'speak'}"


def _bans(view: View, items: list[dict[str, Any]], rival: str) -> str:
    size = fixed(abs(sum(view.lead_of(item, rival) for item in items)), 1)
    return f"{size} bans" if len(items) == 1 else f"{size} bans together"


def _name(item: Mapping[str, Any]) -> str:
    place = f" in {item['where']}" if item.get("where") else ""
    return f"{item.get('what')}{place} ({item.get('id')})"


def treated(item: Mapping[str, Any]) -> str:
    """How an item enters the odds, in plain words."""
    treatment = str(item.get("treatment") or "")
    return _TREATED.get(treatment, treatment)


def _mean(view: View) -> str:
    """Whose mean the colours compare with."""
    remote = len(view.names) - len(view.in_play)
    if not remote:
        return "the mean of all accounts"
    return f"the mean of the {count(len(view.in_play), 'account')} {'with at least 1%' if len(view.in_play) > 2 else 'that are likeliest'}"


def key(view: View) -> Safe:
    """The colour scale, with the words of the Bayes factor scale at its steps."""
    words = [word for _, word in SCALE]
    against = [h("span", class_=f"o{i}") for i in (4, 3, 2, 1)]
    given = [h("span", class_=f"b{i}") for i in (1, 2, 3, 4)]
    label = f"Colour scale: grey under 0.1 ban, then {listing(words)}, from 0.1, 0.5, 1 and 2 bans"
    ramp = (h("em", "takes"), against, h("span", class_="z"), given, h("em", "gives"))
    text = (
        f"Bans an item gives an account (blue) or takes from it (orange), compared with {_mean(view)}. "
        "One ban is a factor of ten in the odds."
    )
    steps = f"Steps at 0.1, 0.5, 1 and 2 bans: {listing(words)}."
    return h(
        "div",
        h("p", text),
        h("div", ramp, class_="ramp", role="img", aria_label=label),
        h("small", steps),
        class_="legend",
    )


def notes(view: View) -> str:
    """What the dagger, the wave and the grades mean; only the marks that occur."""
    text = []
    shares = [x for item in view.evidence for x in (item.get("stipulated") or {}).values()]
    if any(abs(finite(x) or 0.0) >= STIPULATED for x in shares):
        text.append("† and hatching: part of these bans is written into the account: its claims set how likely the decision is.")
    shapes = [k for item in view.evidence for k in (item.get("pareto_k") or {}).values()]
    if any((finite(k) or 0.0) > ROUGH_K for k in shapes):
        text.append(f"≈ marks odds that are not to be relied on: {BEARS}.")
    if len(view.in_play) < len(view.names):
        text.append(
            f"By how much an item moves the odds is its largest less its smallest bans among {listing(view.in_play)}; the other "
            "accounts are as good as ruled out, and what an item does to them decides nothing."
        )
    text.append("Grades: a letter for the source (A reliable, F unknown), a number for the report (1 confirmed, 6 unknown).")

    return " ".join(text)
