"""A case with other evidence than a run's, weighed from the run: odds before and after, and which items moved them.

The document is described in docs/answers-reweigh.md. Nothing is fitted; what the run's worlds cannot tell is withheld, by account.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from realpolitik.answers import command
from realpolitik.answers.hearing import COUNTS, GENEROUS, Hearing
from realpolitik.answers.numbers import line, listing, percent
from realpolitik.case.records import Case, Item, Reporter
from realpolitik.case.shipped import resolve, shipped
from realpolitik.errors import RunError
from realpolitik.fitting import odds
from realpolitik.fitting.coarsening import informative, power
from realpolitik.fitting.evidence import Docket, build_docket
from realpolitik.fitting.pareto import GOOD
from realpolitik.fitting.posterior import Draws, Set, read_reference
from realpolitik.fitting.rehearing import Reheard, bare, law_changes, model_of, rehear
from realpolitik.fitting.reweigh import Reweighed
from realpolitik.fitting.storage import plain
from realpolitik.fitting.unsure import UNSURE
from realpolitik.fitting.weigh import sets_of

if TYPE_CHECKING:
    from realpolitik.answers.run import Run
    from realpolitik.answers.store import Progress

BAN = math.log(10.0)
NOTICED = 0.05  # bans against the mean that an item must move an account to be listed
_WHAT = ("what", "where", "agency", "mode", "value", "of", "absent", "claim", "speaker")
_FIELDS = (*_WHAT, "when", "as_of", "reported", "by", "origin", "grade")


def reweigh(run: Run, case: Case, progress: Progress | None = None) -> dict[str, Any]:
    """Weigh a case from a run of it that knew other evidence.

    Raises RunError where the run is of another case, or more has changed than evidence, reporters and prior odds.
    """
    posterior = run.posterior
    _must_be_alike(run, posterior.case, case)
    case = replace(case, name=posterior.case.name)
    before, after = posterior.docket, build_docket(case, posterior.as_of)
    changed = _changes(posterior.case, case, before, after)
    names = [a["name"] for a in run.results["accounts"]]
    sets = sets_of(case, names)
    found: dict[Set, Reheard] = {}
    reference = read_reference(run.folder, run.results.get("command"))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, claims in enumerate(sets):
            if progress is not None:
                progress("reweighing", number / (len(sets) + 1), " + ".join(claims) or "no claim")
            found[claims] = rehear(posterior.sets[claims], before, model_of(case, after, claims), posterior.seed, pool)
        rated = None if reference is None else rehear(reference, before, model_of(case, after, None), posterior.seed, pool)
    then = _Odds(posterior.case, names, sets, {s: _as_fitted(posterior.sets[s]) for s in sets})
    now = _Odds(case, names, sets, {s: f.weighed for s, f in found.items()})
    document = {
        "case": case.name,
        "run": run.folder.name,
        "as_of": run.results.get("as_of"),
        "changed": changed,
        "accounts": [_account(n, then, now) for n in names],
        "claims": _claims(then, now),
        "reference": _reference(reference, rated),
        "coarsening": {
            "before": {"power": power(before), "informative_items": informative(before)},
            "after": {"power": power(after), "informative_items": informative(after)},
        },
        "items": _items(before, after, {c["id"] for c in changed}, found, now),
        "pareto_k": now.told["pareto_k"],
        "withheld": now.told["withheld"],
        "weigh_anew": _anew(run, case),
    }
    return plain({"sentence": _sentence(document), **document})


def _must_be_alike(run: Run, before: Case, after: Case) -> None:
    if after.name != before.name:
        raise RunError(f"the run {run.folder.name} weighed {before.name}, not {after.name}; name a run of {after.name} with --from RUN")
    if parts := law_changes(before, after):
        raise RunError(
            f"the case differs from the run's own copy in more than its evidence: {listing(parts)}. The worlds of the run say nothing of "
            f"that; weigh it anew: {_anew(run, after)}"
        )


def _anew(run: Run, case: Case) -> str:
    """The command that fits the case as it is now."""
    words = command.words(run.results)
    if len(words) > 2 and not (case.name in shipped() and resolve(case.name) == case.folder):
        words[2] = os.fspath(case.folder)
    return command.written(words)


def _as_fitted(draws: Draws) -> Reweighed:
    n = len(draws.z)
    return Reweighed(draws.claims, draws.log_evidence, draws.se, 0.0, draws.z, draws.ids, np.full(n, 1.0 / max(n, 1)), -np.inf)


def _changes(old: Case, new: Case, before: Docket, after: Docket) -> list[dict[str, Any]]:
    """What of the evidence that the run may know is new, gone, altered, or treated otherwise."""
    was, now = ({e.item.id: e for e in docket.entries} for docket in (before, after))
    rows = []
    for name in dict.fromkeys([*now, *was]):
        a, b = was.get(name), now.get(name)
        if a is None or b is None:
            change, how = ("added", "") if a is None else ("removed", "")
        else:
            how = _how(a.item, b.item)
            change = "altered" if how else ""
            if not how and (a.treatment != b.treatment or bare(a.window) != bare(b.window)):
                change, how = "treated otherwise", f"{a.treatment} -> {b.treatment}"
        entry = b or a
        assert entry is not None
        # Silence reaches as far as reports do; it follows the analyst's changes.
        if change and not (entry.silent and change == "altered"):
            rows.append({"id": name, "what": _about(entry.item), "change": change, "how": how})
    for name in dict.fromkeys([*new.reporters, *old.reporters]):
        # who is not listed is neutral and trusted: a new name alone is no change
        a, b = (reporters.get(name) or Reporter(name) for reporters in (old.reporters, new.reporters))
        if bare(a) != bare(b):
            told = [f"interest {r.interest}, trust {r.trust:g}" for r in (a, b)]
            rows.append({"id": name, "what": "reporter", "change": "altered", "how": " -> ".join(told)})
    for name, claim in new.claims.items():
        if claim.prior_odds != old.claims[name].prior_odds:
            how = f"{old.claims[name].prior_odds:g} -> {claim.prior_odds:g}"
            rows.append({"id": name, "what": "prior odds of the claim", "change": "altered", "how": how})
    return rows


def _how(a: Item, b: Item) -> str:
    pairs = {name: (getattr(a, name), getattr(b, name)) for name in _FIELDS}
    told = [f"{name}: {_shown(x)} -> {_shown(y)}" for name, (x, y) in pairs.items() if bare(x) != bare(y)]
    return "; ".join(told) or ("another entry" if bare(a) != bare(b) or a.says != b.says else "")


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if hasattr(value, "low"):
        return f"{value.low:g}..{value.high:g}" if value.low != value.high else f"{value.low:g}"
    return ", ".join(map(_shown, value)) if isinstance(value, tuple) else line(value)


def _about(item: Item) -> str:
    did = " (did not happen)" if item.absent else ""
    return line(item.what) + did + (f", {line(item.where)}" if item.where else "")


@dataclass(frozen=True)
class _Odds:
    """Sets of claims under one docket, and what they make of accounts."""

    case: Case
    names: list[str]
    sets: list[Set]
    found: Mapping[Set, Reweighed]

    def __post_init__(self) -> None:
        hearing = Hearing.of(self.case, self.names, self.sets)
        object.__setattr__(self, "told", hearing.told(self.found))
        object.__setattr__(self, "hearing", hearing)

    def evidence(self, name: str) -> tuple[float, float]:
        """Log evidence of an account and its standard error."""
        return odds.account_evidence(self.case, name, {s: (f.log_evidence, f.se) for s, f in self.found.items()})

    def parts(self, name: str, generous: float = 0.0) -> dict[Set, float]:
        """What each set gives to an account's evidence, [set] summing to one; sets not to be believed taken ``generous`` nats higher."""
        mixture = self.case.accounts[name].mixture
        up = [0.0 if self.found[s].good else generous for _, s in mixture]
        logs = np.array([math.log(w) + self.found[s].log_evidence + more for (w, s), more in zip(mixture, up, strict=True)])
        return dict(zip((s for _, s in mixture), odds.softmax(logs).tolist(), strict=True))

    def k(self, name: str) -> float:
        """Largest Pareto k of the sets that count in an account."""
        return max((self.found[s].k for s, p in self.parts(name, GENEROUS).items() if p > COUNTS), default=-math.inf)

    def row(self, name: str) -> dict[str, float] | None:
        """Probability of an account with its 90 % interval, None where the odds are withheld."""
        rows = self.told["accounts"]
        return None if rows is None else next({k: v for k, v in r.items() if k != "name"} for r in rows if r["name"] == name)


def _account(name: str, then: _Odds, now: _Odds) -> dict[str, Any]:
    (was, was_se), (value, se), k = then.evidence(name), now.evidence(name), now.k(name)
    withheld = not k <= GOOD
    # the same draws stand on both sides: the error of the change is that of the weights alone
    error = math.sqrt(sum((p * now.found[s].mc) ** 2 for s, p in now.parts(name).items()))
    after = None if withheld else {"log_evidence": value, "se": se, **(now.row(name) or dict.fromkeys(("probability", "low", "high")))}
    return {
        "name": name,
        "before": {"log_evidence": was, "se": was_se, **(then.row(name) or {})},
        "after": after,
        "change": None if withheld else value - was,
        "change_se": None if withheld else error,
        "pareto_k": k if math.isfinite(k) else None,
        "withheld": withheld,
    }


def _claims(then: _Odds, now: _Odds) -> list[dict[str, Any]]:
    was, value = ({c["name"]: c["probability"] for c in one.told["claims"] or ()} for one in (then, now))
    return [{"name": c, "before": was.get(c), "after": value.get(c)} for c in now.case.claims]


def _reference(draws: Draws | None, found: Reheard | None) -> dict[str, Any] | None:
    """The reference account under the new evidence; None where the run kept no draws of it."""
    if draws is None or found is None:
        return None
    w = found.weighed
    after = {"log_evidence": w.log_evidence, "se": w.se} if w.good else None
    return {
        "before": {"log_evidence": draws.log_evidence, "se": draws.se},
        "after": after,
        "pareto_k": w.k if math.isfinite(w.k) else None,
        "withheld": not w.good,
    }


def _items(before: Docket, after: Docket, changed: set[str], found: Mapping[Set, Reheard], now: _Odds) -> list[dict[str, Any]]:
    """What each item adds to every account's log evidence by the change, in bans; those that do not matter are one row.

    ``bans`` of an account add up to the change of its log evidence.
    """
    entries = {e.item.id: e for docket in (before, after) for e in docket.entries}
    parts = {n: now.parts(n) for n in now.names}
    rows, rest = [], dict.fromkeys(now.names, 0.0)
    for name in dict.fromkeys([*after.ids, *before.ids]):
        bans = {n: sum(p * found[s].credit[name] for s, p in parts[n].items()) / BAN for n in now.names}
        mean = sum(bans.values()) / len(bans)
        most = max(bans, key=lambda n: abs(bans[n] - mean))
        if name not in changed and abs(bans[most] - mean) < NOTICED:
            rest = {n: rest[n] + b for n, b in bans.items()}
            continue
        rows.append({"id": name, "what": _about(entries[name].item), "account": most, "moves": bans[most] - mean, "bans": bans})
    rows.sort(key=lambda row: (row["id"] not in changed, -abs(row["moves"])))
    mean = sum(rest.values()) / len(rest)
    most = max(rest, key=lambda n: abs(rest[n] - mean))
    return [*rows, {"id": None, "what": "all others", "account": most, "moves": rest[most] - mean, "bans": rest}]


def told(row: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """The odds of an account as they may be told: a range alone where a log evidence is known to no better than half a nat."""
    if row.get("probability") is None:
        return "withheld"
    span = f"{percent(row['low'])} to {percent(row['high'])}"
    rough = any(a[when]["se"] > UNSURE for a in document["accounts"] for when in ("before", "after") if a[when])
    return span if rough else f"{percent(row['probability'])} ({span})"


def _sentence(document: Mapping[str, Any]) -> str:
    """What changed, and what came of it."""
    changed = document["changed"]
    if not changed:
        return "The evidence is that of the run: nothing to weigh again."
    counts = {kind: sum(c["change"] == kind for c in changed) for kind in ("added", "removed", "altered", "treated otherwise")}
    parts = [f"{listing([f'{n} {kind}' for kind, n in counts.items() if n])}."]
    withheld = [a["name"] for a in document["accounts"] if a["withheld"]]
    if withheld:
        why = f"The worlds of the run cannot tell of {listing(withheld)} (Pareto k above {GOOD})"
        parts.append(f"{why}; weigh anew: {document['weigh_anew']}")
    elif not document["withheld"]:
        top = max(document["accounts"], key=lambda a: a["after"]["probability"])
        parts.append(f"{top['name']} leads at {told(top['after'], document)}, {told(top['before'], document)} before.")
    named = [row for row in document["items"] if row["id"] is not None]
    if named and not withheld:
        row = max(named, key=lambda r: abs(r["moves"]))
        if abs(row["moves"]) < NOTICED:
            parts.append("No item moves an account by a twentieth of a ban against the mean.")
        else:
            gives = "gives {} {:.2f} bans" if row["moves"] > 0 else "takes {1:.2f} bans from {0}"
            how = "" if row["id"] in {c["id"] for c in changed} else " (it stays as it was, and counts otherwise beside what changed)"
            parts.append(f"Most by {row['id']}{how}, which {gives.format(row['account'], abs(row['moves']))} against the mean.")
    return " ".join(parts)
