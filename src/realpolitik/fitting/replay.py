"""Free replays: worlds run with nothing fixed but an intervention (Pearl's third step), and what came of them.

The kernels are those of the fit; only the clamp table differs, and where thresholds start from. So a decision that is changed leaves
every other draw as it was, and an arm without a change is the posterior world bit for bit.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from realpolitik.chance.draws import LANES
from realpolitik.chance.keys import lane_keys
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import Layout
from realpolitik.fitting.abduction import Abducted
from realpolitik.fitting.evidence import Docket
from realpolitik.fitting.intervention import Arm, clamp_table
from realpolitik.fitting.model import Block, CrisisModel
from realpolitik.fitting.problem import Problem

CROWD = 1000.0  # people on the street, all regions together, from which on there is disorder
QUANTITIES: dict[str, tuple[str, str]] = {
    "survival": ("probability", "the ruler is in office at the clock's end"),
    "deaths": ("people", "all dead, security forces and attackers included"),
    "detained": ("people", "ever taken into custody"),
    "seats lost": ("seats", "regional seats of government ever lost"),
    "peak crowd": ("people", "on the street at once, all regions together"),
    "days until order": ("days", "from the clock's start to the last moment at which 1,000 people were on the street or a seat was lost"),
    "help": ("probability", "allied troops come"),
    "hours to help": ("hours", "from the request to the first troops, in worlds where both arms have them"),
    "days of allied troops": ("days", "from the first troops to the last, or to the clock's end"),
}
"""What a replay gives for each world: unit and meaning."""
_YES_NO = frozenset({"survival", "help"})
_NATIONAL = ("help", "hours to help", "days of allied troops")


def is_probability(quantity: str) -> bool:
    """Whether a quantity is yes or no in each world."""
    return QUANTITIES[quantity][0] == "probability" if quantity in QUANTITIES else True


def quantities(alliance: bool) -> tuple[str, ...]:
    """Names of the quantities that a case has: without an alliance there is no help."""
    return tuple(name for name in QUANTITIES if alliance or name not in _NATIONAL)


@dataclass(frozen=True)
class Outcome:
    """What came of each world.

    ``values`` name -> float64[draw] (QUANTITIES; NaN where it has no meaning), ``taken`` float64[decision, draw] hours (-1: never), ``end``
    the final state float64[row, draw] if it was asked for.
    """

    values: dict[str, NDArray]
    taken: NDArray
    end: NDArray | None = None


class FreeModel(CrisisModel):
    """The crisis without evidence: nothing is fixed but an intervention."""

    def __init__(self, problem: Problem):
        super().__init__(problem, Docket((), 0.0, 0.0), np.zeros(0), run_out=True)
        self.fix({})

    def fix(self, fixed: dict) -> None:
        """Put an intervention in force."""
        C, slots = clamp_table(fixed, self.steps, len(self.problem.names))
        self.tables = replace(self.tables, C=C, slots=slots)
        self.size = Layout(len(self.problem.names), at.N_DECISIONS, 1, 1)
        self.I[at.I_CLAMPS], self.I[at.I_ITEMS] = at.N_DECISIONS, 1


class Diary:
    """What has to be noted between steps: the largest crowd and the last disorder."""

    def __init__(self, model: CrisisModel):
        self.ends = model.problem.edges[1:]
        self.peak, self.disorder = np.zeros(LANES), np.zeros(LANES)

    def note(self, S: NDArray, step: int) -> None:
        crowd = S[at.STREET_ALL]
        np.maximum(self.peak, crowd, out=self.peak)
        wild = (crowd >= CROWD) | (S[at.LOST_SHARE] > 0.0)
        self.disorder[wild] = self.ends[step]


def replay(
    problem: Problem,
    values: NDArray,
    ids: NDArray,
    seed: int,
    arm: Arm | None = None,
    abducted: Abducted | None = None,
    pool: Executor | None = None,
    keep: bool = False,
) -> Outcome:
    """Run worlds from the clock's start to its end under an intervention.

    Parameters
    ----------
    values : float64[row, draw]
        Parameters. ids : uint64[draw, noise block].
    arm : Arm, optional
        The intervention; none at all is a world left to itself.
    abducted : Abducted, optional
        Thresholds of posterior worlds; without them each threshold is that of its own name.
    keep : bool
        Whether to keep the final state.
    """
    arm = arm or Arm()
    draws = len(ids)
    model = FreeModel(problem)
    model.fix(arm.fixed)
    if arm.table is not None:
        model.problem = replace(problem, M=arm.table)
    order = np.minimum(np.arange(-(-draws // LANES) * LANES), draws - 1)
    keys = lane_keys(seed, ids[order], 1)

    def work(number: int) -> tuple:
        chosen = order[number * LANES : (number + 1) * LANES]
        own = np.ascontiguousarray(keys[..., number * LANES : (number + 1) * LANES]).reshape(-1)
        block = model.start(values[:, chosen], own, 1)
        set_arm(model, block, arm, chosen)
        if abducted is not None:
            block.S.reshape(-1, LANES)[abducted.rows] = abducted.values[:, chosen]
        diary = Diary(model)
        run(model, block, arm, chosen, diary, 0)
        return results(model, block, diary, keep)

    blocks = range(len(order) // LANES)
    return gathered(list(pool.map(work, blocks)) if pool is not None else [work(b) for b in blocks], draws)


def set_arm(model: CrisisModel, block: Block, arm: Arm, chosen: NDArray) -> None:
    """Tell a block when the changed decisions are taken, and its changed parameters."""
    S, P = block.S.reshape(-1, LANES), block.P.reshape(-1, LANES)
    for decision, one in arm.fixed.items():
        if one.steps is not None:
            S[model.size.clamp_row + decision] = one.steps[chosen]
    for row, given in arm.parameters.items():
        P[row] = given[chosen]


def run(model: CrisisModel, block: Block, arm: Arm, chosen: NDArray, diary: Diary | None, first: int) -> None:
    """Steps from ``first`` to the end, with the arm's hooks; without a diary, as many at once as nothing interrupts."""
    S, P = block.S.reshape(-1, LANES), block.P.reshape(-1, LANES)
    stops = range(first, model.steps) if diary is not None or arm.watch is not None else sorted({first, *(h.step for h in arm.hooks)})
    stops = [step for step in stops if first <= step < model.steps]
    for step, after in zip(stops, [*stops[1:], model.steps], strict=True):
        for hook in arm.hooks:
            if hook.step == step:
                hook.act(S, P, chosen)
        model.advance(block, step, after)
        if arm.watch is not None:
            arm.watch(S, P, float(model.problem.edges[step]))
        if diary is not None:
            diary.note(S, step)


def results(model: CrisisModel, block: Block, diary: Diary | None, keep: bool) -> tuple:
    """Values by quantity (NaN where only a diary knows), hours of the decisions, and the state, of one block."""
    S = block.S.reshape(-1, LANES)
    regions = range(len(model.problem.names))
    bases = np.array([model.size.region(k) for k in regions])
    seats = np.array([model.size.place(k, at.SEAT) for k in regions])
    taken = S[at.TAKEN : at.TAKEN + at.N_DECISIONS].copy()
    end = float(model.problem.edges[-1])
    came, gone, asked = (taken[d] for d in (at.DEPLOY, at.WITHDRAW, at.REQUEST))
    helped, unknown = came >= 0.0, np.full(LANES, np.nan)
    values = {
        "survival": (S[at.FALLEN] < 0.0).astype(float),
        "deaths": sum(S[bases + row].sum(axis=0) for row in (at.DEAD, at.DEAD_ARMED, at.SECURITY_DEAD)),
        "detained": sum(S[bases + row].sum(axis=0) for row in (at.DETAINED, at.DETAINED_FOREIGN)),
        "seats lost": (S[seats + at.LOST_AT] >= 0.0).sum(axis=0).astype(float),
        "peak crowd": unknown if diary is None else diary.peak,
        "days until order": unknown if diary is None else diary.disorder / 24.0,
        "help": helped.astype(float),
        "hours to help": np.where(helped & (asked >= 0.0), came - asked, np.nan),
        "days of allied troops": np.where(helped, (np.where(gone >= 0.0, gone, end) - came) / 24.0, 0.0),
    }
    return values, taken, S.copy() if keep else None


def gathered(parts: list[tuple], draws: int) -> Outcome:
    """One outcome from the blocks, without the lanes that fill up the last."""
    values = {name: np.concatenate([part[0][name] for part in parts])[:draws] for name in QUANTITIES}
    taken = np.concatenate([part[1] for part in parts], axis=1)[:, :draws]
    end = np.concatenate([part[2] for part in parts], axis=1)[:, :draws] if parts[0][2] is not None else None
    return Outcome(values, taken, end)
