"""Part 5: who holds leverage over the ruler, and who gained and lost by the crisis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realpolitik.cable.figures import Cell, Part, along, figure, table
from realpolitik.cable.markup import Safe, h, join
from realpolitik.cable.scales import Scale, scale
from realpolitik.cable.view import View
from realpolitik.cable.wording import DASH, day, finite, fixed, listing, minus, number, opening, share

NOT_MODELLED = "not modelled"


def part(view: View) -> Part | None:
    """Leverage at each moment by act, what it is made of, and the ledger."""
    found = view.record("answers").get("leverage")
    if not isinstance(found, Mapping):
        return None
    moments = [m for m in found.get("moments") or () if isinstance(m, Mapping) and isinstance(m.get("acts"), Mapping)]
    rows = _rows(found)
    if not moments and not rows:
        return None
    body = [_picture(found, moments) if moments else None, _bargain(found), _ledger(found, rows) if rows else None]
    return Part("leverage", "Who holds leverage?", _sentence(found, moments, rows), body)


def _rows(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    ledger = found.get("ledger")
    return [row for row in (ledger.get("rows") or () if isinstance(ledger, Mapping) else ()) if isinstance(row, Mapping)]


def _get(source: Any, *path: str) -> Any:
    for key in path:
        source = source.get(key) if isinstance(source, Mapping) else None
    return source


def _points(value: Any, plus: bool = False) -> str:
    """A chance in percentage points."""
    x = finite(value)
    if x is None:
        return DASH
    points = round(100 * x, 1)
    return "0" if points == 0 else minus(f"{points:+.1f}" if plus else f"{points:.1f}")


def _sentence(found: Mapping[str, Any], moments: list[Mapping[str, Any]], rows: list[Mapping[str, Any]]) -> str:
    text = []
    if moments:
        most = max(moments, key=lambda m: finite(_get(m, "leverage", "mean")) or 0.0)
        rest = [m for m in moments if m is not most]
        told = (
            f"Had {found.get('patron')} ended its support on {day(most.get('at'))}, the ruler's chance to last "
            f"{number(found.get('horizon_days'))} days more would have been {_points(_get(most, 'leverage', 'mean'))} points below "
            f"{share(_get(most, 'supported', 'mean'))}"
        )
        if rest:
            told += "; " + listing([f"{_points(_get(m, 'leverage', 'mean'))} on {day(m.get('at'))}" for m in rest])
        assumed = [day(m.get("at")) for m in moments if m.get("assumed")]
        if assumed:
            told += f" (assumed, not learnt: {listing(assumed)})"
        text.append(told)
    gained, brief, lost, blank = (
        [str(row.get("patron")) for row in rows if _get(row, "survival", "verdict") == verdict]
        for verdict in ("gained", "gained for a while", "lost", NOT_MODELLED)
    )
    verbs = ((gained, "gained by the crisis"), (brief, "gained while it lasted and no longer"), (lost, "lost by it"))
    told = [f"{listing(names)} {verb}" for names, verb in verbs if names]
    if rows and not told:
        told = ["no patron that the model has a channel for is seen to gain or lose by the crisis"]
    if blank:
        told.append(f"what {listing(blank)} did has no channel in the model")
    return ". ".join([*text, "; ".join(told)] if told else text) + "."


def _picture(found: Mapping[str, Any], moments: list[Mapping[str, Any]]) -> Safe:
    tops = [_get(a, "leverage", field) for m in moments for a in m["acts"].values() for field in ("mean", "high")]
    scaled = scale(0.05, *tops)
    blocks = [_block(m, found, scaled) for m in moments]
    note = (
        "Points of the ruler's chance to last that go when support ends, with 90% intervals of the mean; upright mark: before any "
        "evidence. Fresh chance in both arms, every decision free. Panic, where an act is public, is as large as the signal of support "
        "and judgement."
    )
    axis = scaled.axis(lambda mark: number(100 * mark))
    title = f"Leverage of {found.get('patron') or 'the alliance'}"
    return figure(title, h("div", blocks, axis, class_="bars", style=scaled.grid), _numbers(moments), note=note)


def _block(moment: Mapping[str, Any], found: Mapping[str, Any], scaled: Scale) -> list[Safe]:
    meanings = found.get("acts") if isinstance(found.get("acts"), Mapping) else {}
    head = h("h3", f"{str(moment.get('name')).capitalize()}, {day(moment.get('at'), year=True)}")
    source = h("p", opening(str(moment.get("worlds") or "")) + ".", class_="note")
    rows = [_row(name, act, moment, str(meanings.get(name) or ""), scaled) for name, act in moment["acts"].items()]
    return [h("div", head, source), *rows]


def _row(name: str, act: Any, moment: Mapping[str, Any], meaning: str, scaled: Scale) -> Safe:
    mean, low, high = (finite(_get(act, "leverage", field)) for field in ("mean", "low", "high"))
    before = finite(_get(moment, "prior", "mean")) if name == "refused silently" else None
    label = f"{name}: {_points(mean)} points, 90% interval {_points(low)} to {_points(high)}"
    bar = None if mean is None else h("i", style=scaled.span(min(mean, 0.0), max(mean, 0.0)))
    whisker = None
    if low is not None and high is not None and high > low:
        whisker = h("u", style=scaled.span(low, high))
    mark = None if before is None else h("s", style=f"left:{along(scaled.at(before))}")
    possible = finite(_get(act, "possible"))
    still = f"Still open in {share(possible)} of the worlds." if possible is not None and possible < 0.995 else None
    return h(
        "div",
        h("div", h("b", name), h("p", meaning), class_="who"),
        h("div", bar, mark, whisker, role="img", aria_label=label, class_="track"),
        h("div", h("strong", _points(mean)), h("span", "points"), class_="figure"),
        h("p", f"The ruler lasts with {share(_get(act, 'survival', 'mean'))}.", still and f" {still}", class_="against"),
        class_="bar",
    )


def _numbers(moments: list[Mapping[str, Any]]) -> Safe:
    names = [f"{m.get('name')}, {day(m.get('at'))}" for m in moments]

    def line(label: str, *path: str, plus: bool = False) -> list[Any]:
        cells = []
        for m in moments:
            one = _get(m, *path)
            interval = f" ({_points(_get(one, 'low'))} to {_points(_get(one, 'high'))})" if _get(one, "low") is not None else ""
            cells.append(f"{_points(_get(one, 'mean'), plus)}{interval}")
        return [label, *cells]

    rows = [line("survival with support", "supported")]
    rows += [line(f"leverage, {act}", "acts", act, "leverage") for act in moments[0]["acts"]]
    rows += [line(f"of it the {name}", "split", name) for name in _get(moments[0], "split") or {}]
    if any(_get(m, "others_react") for m in moments):
        rows.append(line("others react: another may step in", "others_react", "leverage"))
    rows += [line("before any evidence", "prior"), line("with hindsight: all evidence, fresh chance", "hindsight")]
    rows.append(["contraction", *("assumed, not learnt" if m.get("assumed") else fixed(m.get("contraction")) for m in moments)])
    rows.append(["Pareto k (good below 0.7)", *(fixed(m.get("pareto_k")) for m in moments)])
    parts = [table(["Points of 100", *names], rows, caption="Leverage by moment", wide=True)]
    for m in moments:
        policies, players = _get(m, "policies", "survival"), _get(m, "players", "shares")
        if isinstance(policies, Mapping):
            shown = [[name, share(_get(one, "supported")), share(_get(one, "alone"))] for name, one in policies.items()]
            parts.append(table(["Policy of the ruler", "With support", "Alone"], shown, caption=f"Survival by policy, {day(m.get('at'))}"))
            frozen, reacting = (_points(_get(m, "policies", name)) for name in ("frozen", "reacting"))
            parts.append(h("p", f"Points with the policy frozen {frozen}, with the ruler choosing anew {reacting}.", class_="note"))
        if isinstance(players, Mapping):
            shown = [[name, *(_points(_get(one, field)) for field in ("shapley", "last", "first"))] for name, one in players.items()]
            parts.append(table(["Player", "Shapley", "Last in", "First in"], shown, caption=f"Shares of survival, {day(m.get('at'))}"))
    return join(*parts)


def _bargain(found: Mapping[str, Any]) -> Safe | None:
    text = []
    needed = finite(_get(found, "necessity", "necessity"))
    if needed is not None:
        text.append(f"Of the worlds in which the ruler lasted, {share(needed)} would have lost him without help (necessity, own chance).")
    bargain = found.get("concession")
    price = finite(_get(bargain, "concession", "mean"))
    if price is not None:
        text.append(
            f"At the peak there was something to bargain over in {share(_get(bargain, 'agreed'))} of the draws, at a price of "
            f"{number(price, 2)} of what survival is worth to the ruler; half a year later "
            f"{number(_get(bargain, 'later', 'concession', 'mean'), 2)} of that worth would still be paid. The threat to leave is "
            f"believed in {share(_get(bargain, 'credible'))}. The terms are judgement."
        )
    return h("p", " ".join(text)) if text else None


def _ledger(found: Mapping[str, Any], rows: list[Mapping[str, Any]]) -> Safe:
    def line(row: Mapping[str, Any]) -> list[Any]:
        survival, policy = row.get("survival"), row.get("policy")
        channels = listing([str(c) for c in row.get("channels") or ()]) or "no channel"
        claims = [c for c in row.get("claimed") or () if isinstance(c, Mapping)]
        said = "; ".join(f"{c.get('document')}: {c.get('claim')} ({c.get('id')}; {c.get('fared')})" for c in claims)
        return [row.get("patron"), channels, _verdict(survival), _course(survival), _verdict(policy), _policy(policy), said or DASH]

    heads = ["Patron", "Acts through", "Survival", "Before, peak, after", "Policy", "Points of 100", "What the documents say"]
    note = (
        "Survival: points of the ruler's chance to last that hang on the patron; the verdict compares after with before. Policy: how much "
        "nearer to its wishes the issues of the aftermath go with it in, capabilities multiplied by (1 + leverage after) / (1 + leverage "
        "before), which is judgement. A patron without a channel in the model is not judged."
    )
    return h(
        "section",
        h("h3", "Who gained and who lost"),
        table(heads, map(line, rows), caption="The ledger", text_columns=7),
        h("p", note, class_="note"),
    )


def _verdict(column: Any) -> Any:
    verdict = str(_get(column, "verdict") or DASH)
    return Cell(verdict, {"class_": "turned"}) if verdict in ("gained", "gained for a while", "lost") else verdict


def _course(column: Any) -> str:
    values = [_get(column, name, "mean") for name in ("before", "peak", "after")]
    return DASH if all(value is None for value in values) else ", ".join(_points(value) for value in values)


def _policy(column: Any) -> str:
    before, after = (finite(_get(column, name, "mean")) for name in ("before", "after"))
    if before is None:
        return DASH
    return f"{fixed(before, 1)}, capabilities as before" if after is None else f"{fixed(before, 2)} to {fixed(after, 2)}"
