"""The main job: fit every set of claims that an account tells, the reference account beside them, and assemble the results."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from realpolitik.case.records import Case
from realpolitik.chance.compiled import is_compiled, law_digest
from realpolitik.errors import UsageError
from realpolitik.fitting import warm
from realpolitik.fitting.account import Fit, Save, Work, climb, fit
from realpolitik.fitting.coarsening import power
from realpolitik.fitting.deaths import SafeWork, made_whole
from realpolitik.fitting.efforts import EFFORTS
from realpolitik.fitting.evidence import Docket, build_docket
from realpolitik.fitting.executors import Failed, outcomes, refuse
from realpolitik.fitting.fitfile import fit_arrays, fit_of
from realpolitik.fitting.law import law_of_odds
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.parcel import Parcel, opened, pack
from realpolitik.fitting.pilot import Pilot, pilot_of
from realpolitik.fitting.posterior import Draws, reference_folder, save_draws
from realpolitik.fitting.problem import Problem, build_problem
from realpolitik.fitting.reference import ReferenceModel, reference_problem
from realpolitik.fitting.results import assemble
from realpolitik.fitting.runfolder import RunFolder, find_resumable, run_key, why_anew
from realpolitik.fitting.settings import Settings
from realpolitik.fitting.stipulated import stipulated
from realpolitik.fitting.tree import posterior_tree, ready

Progress = Callable[[str, float, str], None]
Set = tuple[str, ...]
REFERENCE: Set = ("the reference account",)
PILOT = "the pilot"
FLIGHT: Set = (PILOT,)


def work_of(claims: Set, problem: Problem, docket: Docket, settings: Settings, seed: int, weight: float | None = None) -> Work:
    """The likelihood of one set of claims; ``weight`` of every item, ζ of rule F4 if None."""
    if claims == REFERENCE:
        warm.rest()
    kind = ReferenceModel if claims == REFERENCE else CrisisModel
    mask = np.ones(len(docket.entries))
    powers = (power(docket) if weight is None else weight) * mask
    return SafeWork(kind(problem, docket, powers, mask=mask, run_out=True), problem.prior.transform, powers, settings.worlds, seed, None)


def fit_set(
    claims: Set,
    problem: Problem,
    docket: Docket,
    settings: Settings,
    seed: int,
    pilot: Pilot | None = None,
    folder: RunFolder | None = None,
    tell: Callable[[float, str], None] | None = None,
    resume: bool = False,
    weight: float | None = None,
) -> Fit:
    """Fit one set of claims (or the reference account), from the stages stored in ``folder`` if ``resume``."""
    name, work = name_of(claims), work_of(claims, problem, docket, settings, seed, weight)
    settings = replace(settings, passes=passes_of(claims, settings))
    save, stored = _progress(name, claims, folder, resume)
    return made_whole(fit(name, claims, work, problem, settings, seed, work.model.noise_keys, pilot, save, stored, tell))


def fly(
    case: Case,
    docket: Docket,
    settings: Settings,
    seed: int,
    folder: RunFolder | None = None,
    tell: Callable[[float, str], None] | None = None,
    resume: bool = False,
    weight: float | None = None,
) -> Pilot | None:
    """The pilot of a weighing; None where the effort has none, or nothing was reported."""
    problem = build_problem(case, ())
    work = work_of((), problem, docket, settings, seed, weight)
    if not settings.pilot or not work.powers.any():
        return None
    save, stored = _progress(PILOT, (), folder, resume)
    settings = replace(settings, passes=passes_of(FLIGHT, settings), further=0)
    return pilot_of(climb(PILOT, work, problem, settings, seed, work.model.noise_keys, None, save, stored, tell), problem.prior)


def _progress(name: str, claims: Set, folder: RunFolder | None, resume: bool) -> tuple[Save | None, dict | None]:
    """How a fit stores its stages, and the last one stored."""
    if folder is None:
        return None, None
    stored = folder.latest_stage(name) if resume else None
    return lambda stage, arrays: folder.save_stage(name, stage, arrays, {"claims": list(claims)}), stored[1] if stored else None


def passes_of(claims: Set, settings: Settings) -> int:
    """Passes of the fit of a set, the pilot or the reference account, whose parameters no pilot knows: it has the pilot's passes more."""
    if claims == FLIGHT:
        return settings.pilot
    return settings.passes + (settings.pilot if claims == REFERENCE else 0)


def name_of(claims: Set) -> str:
    """A set of claims in words."""
    return " + ".join(claims) or "no claim"


@dataclass(frozen=True)
class SetUnit:
    """One set of claims to fit, as plain data: to what was reported by ``as_of`` hours, its stages in the run at ``folder``."""

    case: Case | Parcel
    claims: Set
    as_of: float | None
    settings: Settings
    seed: int
    folder: Path
    key: str
    pilot: Pilot | None = None

    @property
    def name(self) -> str:
        """The claims in words."""
        return PILOT if self.claims == FLIGHT else name_of(self.claims)

    @property
    def passes(self) -> int:
        """How many passes its fit takes."""
        return passes_of(self.claims, self.settings)


def fit_unit(unit: SetUnit, pool: Executor | None, tell: Callable[[float, str], None]) -> tuple[Fit | Pilot | None, list[str]]:
    """Fit a set of claims (or fly the pilot), from its last stage if the run's folder holds one; gives it and warnings of damaged files.

    A folder that this process does not see keeps no stage: then a stop of the process loses the unit.
    """
    case = opened(unit.case)
    docket = build_docket(case, unit.as_of)
    folder = RunFolder.at(unit.folder, unit.key)
    found: Fit | Pilot | None
    if unit.claims == FLIGHT:
        found = fly(case, docket, unit.settings, unit.seed, folder, tell, resume=True)
    else:
        problem = reference_problem(case) if unit.claims == REFERENCE else build_problem(case, unit.claims)
        pilot = None if unit.claims == REFERENCE else unit.pilot
        found = fit_set(unit.claims, problem, docket, unit.settings, unit.seed, pilot, folder, tell, resume=True)
    return found, folder.warnings if folder is not None else []


def sets_of(case: Case, accounts: Sequence[str]) -> list[Set]:
    """Distinct sets of claims the accounts tell, in the order they first appear."""
    found: dict[Set, None] = {}
    for name in accounts:
        for _, claims in case.accounts[name].mixture:
            found.setdefault(claims)
    return list(found)


def weigh(
    case: Case,
    effort: str = "quick",
    seed: int = 1,
    accounts: Sequence[str] | None = None,
    threads: int | None = None,
    as_of: datetime | None = None,
    resume: bool = False,
    runs: Path = Path("runs"),
    progress: Progress | None = None,
    settings: Settings | None = None,
    executor: Executor | None = None,
) -> RunFolder:
    """Weigh the accounts of a case and keep the run on disk.

    Parameters
    ----------
    case : Case
        As read.
    effort : str
        A row of the table of efforts; ``settings`` overrides it (tests, calibration).
    as_of : datetime, optional
        Use only what was reported by then.
    resume : bool
        Go on from the newest unfinished run of the same question; otherwise everything is computed anew.
    executor : Executor, optional
        Where sets of claims are fitted (``fitting.executors``), here if None; changes no number.

    Returns
    -------
    RunFolder
        Finished; ``results`` holds the document.
    """
    if effort not in EFFORTS:
        raise UsageError(f"{effort!r} is not an effort; take {', '.join(EFFORTS)}")
    names = list(accounts) if accounts else list(case.accounts)
    if unknown := [n for n in names if n not in case.accounts]:
        raise UsageError(f"{case.name} has no account {unknown[0]!r}; it has {', '.join(case.accounts)}")
    settings = settings or EFFORTS[effort]
    tell = progress or (lambda stage, done, message: None)
    cutoff = case.clock.hours(as_of) if as_of is not None else None
    docket = build_docket(case, cutoff)
    asked = {
        "fingerprint": case.fingerprint,
        "kernels": law_digest(),
        "settings": vars_of(settings),
        "seed": seed,
        "accounts": sorted(names),
        "as_of": cutoff,
    }
    key = run_key(**asked)
    sent = pack(case) if executor is not None else case
    command = command_line(case, effort, seed, accounts, as_of)
    folder = find_resumable(Path(runs), key) if resume else None
    if resume and folder is None:
        tell("note", 0.0, why_anew(Path(runs), case.name, key, asked))
    folder = folder or RunFolder.create(Path(runs), case, key, command, asked)
    began, cpu = time.perf_counter(), time.process_time()
    sets = sets_of(case, names)
    fits: dict[Set, Fit] = {}
    if not is_compiled():
        tell("compiling", 0.0, "compiling the model, once for this version; about half a minute")
        warm.everything()
    cores = os.cpu_count() or 1
    count = threads or cores
    try:
        with ThreadPoolExecutor(even(len(sets), count) if count >= cores else count) as pool:
            loaded = pool.submit(ready)
            wanted = [REFERENCE, *sets]
            for claims in wanted:
                if (kept := folder.stored_fit(name_of(claims))) is not None:
                    fits[claims] = fit_of(claims, kept)
            first = SetUnit(sent, FLIGHT, cutoff, settings, seed, folder.path.absolute(), key)
            left = [claims for claims in wanted if claims not in fits]
            later = [claims for claims in left if claims != REFERENCE]
            units = [replace(first, claims=c) for c in [FLIGHT] * bool(later) + [REFERENCE] * (REFERENCE in left)]
            failed, elsewhere = [], 0.0
            whole = sum(unit.passes for unit in units) + settings.passes * len(later)
            of = len(units) + len(later)
            for index, outcome in outcomes(fit_unit, units, pool, executor, tell, of, lambda unit: unit.passes, whole):
                if isinstance(outcome, Failed):
                    failed.append(outcome)
                    continue
                claims, (found, warned) = units[index].claims, outcome.value
                if claims == FLIGHT:
                    units += [replace(first, claims=c, pilot=found) for c in later]
                else:
                    fits[claims] = found
                    folder.save_fit(name_of(claims), fit_arrays(found))
                folder.warnings += warned
                elsewhere += outcome.elsewhere
            refuse(failed, "what was finished is kept; --resume tries the rest again")
            fits = {claims: fits[claims] for claims in wanted}  # in their order, however they ended
            reference = fits.pop(REFERENCE)
            save_draws(reference_folder(folder.path), draws_of(reference))
            for fitted in fits.values():
                save_draws(folder.path, draws_of(fitted))
            told_back = {claims: stipulated(case, claims, fits[claims], docket, settings, seed, pool) for claims in sets}
        tell("answers", 0.99, "leave-one-out, predictive checks")
        frame = {
            "seed": seed,
            "effort": effort,
            "law": law_of_odds(settings),
            "threads": count,
            "seconds": time.perf_counter() - began,
            "cpu_seconds": time.process_time() - cpu + elsewhere,
            "world_steps": int(sum(f.world_steps for f in [*fits.values(), reference])),
            "command": command,
            "as_of": as_of.isoformat() if as_of is not None else None,
        }
        loaded.result()
        results = assemble(case, docket, names, sets, fits, reference, told_back, frame, folder.warnings)
        results["seconds"] = round(time.perf_counter() - began, 2)
        folder.write_tree(_tree(case, docket, fits, results))
        folder.finish(results)
    except BaseException:
        folder.close()
        raise
    tell("done", 1.0, str(folder.path))
    return folder


def even(units: int, cores: int) -> int:
    """Threads on which equal units are done soonest where all cores are ours: a core that finds no unit left would stand idle, so a few
    more than there are cores share them.

    >>> even(9, 2), even(10, 2), even(9, 4), even(3, 4)
    (3, 2, 5, 4)
    """
    return max(cores, -(-units // max(units // cores, 1)))


def draws_of(found: Fit) -> Draws:
    """What of a fit the answers replay."""
    sample = found.sample
    return Draws(found.claims, sample.z, sample.ids, sample.log_likelihood, sample.items, found.log_evidence, found.se)


def vars_of(settings: Settings) -> dict[str, float]:
    """Settings as plain numbers."""
    return {name: getattr(settings, name) for name in Settings.__dataclass_fields__}


def command_line(case: Case, effort: str, seed: int, accounts: Sequence[str] | None, as_of: datetime | None) -> str:
    """The command that gives this run again."""
    parts = ["realpolitik weigh", case.name, "--effort", effort, "--seed", str(seed)]
    if accounts:
        parts += ["--accounts", ",".join(accounts)]
    if as_of is not None:
        parts += ["--as-of", as_of.isoformat()]
    return " ".join(parts)


def _tree(case: Case, docket: Docket, fits: dict[Set, Fit], results: dict):
    from realpolitik.crisis.layout import QUANTITIES
    from realpolitik.fitting.model import NATIONAL

    times = [case.clock.moment(h).isoformat() for h in case.clock.edges_hours[1:]]
    quantities = [QUANTITIES[q] for q in NATIONAL] + [f"crowd {r.name}" for r in case.regions]
    per_set = {}
    for claims, f in fits.items():
        prior = build_problem(case, claims).prior
        values = prior.transform(f.sample.z)
        per_set[" + ".join(claims) or "no claim"] = {
            "posterior": {name: values[j] for j, name in enumerate(prior.names) if any(d[0] == j for d in prior.drivers)},
            "sample_stats": {"log_likelihood": f.sample.log_likelihood},
            "paths": np.moveaxis(f.replay.paths, 0, 1),
            "quantities": quantities,
            "times": times,
            "log_evidence": f.log_evidence,
            "se": f.se,
            "increments": f.sample.increments,
            "items": list(docket.ids),
        }
    return posterior_tree(per_set, case=case.name, seed=results["seed"], effort=results["effort"], fingerprint=case.fingerprint)
