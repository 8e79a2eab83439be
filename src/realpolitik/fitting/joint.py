"""The law that draws reports is the law that judges them: a test that needs no chain to have settled.

    python -m realpolitik.fitting.joint three-towns [--crises 2000]

A synthetic crisis comes with its truth: parameters and chance. Given its reports, that truth is one exact draw from the posterior of its
set of claims at full weight. Whatever leaves the posterior as it is may then be done to it, and on average over crises nothing must move
(Geweke 2004, J. Am. Stat. Assoc. 99:799). Here it is offered moves that change one parameter (preconditioned Crank-Nicolson) or renew the
chance of one block, and the mean of min(1, L'/L) · (f(x') − f(x)) is told for many f, beside its standard error. A law of reports that is
not the likelihood (another bias, another survival, a date that is judged in another way) shows as a mean away from 0. Ranks (SBC) also fail
where chains do not mix; this fails only where the laws differ.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, norm

from realpolitik.case.records import Case
from realpolitik.chance.draws import LANES
from realpolitik.chance.keys import combine_array, name_key
from realpolitik.crisis import layout as at
from realpolitik.crisis.layout import DECISIONS
from realpolitik.crisis.start import start_ids
from realpolitik.errors import UsageError
from realpolitik.fitting.evidence import Docket, build_docket
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.model import NATIONAL, Block, CrisisModel
from realpolitik.fitting.problem import Problem, build_problem, position, told_position
from realpolitik.fitting.proposals import normals
from realpolitik.fitting.renewal import fresh_ids
from realpolitik.fitting.synthetic import Synthetic, synthesise
from realpolitik.fitting.wrong.kinds import Wrong

SMALLEST = 0.03
"""Stride of the smallest change of a parameter; the largest is 1, all between have equal chance on the log scale."""
SAME = 1e-6
"""Nats within which a density counts as the same."""
SUMMARIES = ("log (dead + 1/2)", "threat at the end", "log density of the figures", "log likelihood")


class TrueModel(CrisisModel):
    """The model of a crisis in which every fixed act of a lane that has the truth's own chance falls in the step it really fell in.

    The posterior draws that step with a uniform that nothing else uses; the truth has it by its threshold instead. So the truth's place in
    the posterior is its parameters, its chance, and these steps.
    """

    def __init__(self, problem: Problem, docket: Docket, powers: NDArray, crisis: Synthetic):
        super().__init__(problem, docket, powers, run_out=True)
        fixed = np.flatnonzero(self.tables.C[: len(self.tables.clamp_ids), at.CLAMP_KIND] == 1)
        self.fell = {int(slot): self._place(int(slot), crisis) for slot in fixed}

    def _place(self, slot: int, crisis: Synthetic) -> float:
        event = self.docket.entries[int(self.tables.C[slot, at.CLAMP_ITEM])].event
        if len(event) == 1:
            hour = crisis.world.decisions[DECISIONS.index(event[0])]
        else:
            places = self.problem.places
            place = places.index(event[1]) if event[1] in places else len(places) - 1
            hour = crisis.world.lost[self.problem.names.index(event[0]), place]
        return float(told_position(position(self.problem.edges, np.float64(hour))))

    def start(self, values: NDArray, keys: NDArray, worlds: int) -> Block:
        """As the posterior's own; lane 0 is the truth."""
        block = super().start(values, keys, worlds)
        S = block.S.reshape(-1, LANES)
        own = keys.reshape(-1, LANES)[-start_ids(len(self.problem.names), len(self.problem.places)) :]
        for slot, fell in self.fell.items():
            row, item = self.size.clamp_row + slot, self.size.item_row + int(self.tables.C[slot, at.CLAMP_ITEM])
            same = own[self._own_id(slot)] == own[self._own_id(slot)][0]
            days = self.problem.T[:, at.DAYS]
            gain = np.where(same, np.log(days[S[row].astype(int)] / days[int(fell)]), 0.0)
            S[row] = np.where(same, fell, S[row])
            S[item] += gain
            S[at.WEIGHT] += self.tables.C[slot, at.CLAMP_POWER] * gain
        return block


class _AtEnd:
    """Probe of a block: the national quantities at the clock's end, float32[quantity, LANES]."""

    def __call__(self, model: Any, block: Any, step: int, ancestors: NDArray | None, shares: NDArray | None) -> NDArray | None:
        if shares is None:
            return None
        out = np.zeros((model.path_rows, LANES), np.float32)
        model.path(block, out)
        return out


@dataclass(frozen=True)
class Moved:
    """One crisis: by parameter and by summary the mean of what accepted moves changed; ``told`` by how much the density of its figures
    differs from that with which they were drawn."""

    parameters: dict[str, float]
    summaries: NDArray
    accepted: float
    told: float


def moved(case: Case, seed: int, number: int, wrong: Wrong | None = None) -> Moved:
    """Offer the truth of one synthetic crisis one move in each of LANES − 1 worlds, half of them of parameters, half of chance.

    Raises
    ------
    UsageError
        When reports end before the clock: what had not happened by then uses up thresholds in the truth, and not in the posterior, so
        that the true world is no draw of it.
    """
    crisis = synthesise(case, seed, number, wrong)
    if build_docket(case).information < float(case.clock.edges_hours[-1]):
        raise UsageError(f"the reports of {case.name} end before its clock; the test takes cases that are told to the end")
    docket, problem = build_docket(crisis.case), build_problem(crisis.case, crisis.claims)
    model = TrueModel(problem, docket, np.ones(len(docket.entries)), crisis)
    key = combine_array(name_key("joint", seed), np.uint64(number))
    rng = np.random.Generator(np.random.Philox(key=int(key)))
    lanes, half = int(LANES), int(LANES) // 2
    z, ids = np.repeat(crisis.z, lanes, axis=0), np.repeat(crisis.ids, lanes, axis=0)
    which = rng.integers(0, z.shape[1], lanes)
    stride = np.exp(rng.uniform(math.log(SMALLEST), 0.0, lanes))
    fresh = normals(key, (lanes, 1))[:, 0]
    for lane in range(1, half):
        z[lane, which[lane]] = math.sqrt(1.0 - stride[lane] ** 2) * crisis.z[0, which[lane]] + stride[lane] * fresh[lane]
    blocks, renewed = rng.integers(0, ids.shape[1], lanes), fresh_ids(key, lanes, model.noise_keys)
    later = np.arange(half, lanes)
    ids[later, blocks[later]] = renewed[later, blocks[later]]
    done = run_filter(model, problem.prior.transform(z), ids, 1, seed, probe=_AtEnd)
    figures = done.items[:, [docket.ids.index(name) for name in crisis.figures]].sum(axis=1)
    end = done.extra[0][:, :lanes].astype(float)
    accepted = np.exp(np.minimum(done.evidence - done.evidence[0], 0.0))
    accepted[0] = 0.0
    f = np.array([np.log(end[NATIONAL.index(at.Q_DEAD)] + 0.5), end[NATIONAL.index(at.Q_THREAT)], figures, done.evidence])
    parameters: dict[str, float] = {}
    for lane in range(1, half):
        name = names_of(problem)[which[lane]]
        parameters[name] = parameters.get(name, 0.0) + accepted[lane] * (z[lane, which[lane]] - crisis.z[0, which[lane]])
    # A proposal without any likelihood is never accepted: 0 · (f − −inf) is nothing.
    change = np.where(accepted > 0.0, f - f[:, :1], 0.0)
    return Moved(parameters, (accepted * change).mean(axis=1), float(accepted[1:].mean()), float(figures[0] - crisis.told))


def names_of(problem: Problem) -> list[str]:
    """A name for each coordinate of z: of the parameter that it drives."""
    return [problem.prior.names[row] for row, _ in problem.prior.drivers]


@dataclass(frozen=True)
class Line:
    """Mean of a move over crises, its standard error, and the two in proportion."""

    name: str
    mean: float
    error: float

    @property
    def z(self) -> float:
        """Standard errors from 0."""
        return self.mean / self.error if self.error > 0.0 else 0.0


def _line(name: str, values: Sequence[float]) -> Line:
    return Line(name, float(np.mean(values)), float(np.std(values, ddof=1) / math.sqrt(len(values))))


@dataclass(frozen=True)
class Joint:
    """The test over crises: ``parameters`` and ``summaries``; ``p`` of all parameters together (χ²) and of the worst summary (Bonferroni);
    ``told`` the largest difference of densities of figures, ``apart`` in how many crises it is above SAME."""

    crises: int
    accepted: float
    parameters: tuple[Line, ...]
    summaries: tuple[Line, ...]
    p: tuple[float, float]
    told: float
    apart: int


def joint(case: Case, seed: int, crises: int, threads: int | None = None, wrong: Wrong | None = None) -> Joint:
    """Test the law on that many synthetic crises of a case; ``wrong`` draws their reports by another."""
    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(lambda number: moved(case, seed, number, wrong), range(1, crises + 1)))
    names = sorted({name for one in found for name in one.parameters})
    parameters = [_line(name, [one.parameters.get(name, 0.0) for one in found]) for name in names]
    parameters = [line for line in parameters if line.error > 0.0]
    summaries = [_line(name, [one.summaries[k] for one in found]) for k, name in enumerate(SUMMARIES)]
    together = float(chi2.sf(sum(line.z**2 for line in parameters), len(parameters)))
    worst = min(len(summaries) * 2.0 * norm.sf(max(abs(line.z) for line in summaries)), 1.0)
    told, accepted = np.abs([one.told for one in found]), float(np.mean([one.accepted for one in found]))
    p = together, float(worst)
    return Joint(crises, accepted, tuple(parameters), tuple(summaries), p, float(told.max()), int(np.sum(told > SAME)))


def text_of(found: Joint) -> str:
    """The test as a table."""
    lines = [f"{found.crises} crises; {found.accepted:.0%} of all moves accepted"]
    lines.append(f"figures judged as drawn in {found.crises - found.apart} of them within {SAME:g} nats, at worst within {found.told:.1e}")
    lines.append(f"{'moved by accepted moves':32s} {'mean':>9s} {'error':>8s} {'z':>6s}")
    worst = sorted(found.parameters, key=lambda line: -abs(line.z))[:5]
    lines += [f"{line.name:32s} {line.mean:9.5f} {line.error:8.5f} {line.z:6.2f}" for line in (*found.summaries, *worst)]
    lines.append(f"all {len(found.parameters)} parameters together: p = {found.p[0]:.3f}; the worst summary: p = {found.p[1]:.3f}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the test of a case."""
    from realpolitik.case.reader import load
    from realpolitik.case.shipped import resolve

    parser = argparse.ArgumentParser(prog="python -m realpolitik.fitting.joint", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("case", help="a shipped case or a folder")
    parser.add_argument("--crises", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=None)
    asked = parser.parse_args(arguments)
    print(text_of(joint(load(resolve(asked.case)), asked.seed, asked.crises, asked.threads)))


if __name__ == "__main__":
    main()
