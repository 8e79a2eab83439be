"""What each audience would say: the same weighing under its trust and its prior odds, and how much distrust would turn an answer.

The document is described in docs/answers-audiences.md. Everything is asked of the draws that a run keeps: one replay of each set of claims
is judged under every audience's trust and under the levels of trust that could tip a pair of accounts; widths of priors need no replay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from realpolitik.answers import tipping, withheld
from realpolitik.answers.doubted import whose
from realpolitik.answers.ensemble import threads
from realpolitik.answers.hearing import Hearing, move, trust_of
from realpolitik.answers.sizes import sizes
from realpolitik.answers.widths import widths
from realpolitik.case.records import Audience
from realpolitik.fitting.judging import Bench, Set, Terms
from realpolitik.fitting.posterior import Posterior
from realpolitik.fitting.reweigh import Reweighed
from realpolitik.fitting.reweigh_sets import reweigh_sets
from realpolitik.fitting.weigh import sets_of

if TYPE_CHECKING:
    from realpolitik.answers.run import Run

Progress = Callable[[str, float, str], None]
DRAWS = 512  # per set, replayed once for everything but sizes
MOVED = 6  # sets that may be tempered and moved, over all audiences: each costs several replays
HALF = 0.5  # trust at which a whole interest is told of
_WIDTH = {0.5: "halved", 0.8: "a fifth less", 1.25: "a quarter more", 2.0: "doubled"}
NAMED = 12  # changes of priors listed one by one; the others move the odds less


def answer(run: Run, progress: Progress | None = None) -> dict[str, Any]:
    """Odds by audience, tipping trust, widths of priors and sizes of claims, from a run's posterior (JSON ready)."""
    tell = progress or (lambda stage, done, message: None)
    names = [a["name"] for a in run.results["accounts"]]
    posterior = thinned(run.posterior, DRAWS)
    case = posterior.case
    sets = sets_of(case, names)
    with threads(run.threads) as pool:
        bench = Bench(posterior, pool)
        own = Hearing.of(case, names, sets)
        chosen = tipping.screened(bench, own)
        asked = {("audience", a.name): Terms(trust_of(case, a)) for a in case.audiences}
        levels = tipping.terms_of(bench, chosen)
        terms = [Terms(), *asked.values(), *levels.values()]
        found = reweigh_sets(bench, sets, terms, run.executor, lambda part, name: tell("audiences", 0.5 * part, name))
        by_terms = [{s: found[s][i] for s in sets} for i in range(len(terms))]
        base, heard = by_terms[0], by_terms[1 : 1 + len(asked)]
        at_level = dict(zip(levels, by_terms[1 + len(asked) :], strict=True))
        tell("audiences", 0.5, "moving where weights do not reach")
        left = MOVED
        audiences = []
        for a, one in zip(case.audiences, heard, strict=True):
            hearing = Hearing.of(case, names, sets, a)
            left -= move(bench, hearing, asked["audience", a.name], one, left)
            audiences.append(_told(a, hearing, one, run.results))
        # moves draws of `at_level` where weights do not reach: `tipping`, below, has to know what the odds of an interest are told from
        together = _interests(bench, own, levels, at_level)
        tell("audiences", 0.75, "widths of priors, sizes of claims")
        priors = widths(bench, own)
        curves = sizes(bench, sets)
    turned = tipping.tipping(own, base, chosen, at_level)
    tell("audiences", 1.0, "")
    told = own.told(base)
    return {
        "draws": max(len(d.z) for d in posterior.sets.values()),
        "accounts": told["accounts"],
        "audiences": audiences,
        "tipping": turned,
        "tried": [tipping.record(who) for who in chosen],
        "interests": together,
        "priors": priors,
        "sizes": curves,
        "sensitivity_withheld": [
            {"label": _half(who), "pareto_k": told_at["pareto_k"]}
            for (who, level), one in at_level.items()
            if level == HALF and (told_at := own.told(one))["withheld"]
        ],
        "sensitivity": _sensitivity(own, priors, at_level, told["probabilities"]),
    }


def thinned(posterior: Posterior, most: int) -> Posterior:
    """The posterior with at most ``most`` evenly spaced draws of each set."""
    sets = {}
    for claims, d in posterior.sets.items():
        kept = np.linspace(0, len(d.z) - 1, min(most, len(d.z))).round().astype(int)
        sets[claims] = replace(d, z=d.z[kept], ids=d.ids[kept], log_likelihood=d.log_likelihood[kept], items=d.items[kept])
    return replace(posterior, sets=sets)


def _interests(bench: Bench, own: Hearing, levels: dict, at_level: dict) -> list[dict[str, Any]]:
    """What half trust in all reporters of one interest makes of the odds, by interest; where weights do not reach, draws are moved."""
    left, rows = MOVED, []
    case = bench.posterior.case
    for interest in sorted({reporter.interest for reporter in case.reporters.values()}):
        who = "interest", interest
        row = {"interest": interest, "reporters": len(tipping.members(bench, who)), "items": len(tipping.alone(bench, who)), "trust": HALF}
        found = at_level.get((who, HALF))
        if found is None:
            silent = {"why": None, "pareto_k": None, "withheld": False, "probabilities": None, "accounts": None, "claims": None}
            rows.append({**row, "tested": False, "leader": None, **silent})
            continue
        left -= move(bench, own, levels[who, HALF], found, left)
        told = own.told(found)
        rows.append({**row, "tested": True, "leader": _leader(told), "why": _why(told), **told})
    return rows


def _leader(told: dict[str, Any]) -> str | None:
    return None if told["withheld"] else max(told["accounts"], key=lambda row: row["probability"])["name"]


def _why(told: dict[str, Any]) -> str | None:
    return withheld.why(told["pareto_k"]) if told["withheld"] else None


def _told(audience: Audience, hearing: Hearing, found: dict[Set, Reweighed], results: dict[str, Any]) -> dict[str, Any]:
    told = hearing.told(found)
    given = {"trust": dict(audience.trust), "prior_odds": dict(audience.prior_odds), "account_odds": dict(audience.account_odds)}
    return {
        "name": audience.name,
        "says": audience.says,
        **given,
        "rows": list(audience.rows),
        "leader": _leader(told),
        "why": _why(told),
        "remedy": withheld.remedy(given, results) if told["withheld"] else None,
        **told,
        "moved": sum(found[s].passes > 0 for s in hearing.sets),
    }


def _half(who: tipping.Who) -> str:
    return f"half trust in {whose(tipping.record(who))}"


def _sensitivity(own: Hearing, priors: list[dict[str, Any]], at_level: dict, base: dict[str, float] | None) -> list[dict[str, Any]]:
    """Rows for part 1 of the cable: half trust in those who come nearest to tipping something, and the priors that move most."""
    rows = []
    for (who, level), found in at_level.items():
        if level == HALF:
            rows.append({"label": _half(who), **own.told(found)})
    for change in priors:
        width = _WIDTH[change["factor"]]
        what = change["label"] if change["group"] else f"the prior of {change['label']}"
        rows.append({**change, "label": f"{what}, width {width}"})

    def shift(row: dict[str, Any]) -> float:
        p = row["probabilities"]
        return max(abs(p[n] - (base or p)[n]) for n in p) if p else 0.0

    shown = [r for r in rows if r["probabilities"] is not None]
    single = sorted((r for r in shown if r.get("group") is False), key=shift, reverse=True)[:NAMED]
    kept = [r for r in shown if r.get("group") is not False] + single
    return [{key: r[key] for key in ("label", "probabilities", "pareto_k")} for r in kept]
