"""Part 7: what to watch, the observations that would move the odds most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realpolitik.answers.numbers import unlike
from realpolitik.cable.figures import Part, figure, more, swatch, table
from realpolitik.cable.markup import Safe, h
from realpolitik.cable.parts.told import last_day, record, records
from realpolitik.cable.scales import Scale, scale
from realpolitik.cable.view import View
from realpolitik.cable.wording import finite, fixed, number, opening, percent

SHOWN, LISTED = 10, 40
ALIKE = 2  # of one kind of observation the picture shows no more: they tell much the same


def part(view: View) -> Part | None:
    """The most telling candidates, or None where the run has none."""
    document = view.answer("watch")
    found = [c for c in records(document.get("candidates")) if finite(record(c.get("bits")).get("mean")) is not None]
    if not found:
        return None
    chosen = unlike(found, "what", ALIKE, SHOWN)
    body = [_bars(chosen), _outcomes(view, document, chosen), _all(document, found)]
    return Part("watch", "What to watch?", _sentence(document, chosen[0]), body)


def _bits(candidate: Mapping[str, Any], key: str = "mean") -> float:
    return finite(record(candidate.get("bits")).get(key)) or 0.0


def _sentence(document: Mapping[str, Any], best: Mapping[str, Any]) -> str:
    entropy = finite(document.get("entropy"))
    what = str(best.get("says") or best.get("id")).rstrip("?.")
    when = "No report tells it yet, and it" if document.get("past") else "It"
    text = f"Most would be learnt from this: {what}. {when} is worth {fixed(_bits(best))} bits"
    if entropy is not None:
        text += f" of the {fixed(entropy)} by which the accounts are still uncertain"
    return f"{text}."


def _bars(chosen: list[dict[str, Any]]) -> Safe:
    scaled = scale(*(_bits(c, key) for c in chosen for key in ("mean", "high")))
    note = (
        "Bar: expected bits between the accounts, were it known for certain; thin line: 5–95% from the worlds and the odds. A report tells "
        "less than certainty. One bit turns even odds into certainty."
    )
    return figure(
        "What would tell the accounts apart",
        h("div", [_bar(c, scaled) for c in chosen], scaled.axis(number), class_="bars", style=scaled.grid),
        _numbers(chosen),
        note=note,
    )


def _bar(candidate: Mapping[str, Any], scaled: Scale) -> Safe:
    mean, low, high = (_bits(candidate, key) for key in ("mean", "low", "high"))
    label = f"{candidate.get('says')}: {fixed(mean)} bits, {fixed(low)} to {fixed(high)}"
    marks = [
        h("i", style=f"{scaled.span(0.0, mean)};background:#2a73a8"),
        h("u", style=scaled.span(low, high)),
    ]
    listed = "Listed in the case." if candidate.get("listed") else ""
    return h(
        "div",
        h(
            "div",
            h("b", opening(str(candidate.get("says") or ""))),
            h("p", h("span", listed, class_="mute")) if listed else None,
            class_="who",
        ),
        h("div", marks, role="img", aria_label=label, class_="track"),
        h("div", h("strong", fixed(mean)), h("span", f"{fixed(low)}–{fixed(high)}"), class_="figure"),
        h("p", f"By {last_day(candidate.get('by'), year=True)}. {_likeliest(candidate)}", class_="against"),
        class_="bar",
    )


def _likeliest(candidate: Mapping[str, Any]) -> str:
    """The outcome that the worlds show most often now."""
    known = [(p, o) for o in records(candidate.get("outcomes")) if (p := finite(o.get("probability"))) is not None]
    if not known:
        return ""
    p, outcome = max(known, key=lambda pair: pair[0])
    return f"Likeliest: {outcome.get('label')}, {percent(p)}."


def _numbers(chosen: list[dict[str, Any]]) -> Safe:
    rows = ([c.get("says"), *(fixed(_bits(c, key), 3) for key in ("mean", "low", "high"))] for c in chosen)
    return table(["What", "Bits", "5%", "95%"], rows, caption="Expected bits")


def _outcomes(view: View, document: Mapping[str, Any], chosen: list[dict[str, Any]]) -> Safe:
    """What each outcome of the first few would do to the odds."""
    now = {name: finite(p) or 0.0 for name, p in record(document.get("accounts")).items()}
    rows = []
    for candidate in chosen[:5]:
        for outcome in records(candidate.get("outcomes")):
            after = {name: p for name, value in record(outcome.get("odds")).items() if (p := finite(value)) is not None}
            moved = sorted(after, key=lambda name: after[name] - now.get(name, 0.0))
            cells = [_moved(view, name, now, after) for name in (moved[-1:] + moved[:1] if len(moved) > 1 else moved)] or ["", ""]
            rows.append(
                [candidate.get("says"), outcome.get("label"), percent(outcome.get("probability")), *cells, *[""] * (2 - len(cells))]
            )
    heads = ["What", "Outcome", "Chance now", "Gains most", "Loses most"]
    title = h("figcaption", "What each outcome would do")
    return h("figure", title, table(heads, rows, caption="Outcomes of the five most telling", text_columns=2))


def _moved(view: View, name: str, now: Mapping[str, float], after: Mapping[str, float]) -> list[Any]:
    return [swatch(view.colours.get(name, "#74849c")), f"{name} {percent(now.get(name))} to {percent(after[name])}"]


def _all(document: Mapping[str, Any], found: list[dict[str, Any]]) -> Safe:
    considered = finite(document.get("considered")) or len(found)
    return more(f"The first {min(LISTED, len(found))} of {number(considered)} candidates", _numbers(found[:LISTED]))
