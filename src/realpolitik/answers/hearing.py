"""Odds of accounts and claims as one audience holds them: its prior odds, its trust, and the error of what was computed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realpolitik.case.records import Audience, Case
from realpolitik.fitting import odds
from realpolitik.fitting.judging import Bench, Set, Terms
from realpolitik.fitting.reweigh import Reweighed, moved

COUNTS = 0.01  # a set with a smaller probability than this, taken generously, settles nothing
GENEROUS = 3.0  # nats by which a log evidence that is not to be believed may be too low


def trust_of(case: Case, audience: Audience) -> dict[str, float]:
    """Trust in every reporter: his own figure, else that of his interest, else everyone's, else the case's."""
    everyone = audience.trust.get("everyone")
    return {
        name: audience.trust.get(name, audience.trust.get(reporter.interest, reporter.trust if everyone is None else everyone))
        for name, reporter in case.reporters.items()
    }


@dataclass(frozen=True)
class Hearing:
    """Prior odds turned into tables: log prior [set] and how sets are shared among accounts [account, set]."""

    case: Case
    names: list[str]
    sets: list[Set]
    log_prior: NDArray
    shares: NDArray

    @classmethod
    def of(cls, case: Case, names: list[str], sets: list[Set], audience: Audience | None = None) -> Hearing:
        """The hearing of an audience; of the case itself where there is none.

        Odds on accounts raise every set that the account tells, a set told by several as the likeliest of them is held: telling a
        story twice changes nothing but how its probability is shared.
        """
        given = audience.prior_odds if audience else {}
        claims = {n: replace(c, prior_odds=given.get(n, c.prior_odds)) for n, c in case.claims.items()}
        case = replace(case, claims=claims)
        on = np.array([audience.account_odds.get(n, 1.0) if audience else 1.0 for n in names])
        shares = odds.shares_of_accounts(case, names, sets)
        best = np.max(np.where(shares > 0.0, on[:, None], 0.0), axis=0)
        divided = shares * on[:, None]
        divided = divided / np.maximum(divided.sum(axis=0, keepdims=True), 1e-300)
        return cls(case, names, sets, odds.prior_of_sets(case, sets) + np.log(np.maximum(best, 1e-300)), divided)

    def probabilities(self, log_evidence: Mapping[Set, float], se: Mapping[Set, float]) -> tuple[NDArray, NDArray]:
        """Probability of every set with the Monte Carlo error folded in [set], and draws of it [draw, set]."""
        values = np.array([log_evidence[s] for s in self.sets])
        error = odds.spread(np.array([se[s] for s in self.sets]))
        mean, draws, _ = odds.set_probabilities(values, error, self.log_prior)
        return mean, draws

    def levels(self, log_evidence: Mapping[Set, float]) -> NDArray:
        """Log of what each account's probability is proportional to, without the error [account]."""
        logs = np.array([log_evidence[s] for s in self.sets]) + self.log_prior
        top = logs.max()
        return np.log(np.maximum(self.shares @ np.exp(logs - top), 1e-300)) + top

    def counts(self, found: Mapping[Set, Reweighed]) -> list[Set]:
        """Sets that could hold a share worth the name, those that are not to be believed taken generously; likeliest first."""
        logs = np.array([found[s].log_evidence for s in self.sets]) + self.log_prior
        above = np.array([0.0 if found[s].good else GENEROUS for s in self.sets])
        share = np.exp(logs - logs.max())
        share = share * np.exp(above) / share.sum()
        return [self.sets[i] for i in np.argsort(-share, kind="stable") if share[i] > COUNTS]

    def told(self, found: Mapping[Set, Reweighed]) -> dict[str, Any]:
        """Odds under reweighed evidence as plain numbers, withheld where a set that counts is not to be believed.

        ``probabilities`` {account: p}, ``accounts`` [name, probability, low, high] and ``claims`` [name, probability], all None where
        withheld; ``pareto_k`` the largest of the sets that count; ``withheld``.
        """
        counting = self.counts(found)
        k = max((found[s].k for s in counting), default=-math.inf)
        withheld = any(not found[s].good for s in counting)
        shown: dict[str, Any] = {"pareto_k": _finite(k), "withheld": withheld, "probabilities": None, "accounts": None, "claims": None}
        if withheld:
            return shown
        mean, draws = self.probabilities({s: found[s].log_evidence for s in self.sets}, {s: found[s].se for s in self.sets})
        p, spread = self.shares @ mean, draws @ self.shares.T
        low, high = np.quantile(spread, [0.05, 0.95], axis=0)
        rows = zip(self.names, p.tolist(), low.tolist(), high.tolist(), strict=True)
        shown["accounts"] = [{"name": n, "probability": a, "low": b, "high": c} for n, a, b, c in rows]
        shown["probabilities"] = dict(zip(self.names, p.tolist(), strict=True))
        claims = odds.claim_probabilities(self.case, self.sets, mean)
        shown["claims"] = [{"name": n, "probability": q} for n, q in claims.items()]
        return shown


def move(bench: Bench, hearing: Hearing, terms: Terms, found: dict[Set, Reweighed], left: int) -> int:
    """Temper and move the sets that count and are not to be believed; gives how many were moved."""
    bad = [s for s in hearing.counts(found) if not found[s].good]
    if len(bad) > left:
        return 0  # some would stay as they are, and the odds with them
    for s in bad:
        after = moved(bench, s, terms)
        if after.k < found[s].k:
            found[s] = after
    return len(bad)


def _finite(k: float) -> float | None:
    return float(k) if math.isfinite(k) else None
