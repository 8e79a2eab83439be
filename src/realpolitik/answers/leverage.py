"""Leverage: by how much the ruler's chance of lasting drops when a patron ends its support (docs/answers-leverage.md, rules L1 to L9)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from realpolitik.answers import acts
from realpolitik.answers.concession import frozen_and_reacting, necessity
from realpolitik.answers.concessions import concessions
from realpolitik.answers.ensemble import posterior_worlds, threads
from realpolitik.answers.filtered import Population, population_at, prior_population
from realpolitik.answers.ledger import LEARNT, ledger
from realpolitik.answers.paired import plain
from realpolitik.answers.players import share_of_players
from realpolitik.answers.standing import HORIZON, Futures, contraction, futures_at, summary
from realpolitik.case.distributions import Distribution
from realpolitik.case.mistakes import Mistake
from realpolitik.case.records import Case
from realpolitik.case.times import moment
from realpolitik.crisis import layout as at
from realpolitik.errors import UsageError
from realpolitik.fitting.intervention import Arm, never

if TYPE_CHECKING:
    from realpolitik.answers.run import Run
    from realpolitik.answers.store import Progress

HEADLINE = "refused silently"
"""The act that `leverage` without a name is about: support ends, and no panic is assumed."""
STEPS_IN = Distribution("beta", 2.0, 6.0, "beta(2, 6)")
"""Chance that another patron steps in where the alliance refuses: judgement."""
AS_IT_GOES = "as it goes"  # the policy of the model's own ruler


def answer(run: Run, progress: Progress) -> dict[str, Any]:
    """Leverage before, at the peak and at the end of the crisis."""
    return leverage(run, (), progress)


def leverage(run: Run, dates: tuple[str, ...] = (), progress: Progress | None = None) -> dict[str, Any]:
    """Leverage at moments; without any: the clock's start, the peak, the clock's end.

    Raises
    ------
    UsageError
        For a date that cannot be read or lies after the clock's end.
    """
    posterior = run.posterior
    case = posterior.case
    asked = _moments(run, case, dates)
    tell = progress or (lambda stage, done, message: None)
    head = {
        "case": case.name,
        "seed": posterior.seed,
        "horizon_days": HORIZON,
        "headline": HEADLINE,
        "acts": {name: meaning for name, (_, meaning) in acts.ACTS.items()},
    }
    if case.alliance is None and not any(patron.acts for patron in case.patrons):
        return {**head, "patron": None, "moments": [], "ledger": ledger(case, posterior.seed, None, None, None, {})}
    patron = next((p.name for p in case.patrons if p.through), case.alliance.name if case.alliance else None)
    with threads(run.threads) as pool:
        found, draws = [], {}
        for number, (name, hours) in enumerate(asked):
            tell("leverage", number / len(asked), name)
            one, kept = _moment(run, name, hours, pool, full=len(asked) < 3 or name == "peak")
            found.append(one)
            draws[name] = kept
        needed = _necessity(run, pool) if case.alliance is not None else None
    first, peak, last = (draws[name] for name, _ in (asked[0], asked[len(asked) // 2], asked[-1]))
    bargain = None if patron is None or peak["L"] is None else concessions(patron, peak["L"], last["L"], seed=posterior.seed)
    others = {p.name: {name: kept["patrons"].get(p.name) for name, kept in draws.items()} for p in case.patrons}
    return {
        **head,
        "patron": patron,
        "moments": found,
        "necessity": needed,
        "concession": bargain,
        "ledger": ledger(case, posterior.seed, patron, first, last, others, peak),
    }


def _moments(run: Run, case: Case, dates: tuple[str, ...]) -> list[tuple[str, float]]:
    """Names and hours of the moments."""
    if not dates:
        return [("before", -24.0), ("peak", _peak(run)), ("after", _evening_before_the_end(case))]
    found = []
    for text in dates:
        try:
            written = moment(text, case.clock.timezone)
        except Mistake as mistake:
            raise UsageError(f"{mistake.wrong}; {mistake.right}") from None
        hours = case.clock.hours(written.begins)
        if hours > case.clock.duration_hours:
            first, last = (f"{case.clock.moment(h):%Y-%m-%d}" for h in (0.0, case.clock.duration_hours))
            raise UsageError(f"{text!r} lies after the clock's end; the clock runs from {first} to {last}")
        found.append((text, hours))
    return found


def _evening_before_the_end(case: Case) -> float:
    """The last day of the clock."""
    return max(case.clock.duration_hours - 24.0, 0.0)


def _peak(run: Run) -> float:
    """Hour of the largest crowd of the leading account, by its median; the middle of the clock where the run kept no course."""
    crowd = (run.results.get("series") or {}).get("crowd") or {}
    accounts = {a["name"]: a.get("probability") or 0.0 for a in run.results.get("accounts") or ()}
    fans = crowd.get("accounts") or {}
    clock = run.posterior.case.clock
    if not fans or not crowd.get("times"):
        return 0.5 * clock.duration_hours
    leader = max(fans, key=lambda name: accounts.get(name, 0.0))
    place = int(np.argmax(fans[leader]["median"]))
    return clock.hours(datetime.fromisoformat(crowd["times"][place]))


def _moment(run: Run, name: str, hours: float, pool: ThreadPoolExecutor, full: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Everything about one moment, and the draws that the ledger and the bargain need."""
    posterior = run.posterior
    case = posterior.case
    then = population_at(run, hours, pool)
    futures = futures_at(posterior, then, hours, pool)
    prior = prior_population(posterior)
    before = None if then.how == "nothing" else futures_at(posterior, prior, hours, pool)
    hindsight = futures_at(posterior, _known_now(run, then), hours, pool)
    document: dict[str, Any] = {
        "name": name,
        "at": case.clock.moment(hours).isoformat(),
        "reports": sum(entry.treatment not in ("copy", "restated") for entry in then.docket.entries),
        "worlds": then.label,
        "how": then.how,
        "pareto_k": None if then.k is None else plain(then.k),
        "counted": plain(then.share),
    }
    kept: dict[str, Any] = {"L": None, "patrons": {}, "contraction": None}
    if case.alliance is not None:
        own = _of_alliance(futures, before, hindsight, full)
        document |= own[0]
        kept |= {"L": own[1].mean(axis=1), "values": own[1], "contraction": own[0]["contraction"]}
        document["others_react"] = _others_react(case, own[1])
        if full:
            document["players"] = share_of_players(case, futures)
    document["patrons"] = {}
    for patron in case.patrons:
        for act in patron.acts:
            if act in acts.PATRON_ACTS:
                gain = futures.survival(acts.PATRON_ACTS[act]) - futures.survival(lambda standing: Arm())
                document["patrons"].setdefault(patron.name, {})[act] = summary(gain)
                kept["patrons"].setdefault(patron.name, []).append(gain)
    return document, kept


def _known_now(run: Run, then: Population) -> Population:
    """Worlds fitted to everything the run knows, brought to the moment under all its evidence."""
    return then if then.how == "fitted" else population_at(run, None)


def _of_alliance(futures: Futures, before: Futures | None, hindsight: Futures, full: bool) -> tuple[dict[str, Any], NDArray]:
    """Survival with support and without, by act; what the signal, the troops and panic have in it; prior beside posterior."""
    s1 = futures.survival(acts.supported)
    s0 = {name: futures.survival(arm) for name, (arm, _) in acts.ACTS.items()}
    gain = s1 - s0[HEADLINE]
    signal, troops = futures.survival(acts.without_signal), futures.survival(acts.without_troops)
    # two players, the signal and the troops; without both, support is silence
    by_signal = 0.5 * ((troops - s0[HEADLINE]) + (s1 - signal))
    by_troops = 0.5 * ((signal - s0[HEADLINE]) + (s1 - troops))
    document: dict[str, Any] = {
        "supported": summary(s1),
        "acts": {
            name: {"survival": summary(alone), "leverage": summary(s1 - alone), "possible": _possible(name, futures)}
            for name, alone in s0.items()
        },
        "leverage": summary(gain),
        "necessity_of_means": _ratio(necessity(s1.mean(), s0[HEADLINE].mean())),
        "split": {
            "signal": summary(by_signal),
            "freed troops": summary(by_troops),
            "panic": summary(s0[HEADLINE] - s0["withdrawn publicly"]),
        },
    }
    known = hindsight.survival(acts.supported) - hindsight.survival(acts.refused_silently)
    wide = gain if before is None else before.survival(acts.supported) - before.survival(acts.refused_silently)
    learnt = contraction(wide, gain)
    document["prior"] = summary(wide)
    document["contraction"] = 0.0 if before is None else learnt
    document["hindsight"] = {**summary(known), "contraction": contraction(wide, known)}
    document["assumed"] = document["contraction"] is None or document["contraction"] < LEARNT
    if full:
        document["policies"] = _policies(futures, s1, s0[HEADLINE])
    return document, gain


def _others_react(case: Case, gain: NDArray) -> dict[str, Any] | None:
    """Leverage where another patron may step in: a share q of it is gone, q from STEPS_IN; None where the case names nobody who might."""
    names = [patron.name for patron in case.patrons if "stands in" in patron.acts and not patron.through]
    if not names:
        return None
    found = summary(gain)
    factors = 1.0 - STEPS_IN.from_standard_normal(ndtri(np.array([0.5, 0.95, 0.05])))
    keep = 1.0 - STEPS_IN.a / (STEPS_IN.a + STEPS_IN.b)
    ends = sorted(found["mean"] * float(factor) for factor in factors[1:])
    left = {"mean": plain(found["mean"] * keep), "low": plain(ends[0]), "high": plain(ends[1])}
    return {"patrons": names, "prior": STEPS_IN.text, "leverage": left}


def _ratio(value: NDArray) -> float | None:
    number = float(value)
    return plain(number) if np.isfinite(number) else None


def _possible(act: str, futures: Futures) -> float:
    """Share of worlds in which the act can still be done: nobody can leave unasked what was asked for, nor refuse what was answered."""
    asked = futures.state(at.TAKEN + at.REQUEST) >= 0.0
    over = futures.state(at.TAKEN + at.WITHDRAW) >= 0.0
    answered = (futures.state(at.TAKEN + at.ACCEPT) >= 0.0) | (futures.state(at.TAKEN + at.REFUSE) >= 0.0)
    open_ = {"never asked": ~asked | over, "refused publicly": ~answered | over}.get(act, np.ones_like(asked))
    return plain(float(open_.mean()))


def _policies(futures: Futures, helped: NDArray, left: NDArray) -> dict[str, Any]:
    """Survival under each policy open to the ruler with support and without; frozen at the best with support, and chosen anew."""
    names = [AS_IT_GOES, *acts.POLICIES]
    with_help = [helped, *(futures.survival(lambda s, p=policy: acts.supported(s).also(p(s))) for policy in acts.POLICIES.values())]
    alone = [left, *(futures.survival(lambda s, p=policy: acts.refused_silently(s).also(p(s))) for policy in acts.POLICIES.values())]
    s1, s0 = (np.array([values.mean() for values in side]) for side in (with_help, alone))
    frozen, reacting = frozen_and_reacting(s1, s0)
    return {
        "survival": {n: {"supported": plain(float(a)), "alone": plain(float(b))} for n, a, b in zip(names, s1, s0, strict=True)},
        "frozen": plain(float(frozen)),
        "reacting": plain(float(reacting)),
        "best_supported": names[int(np.argmax(s1))],
        "best_alone": names[int(np.argmax(s0))],
    }


def _necessity(run: Run, pool: ThreadPoolExecutor) -> dict[str, Any] | None:
    """Share of the worlds in which the ruler lasted that would have lost him, with their own chance and no help."""
    worlds = posterior_worlds(run.posterior, pool, 320)
    if not worlds.groups:
        return None
    lasted = worlds.run(lambda group: Arm(), pool)["survival"]
    alone = worlds.run(lambda group: never(at.ACCEPT, at.DEPLOY), pool)["survival"]
    s1, s0 = float(worlds.weight @ lasted), float(worlds.weight @ alone)
    return {"survival": plain(s1), "without_help": plain(s0), "necessity": _ratio(necessity(s1, s0)), "worlds": len(lasted)}
