"""The main job: fit every set of claims that an account tells, the reference account beside them, and assemble the results."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import numpy as np

from realpolitik.case.records import Case
from realpolitik.chance.compiled import is_compiled, law_digest
from realpolitik.errors import UsageError
from realpolitik.fitting import warm
from realpolitik.fitting.account import Fit, fit
from realpolitik.fitting.coarsening import power
from realpolitik.fitting.deaths import SafeWork, made_whole
from realpolitik.fitting.efforts import EFFORTS
from realpolitik.fitting.evidence import Docket, build_docket
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.posterior import Draws, save_draws
from realpolitik.fitting.problem import Problem, build_problem, structure_of
from realpolitik.fitting.reference import ReferenceModel, reference_problem
from realpolitik.fitting.results import assemble
from realpolitik.fitting.runfolder import RunFolder, find_resumable, run_key
from realpolitik.fitting.sampler import Settings
from realpolitik.fitting.stipulated import stipulated
from realpolitik.fitting.tree import posterior_tree

Progress = Callable[[str, float, str], None]
Set = tuple[str, ...]
REFERENCE: Set = ("the reference account",)


def fit_set(
    claims: Set,
    problem: Problem,
    docket: Docket,
    settings: Settings,
    seed: int,
    pool: ThreadPoolExecutor,
    folder: RunFolder | None = None,
    tell: Callable[[float, str], None] | None = None,
    resume: bool = False,
) -> Fit:
    """Fit one set of claims (or the reference account), from the stages stored in ``folder`` if ``resume``."""
    kind = ReferenceModel if claims == REFERENCE else CrisisModel
    mask = np.ones(len(docket.entries))

    whole = kind(problem, docket, mask, mask=mask, run_out=True)
    name = " + ".join(claims) or "no claim"
    work = SafeWork(whole.with_powers, problem.prior.transform, power(docket) * mask, settings.worlds, seed, pool)
    stored = folder.latest_stage(name) if (folder is not None and resume) else None
    save = (lambda stage, arrays: folder.save_stage(name, stage, arrays, {"claims": list(claims)})) if folder is not None else None
    found = fit(
        name,
        claims,
        work,
        problem.prior.dimension,
        settings,
        seed,
        whole.noise_keys,
        structure_of(problem, whole.noise_blocks),
        save,
        stored[1] if stored else None,
        tell,
    )
    return made_whole(found)


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
    key = run_key(
        fingerprint=case.fingerprint,
        kernels=law_digest(),
        settings=vars_of(settings),
        seed=seed,
        accounts=sorted(names),
        as_of=cutoff,
    )
    command = command_line(case, effort, seed, accounts, as_of)
    folder = find_resumable(Path(runs), key) if resume else None
    folder = folder or RunFolder.create(Path(runs), case, key, command)
    began, cpu = time.perf_counter(), time.process_time()
    sets = sets_of(case, names)
    fits: dict[Set, Fit] = {}
    if not is_compiled():
        tell("compiling", 0.0, "compiling the model, once for this version")
        warm.everything()
    count = threads or os.cpu_count() or 1
    try:
        with ThreadPoolExecutor(count) as pool:
            for number, claims in enumerate([REFERENCE, *sets]):
                label = " + ".join(claims) or "no claim"

                def told(part: float, message: str, number: int = number, label: str = label) -> None:
                    tell(label, (number + part) / (len(sets) + 1), message)

                told(0.0, "begins")
                problem = reference_problem(case) if claims == REFERENCE else build_problem(case, claims)
                fits[claims] = fit_set(claims, problem, docket, settings, seed, pool, folder, told, resume)
            reference = fits.pop(REFERENCE)
            for found in fits.values():
                save_draws(folder.path, draws_of(found))
            told_back = {claims: stipulated(case, claims, fits[claims], docket, settings, seed, pool) for claims in sets}
        tell("answers", 0.99, "leave-one-out, predictive checks")
        frame = {
            "seed": seed,
            "effort": effort,
            "threads": count,
            "seconds": time.perf_counter() - began,
            "cpu_seconds": time.process_time() - cpu,
            "world_steps": int(sum(f.world_steps for f in [*fits.values(), reference])),
            "command": command,
            "as_of": as_of.isoformat() if as_of is not None else None,
        }
        results = assemble(case, docket, names, sets, fits, reference, told_back, frame, folder.warnings)
        results["seconds"] = round(time.perf_counter() - began, 2)
        folder.write_tree(_tree(case, docket, fits, results))
        folder.finish(results)
    except BaseException:
        folder.close()
        raise
    tell("done", 1.0, str(folder.path))
    return folder


def draws_of(found: Fit) -> Draws:
    """What of a fit the answers replay."""
    state = found.state
    return Draws(found.claims, state.z, state.ids, state.log_likelihood, state.items, found.log_evidence, found.se)


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
        values = prior.transform(f.state.z)
        per_set[" + ".join(claims) or "no claim"] = {
            "posterior": {name: values[j] for j, name in enumerate(prior.names) if any(d[0] == j for d in prior.drivers)},
            "sample_stats": {"log_likelihood": f.state.log_likelihood},
            "paths": np.moveaxis(f.replay.paths, 0, 1),
            "quantities": quantities,
            "times": times,
            "log_evidence": f.log_evidence,
            "se": f.se,
            "increments": f.state.increments,
            "items": list(docket.ids),
        }
    return posterior_tree(per_set, case=case.name, seed=results["seed"], effort=results["effort"], fingerprint=case.fingerprint)
