"""The results document: everything that is printed, stored, explained and drawn, in plain numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from realpolitik import __version__
from realpolitik.case.records import Case
from realpolitik.fitting import deaths, leave_out, odds
from realpolitik.fitting.account import Fit
from realpolitik.fitting.coarsening import informative, power
from realpolitik.fitting.evidence import Docket
from realpolitik.fitting.fitness import judge
from realpolitik.fitting.pictures import parameters, regions, series
from realpolitik.fitting.unsure import UNSURE

Set = tuple[str, ...]
BAN = math.log(10.0)


def _plain(x: float) -> float | None:
    return float(x) if x is not None and math.isfinite(x) else None


class Odds:
    """Log evidence by set, turned into probabilities of accounts and claims."""

    def __init__(self, case: Case, names: list[str], sets: list[Set], fits: Mapping[Set, Fit]):
        self.case, self.names, self.sets, self.fits = case, names, sets, fits
        self.log_prior = odds.prior_of_sets(case, sets)
        self.shares = odds.shares_of_accounts(case, names, sets)
        self.error = odds.spread(np.array([fits[s].se for s in sets]))

    def of(self, log_evidence: Mapping[Set, float]) -> dict[str, float]:
        """Probability of each account with the Monte Carlo error folded in."""
        mean, _, _ = odds.set_probabilities(np.array([log_evidence[s] for s in self.sets]), self.error, self.log_prior)
        return dict(zip(self.names, (self.shares @ mean).tolist(), strict=True))

    def full(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Set probabilities, account probabilities, their draws, and account probabilities without the error."""
        mean, draws, plain = odds.set_probabilities(np.array([self.fits[s].log_evidence for s in self.sets]), self.error, self.log_prior)
        return mean, self.shares @ mean, draws @ self.shares.T, self.shares @ plain


def _accounts(case: Case, o: Odds, reference: Fit) -> list[dict[str, Any]]:
    _, probability, draws, plain = o.full()
    before = o.shares @ np.exp(o.log_prior)
    rows = []
    for i, name in enumerate(o.names):
        value, se = odds.account_evidence(case, name, {s: (f.log_evidence, f.se) for s, f in o.fits.items()})
        account = case.accounts[name]
        low, high = np.quantile(draws[:, i], [0.05, 0.95])
        rows.append(
            {
                "name": name,
                "says": account.says,
                "told_by": list(account.told_by),
                "claims": list(account.claims),
                "mixture": [[w, list(c)] for w, c in account.mixture],
                "log_evidence": value,
                "se": se,
                "prior": float(before[i]),
                "probability": float(probability[i]),
                "low": float(low),
                "high": float(high),
                "probability_plain": float(plain[i]),
                "bans_over_reference": (value - reference.log_evidence) / BAN,
            }
        )
    return rows


def _claims(case: Case, o: Odds) -> list[dict[str, Any]]:
    mean = o.full()[0]
    after, before = odds.claim_probabilities(case, o.sets, mean), odds.claim_priors(case, o.sets)
    rows = []
    for name, claim in case.claims.items():
        p, q = after[name], before[name]
        known = 0.0 < q < 1.0
        bans = math.log10(max(p, 1e-300) / max(1 - p, 1e-300)) - math.log10(q / (1 - q)) if known else None
        rows.append(
            {
                "name": name,
                "says": claim.says,
                "prior_odds": q / (1 - q) if known else None,
                "probability": p if known else None,
                "bans": bans,
            }
        )
    return rows


Parts = list[tuple[float, Set]]


def _parts(case: Case, name: str, weights: Mapping[Set, float]) -> Parts:
    """The sets of an account, each with its part of the account's evidence."""
    mixture = case.accounts[name].mixture
    parts = odds.softmax(np.array([math.log(w) + weights[c] for w, c in mixture]))
    return [(float(p), c) for p, (_, c) in zip(parts, mixture, strict=True)]


def _mean(parts: Parts, per_set: Mapping[Set, float]) -> float:
    return float(sum(p * per_set[c] for p, c in parts))


def _mixing(case: Case, name: str, o: Odds, weights: Mapping[Set, float], parts: Parts) -> float:
    """Nats that mixing sets adds or takes: shared among the items, so that an account's bans still add up."""
    if len(case.accounts[name].mixture) == 1:
        return 0.0
    total = odds.account_evidence(case, name, {s: (value, 0.0) for s, value in weights.items()})[0]
    return total - _mean(parts, {s: float(f.sample.increments.sum()) for s, f in o.fits.items()})


def _evidence(case: Case, docket: Docket, o: Odds, told_back: Mapping[Set, Mapping[str, float]], days: Mapping[int, str]):
    weights = {s: f.log_evidence for s, f in o.fits.items()}
    weight = power(docket)
    parts = {name: _parts(case, name, weights) for name in o.names}
    mixing = {name: _mixing(case, name, o, weights, parts[name]) / max(len(docket.entries), 1) for name in o.names}
    rows = []
    for j, e in enumerate(docket.entries):
        item = e.item
        increments = {s: float(f.sample.increments[j]) for s, f in o.fits.items()}
        back = {s: told_back[s].get(item.id, 0.0) for s in o.sets}
        bans = {n: (_mean(parts[n], increments) + mixing[n]) / BAN for n in o.names}
        taken = {n: _mean(parts[n], back) / BAN for n in o.names}
        values, ks = leave_out.without(o.fits, np.array([j]), weight)
        repeats = e.treatment in ("copy", "restated")
        without = o.of(weights if repeats else values)
        rows.append(
            {
                "id": item.id,
                "what": item.what + (" (did not happen)" if item.absent else ""),
                "where": item.where,
                "when": item.when_text or days.get(j),
                "reported": item.reported_text or case.clock.moment(item.reported).isoformat(),
                "by": list(item.by),
                "grade": item.grade,
                "value": _value(item),
                "mode": item.mode,
                "link": item.link,
                "row": item.row,
                "note": item.note,
                "treatment": e.treatment,
                "bans": bans,
                "stipulated": {n: v for n, v in taken.items() if abs(v) > 1e-9},
                "diagnosticity": max(bans.values()) - min(bans.values()),
                "leave_one_out": without,
                "pareto_k": {n: _plain(max(ks[c] for _, c in case.accounts[n].mixture)) for n in o.names},
            }
        )
    return rows


def _value(item) -> str | None:
    if item.value is None:
        return None
    v = item.value
    shown = {
        "exact": f"{v.centre:g}",
        "range": f"{v.low:g}..{v.high:g}",
        "at_least": f">={v.low:g}",
        "at_most": f"<={v.high:g}",
        "about": f"~{v.centre:g}",
    }[v.form]
    return f"{shown} of {item.of:g}" if item.of is not None else shown


def _leave_out(case: Case, docket: Docket, o: Odds, days: Mapping[int, str]) -> list[dict[str, Any]]:
    weight = power(docket)
    rows = []
    for kind, name, chosen in leave_out.groups(docket, days):
        values, ks = leave_out.without(o.fits, chosen, weight)
        rows.append({"kind": kind, "name": name, "probabilities": o.of(values), "pareto_k": _plain(max(ks.values()))})
    return rows


def _days(case: Case, docket: Docket) -> dict[int, str]:
    found = {}
    for j, e in enumerate(docket.entries):
        if e.silent:  # about the whole clock
            continue
        hour = e.item.as_of if e.item.as_of is not None else (0.5 * sum(e.item.when) if e.item.when else None)
        if hour is not None:
            found[j] = case.clock.moment(hour).date().isoformat()
    return found


def assemble(
    case: Case,
    docket: Docket,
    names: list[str],
    sets: list[Set],
    fits: Mapping[Set, Fit],
    reference: Fit,
    told_back: Mapping[Set, Mapping[str, float]],
    frame: Mapping[str, Any],
    warnings: list[str],
) -> dict[str, Any]:
    """Put the results document together (its fields are those of docs/results.md)."""
    o = Odds(case, names, sets, fits)
    accounts = _accounts(case, o, reference)
    died = deaths.of_accounts(case, docket, names, fits)
    accounts = [{**account, "dead": died.get(account["name"])} for account in accounts]
    days = _days(case, docket)
    leader = max(accounts, key=lambda a: a["probability"])["name"]
    best = max(((c, fits[c].log_evidence + math.log(w)) for w, c in case.accounts[leader].mixture), key=lambda x: x[1])[0]
    verdict = judge(docket, fits[best], accounts, leader, reference)
    notes = list(warnings) + [deaths.sentence(name, death) for name, death in died.items()] + verdict.warnings
    # the error of an account that is out matters to nobody
    unsure = [a["name"] for a in accounts if not a["se"] <= UNSURE and a["dead"] is None]
    if unsure:
        notes.append(
            f"the standard error of the log evidence is above {UNSURE} nats for {', '.join(unsure)}: read the ranges, not the "
            "probabilities, or compute with more effort"
        )
    climbing = [
        " + ".join(s) or "no claim" for s, f in [*fits.items(), (("the reference account",), reference)] if abs(f.sample.drift) > UNSURE
    ]
    if climbing:
        notes.append(
            "the log evidence still drifted when the computing stopped (by more than its standard error allows to ignore), so the odds "
            f"are rough and their ranges may be too narrow: {', '.join(climbing)}"
        )
    alternatives = []
    if any(told_back[s] for s in sets):
        found = {s: fits[s].log_evidence - sum(told_back[s].values()) for s in sets}
        alternatives.append({"label": "without what claims stipulate about decisions", "probabilities": o.of(found)})
    return {
        **frame,
        "case": case.name,
        "title": case.title,
        "version": __version__,
        "fingerprint": case.fingerprint,
        "fit": verdict.fit,
        "coarsening": {"power": power(docket), "informative_items": informative(docket)},
        "first_line": verdict.first_line,
        "accounts": accounts,
        "claims": _claims(case, o),
        "reference": {"log_evidence": reference.log_evidence, "se": reference.se},
        "self_check": verdict.self_check,
        "warnings": notes,
        "evidence": _evidence(case, docket, o, told_back, days),
        "leave_out": _leave_out(case, docket, o, days),
        "odds_over_time": [],
        "prior_sensitivity": alternatives,
        "series": series(case, docket, o.names, fits),
        "regions": regions(case, o.names, fits),
        "predictive": verdict.predictive,
        "parameters": parameters(case, o.names, fits),
        "diagnostics": [_diagnostic(s, f) for s, f in [*fits.items(), (("reference",), reference)]],
    }


def _diagnostic(claims: Set, f: Fit) -> dict[str, Any]:
    return {
        "account": " + ".join(claims) or "no claim",
        "passes": f.passes,
        "acceptance": _plain(np.mean(f.sample.accepted[1:])),
        "barrier": f.sample.barrier,
        "ess": float(len(np.unique(f.sample.log_likelihood))),
        "se": f.se,
        "drift": f.sample.drift,
        "world_steps": int(f.world_steps),
        "seconds": round(f.seconds, 2),
    }
