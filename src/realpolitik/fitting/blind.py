"""Synthetic crises weighed blind, one small file for each, so that a stop loses at most the one at work.

The truth of a crisis and the chance of its weighing come from streams of their own; the weighing sees the reports only. Every crisis is
weighed as ``weigh`` does (evidence coarsened by ζ, rule F4) and, where asked, once more at full weight (ζ = 1): under the true model only
the latter should be calibrated. With ``wrong`` the crises are those of simulators that are wrong on purpose (wrong/kinds.py); the
weighing does not know it. With ``where`` only crises count in which a decision was taken, and the weighing is told that it was. With
``dated`` no crisis is weighed whole: what was expected at a date in its midst is compared with what came (foretold.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from realpolitik.case.records import Case
from realpolitik.chance.compiled import law_digest
from realpolitik.chance.keys import combine_array
from realpolitik.crisis.layout import Q_DEAD
from realpolitik.errors import RunError
from realpolitik.fitting import odds, sampler, storage
from realpolitik.fitting.account import Fit
from realpolitik.fitting.coarsening import power
from realpolitik.fitting.evidence import Docket, build_docket
from realpolitik.fitting.executors import Failed, outcomes, refuse
from realpolitik.fitting.foretold import date_of, foretell
from realpolitik.fitting.law import law_of_odds
from realpolitik.fitting.model import NATIONAL
from realpolitik.fitting.parcel import Parcel, opened, pack
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.runfolder import run_key, safe_name
from realpolitik.fitting.settings import Settings
from realpolitik.fitting.synthetic import Synthetic, selected, synthesise
from realpolitik.fitting.weigh import fit_set, fly, sets_of, vars_of
from realpolitik.fitting.wrong.kinds import KINDS, kind_of

Set = tuple[str, ...]
ABOUT = "calibration.json"
PARAMETERS = ("contagion", "mobilisable", "spell_end", "threat_slope")
"""Whose ranks are kept: those that no claim of the case sets."""
DEAD, TOLD = "dead at the end", "log density of the figures"
"""A consequence of parameters and chance, and a quantity that depends on the data as well (Modrak et al. 2023)."""


@dataclass(frozen=True)
class Calibration:
    """What is to be done; ``weights`` are some of "coarsened" and "full", ``where`` a public decision, ``dated`` the work of a forecast."""

    case: Case | Parcel
    effort: str
    settings: Settings
    seed: int
    weights: tuple[str, ...]
    wrong: bool = False
    where: str | None = None
    dated: Settings | None = None

    @property
    def key(self) -> str:
        """Digest of everything the numbers depend on."""
        return run_key(
            fingerprint=self.case.fingerprint,
            kernels=law_digest(),
            settings=vars_of(self.settings),
            seed=self.seed,
            weights=list(self.weights),
            calibration=2,
            wrong=[kind.name for kind in KINDS] if self.wrong else None,
            where=self.where,
            dated=vars_of(self.dated) if self.dated is not None else None,
        )

    def folder(self, runs: Path) -> Path:
        """Where its crises are kept."""
        kind = "calibrate-wrong" if self.wrong else "calibrate-forecasts" if self.dated is not None else "calibrate"
        return Path(runs) / f"{kind}-{safe_name(self.case.name)}-{self.effort}-{self.key[:12]}"


def open_folder(plan: Calibration, runs: Path, resume: bool) -> Path:
    """Make the folder, or go on with it.

    Raises
    ------
    RunError
        When it holds finished crises and ``resume`` was not asked for, or is another plan's.
    """
    folder = plan.folder(runs)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage.unwritable(folder, error) from error
    if (folder / ABOUT).exists():
        if storage.read_json(folder / ABOUT).get("key") != plan.key:
            raise RunError(f"'{folder}' holds the crises of another calibration; move it away")
        if not resume and (done := len(finished(folder))):
            raise RunError(f"'{folder}' holds {done} finished crises; go on with --resume, or move it away to begin anew")
    about = {"key": plan.key, "case": plan.case.name, "effort": plan.effort, "seed": plan.seed, "weights": plan.weights}
    about |= {"wrong": plan.wrong, "where": plan.where, "forecasts": plan.dated is not None}
    storage.write_json(folder / ABOUT, about, indent=2)
    return folder


def finished(folder: Path) -> dict[int, Path]:
    """Files of finished crises by number."""
    return {int(p.stem.removeprefix("crisis-")): p for p in sorted(folder.glob("crisis-*.json")) if p.stem[7:].isdigit()}


@dataclass(frozen=True)
class CrisisUnit:
    """One synthetic crisis to weigh, as plain data where the plan holds its case in a parcel."""

    plan: Calibration
    number: int

    @property
    def name(self) -> str:
        """Which crisis."""
        return f"crisis {self.number}"


def weigh_unit(unit: CrisisUnit, pool: Executor | None, tell: Callable[[float, str], None]) -> dict[str, Any]:
    """:func:`weigh_one` wherever it is."""
    return weigh_one(replace(unit.plan, case=opened(unit.plan.case)), unit.number, pool)


def calibrate(
    plan: Calibration,
    folder: Path,
    numbers: Iterable[int],
    threads: int,
    tell: Callable[[float, str], None] | None = None,
    executor: Executor | None = None,
) -> list[dict[str, Any]]:
    """Weigh the crises that are not finished yet, where ``executor`` says (here if None); gives all of ``numbers``, in order.

    Raises
    ------
    RunError
        When a crisis failed, after all others were weighed and kept; when a file of the folder is torn or another calibration's.
    """
    wanted = sorted(set(numbers))
    left = [n for n in wanted if n not in finished(folder)]
    sent = replace(plan, case=pack(plan.case)) if executor is not None else plan
    units, failed = [CrisisUnit(sent, n) for n in left], []

    def told(name: str, part: float, message: str) -> None:
        if tell is not None:
            tell(1.0 - (1.0 - part) * len(left) / max(len(wanted), 1), f"{name}: {message}")

    with ThreadPoolExecutor(threads) as pool:
        for index, outcome in outcomes(weigh_unit, units, pool, executor, told):
            if isinstance(outcome, Failed):
                failed.append(outcome)
            else:
                storage.write_json(folder / f"crisis-{units[index].number:05d}.json", outcome.value)
    refuse(failed, "the other crises are kept; --resume tries these again")
    files = finished(folder)
    rows = [storage.read_json(files[n]) for n in wanted]
    if any(row.get("key") != plan.key for row in rows):
        raise RunError(f"'{folder}' holds crises of another calibration; move it away")
    return rows


def weigh_one(plan: Calibration, number: int, pool: Executor | None) -> dict[str, Any]:
    """One crisis: the truth, what was stated of each account, and where the truth ranks among the draws of its own set of claims."""
    clock = time.process_time if pool is not None else time.thread_time  # a worker may weigh other crises on other threads
    began, cpu = time.perf_counter(), clock()
    wrong = kind_of(plan.seed, number) if plan.wrong else None
    # Its own chance for each crisis, and no stream that the truth was drawn from.
    seed = int(combine_array(sampler.stream(plan.seed, "weighed blind"), np.uint64(number)) >> np.uint64(1))
    rng = np.random.Generator(np.random.Philox(key=seed))
    as_of = date_of(plan.case, rng) if plan.dated is not None else None
    if plan.where is None:
        crisis = synthesise(plan.case, plan.seed, number, wrong, as_of)
    else:
        crisis = selected(plan.case, plan.seed, number, plan.where)
    docket = build_docket(crisis.case)
    names, sets = list(plan.case.accounts), sets_of(plan.case, list(plan.case.accounts))
    row: dict[str, Any] = {"key": plan.key, "number": number, "account": crisis.account, "claims": list(crisis.claims)}
    row |= {"items": len(docket.entries), "zeta": power(docket)}
    if plan.dated is not None and as_of is not None:
        row |= {"case": plan.case.name, "effort": plan.effort, "law": law_of_odds(plan.dated)}
        row |= foretell(plan.case, crisis, as_of, plan.dated, seed, rng, plan.weights, names, sets)
        return row | {"seconds": round(time.perf_counter() - began, 2), "cpu_seconds": round(clock() - cpu, 2)}
    if plan.where is not None:
        row |= {"case": plan.case.name, "effort": plan.effort, "law": law_of_odds(plan.settings), "where": plan.where}
    shares, log_prior = odds.shares_of_accounts(plan.case, names, sets), odds.prior_of_sets(plan.case, sets)
    if wrong is not None:
        row |= {"simulator": wrong.name, "case": plan.case.name, "effort": plan.effort, "law": law_of_odds(plan.settings)}
        row["prior"] = dict(zip(names, (shares @ np.exp(log_prior)).tolist(), strict=True))
    for weight in plan.weights:
        full = 1.0 if weight == "full" else None
        pilot = fly(crisis.case, docket, plan.settings, seed, weight=full)
        fits = {s: fit_set(s, build_problem(crisis.case, s), docket, plan.settings, seed, pilot, weight=full) for s in sets}
        values, se = np.array([fits[s].log_evidence for s in sets]), np.array([fits[s].se for s in sets])
        mean, draws, plain = odds.set_probabilities(values, odds.spread(se), log_prior)
        row[weight] = {
            "stated": dict(zip(names, (shares @ mean).tolist(), strict=True)),
            "plain": dict(zip(names, (shares @ plain).tolist(), strict=True)),
            "sd": dict(zip(names, np.std(draws @ shares.T, axis=0).tolist(), strict=True)),
            "se": float(se.max()),
            "drift": float(max(abs(f.sample.drift) for f in fits.values())),
            # No parameter of the weighing's model is a wrong simulator's truth.
            "ranks": {} if wrong is not None else ranks(crisis, fits[crisis.claims], docket, rng),
        }
    return row | {"seconds": round(time.perf_counter() - began, 2), "cpu_seconds": round(clock() - cpu, 2)}


def ranks(crisis: Synthetic, found: Fit, docket: Docket, rng: np.random.Generator) -> dict[str, float]:
    """Where the truth stands among the posterior draws of its own set of claims, from 0 to 1; ties are broken by chance."""
    prior = build_problem(crisis.case, found.claims).prior
    values = prior.transform(found.sample.z)
    draws = {name: values[prior.names.index(name)] for name in PARAMETERS}
    truth = {name: crisis.values[name] for name in PARAMETERS}
    draws[DEAD], truth[DEAD] = found.replay.paths[-1, NATIONAL.index(Q_DEAD), :].astype(float), crisis.dead
    figures = [docket.ids.index(name) for name in crisis.figures]
    draws[TOLD], truth[TOLD] = found.sample.items[:, figures].sum(axis=1), crisis.told
    return {name: rank(truth[name], draws[name], rng) for name in draws}


def rank(truth: float, draws: np.ndarray, rng: np.random.Generator) -> float:
    """Share of draws below the truth; a rank of the truth among the draws and itself, spread evenly over its cell.

    >>> 0.5 < rank(2.5, np.array([1.0, 2.0, 3.0]), np.random.default_rng(1)) < 0.75
    True
    """
    equal = np.isclose(draws, truth, rtol=1e-9, atol=1e-9)
    below = int(np.sum((draws < truth) & ~equal))
    return (below + rng.random() * (int(equal.sum()) + 1)) / (len(draws) + 1)


def shard_of(numbers: Sequence[int], which: int, of: int) -> list[int]:
    """Numbers of shard ``which`` (from 1) of ``of``.

    >>> shard_of(range(1, 8), 2, 3)
    [2, 5]
    """
    return [n for k, n in enumerate(numbers) if k % of == which - 1]
