"""What the parts read: the results with holes filled, accounts ranked, colours given. No HTML here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from realpolitik.answers.rough import is_rough, is_unsettled
from realpolitik.cable.said import people
from realpolitik.cable.wording import LN10, finite

# Nine hues at least 2.4 : 1 against white that stay apart under normal, red-, green- and blue-blind vision.
PALETTE = ("#2d2a6e", "#e08a72", "#10523a", "#1a9feb", "#b03a55", "#b0a239", "#74849c", "#5e5608", "#8440d6", "#d16ba5")
LINES = ("solid", "dashed", "dotted")
ROUGH_K = 0.7  # Pareto shape above which reweighing is not to be trusted
BEARS = f"the run's draws can hardly bear the question (Pareto k, good below {ROUGH_K}, is above it)"
REMOTE = 0.01  # probability below which an account is as good as ruled out


@dataclass(frozen=True)
class View:
    """The results document of one run, read tolerantly: a missing list is empty, a missing number None."""

    results: Mapping[str, Any]

    def items(self, name: str) -> list[dict[str, Any]]:
        """A list of records from the results, empty if absent."""
        value = self.results.get(name)
        return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, (list, tuple)) else []

    def record(self, name: str) -> dict[str, Any]:
        """A record from the results, empty if absent."""
        value = self.results.get(name)
        return dict(value) if isinstance(value, Mapping) else {}

    def answer(self, name: str) -> dict[str, Any]:
        """The document of one answer kept with the run, empty if absent."""
        value = self.record("answers").get(name)
        return dict(value) if isinstance(value, Mapping) else {}

    @cached_property
    def accounts(self) -> list[dict[str, Any]]:
        """Accounts, likeliest first; log evidence decides where there is no probability."""

        def rank(account: Mapping[str, Any]) -> tuple[float, float]:
            p, evidence = finite(account.get("probability")), finite(account.get("log_evidence"))
            return (-1.0 if p is None else p, -math.inf if evidence is None else evidence)

        return sorted(self.items("accounts"), key=rank, reverse=True)

    @cached_property
    def names(self) -> list[str]:
        """Account names, likeliest first."""
        return [str(account.get("name", "")) for account in self.accounts]

    @property
    def leader(self) -> str:
        """Name of the likeliest account; empty if there is none."""
        return self.names[0] if self.names else ""

    @cached_property
    def colours(self) -> dict[str, str]:
        """Colour of each account: by alphabet, so that it does not change with the odds."""
        return {name: PALETTE[i % len(PALETTE)] for i, name in enumerate(sorted(set(self.names)))}

    @property
    def rough(self) -> bool:
        """Whether some account's log evidence is too uncertain to state a probability."""
        return is_rough({"accounts": self.accounts})

    @property
    def unsettled(self) -> bool:
        """Whether ranges may be too narrow, since some log evidence still drifted."""
        return is_unsettled({"diagnostics": self.items("diagnostics")})

    @property
    def poor(self) -> bool:
        """Whether no account explains the evidence."""
        return self.results.get("fit") == "poor"

    @cached_property
    def evidence(self) -> list[dict[str, Any]]:
        """Evidence, the most telling between the accounts in play first."""
        return sorted(self.items("evidence"), key=lambda item: -(self.spread(item) or 0.0))

    @cached_property
    def by_id(self) -> dict[str, dict[str, Any]]:
        """Evidence by its id."""
        return {str(item.get("id")): item for item in self.evidence}

    @cached_property
    def reporters(self) -> list[str]:
        """Everybody who reported something, in alphabetical order."""
        return sorted({str(name) for item in self.evidence for name in people(item.get("by"))})

    @cached_property
    def reported(self) -> int:
        """How many items of evidence somebody reported."""
        return sum(bool(people(item.get("by"))) for item in self.evidence)

    @property
    def silences(self) -> int:
        """On how many points the reports' silence counts: items that nobody reported."""
        return len(self.evidence) - self.reported

    def behind(self, account: Mapping[str, Any]) -> tuple[float | None, float]:
        """Bans by which the evidence favours the leader over an account, and their standard error."""
        if not self.accounts:
            return None, 0.0
        lead = self.accounts[0]
        a, b = finite(lead.get("log_evidence")), finite(account.get("log_evidence"))
        spread = math.hypot(finite(lead.get("se")) or 0.0, finite(account.get("se")) or 0.0) / LN10
        return (None, spread) if a is None or b is None else ((a - b) / LN10, spread)

    @cached_property
    def in_play(self) -> list[str]:
        """Accounts that are not as good as ruled out, at least the two likeliest: what an item does to the others decides nothing."""
        known = [(name, finite(account.get("probability"))) for name, account in zip(self.names, self.accounts, strict=True)]
        return [name for i, (name, p) in enumerate(known) if i < 2 or p is None or p >= REMOTE]

    def bans(self, item: Mapping[str, Any]) -> dict[str, float]:
        """An item's bans by account, where they are known."""
        bans = {name: finite((item.get("bans") or {}).get(name)) for name in self.names}
        return {name: value for name, value in bans.items() if value is not None}

    def spread(self, item: Mapping[str, Any]) -> float | None:
        """By how many bans an item moves the odds between accounts in play: its largest less its smallest."""
        known = self.bans(item)
        values = [known[name] for name in self.in_play if name in known]
        return max(values) - min(values) if values else finite(item.get("diagnosticity"))

    def relative(self, item: Mapping[str, Any]) -> dict[str, float]:
        """An item's bans per account less their mean over the accounts in play: what it gives or takes."""
        known = self.bans(item)
        values = [known[name] for name in self.in_play if name in known] or list(known.values())
        mean = sum(values) / len(values) if values else 0.0
        return {name: value - mean for name, value in known.items()}

    def lead_of(self, item: Mapping[str, Any], rival: str) -> float:
        """Bans by which an item favours the leader over a rival; 0 if unknown."""
        bans = item.get("bans") or {}
        a, b = finite(bans.get(self.leader)), finite(bans.get(rival))
        return 0.0 if a is None or b is None else a - b
