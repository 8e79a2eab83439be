"""Results for the answers to read: two accounts and three items with numbers that hang together, fully told."""

import pytest

import realpolitik as rp
from tests.answers.asked import asked_case
from tests.cli.results import results as small


@pytest.fixture(scope="session")
def asked_run(tmp_path_factory):
    """The small case that asks something of every engine, weighed once."""
    folder = tmp_path_factory.mktemp("asked")
    return rp.weigh(asked_case(folder), runs=folder / "runs", seed=3)


@pytest.fixture(scope="session")
def kazakhstan():
    """The shipped case, read once."""
    return rp.load("kazakhstan-2022")


@pytest.fixture
def results():
    """A fresh document, to be altered at will."""
    document = small()
    told = {
        "T1": {
            "treatment": "clamped",
            "grade": "A1",
            "by": ["Vlast", "Reuters"],
            "link": "https://example.org/1",
            "row": "R048",
        },
        "T2": {
            "treatment": "count",
            "value": "200..230",
            "mode": "ever",
            "by": ["General Prosecutor"],
            "note": "As read out.",
        },
        "T3": {"treatment": "copy", "value": {"low": 9, "high": 1e300, "centre": 9, "form": "at_least"}, "mode": "now"},
    }
    for item in document["evidence"]:
        item |= told[item["id"]]
        item["when"] = "2022-01-05T14:00:00+06:00..2022-01-05T15:30:00+06:00"
        item["leave_one_out"] = {"uprising": 0.95, "plot": 0.05}
    first = document["evidence"][0]
    first["leave_one_out"] = {"uprising": 0.4, "plot": 0.6}
    first["stipulated"] = {"uprising": 0.0, "plot": -0.7}
    first["pareto_k"] = {"uprising": 0.2, "plot": 0.9}
    return document | {"version": "0.1.0", "fingerprint": "ab" * 32, "as_of": None, "command": "realpolitik weigh demo"}
