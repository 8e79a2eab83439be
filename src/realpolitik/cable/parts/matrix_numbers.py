"""The numbers behind the matrix: every item's bans as computed, and the part that is stipulated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from realpolitik.cable.figures import table
from realpolitik.cable.markup import Safe, h, join
from realpolitik.cable.view import View
from realpolitik.cable.wording import LN10, finite, fixed, signed


def block(view: View, items: Sequence[Mapping[str, Any]]) -> Safe:
    """A row per item in the order of the matrix; the last rows show that the bans add up to the log evidence."""
    columns = ["Item", *view.names]
    rows = [[item.get("id"), *(_cell(item, name) for name in view.names)] for item in items]
    sums = {name: sum(finite((item.get("bans") or {}).get(name)) or 0.0 for item in view.evidence) for name in view.names}
    rows.append([h("b", "Sum of all items"), *(h("b", fixed(sums[name])) for name in view.names)])
    evidence = {str(account.get("name")): finite(account.get("log_evidence")) for account in view.accounts}
    logs = (None if evidence[name] is None else evidence[name] / LN10 for name in view.names)
    rows.append(["Log evidence in bans", *(fixed(value) for value in logs)])
    note = (
        "Powers of ten of each item's part of the log evidence: its own log likelihood, averaged on the way from worlds that know no "
        "report to worlds that fit them all; in brackets the stipulated part."
    )
    return join(table(columns, rows, caption="Bans of every item under every account"), h("p", note, class_="note"))


def _cell(item: Mapping[str, Any], name: str) -> str:
    set_by_claim = finite((item.get("stipulated") or {}).get(name))
    bracket = f" ({signed(set_by_claim, 2)})" if set_by_claim else ""
    return f"{fixed((item.get('bans') or {}).get(name))}{bracket}"
