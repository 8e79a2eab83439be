"""Audiences: who hears the evidence, whom they trust, and what they held likely before."""

from __future__ import annotations

from collections.abc import Callable, Collection

from realpolitik.case import fields
from realpolitik.case.filling import entries, fill
from realpolitik.case.mistakes import Mistake, did_you_mean, quoted
from realpolitik.case.nodes import Node
from realpolitik.case.reading.context import Context
from realpolitik.case.records import Audience, Reporter
from realpolitik.case.schema import AudienceForm
from realpolitik.case.words import INTERESTS

EVERYONE = "everyone"
_TABLES = ("trust", "prior_odds", "account_odds")


def read_audiences(root: Node, reporters: dict[str, Reporter], context: Context) -> tuple[Audience, ...]:
    """Audiences in the order of the file; reporters, claims and accounts that the case does not have are reported."""
    accounts = root.get("accounts")
    told = tuple(accounts.value) if accounts is not None and accounts.kind == "mapping" else ()
    whom = (*reporters, *INTERESTS, EVERYONE)
    audiences = []
    for name, node in entries(root.get("audiences"), context.report, "audiences"):
        path = f"audience {quoted(name)}"
        form = AudienceForm() if node.is_null else fill(AudienceForm, node, context.report, path, skip=_TABLES)
        trust = _table(node, "trust", _share, whom, "somebody the case knows", "reporters and interests", context, path)
        claims = context.claims or ()
        odds = _table(node, "prior_odds", fields.odds, claims, "a claim", "claims", context, path)
        account = _table(node, "account_odds", fields.odds, told, "an account", "accounts", context, path)
        if form is not None:
            audiences.append(Audience(name, form.says or "", trust, odds, account, form.rows or (), node.at))
    return tuple(audiences)


_share = fields.within(0.0, 1.0)


def _table(
    node: Node, key: str, read: Callable[[str], float], known: Collection[str], what: str, several: str, context: Context, path: str
) -> dict[str, float]:
    """Numbers by name under one key of an audience."""
    here = f"{path}, {key}"
    table: dict[str, float] = {}
    written = node.get(key) if node.kind == "mapping" else None
    if written is None or written.is_null:
        return table
    for name, value in entries(written, context.report, here):
        if name not in known:
            right = did_you_mean(name, known, several) or f"the case has no {several} yet"
            context.report.add(written.key_at(name), here, f"{quoted(name)} is not {what}", right)
            continue
        try:
            table[name] = fields.scalar(read)(value.plain())
        except Mistake as mistake:
            context.report.add(value.at, f"{here}, {name}", mistake.wrong, mistake.right)
    return table
