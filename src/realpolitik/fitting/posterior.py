"""The posterior of a run as the answers use it: what a particle is, and nothing of a filter, for all of it can be replayed.

A draw is (z, noise ids): parameters on the sampler's scale, and which chance its world uses. Given both, its world is a deterministic
function of the evidence that acts on it, so a run stores only these (``posterior/`` in the run folder, one file per set of claims) and
an answer replays them: under the same evidence it gets the same worlds bit for bit, under another mask, another trust or another
decision the worlds that chance would then have made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from realpolitik.case.reader import load
from realpolitik.case.records import Case
from realpolitik.chance.compiled import law_digest
from realpolitik.crisis.parameters import TABLE
from realpolitik.errors import RunError, printable
from realpolitik.fitting import storage
from realpolitik.fitting.coarsening import power
from realpolitik.fitting.evidence import Docket, build_docket
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.problem import Problem, build_problem

FOLDER = "posterior"
Set = tuple[str, ...]


@dataclass(frozen=True)
class Draws:
    """Equally weighted posterior draws of one set of claims.

    ``z`` float64[draw, dimension] standard normal scale (``Prior.transform`` gives parameters); ``ids`` uint64[draw, noise block];
    ``log_likelihood`` [draw] weighted by ζ; ``items`` [draw, item] log likelihood of each item along the world, unweighted;
    ``log_evidence`` and ``se`` in nats.
    """

    claims: Set
    z: NDArray
    ids: NDArray
    log_likelihood: NDArray
    items: NDArray
    log_evidence: float
    se: float


@dataclass(frozen=True)
class Posterior:
    """All sets of claims of a run, with the case and the evidence they were fitted to (reported by ``as_of`` hours; None: all)."""

    case: Case
    docket: Docket
    seed: int
    as_of: float | None
    sets: Mapping[Set, Draws]

    @cached_property
    def weight(self) -> float:
        """ζ of rule F4: what every log likelihood is multiplied by."""
        return power(self.docket)

    def problem(self, claims: Set) -> Problem:
        """Arrays and prior of one set of claims."""
        return build_problem(self.case, claims)

    def model(self, claims: Set, docket: Docket | None = None, trust: dict[str, float] | None = None) -> CrisisModel:
        """The model under all items at weight ζ, run to the clock's end: replaying the draws of the set gives their worlds again.

        ``docket`` replaces the run's own evidence, ``trust`` its table of trust in reporters.
        """
        docket = docket or self.docket
        mask = np.ones(len(docket.entries))
        return CrisisModel(self.problem(claims), docket, power(docket) * mask, trust, run_out=True, mask=mask)


def draws_file(folder: Path, claims: Set) -> Path:
    """Where a run folder keeps the draws of one set of claims."""
    digest = hashlib.sha256("\n".join(claims).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return folder / FOLDER / f"{digest}.npz"


def reference_folder(folder: Path) -> Path:
    """Where a run keeps the draws of the reference account; ``save_draws`` takes it for a run folder."""
    return folder / FOLDER / "reference"


def save_draws(folder: Path, draws: Draws) -> Path:
    """Store one set's draws in a run folder; RunError when it cannot be written."""
    path = draws_file(folder, draws.claims)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage.unwritable(path, error) from error
    arrays = {name: getattr(draws, name) for name in ("z", "ids", "log_likelihood", "items")}
    meta = {
        "claims": list(draws.claims),
        "log_evidence": draws.log_evidence,
        "se": draws.se,
        "kernels": law_digest(),
    }
    storage.save_arrays(path, arrays, meta)
    return path


def read_draws(folder: Path, command: str | None = None) -> dict[Set, Draws]:
    """Draws of every set kept in a folder, none where there is no folder.

    Raises RunError when another version of the model made them: their worlds could not be replayed. ``command`` is what weighs again.
    """
    sets: dict[Set, Draws] = {}
    for path in sorted(folder.glob("*.npz")):
        arrays, meta = storage.load_arrays(path)
        if meta.get("kernels") != law_digest():
            raise RunError(
                "another version of the model made this run, so its worlds cannot be replayed; "
                f"weigh it again with: {command or 'realpolitik weigh CASE'}"
            )
        claims = tuple(meta["claims"])
        sets[claims] = Draws(claims, **arrays, log_evidence=meta["log_evidence"], se=meta["se"])
    return sets


def read_reference(folder: Path, command: str | None = None) -> Draws | None:
    """Draws of the reference account of a run, None where it kept none; RunError as for :func:`read_draws`."""
    return next(iter(read_draws(reference_folder(Path(folder)) / FOLDER, command).values()), None)


def load_posterior(folder: Path, results: Mapping) -> Posterior:
    """The posterior of a finished run.

    Parameters
    ----------
    folder : Path
        The run folder; its copy of the case is what answers use.
    results : Mapping
        Its results document (``Run.results``).

    Raises
    ------
    RunError
        When the run kept no draws, or another version of the model made them: its worlds could not be replayed. When its copy of the
        case is not what was weighed: the draws would be judged by other evidence.
    """
    case = load(Path(folder) / "case", parameters=[row.name for row in TABLE])
    if case.fingerprint != results.get("fingerprint", case.fingerprint):
        raise RunError(f"'{printable(str(folder))}' holds another case.yaml or other tables than were weighed; weigh the case again")
    as_of = results.get("as_of")
    cutoff = case.clock.hours(datetime.fromisoformat(as_of)) if as_of else None
    sets = read_draws(Path(folder) / FOLDER, results.get("command"))
    if not sets:
        raise RunError("the run kept no posterior draws; weigh it again to ask it for more")
    return Posterior(case, build_docket(case, cutoff), int(results["seed"]), cutoff, sets)
