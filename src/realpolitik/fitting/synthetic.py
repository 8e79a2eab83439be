"""A synthetic crisis: an account drawn from its prior odds, a world from its prior, and reports of that world by the law that judges them.

The template is the case's own evidence list: who reports what, when, and with which grade. Each item is drawn anew from the law of its
kind (docs/model.md R1 to R6, E1, E2), given the world; how, is told in docs/validation.md. Acts are reported when they happened, in a
window as wide as the template's, and as not having happened otherwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from realpolitik.case.records import Case, Item
from realpolitik.chance.keys import combine_array, name_key
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import DECISIONS
from realpolitik.errors import RunError
from realpolitik.fitting import sampler
from realpolitik.fitting.evidence import Docket, Entry, build_docket
from realpolitik.fitting.grading import SHIPPED, fixes
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.odds import prior_of_sets, shares_of_accounts
from realpolitik.fitting.problem import Problem, build_problem
from realpolitik.fitting.proposals import normals
from realpolitik.fitting.renewal import fresh_ids
from realpolitik.fitting.reporting import Figures, answer, place_window, soft_window
from realpolitik.fitting.silence import SEAT_LOST, unlisted_acts, unlisted_seats
from realpolitik.fitting.tables import Tables, build_tables
from realpolitik.fitting.witness import World, witness
from realpolitik.fitting.wrong.kinds import Wrong
from realpolitik.fitting.wrong.reporters import Strategy
from realpolitik.fitting.wrong.simulator import WrongModel

USUAL = 12.0  # hours: window of an act that the template does not date
_MANNERS = {at.STORMED: "stormed", at.ABANDONED: "abandoned"}


@dataclass(frozen=True)
class Synthetic:
    """A crisis whose truth is known.

    ``case`` holds its reports in place of the evidence; ``account`` and ``claims`` what was true; ``values`` parameters by name; ``dead``
    at the clock's end; ``told`` log density of the figures and shares given the world, ``figures`` the ids of those items. ``z``
    [1, dimension] and ``ids`` [1, noise block] make ``world`` again.
    """

    case: Case
    account: str
    claims: tuple[str, ...]
    values: dict[str, float]
    dead: float
    told: float
    figures: tuple[str, ...]
    z: NDArray
    ids: NDArray
    world: World


def truth_of(case: Case, rng: np.random.Generator) -> tuple[str, tuple[str, ...]]:
    """An account and one of its sets of claims, by the prior odds on claims."""
    sets = list(dict.fromkeys(claims for a in case.accounts.values() for _, claims in a.mixture))
    chosen = int(rng.choice(len(sets), p=np.exp(prior_of_sets(case, sets))))
    shares = shares_of_accounts(case, list(case.accounts), sets)[:, chosen]
    return str(rng.choice(list(case.accounts), p=shares / shares.sum())), sets[chosen]


def tables_of(problem: Problem, docket: Docket, wrong: Wrong | None = None) -> Tables:
    """The template's table of reports, all of it in force, by the shipped law or a wrong one."""
    on, law = np.ones(len(docket.entries)), SHIPPED if wrong is None else wrong.law
    return build_tables(problem.case, docket, on, on, {}, problem.claims, problem.places, law)


def synthesise(case: Case, seed: int, number: int, wrong: Wrong | None = None, as_of: float | None = None) -> Synthetic:
    """The synthetic crisis ``number`` of a seed; the same numbers always give the same crisis.

    With ``wrong`` its world, or what reporters make of it, is another simulator's; account, parameters and noise stay those of the number.
    With ``as_of`` (hours) it has only been reported by then: the template's reports up to that date, and the public acts there had been.
    ``world`` is the whole one, its ``counts`` and ``held`` by row of the whole template.
    """
    key = combine_array(sampler.stream(seed, "synthetic crisis"), np.uint64(number))
    rng = np.random.Generator(np.random.Philox(key=int(key)))
    account, claims = truth_of(case, rng)
    problem, docket = build_problem(case, claims), build_docket(case, as_of)
    tables = tables_of(problem, docket, wrong)
    model = CrisisModel(problem, Docket((), 0.0, 0.0), np.zeros(0), run_out=True) if wrong is None else WrongModel(problem, wrong)
    z = normals(combine_array(key, name_key("prior")), (1, problem.prior.dimension))
    ids = fresh_ids(combine_array(key, name_key("noise")), 1, model.noise_keys)
    values = problem.prior.transform(z)
    world = witness(model, tables, values, ids, seed)[0]
    reports = Reports(case, docket, tables, problem, world, rng, wrong)
    reports.denies = as_of is not None
    if wrong is not None and wrong.strategy:
        reports.strategy = Strategy(case, wrong.strategy, claims, seed)
    if as_of is not None:
        world = witness(model, tables_of(problem, build_docket(case)), values, ids, seed)[0]
    blind = replace(case, evidence=tuple(reports.items()), questions=(), issues=(), what_ifs=(), documents=(), audiences=())
    named = dict(zip(problem.prior.names, values[:, 0].tolist(), strict=True))
    return Synthetic(blind, account, claims, named, world.dead, reports.figures.told, tuple(reports.told_of), z, ids, world)


ATTEMPTS = 10_000
STRIDE = 100_000  # more than a calibration has crises, so that no two of them share a candidate


def selected(case: Case, seed: int, number: int, decision: str) -> Synthetic:
    """A crisis in which a decision was taken: the first such of the numbers ``number``, ``number`` + STRIDE, ...

    Its reports say so (one item, grade A1, any time of the clock): whoever picks a crisis because of what happened in it knows that it
    happened, and so must the weighing. Coarsened evidence tells that, too, to the power ζ only. Crises of which a part is told are not
    chosen in this way: what is known of the future would stand against what had not been reported by the date.

    Raises
    ------
    RunError
        When none of ATTEMPTS candidates has it.
    """
    end = float(case.clock.edges_hours[-1])
    name = f"chosen for: {decision}"
    for attempt in range(ATTEMPTS):
        found = synthesise(case, seed, number + attempt * STRIDE)
        if 0.0 <= found.world.decisions[DECISIONS.index(decision)] < end:
            chosen = Item(id=name, what=decision, when=(0.0, end), reported=0.0, grade="A1", origin=name)
            return replace(found, case=replace(found.case, evidence=(chosen, *found.case.evidence)))
    raise RunError(f"in none of {ATTEMPTS:,} crises of {case.name} does it happen: {decision}")


class Reports:
    """The template's reports of one world."""

    def __init__(
        self,
        case: Case,
        docket: Docket,
        tables: Tables,
        problem: Problem,
        world: World,
        rng: np.random.Generator,
        wrong: Wrong | None = None,
    ):
        self.case, self.docket, self.tables, self.problem, self.world, self.rng = case, docket, tables, problem, world, rng
        self.figures = Figures(tables, rng, SHIPPED if wrong is None else wrong.law)
        self.strategy: Strategy | None = None
        self.denies = False
        self.told_of: list[str] = []
        self.kept_back: set[int] = set()

    def items(self) -> list[Item]:
        """All reports; copies and figures told again say nothing new and are left out."""
        made = []
        figures = self._figures()
        for j, e in enumerate(self.docket.entries):
            if e.treatment in ("copy", "restated") or e.silent:
                continue
            if e.treatment in ("count", "share"):
                if j not in self.kept_back:
                    made.append(figures.get(j, e.item))
            elif e.treatment == "statement":
                said = answer(self.case, e.item, e.item.claim in self.problem.claims, self.rng)
                made.append(replace(e.item, says=said if self.strategy is None else self.strategy.says(e.item, said)))
            elif e.item.what.endswith(" held"):
                made += self._held(j, e)
            else:
                made.append(self._act(e))
        seats = [i for region in unlisted_seats(self.case, made) for i in self._silent_seat(region)]
        return made + [i for act in unlisted_acts(self.case, made) for i in self._silent_act(act)] + seats

    def _figures(self) -> dict[int, Item]:
        """Figures and shares by row, drawn in the order in which the filter judges them."""
        found: dict[int, Item] = {}
        for step in sorted(self.tables.due):
            for j in map(int, self.tables.due[step]):
                kind, truth = self.tables.J[j, at.J_KIND], self.world.counts.get(j)
                if kind in (at.COUNT, at.SHARE_OF):
                    item = self.docket.entries[j].item
                    if self.strategy is not None:
                        truth = self.strategy.truth(j, item, kind == at.SHARE_OF, truth)
                        if math.isnan(truth):
                            self.kept_back.add(j)
                            continue
                    value = self.figures.count(j, item.value, truth) if kind == at.COUNT else self.figures.share(j, truth)
                    found[j] = replace(item, value=value)
                    self.told_of.append(item.id)
        return found

    def _moment(self, event: tuple[str, ...], what: str) -> float | None:
        """When an act happened; None where it did not, or not yet."""
        w = self.world
        if len(event) == 1:
            hour = float(w.decisions[DECISIONS.index(event[0])])
        else:
            k, p = self._place(event)
            hour = float((w.back if what.endswith("retaken") else w.lost)[k, p])
        return hour if 0.0 <= hour <= self.docket.information else None

    def _place(self, event: tuple[str, ...]) -> tuple[int, int]:
        places = self.problem.places
        return self.problem.names.index(event[0]), places.index(event[1]) if event[1] in places else len(places) - 1

    def _act(self, e: Entry) -> Item:
        """A dated act, or that it did not happen: a fact where the grade can fix it (E1, E2), else by the law R4."""
        end = self.docket.information
        retaken = e.item.what.endswith("retaken")
        event = (*e.event, "retaken") if retaken else e.event
        moment = self._moment(event, e.item.what)
        width = USUAL if e.item.absent else max(e.window[1] - e.window[0], 1.0)
        what = e.item.what
        if moment is not None and len(e.event) == 2 and not retaken:
            what = f"{what.split()[0]} {_MANNERS[float(self.world.how[self._place(e.event)])]}"
        if fixes(e.item.grade) and not retaken:
            window = None if moment is None else place_window(moment, width, self.rng)
        else:
            eps = float(self.tables.R[self.docket.entries.index(e), at.R_OUTLIER])
            window = soft_window(eps, width, moment, end, self.rng)
        return self._dated(replace(e.item, what=what), window, max(e.item.reported - e.window[1], 0.0))

    def _dated(self, item: Item, window: tuple[float, float] | None, delay: float) -> Item:
        latest = max(e.item.reported for e in self.docket.entries)
        if window is None:
            return replace(item, absent=True, when=(0.0, self.docket.information), reported=latest)
        return replace(item, absent=False, when=window, reported=min(max(window[1] + delay, 0.0), latest))

    def _held(self, j: int, e: Entry) -> list[Item]:
        """That a place is held: said where it is so, by mistake where it is not, and otherwise not said."""
        held, assault = self.world.held.get(j, (True, 0.0))
        chance = float(held) * (min(assault / 0.25, 1.0) if e.item.value and e.item.value.centre > 0 else 1.0)
        eps = float(self.tables.R[j, at.R_OUTLIER])
        return [e.item] if self.rng.random() < (1.0 - eps) * chance + eps else []

    def _silent_act(self, decision: str) -> list[Item]:
        """A public act that the template does not list is reported all the same if it happened.

        If it did not, the case's silence says so up to its last report, but where a date cuts the template that may not be the one up to
        which acts were told of: there a report denies it (``denies``).
        """
        moment = self._moment((decision,), decision)
        if moment is None:
            silent = [e for e in self.docket.entries if e.item.id == f"no {decision}"] if self.denies else []
            return [self._dated(e.item, None, 0.0) for e in silent]
        item = Item(id=f"also {decision}", what=decision, reported=0.0, grade="A1", origin=f"also {decision}")
        return [self._dated(item, place_window(moment, USUAL, self.rng), 0.0)]

    def _silent_seat(self, region: str) -> list[Item]:
        """The same of a seat of government, up to the moment at which silence about it ends."""
        name, event = f"{SEAT_LOST}: {region}", (region, "seat")
        moment = self._moment(event, SEAT_LOST)
        silent = next((e for e in self.docket.entries if e.item.id == f"no {name}"), None)
        if silent is None:
            return []
        item = Item(id=f"also {name}", what="seat stormed", where=region, reported=0.0, grade="A1", origin=f"also {name}")
        if moment is not None and moment < silent.window[1]:
            lost = replace(item, what=f"seat {_MANNERS[float(self.world.how[self._place(event)])]}")
            return [self._dated(lost, place_window(moment, USUAL, self.rng), 0.0)]
        return [replace(self._dated(item, None, 0.0), when=silent.window)] if self.denies else []
