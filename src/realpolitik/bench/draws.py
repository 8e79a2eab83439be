"""What a world-step of a case costs beside the random draws it makes: ``python -m realpolitik.bench.draws [CASE]``.

Worlds of the prior of every set of claims run freely to the end of the clock, as ``realpolitik simulate`` runs them, on one thread.
Some steps are run a second way: the compiled functions that draw are called as plain Python, with a recorder in place of the draws, so
that each call's keys, event, trials and probabilities are kept. The same compiled functions then make these very draws again, and
nothing else, against the clock.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba.core.dispatcher import Dispatcher
from numpy.typing import NDArray

from realpolitik.bench.intervals import median_interval
from realpolitik.case.reader import load
from realpolitik.case.records import Case
from realpolitik.chance.aligned import lined_up
from realpolitik.chance.compiled import Inner, door, kernel
from realpolitik.chance.draws import FREE, LANES, N, P, X, draw_binomials, draw_uniforms
from realpolitik.chance.keys import combine, combine_array, lane_keys, name_key
from realpolitik.crisis.parameters import NAMES
from realpolitik.fitting.evidence import Docket
from realpolitik.fitting.model import Block, CrisisModel
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.proposals import normals
from realpolitik.fitting.renewal import fresh_ids

_SEED = 1


@dataclass(frozen=True)
class Record:
    """Draws of some steps of some blocks, call after call.

    ``keys`` uint64[key, LANES] and ``row`` int64[call] which of them; ``events`` uint64[call]; ``trials``, ``chances`` and ``drawn``
    float64[call, LANES]; ``first`` int64[step + 1] where the calls of each recorded step begin.
    """

    keys: NDArray
    row: NDArray
    events: NDArray
    trials: NDArray
    chances: NDArray
    drawn: NDArray
    first: NDArray


class Recorder:
    """Stands in for the two compiled functions that draw, makes the same draws and keeps what they were asked."""

    def __init__(self) -> None:
        self.keys: dict[bytes, int] = {}
        self.calls: list[tuple[int, np.uint64, NDArray, NDArray, NDArray]] = []
        self.uniforms, self.first = 0, [0]
        self._asked: tuple[int, np.uint64] = (0, np.uint64(0))

    def draw_uniforms(self, keys: NDArray, event: np.uint64, w: NDArray) -> None:
        draw_uniforms(keys, event, w)
        self.uniforms += 1
        self._asked = self.keys.setdefault(keys.tobytes(), len(self.keys)), event

    def draw_binomials(self, w: NDArray) -> bool:
        some = draw_binomials(w)
        self.calls.append((*self._asked, *(w[row : row + LANES].copy() for row in (N, P, X))))
        return some

    def end_step(self) -> None:
        """What follows belongs to another step or block."""
        self.first.append(len(self.calls))

    def record(self) -> Record:
        """All calls so far."""
        row, events, *kept = zip(*self.calls, strict=True)
        keys = np.array([np.frombuffer(key, np.uint64) for key in self.keys])
        trials, chances, drawn = (lined_up((len(row), int(LANES))) for _ in kept)
        trials[:], chances[:], drawn[:] = kept
        return Record(keys, np.array(row), np.array(events, np.uint64), trials, chances, drawn, np.array(self.first))


def _drawing() -> dict[int, Dispatcher]:
    """Compiled functions that draw binomials or call one that does, by identity."""
    known = {id(draw_binomials): draw_binomials, id(draw_uniforms): draw_uniforms}
    compiled = [f for module in _modules() for f in vars(module).values() if isinstance(f, Dispatcher)]
    found, before = dict(known), 0
    while len(found) > before:
        before = len(found)
        for f in compiled:
            if any(id(f.py_func.__globals__.get(name)) in found for name in f.py_func.__code__.co_names):
                found[id(f)] = f
    return found


def _modules() -> list[Any]:
    return [m for name, m in sys.modules.items() if name.startswith(("realpolitik.crisis", "realpolitik.fitting")) and m is not None]


def _combine(a: np.uint64, b: np.uint64) -> np.uint64:
    """As it is compiled: what a compiled function hands to Python is an int, which another would not take for a key."""
    return np.uint64(combine(a, b))


@contextmanager
def recording(recorder: Recorder) -> Iterator[None]:
    """While this lasts, crises advance by plain Python where they draw, and ``recorder`` hears of every draw."""
    own = {id(draw_uniforms): recorder.draw_uniforms, id(draw_binomials): recorder.draw_binomials, id(combine): _combine}
    drawing, changed, doors = _drawing() | {id(combine): combine}, [], {}
    for module in _modules():
        for name, value in list(vars(module).items()):
            if id(value) in drawing:
                changed.append((module, name, value))
                setattr(module, name, own.get(id(value), value.py_func))
            elif isinstance(value, Inner):
                changed.append((module, name, value))
                setattr(module, name, doors.setdefault(id(value), door(value)))
    try:
        yield
    finally:
        for module, name, value in changed:
            setattr(module, name, value)


@kernel
def replay(keys, row, events, trials, chances, first, w, draw):
    """Make the draws of a record again, or with ``draw`` False do all but draw; returns a sum over one lane of each call.

    The arguments of a step are gone through once before, so that they are as near as those a step has just worked out.
    """
    total = 0.0
    for step in range(first.size - 1):
        for turn in range(2):
            for c in range(first[step], first[step + 1]):
                n, p = trials[c], chances[c]
                if draw and turn == 1:
                    draw_uniforms(keys[row[c]], events[c], w)
                for i in range(LANES):
                    w[N + i], w[P + i] = n[i], p[i]
                if draw and turn == 1:
                    draw_binomials(w)
                    total += w[X + c % LANES]
    return total


def _replayed(record: Record, w: NDArray) -> float:
    """Nanoseconds that the draws of a record take."""
    spent = []
    for draw in (True, False):
        began = time.thread_time()
        replay(record.keys, record.row, record.events, record.trials, record.chances, record.first, w, draw)
        spent.append(time.thread_time() - began)
    return 1e9 * (spent[0] - spent[1])


class FreeWorlds:
    """Prior worlds of one set of claims, ``blocks`` times ``LANES`` of them."""

    def __init__(self, case: Case, claims: tuple[str, ...], blocks: int):
        self.claims, self.blocks = claims, blocks
        problem = build_problem(case, claims)
        self.model = CrisisModel(problem, Docket((), 0.0, 0.0), np.zeros(0), run_out=True)
        key, n = combine_array(np.uint64(_SEED), name_key("simulate", *claims)), blocks * int(LANES)
        self.values = problem.prior.transform(normals(key, (n, problem.prior.dimension)))
        self.keys = lane_keys(_SEED, fresh_ids(key, n, self.model.noise_keys), 1)

    def start(self, b: int) -> Block:
        """Block ``b`` at the start of the clock."""
        own = slice(b * int(LANES), (b + 1) * int(LANES))
        return self.model.start(self.values[:, own], np.ascontiguousarray(self.keys[..., own]).reshape(-1), 1)

    def seconds(self) -> tuple[float, float]:
        """Seconds of the processor for all worlds: with their start, and in the steps alone."""
        whole = stepping = 0.0
        for b in range(self.blocks):
            began = time.thread_time()
            block = self.start(b)
            started = time.thread_time()
            self.model.advance(block, 0, self.model.steps)
            ended = time.thread_time()
            whole, stepping = whole + ended - began, stepping + ended - started
        return whole, stepping

    def listen(self, every: int) -> tuple[Record, int]:
        """The draws of every ``every``-th step, each block beginning with another, and how many rows of uniforms were drawn for them."""
        recorder = Recorder()
        for b in range(self.blocks):
            block, done = self.start(b), 0
            for step in range(b * every // self.blocks, self.model.steps, every):
                self.model.advance(block, done, step)
                with recording(recorder):
                    self.model.advance(block, step, step + 1)
                recorder.end_step()
                done = step + 1
        return recorder.record(), recorder.uniforms


def measure(case: Case, blocks: int = 2, every: int = 8, rounds: int = 9) -> dict[str, Any]:
    """Nanoseconds of a world-step and of its draws, and their ratio, as a document; every set of claims of an account counts the same.

    Parameters
    ----------
    blocks : int
        Blocks of ``LANES`` worlds for each set of claims.
    every : int
        One step in so many is recorded.
    rounds : int
        How often everything is timed; figures are medians over rounds with their intervals.
    """
    sets = list(dict.fromkeys(claims for account in case.accounts.values() for _, claims in account.mixture))
    runs = [FreeWorlds(case, claims, blocks) for claims in sets]
    heard = [run.listen(every) for run in runs]
    w = lined_up((FREE * int(LANES),))
    steps, worlds = runs[0].model.steps, blocks * int(LANES)
    for run, (record, _) in zip(runs, heard, strict=True):
        run.seconds()  # the first time is not counted
        _replayed(record, w)
    table = np.empty((rounds, len(runs), 3))  # ns a world-step: with the start, the step, its draws
    for turn in range(rounds):
        for k, (run, (record, _)) in enumerate(zip(runs, heard, strict=True)):
            whole, stepping = run.seconds()
            recorded = (len(record.first) - 1) * int(LANES)
            table[turn, k] = 1e9 * whole / (worlds * steps), 1e9 * stepping / (worlds * steps), _replayed(record, w) / recorded
    mean = table.mean(axis=1)
    recorded = sum(len(record.first) - 1 for record, _ in heard)
    calls = sum(len(record.row) for record, _ in heard)
    busy = sum(float((record.trials * record.chances > 0.0).sum()) for record, _ in heard)
    each = np.median(table[:, :, 1] / table[:, :, 2], axis=0)
    return {
        "case": case.name,
        "regions": len(case.regions),
        "steps": steps,
        "sets of claims": len(sets),
        "worlds": worlds * len(sets),
        "rounds": rounds,
        "recorded": {"steps of a block": recorded, "calls": calls, "draws": calls * int(LANES)},
        "uniforms": sum(uniforms for _, uniforms in heard) / recorded,
        "binomials": calls / recorded,
        "binomials with somebody": busy / (recorded * int(LANES)),
        "world-step ns": _interval(mean[:, 1]),
        "world-step ns with the start": _interval(mean[:, 0]),
        "draws ns": _interval(mean[:, 2]),
        "ratio": _interval(mean[:, 1] / mean[:, 2]),
        "ratio with the start": _interval(mean[:, 0] / mean[:, 2]),
        "ratio by claims": {" + ".join(claims) or "no claim": float(ratio) for claims, ratio in zip(sets, each, strict=True)},
    }


def _interval(values: NDArray) -> dict[str, float]:
    return dict(zip(("median", "low", "high"), median_interval(values.tolist()), strict=True))


def text_of(found: dict[str, Any]) -> str:
    """The document in a few lines."""

    def shown(name: str, unit: str = "") -> str:
        of = found[name]
        return f"{of['median']:.3g}{unit} ({of['low']:.3g} to {of['high']:.3g})"

    heard, by = found["recorded"], found["ratio by claims"]
    least, most = min(by, key=by.__getitem__), max(by, key=by.__getitem__)
    return "\n".join(
        [
            f"{found['case']}: {found['regions']} regions, {found['steps']} steps, {found['worlds']:,} free worlds of "
            f"{found['sets of claims']} sets of claims, one thread, {found['rounds']} rounds",
            f"a world-step: {shown('world-step ns', ' ns')}; with its part of the start {shown('world-step ns with the start', ' ns')}",
            f"its draws alone: {shown('draws ns', ' ns')}; {found['uniforms']:.1f} uniforms, {found['binomials']:.1f} binomials, "
            f"{found['binomials with somebody']:.1f} of them with somebody to draw",
            f"ratio: {shown('ratio')}; with the start {shown('ratio with the start')}; by claims from {by[least]:.2f} ({least}) "
            f"to {by[most]:.2f} ({most})",
            f"recorded: {heard['steps of a block']:,} steps of a block of {LANES} worlds, {heard['calls']:,} calls, "
            f"{heard['draws']:,} draws",
        ]
    )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m realpolitik.bench.draws", description="What a world-step costs beside its draws.")
    parser.add_argument("case", nargs="?", default="kazakhstan-2022", help="a shipped case or a folder (kazakhstan-2022)")
    print(text_of(measure(load(parser.parse_args().case, parameters=NAMES))))


if __name__ == "__main__":
    main()
