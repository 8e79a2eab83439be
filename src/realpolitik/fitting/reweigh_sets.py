"""Every set of claims under other terms, each set here or on a worker of a cluster: what sensitivity to trust and priors is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from realpolitik.case.records import Case
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.executors import Failed, outcomes, refuse
from realpolitik.fitting.judging import Bench, Set, Terms
from realpolitik.fitting.parcel import Parcel, opened, pack
from realpolitik.fitting.posterior import Draws, Posterior
from realpolitik.fitting.reweigh import Reweighed, reweigh_terms


@dataclass(frozen=True)
class ReweighUnit:
    """One set's draws to judge under several terms, as plain data and arrays; ``as_of`` hours, None for all evidence."""

    case: Case | Parcel
    as_of: float | None
    seed: int
    draws: Draws
    terms: tuple[Terms, ...]

    @property
    def name(self) -> str:
        """The claims in words."""
        return " + ".join(self.draws.claims) or "no claim"


def reweigh_unit(unit: ReweighUnit, pool: Executor | None, tell: Callable[[float, str], None]) -> list[Reweighed]:
    """:func:`~realpolitik.fitting.reweigh.reweigh_terms` on a worker."""
    case, draws = opened(unit.case), unit.draws
    posterior = Posterior(case, build_docket(case, unit.as_of), unit.seed, unit.as_of, {draws.claims: draws})
    return reweigh_terms(Bench(posterior, pool), draws.claims, unit.terms)


def reweigh_sets(
    bench: Bench,
    sets: Sequence[Set],
    terms: Sequence[Terms],
    executor: Executor | None = None,
    tell: Callable[[float, str], None] | None = None,
) -> dict[Set, list[Reweighed]]:
    """Each set under each of the terms; nothing is moved, and the numbers do not depend on where it is done.

    RunError when a set failed on a cluster.
    """
    say = tell or (lambda part, name: None)
    found: dict[Set, list[Reweighed]] = {}
    if executor is None:
        for number, claims in enumerate(sets):
            say(number / len(sets), " + ".join(claims) or "no claim")
            found[claims] = reweigh_terms(bench, claims, terms)
        return found
    posterior = bench.posterior
    parcel, failed = pack(posterior.case), []
    units = [ReweighUnit(parcel, posterior.as_of, posterior.seed, posterior.sets[s], tuple(terms)) for s in sets]
    for index, outcome in outcomes(reweigh_unit, units, None, executor, lambda name, part, message: say(part, name)):
        if isinstance(outcome, Failed):
            failed.append(outcome)
        else:
            found[sets[index]] = outcome.value
    refuse(failed, "what others would say cannot be told without them")
    return {claims: found[claims] for claims in sets}
