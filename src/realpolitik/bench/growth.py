"""How the cost of weighing a crisis grows with regions, items of evidence, worlds and accounts, on made-up cases."""

from __future__ import annotations

import tempfile
import time
from itertools import combinations
from pathlib import Path

import numpy as np

from realpolitik.case.reader import load
from realpolitik.case.records import Case
from realpolitik.crisis.parameters import NAMES
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.filter import run_filter
from realpolitik.fitting.model import CrisisModel
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.settings import Settings
from realpolitik.fitting.weigh import weigh

SIZES: dict[str, tuple[int, ...]] = {
    "regions": (4, 8, 16, 32, 64),
    "items": (8, 32, 128, 512, 2048),
    "worlds": (256, 512, 1024, 2048, 4096),
    "accounts": (1, 2, 4, 8),
}
_REGIONS, _ITEMS, _WORLDS = 4, 16, 512
_SETTINGS = Settings(ladders=16, rungs=8, worlds=1, passes=24, pilot=24)

_CASE = """\
name: growth
title: A made-up crisis of any size
clock: {start: 2024-03-01, end: 2024-03-10, step: 12h, timezone: UTC}
country: {regions: regions.csv, capital: R1}
ruler: the president
rival: {name: the guard's chief, holds: [Guard]}
agencies:
  Police: {strength: 5000}
  Guard: {strength: 1500, under: rival}
alliance: {name: the League, covers: external attack, decides: one man, troops: 200..600}
patrons: {the North: {through: the League}}
sparks: [{where: R1, begins: 2024-03-01, days: 2, size: about 2000 (1000 to 4000)}]
claims:
  fighters: {says: Fighters came., sets: {infiltrators: about 600 (100 to 3600), infiltrator_day: about 3 (2 to 4.5)}, where: [R1]}
  cells: {says: Armed cells., sets: {organised_cells: about 600 (100 to 3600), cell_day: about 3 (2 to 4.5)}, where: [R1]}
  plot: {says: A plot., sets: {rival_withholds: "beta(3, 2)"}}
evidence: evidence.csv
"""
CLAIMS = ("fighters", "cells", "plot")


def made_up(folder: Path, regions: int = _REGIONS, items: int = _ITEMS, accounts: int = 1) -> Case:
    """A case with so many regions of 300,000, daily crowd reports from the first four of them, and accounts with different claims."""
    sets = [found for size in range(len(CLAIMS) + 1) for found in combinations(CLAIMS, size)][:accounts]
    told = "".join(f"  a{n}: {{says: Story {n}., told_by: [teller {n}], claims: [{', '.join(s)}]}}\n" for n, s in enumerate(sets))
    (folder / "case.yaml").write_text(_CASE + "accounts:\n" + told, "utf-8")
    lines = ["region,population,latitude,longitude,hardship,minority"]
    lines += [f"R{k + 1},300000,{40 + k % 8},{60 + k // 8},1.0,0.2" for k in range(regions)]
    (folder / "regions.csv").write_text("\n".join(lines) + "\n", "utf-8")
    lines = ["id,what,where,when,reported,by,grade,now"]
    for k in range(items):
        day, hour = 2 + k % 8, 6 + k // 32 % 16
        moment = f"2024-03-{day:02d}T{hour:02d}:00"
        lines.append(f"C{k},crowd,R{k // 8 % 4 + 1},{moment},2024-03-{day + 1:02d},Paper {k % 7},C3,~{500 + 100 * (k % 9)}")
    (folder / "evidence.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return load(folder, parameters=NAMES)


def _passed(case: Case, worlds: int) -> tuple[float, CrisisModel]:
    """Seconds of one pass of the filter over worlds drawn from the prior, on one thread, and the model."""
    docket, problem = build_docket(case), build_problem(case, ())
    ones = np.ones(len(docket.entries))
    model = CrisisModel(problem, docket, ones, mask=ones, run_out=True)
    values = problem.prior.transform(np.random.default_rng(1).standard_normal((worlds, problem.prior.dimension)))
    ids = np.arange(worlds, dtype=np.uint64)[:, None] + model.noise_keys[None, :]
    run_filter(model, values[:, :128], ids[:128], 1, 1)
    began = time.perf_counter()
    run_filter(model, values, ids, 1, 1)
    return time.perf_counter() - began, model


def _weighed(accounts: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        case = made_up(home, accounts=accounts)
        began = time.perf_counter()
        weigh(case, threads=1, settings=_SETTINGS, runs=home / "runs")
        return time.perf_counter() - began


def seconds(what: str, size: int) -> float:
    """Seconds on one thread for one size of one thing, the others as they stand: 4 regions, 16 items, 512 worlds, 1 account.

    Regions, items and worlds are timed on one pass of the filter; accounts on a whole weighing with few particles, which fits the
    reference account beside them.
    """
    if what == "accounts":
        return _weighed(size)
    asked = {"regions": _REGIONS, "items": _ITEMS, "worlds": _WORLDS} | {what: size}
    with tempfile.TemporaryDirectory() as folder:
        case = made_up(Path(folder), asked["regions"], asked["items"])
    return _passed(case, asked["worlds"])[0]


def shipped_world(worlds: int = 1024) -> dict[str, float]:
    """One thread on the shipped case: seconds ``a world``, and what a world is made of."""
    case = load("kazakhstan-2022", parameters=NAMES)
    spent, model = _passed(case, worlds)
    people = float(sum(region.population for region in case.regions))
    return {"a world": spent / worlds, "people": people, "regions": len(case.regions), "steps": model.steps}
