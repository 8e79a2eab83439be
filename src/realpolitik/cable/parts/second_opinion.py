"""In part 10: what random forests on simulated reports make of the evidence, where that was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realpolitik.cable.figures import table
from realpolitik.cable.markup import Safe, h
from realpolitik.cable.view import View
from realpolitik.cable.wording import finite, number, percent, percent_range


def block(view: View) -> Safe | None:
    """One line and a table; None where nobody asked for a second opinion."""
    found = view.answer("second-opinion")
    rows = [row for row in found.get("accounts") or () if isinstance(row, Mapping)]
    if not rows:
        return None
    agree = "also puts" if found.get("same_leader") else "does not agree who leads: it puts"
    lead = next((row for row in rows if row.get("name") == found.get("leader")), {})
    text = (
        f"Another method that shares nothing with the sampler, random forests on {number(found.get('rows'))} simulated sets of reports, "
        f"{agree} {found.get('leader')} first, with {percent(finite(lead.get('second')))}."
    )
    strange, columns = found.get("outside") or (), finite(found.get("summaries"))
    if columns and len(strange) > 0.02 * columns:
        text += f" {len(strange)} of {number(columns)} numbers it looks at lie beyond what accounts led it to expect: read it as a guess."
    ordered = sorted(rows, key=lambda row: -(finite(row.get("second")) or 0.0))
    heads = ["Account", "Odds (5–95%)", "Second opinion", "its s.e.", "Second opinion, coarsened"]
    note = (
        "The forests weigh every report in full; the last column raises what the evidence gave them to the power by which the odds are "
        f"coarsened (rule F4). They are wrong in {percent(finite(found.get('forest_error')))} of simulated crises they did not see."
    )
    numbers = table(heads, (_row(row, view.rough) for row in ordered), caption="Odds and second opinion")
    return h("section", h("h3", "A second opinion"), h("p", text), numbers, h("p", note, class_="note"))


def _row(row: Mapping[str, Any], rough: bool) -> list[Any]:
    interval = percent_range(finite(row.get("low")), finite(row.get("high")))
    odds = interval if rough else f"{percent(finite(row.get('odds')))} ({interval})"
    shown = [percent(finite(row.get(name))) for name in ("second", "sd", "coarsened")]
    return [row.get("name"), odds, *shown]
