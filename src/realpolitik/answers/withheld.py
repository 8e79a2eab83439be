"""Why an audience's odds are withheld, and what would give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realpolitik.answers import command
from realpolitik.answers.numbers import line, listing, number
from realpolitik.fitting.pareto import GOOD


def why(pareto_k: Any) -> str:
    """Why odds under another trust are withheld."""
    k = number(pareto_k)
    shape = f" (Pareto k {k:.2f}, above {GOOD:g})" if k is not None else ""
    return f"the worlds of this run were fitted under the case's own trust and do not reach so far{shape}"


def remedy(audience: Mapping[str, Any], results: Mapping[str, Any]) -> str:
    """What would give them: which lines of a copy of the case to change, and the command that weighs it.

    ``audience`` holds ``trust``, ``prior_odds`` and ``account_odds`` by name, as the document does.
    """
    trust, prior_odds, account_odds = (audience.get(part) or {} for part in ("trust", "prior_odds", "account_odds"))
    changes = []
    if trust:
        changes.append(f"the reporters this trust ({', '.join(f'{line(name)} {value:g}' for name, value in trust.items())})")
    if prior_odds:
        changes.append(f"the claims these prior_odds ({', '.join(f'{line(name)} {value:.3g}' for name, value in prior_odds.items())})")
    words = command.words(results)
    words[2:3] = ["COPY"]
    asked = command.written(words)
    told = f"in a copy of the case give {listing(changes)}, then: {asked}" if changes else f"weigh anew: {asked}"
    return f"{told} (its odds on accounts are to be multiplied in by hand)" if account_odds else told
