"""A made-up run for the commands to print: two accounts, three items, numbers that hang together."""

import math
from pathlib import Path

LN10 = math.log(10)


def results() -> dict:
    """Results with the keys a real run stores, as far as the commands read them."""
    bans = {
        "T1": {"uprising": -1.0, "plot": -2.5},
        "T2": {"uprising": -0.5, "plot": -0.25},
        "T3": {"uprising": 0.0, "plot": 0.0},
    }

    def item(name: str, what: str, diagnosticity: float) -> dict:
        return {
            "id": name,
            "what": what,
            "where": "Port" if name == "T1" else None,
            "reported": "2022-01-05T00:00:00+06:00",
            "bans": bans[name],
            "stipulated": {"uprising": 0.0, "plot": 0.0},
            "diagnosticity": diagnosticity,
            "leave_one_out": {"uprising": 0.5, "plot": 0.5},
            "grade": "B2",
        }

    def account(name: str, probability: float) -> dict:
        return {
            "name": name,
            "says": f"It was the {name}.",
            "claims": [] if name == "uprising" else ["palace-plot"],
            "log_evidence": sum(given[name] for given in bans.values()) * LN10,
            "se": 0.1,
            "probability": probability,
            "low": probability - 0.02,
            "high": probability + 0.02,
            "probability_plain": probability,
            "told_by": [],
        }

    return {
        "case": "demo",
        "title": "A demonstration",
        "seed": 1,
        "effort": "quick",
        "threads": 2,
        "seconds": 1.5,
        "cpu_seconds": 2.5,
        "world_steps": 1000,
        "fit": "good",
        "first_line": "The evidence is explained best by uprising.",
        "accounts": [account("plot", 0.05), account("uprising", 0.95)],
        "reference": {"log_evidence": -9.0, "se": 0.2, "note": "not printed"},
        "warnings": ["few particles left"],
        "evidence": [item("T1", "seat stormed", 1.5), item("T2", "dead", 0.25), item("T3", "crowd", 0.0)],
    }


def rough() -> dict:
    """The same of a run whose log evidence is known to no better than 0.83 nats."""
    document = results() | {"command": "realpolitik weigh demo --effort quick"}
    document["accounts"][0] |= {"se": 0.83, "low": 0.004, "high": 0.12}
    return document


class FakeRun:
    """Stands in for a saved run."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.results, self.notes = folder, results(), []

    def report(self) -> Path:
        return self.folder / "cable.html"
