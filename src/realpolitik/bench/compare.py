"""The measurement: each tool in turn, round after round, and one document with medians, ratios and intervals."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from realpolitik.bench.growth import SIZES
from realpolitik.bench.influenza import LOG_EVIDENCE, LOG_LIKELIHOOD
from realpolitik.bench.intervals import efficiency_ratio, exponent, log_mean, median_interval
from realpolitik.bench.workers import PEERS, Worker, ask, cores, installed
from realpolitik.fitting.machine import machine

Tell = Callable[[str, float, str], None]
PARTS = ("filters", "evidence", "people", "growth")
OURS = "realpolitik"
WORLDS = {OURS: 1024, "particles": 1000, "pypomp": 1000}  # ours go by 128
# filters in one task of one process: enough that starting costs nothing
BATCH = {
    "influenza": {OURS: 128, "particles": 15, "pypomp": 60},
    "regions": {OURS: 6, "particles": 1, "pypomp": 2},
}
EXACT = {"influenza": LOG_LIKELIHOOD, "regions": None}
GOALS = {"particles": 15.0, "pypomp": 5.0, "evidence": 20.0}
SMC2 = {"particles_": 20, "worlds": 50, "chain": 10}  # 200 parameters of 50 worlds
SAMPLER = {"ladders": 32, "rungs": 4, "worlds": 32, "passes": 200}
NEEDED = {"particles": ("filters", "evidence"), "pypomp": ("filters",), "mesa": ("people",)}
MODES = ("two cores", "one thread")


class Tools:
    """The tools that are there, each with its processes: ours one that may use both cores, the others one pinned to each core."""

    def __init__(self, python: str, wanted: tuple[str, ...]):
        found = installed(python)
        self.versions = {name: found[name] for name in PEERS if name in found}
        self.missing = [name for name in wanted if name not in found]
        self.cores, self.python = cores(), python
        self.running: dict[str, list[Worker]] = {}

    def workers(self, name: str) -> list[Worker]:
        """Processes of a tool, started when first wanted."""
        if name not in self.running:
            self.running[name] = [Worker.start(name, self.python, core) for core in ([None] if name == OURS else self.cores)]
        return self.running[name]

    def ask(self, name: str, mode: str, task: dict[str, Any], per: int = 0) -> tuple[float, list[dict[str, Any]]]:
        """Seconds and answers of one tool: ours on one or two threads, others in one process or one on each core, ``per`` filters each."""
        own, number = self.workers(name), len(self.cores) if mode == "two cores" else 1
        if name == OURS:
            return ask(own, [task | {"threads": number} | ({"count": per * number} if per else {})])
        tasks = [task | {"seed": task["seed"] + 1000 * k} | ({"count": per} if per else {}) for k in range(number)]
        return ask(own[:number], tasks)

    def stop(self, name: str) -> None:
        """End the processes of a tool."""
        for worker in self.running.pop(name, []):
            worker.stop()

    def close(self) -> None:
        """End all of them."""
        for name in list(self.running):
            self.stop(name)


def _timed(seconds: dict[str, list[float]], ours: dict[str, list[float]]) -> dict[str, Any]:
    """Seconds by mode as median and interval, with the ratio to ours round by round."""
    found: dict[str, Any] = {}
    for mode, values in seconds.items():
        entry: dict[str, Any] = dict(zip(("seconds", "low", "high"), median_interval(values), strict=True))
        if ours is not seconds:
            ratios = [theirs / own for theirs, own in zip(values, ours[mode], strict=True)]
            entry["ratio"] = dict(zip(("median", "low", "high"), median_interval(ratios), strict=True))
        found[mode] = entry
    return found


def filters(tools: Tools, model: str, rounds: int, tell: Tell) -> dict[str, Any]:
    """The bootstrap filter on one model by every tool."""
    batch = BATCH[model]
    names = [name for name in batch if name not in tools.missing]
    seconds: dict[str, dict[str, list[float]]] = {name: {mode: [] for mode in MODES} for name in names}
    values: dict[str, list[float]] = {name: [] for name in names}
    first: dict[str, float] = {}
    for name in names:
        tell("filters", 0.0, f"{model}: {name} compiles")
        task = {"do": "filter", "model": model, "worlds": WORLDS[name], "seed": 999}
        first[name] = tools.ask(name, "two cores", task, batch[name])[0]
        tools.ask(name, "one thread", task, batch[name])
    for turn in range(rounds):
        tell("filters", turn / rounds, f"{model}, round {turn + 1} of {rounds}")
        for k in range(len(names)):
            name = names[(k + turn) % len(names)]  # nobody is always first
            for number, mode in enumerate(MODES):
                task = {"do": "filter", "model": model, "worlds": WORLDS[name], "seed": 2 * turn + number + 1}
                spent, answers = tools.ask(name, mode, task, batch[name])
                got = [v for answer in answers for v in answer["values"]]
                seconds[name][mode].append(spent / len(got))
                values[name] += got
    found: dict[str, Any] = {"exact": EXACT[model], "tools": {}}
    for name in names:
        centre, error = log_mean(values[name])
        found["tools"][name] = {
            "worlds": WORLDS[name],
            "first call seconds": first[name],
            "filters": len(values[name]),
            "log likelihood": centre,
            "standard error": error,
            **_timed(seconds[name], seconds[OURS]),
        }
    return found


def evidence(tools: Tools, rounds: int, tell: Tell) -> dict[str, Any]:
    """Log evidence of the flu: seconds a run and mean squared error about the exact value, and the ratio of their products."""
    names = [name for name in (OURS, "particles") if name not in tools.missing]
    seconds: dict[str, dict[str, list[float]]] = {name: {mode: [] for mode in MODES} for name in names}
    values: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(-1, rounds):  # the first round is not counted: everything is compiled in it
        tell("evidence", (turn + 1) / (rounds + 1), f"round {max(turn, 0) + 1} of {rounds}")
        for name in names:
            # ours takes a tenth of the time, so it runs more often
            for again in range(4 if name == OURS else 1):
                for number, mode in enumerate(MODES if turn % 3 == 0 else MODES[:1]):
                    task = {"do": "evidence", "seed": 100 * turn + 10 * again + number + 101}
                    task |= {"settings": SAMPLER} if name == OURS else SMC2
                    spent, answers = tools.ask(name, mode, task)
                    if turn >= 0:
                        seconds[name][mode].append(spent / len(answers))
                        values[name] += [v for answer in answers for v in answer["values"]]
    found: dict[str, Any] = {"exact": LOG_EVIDENCE, "settings": {OURS: SAMPLER, "particles": SMC2}, "tools": {}}
    for name in names:
        error = sum((v - LOG_EVIDENCE) ** 2 for v in values[name]) / len(values[name])
        entry: dict[str, Any] = {
            "runs": len(values[name]),
            "mean": sum(values[name]) / len(values[name]),
            "root mean square error": error**0.5,
        }
        for mode in MODES:
            entry[mode] = dict(zip(("seconds", "low", "high"), median_interval(seconds[name][mode]), strict=True))
        found["tools"][name] = entry
    if len(names) == 2:
        for mode in MODES:
            # equal error: an error half as large costs four times the time
            faster = found["tools"]["particles"][mode]["seconds"] / found["tools"][OURS][mode]["seconds"]
            ratio = efficiency_ratio(values[OURS], values["particles"], LOG_EVIDENCE)
            found["tools"]["particles"][mode]["ratio"] = dict(zip(("median", "low", "high"), (faster * r for r in ratio), strict=True))
    return found


def people(tools: Tools, rounds: int, tell: Tell) -> dict[str, Any]:
    """Mesa's civil violence beside one world of the shipped case; different models, so no ratio."""
    found: dict[str, Any] = {}
    tell("people", 0.0, "one world of the shipped case")
    answers = [ask(tools.workers(OURS), [{"do": "shipped"}])[1][0] for _ in range(min(rounds, 5))]
    found["shipped case"] = {name: answers[0][name] for name in ("people", "regions", "steps")}
    found["shipped case"] |= dict(zip(("seconds", "low", "high"), median_interval([a["a world"] for a in answers]), strict=True))
    if "mesa" not in tools.missing:
        tell("people", 0.5, "Mesa's civil violence")
        runs = [tools.ask("mesa", "one thread", {"do": "civil", "steps": 10, "seed": k + 1})[1][0] for k in range(min(rounds, 5))]
        found["mesa"] = {"agents": runs[0]["agents"]}
        found["mesa"] |= dict(zip(("agents a second", "low", "high"), median_interval([r["values"][0] for r in runs]), strict=True))
    return found


def growth(tools: Tools, rounds: int, tell: Tell) -> dict[str, Any]:
    """Seconds by size of each thing, and exponents over all sizes and over the upper three."""
    found: dict[str, Any] = {}
    rounds = min(rounds, 6)
    for what, sizes in SIZES.items():
        table: list[list[float]] = []
        ask(tools.workers(OURS), [{"do": "growth", "what": what, "size": sizes[0]}])  # compiles, and is not counted
        for turn in range(rounds):
            tell("growth", turn / rounds, what)
            table.append([ask(tools.workers(OURS), [{"do": "growth", "what": what, "size": size}])[1][0]["values"][0] for size in sizes])
        upper = [row[-3:] for row in table]
        found[what] = {
            "sizes": list(sizes),
            "seconds": [median_interval(column)[0] for column in zip(*table, strict=True)],
            "exponent": dict(zip(("median", "low", "high"), exponent(sizes, table), strict=True)),
            "exponent of the upper three": dict(zip(("median", "low", "high"), exponent(sizes[-3:], upper), strict=True)),
        }
    return found


def compare(python: str, parts: tuple[str, ...], rounds: int, tell: Tell) -> dict[str, Any]:
    """Measure the parts asked for; what is missing is named in the document and left out of it."""
    began = time.perf_counter()
    wanted = tuple(name for name, used in NEEDED.items() if set(used) & set(parts))
    tools = Tools(python, wanted)
    document: dict[str, Any] = {
        "machine": machine(),
        "cores": len(tools.cores),
        "peers": tools.versions,
        "missing": tools.missing,
        "rounds": rounds,
    }
    try:
        if "filters" in parts:
            document["filters"] = {model: filters(tools, model, rounds, tell) for model in BATCH}
        tools.stop("pypomp")
        if "evidence" in parts:
            document["evidence"] = evidence(tools, rounds, tell)
        if "people" in parts:
            document["people"] = people(tools, rounds, tell)
        if "growth" in parts:
            document["growth"] = growth(tools, rounds, tell)
    finally:
        tools.close()
    document["goals"] = goals(document)
    document["seconds"] = time.perf_counter() - began
    return document


def goals(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Each goal on two cores with its ratio, and whether it is met."""
    found: list[tuple[str, str, dict[str, float], float]] = []
    for model, told in document.get("filters", {}).items():
        found += [(model, name, tool["two cores"]["ratio"], GOALS[name]) for name, tool in told["tools"].items() if name != OURS]
    smc2 = document.get("evidence", {}).get("tools", {}).get("particles")
    if smc2:
        found.append(("log evidence", "particles", smc2["two cores"]["ratio"], GOALS["evidence"]))
    return [{"of": of, "against": name, **ratio, "goal": goal, "met": ratio["median"] >= goal} for of, name, ratio, goal in found]
