"""What must not move the odds: the evidence of a run told again in another way, on the worlds the run kept.

    python -m realpolitik.fitting.invariance runs/kazakhstan-2022-... [more runs of the case, other seeds]

A toll told ten times by one reporter, a copy of a report, a report of grade F6, the file shuffled, all time windows halved or
doubled, steps of 3, 1 and half an hour where the clock is fine. The draws are replayed under the changed evidence; each set's change of log
evidence is the log of the mean ratio of likelihoods over its draws, so the same draws stand on both sides and the Monte Carlo error of the
fit drops out. Pareto k says whether that mean can be trusted; where it is above 0.7 a short ladder crosses from one evidence to the other
(:mod:`realpolitik.fitting.crossing`), which takes minutes. The largest difference between two sets is told beside what errors alone would
give on average. Several runs of one case are taken together, with the error that their spread shows.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from realpolitik.case.records import Case, Item
from realpolitik.errors import UsageError
from realpolitik.fitting import odds, storage
from realpolitik.fitting.crossing import Work, cross
from realpolitik.fitting.evidence import Docket, act_of, build_docket
from realpolitik.fitting.filter import Filtered, run_filter
from realpolitik.fitting.pareto import GOOD, weigh_up
from realpolitik.fitting.posterior import Posterior, Set, load_posterior
from realpolitik.fitting.problem import structure_of
from realpolitik.fitting.runfolder import RESULTS
from realpolitik.fitting.sampler import stream

_WORK = Work()


@dataclass(frozen=True)
class Change:
    """One change: by set the nats its log evidence moves, the error of the difference of two, the largest difference that errors alone
    would give on average (``chance``) and the largest k (None where ladders crossed); by claim the bans its odds move."""

    name: str
    nats: Mapping[Set, float]
    error: float
    chance: float
    k: float | None
    bans: Mapping[str, float]

    @property
    def bayes_factor(self) -> float:
        """Largest change of a log Bayes factor between two sets, in nats."""
        return max(self.nats.values()) - min(self.nats.values())


def _toll(case: Case) -> Item:
    found = next((i for i in case.evidence if i.mode == "ever" and i.value is not None), None)
    if found is None:
        raise UsageError(f"{case.name} has no figure that counts `ever`; there is nothing to tell ten times")
    return found


def _lasts(item: Item) -> bool:
    """Whether its span is no doubt about a date: what was counted over it, was held through it or did not happen in it."""
    return item.mode == "new" or item.absent or item.what in ("seat held", "post held")


def _windows(case: Case, factor: float) -> Case:
    """Every window of doubt ``factor`` times as wide.

    Windows of one act that have a time in common are stretched about the middle of it: about their own middles, reports that agree would
    contradict each other once halved, and that is other evidence.
    """
    end = float(case.clock.edges_hours[-1])
    told: dict[tuple, list[tuple[float, float]]] = {}
    for item in case.evidence:
        if item.when is not None and not _lasts(item):
            told.setdefault(_of_one(case, item), []).append(item.when)

    def stretched(item: Item) -> Item:
        if item.when is None or _lasts(item):
            return item
        windows = told[_of_one(case, item)]
        common = max(begins for begins, _ in windows), min(ends for _, ends in windows)
        begins, ends = common if common[0] <= common[1] else item.when
        middle = 0.5 * (begins + ends)
        first, last = (middle + factor * (t - middle) for t in item.when)
        return replace(item, when=(max(first, 0.0), min(last, end)))

    return replace(case, evidence=tuple(stretched(i) for i in case.evidence))


def _of_one(case: Case, item: Item) -> tuple:
    """What the reports of one act share; any other item is by itself."""
    act = act_of(case, item)
    return (*act, item.what) if act else (item.id,)


def changes_of(case: Case) -> Iterator[tuple[str, Case]]:
    """Names of the changes and the case under each."""
    toll = _toll(case)
    again = tuple(replace(toll, id=f"{toll.id} again {n}", origin=f"{toll.id} again {n}", reported=toll.reported + n) for n in range(1, 10))
    yield f"{toll.id} ten times by one reporter", replace(case, evidence=case.evidence + again)
    copy = replace(toll, id=f"{toll.id} copied", origin=toll.origin or toll.id, by=("another paper",))
    original = replace(toll, origin=toll.origin or toll.id)
    others = tuple(original if i is toll else i for i in case.evidence)
    yield f"a copy of {toll.id}", replace(case, evidence=(*others, copy))
    rumour = replace(toll, id="a rumour", origin="a rumour", by=("nobody knows whom",), grade="F6")
    yield "a toll of grade F6", replace(case, evidence=(*case.evidence, rumour))
    yield "the file shuffled", replace(case, evidence=case.evidence[::-1])
    yield "time windows halved", _windows(case, 0.5)
    yield "time windows doubled", _windows(case, 2.0)
    for step in (3.0, 1.0, 0.5):
        fine = tuple((begins, ends, step) for begins, ends, _ in case.clock.fine)
        if fine and fine != case.clock.fine:
            yield f"steps of {step:g} h where the clock is fine", replace(case, clock=replace(case.clock, fine=fine))


def measure(posterior: Posterior, name: str, case: Case, pool: ThreadPoolExecutor, work: Work = _WORK, borne: float = GOOD) -> Change:
    """Replay every set's draws under the changed evidence; where they do not bear it (k above ``borne``), cross over by ``work``."""
    changed = replace(posterior, case=case)
    docket = build_docket(case, posterior.as_of)

    def replayed(claims: Set) -> tuple[float, float, float]:
        draws, model = posterior.sets[claims], changed.model(claims, docket)
        run = run_filter(model, model.problem.prior.transform(draws.z), draws.ids, 1, posterior.seed)
        value, error, _, k = weigh_up(run.evidence - draws.log_likelihood)
        return value, error, k

    found = list(pool.map(replayed, posterior.sets))
    k: float | None = max(row[2] for row in found)
    values = [row[:2] for row in found]
    if k is not None and not k <= borne:
        values, k = list(pool.map(lambda claims: _crossed(posterior, changed, docket, claims, name, work), posterior.sets)), None
    nats = {claims: value for claims, (value, _) in zip(posterior.sets, values, strict=True)}
    two = sorted(error for _, error in values)[-2:]
    return Change(name, nats, math.hypot(*two), _range([error for _, error in values]), k, _bans(posterior.case, posterior, nats))


def _range(errors: Sequence[float]) -> float:
    """Mean of the largest difference between normal numbers with these standard deviations."""
    drawn = np.random.Generator(np.random.Philox(key=1)).standard_normal((4096, len(errors))) * np.nan_to_num(errors)
    return float(np.ptp(drawn, axis=1).mean())


def _crossed(posterior: Posterior, changed: Posterior, docket: Docket, claims: Set, name: str, work: Work) -> tuple[float, float]:
    here, there = posterior.model(claims), changed.model(claims, docket)
    draws = posterior.sets[claims]

    def both(z: NDArray, ids: NDArray) -> tuple[Filtered, Filtered]:
        one, two = (run_filter(m, m.problem.prior.transform(z), ids, 1, posterior.seed) for m in (here, there))
        return one, two

    key = stream(posterior.seed, "invariance", name, *claims)
    crossed = cross(draws.z, draws.ids, here.noise_keys, both, here.powers, structure_of(here.problem), key, work)
    return crossed.change, crossed.error


def _bans(case: Case, posterior: Posterior, nats: Mapping[Set, float]) -> dict[str, float]:
    sets = list(posterior.sets)
    prior = odds.prior_of_sets(case, sets)
    before = odds.softmax(np.array([posterior.sets[s].log_evidence for s in sets]) + prior)
    after = odds.softmax(np.array([posterior.sets[s].log_evidence + nats[s] for s in sets]) + prior)
    was, now = odds.claim_probabilities(case, sets, before), odds.claim_probabilities(case, sets, after)

    def bans(p: float) -> float:
        return math.log10(max(p, 1e-300) / max(1.0 - p, 1e-300))

    return {c: bans(now[c]) - bans(was[c]) for c in case.claims if 0.0 < was[c] < 1.0}


def together(changes: Sequence[Change]) -> Change:
    """One change as measured on several runs: the mean by set of what moved against the mean of all sets, its error from the spread
    over runs. ``error`` is that of the two least certain sets; ``k`` the largest."""
    sets = list(changes[0].nats)
    moved = np.array([[c.nats[s] for s in sets] for c in changes])
    moved -= moved.mean(axis=1, keepdims=True)
    mean, error = moved.mean(axis=0), moved.std(axis=0, ddof=1) / math.sqrt(len(moved))
    ks = [c.k for c in changes]
    k = None if None in ks else max(ks)
    common = [c for c in changes[0].bans if all(c in one.bans for one in changes)]
    bans = {c: float(np.mean([one.bans[c] for one in changes])) for c in common}
    return Change(changes[0].name, dict(zip(sets, mean.tolist(), strict=True)), math.hypot(*sorted(error)[-2:]), _range(error), k, bans)


def check(folders: Sequence[Path], only: str, work: Work, borne: float, tell: Callable[[Change], None]) -> None:
    """Measure every change whose name has ``only`` in it on finished runs of one case."""
    posteriors = [load_posterior(folder, storage.read_json(folder / RESULTS)) for folder in folders]
    if len({(p.case.fingerprint, p.as_of, tuple(p.sets)) for p in posteriors}) > 1:
        raise UsageError("the runs are not of one case, one date and the same accounts")
    with ThreadPoolExecutor() as pool:
        for name, case in changes_of(posteriors[0].case):
            if only in name:
                found = [measure(posterior, name, case, pool, work, borne) for posterior in posteriors]
                tell(found[0] if len(found) == 1 else together(found))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each change."""
    parser = argparse.ArgumentParser(prog="python -m realpolitik.fitting.invariance", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="run folders of one case, of several seeds for smaller errors")
    parser.add_argument("--only", default="", metavar="WORD", help="changes with this in their name, such as windows")
    parser.add_argument("--passes", type=int, default=Work.passes, metavar="N", help="passes of the ladders, where ladders cross")
    parser.add_argument("--ladders", action="store_true", help="cross by ladders everywhere: slower, and surer where draws are few")
    told_to = parser.parse_args(arguments)
    print(f"{'change':44s} {'log Bayes factor':>17s} {'error':>6s} {'chance':>6s} {'k':>6s} {'claim odds':>11s}")

    def told(c: Change) -> None:
        largest = max((abs(b) for b in c.bans.values()), default=0.0)
        how = f"{c.k:6.2f}" if c.k is not None else "ladder"
        print(f"{c.name:44s} {c.bayes_factor:12.3f} nats {c.error:6.3f} {c.chance:6.3f} {how} {largest:6.3f} bans", flush=True)

    check(told_to.runs, told_to.only, Work(passes=told_to.passes), -math.inf if told_to.ladders else GOOD, told)


if __name__ == "__main__":
    main()
