"""The numbers behind the odds of the accounts: what each claims, what it had before, what the evidence made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realpolitik.cable.figures import table
from realpolitik.cable.markup import Safe, h, join
from realpolitik.cable.said import people
from realpolitik.cable.view import View
from realpolitik.cable.wording import DASH, finite, fixed, listing, number, percent, percent_range


def _claims(account: Mapping[str, Any]) -> list[str]:
    """The claims of an account; `perhaps` and its weight before those that only some of its sets hold."""
    sets = [(finite(one[0]), one[1]) for one in account.get("mixture") or () if isinstance(one, list | tuple) and len(one) == 2]
    told = []
    for claim in people(account.get("claims")):
        weight = sum(w for w, held in sets if w is not None and claim in people(held))
        told.append(f"perhaps {claim} ({number(weight, 2)})" if len(sets) > 1 and weight < 1.0 - 1e-9 else claim)
    return told


def block(view: View) -> Safe:
    """A row per account, the likeliest first."""

    def row(account: Mapping[str, Any]) -> list[Any]:
        bans, _ = view.behind(account)
        p = DASH if view.rough else percent(account.get("probability"))
        plain = DASH if view.rough else percent(account.get("probability_plain"))
        interval = percent_range(account.get("low"), account.get("high"))
        evidence = (fixed(account.get("log_evidence")), fixed(account.get("se")))
        return [
            account.get("name"),
            listing(_claims(account)) or DASH,
            percent(account.get("prior")),
            p,
            interval,
            plain,
            *evidence,
            DASH if bans is None else fixed(-bans),
            fixed(account.get("bans_over_reference")),
        ]

    columns = [
        "Account",
        "Claims",
        "Before",
        "Probability",
        "5–95%",
        "Without simulation error",
        "Log evidence (nats)",
        "s.e.",
        "Bans to leader",
        "Bans over reference",
    ]
    note = (
        "Strength in words after Kass and Raftery (1995): up to half a ban a bare mention, to 1 substantial, "
        "to 2 strong, beyond decisive. A ban is a factor of ten. Before: probability by the prior odds, which stand on the claims, so "
        "that accounts do not start equal."
    )
    return join(
        table(columns, map(row, view.accounts), caption="Odds and evidence of the accounts", text_columns=2),
        h("p", note, class_="note"),
    )
