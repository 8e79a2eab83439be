"""The odds beside the same tempered: what they were worth where the model was wrong on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realpolitik.cable.figures import swatch, table
from realpolitik.cable.markup import Safe, h, join
from realpolitik.cable.view import View
from realpolitik.cable.wording import finite, fixed, percent, percent_range


def block(view: View) -> Safe | None:
    """Two columns of odds, or the sentence that no exponent holds for this run. None for results made before there was either."""
    found = view.record("tempering")
    if not found:
        return None
    line = found.get("exponent")
    heading = h("h3", "If the model is wrong")
    if not isinstance(line, Mapping):
        text = (
            "These odds would be worth what they say if the model were exactly true. It is not, and by how much they ought to be milder "
            f"cannot be said here: {found.get('why') or 'no exponent was measured'}."
        )
        return h("section", heading, h("p", text))
    if (finite(line.get("exponent")) or 0.0) >= 1.0:
        return h("section", heading, h("p", _mild(view, found, line)))
    return h("section", heading, h("p", _sentence(view, found, line)), _numbers(view, found), h("p", _note(view), class_="note"))


def _mild(view: View, found: Mapping[str, Any], line: Mapping[str, Any]) -> str:
    """Where wrong simulators made odds no bolder than they may be: nothing is tempered."""
    interval = f"{fixed(line.get('best'))} times ({fixed(line.get('low'))} to {fixed(line.get('high'))})"
    bolder = "bolder" if (finite(line.get("best")) or 0.0) > 1.0 else "other"
    elsewhere = "" if found.get("own") else f" {_elsewhere(view)}"
    return (
        f"{_measured(line)} or more: {bolder} odds would have done best, with the evidence counted {interval} as heavily.{elsewhere} This "
        f"page makes no odds bolder than they were weighed, so they are shown as weighed.{_already(view)}"
    )


def _measured(line: Mapping[str, Any]) -> str:
    return (
        f"On synthetic crises of {line.get('case')}, made by simulators that were wrong on purpose and weighed by this model at effort "
        f"{line.get('effort')}, odds were worth what they said"
    )


def _elsewhere(view: View) -> str:
    return f"That is another case: nothing measured shows that it holds for {view.results.get('case') or 'this one'}."


def _sentence(view: View, found: Mapping[str, Any], line: Mapping[str, Any]) -> str:
    interval = f"{fixed(line.get('exponent'))} ({fixed(line.get('low'))} to {fixed(line.get('high'))})"
    text = f"{_measured(line)} once the evidence was counted {interval} times as heavily as it was."
    if not found.get("own"):
        text += f" {_elsewhere(view)}"
    return text


def _numbers(view: View, found: Mapping[str, Any]) -> Safe:
    tempered = found.get("accounts") or {}

    def shown(p: Any, low: Any, high: Any) -> str:
        interval = percent_range(finite(low), finite(high))
        return interval if view.rough else f"{percent(finite(p))} ({interval})"

    rows = []
    for account in view.accounts:
        name = str(account.get("name", ""))
        other = tempered.get(name) or {}
        own = shown(account.get("probability"), account.get("low"), account.get("high"))
        marked = join(swatch(view.colours[name]), name)
        rows.append([marked, own, shown(other.get("probability"), other.get("low"), other.get("high"))])
    columns = ["Account", "If the model were exactly true", "Tempered"]
    return table(columns, rows, caption="Odds as weighed, and tempered")


def _note(view: View) -> str:
    return f"The first column is the odds as weighed.{_already(view)} In brackets the range of the simulation's own chance, 5–95%."


def _already(view: View) -> str:
    power = finite(view.record("coarsening").get("power"))
    if not power:
        return ""
    return f" They are milder already: all evidence counts {fixed(power)} times as heavily as it would if the model were exact (rule F4)."
