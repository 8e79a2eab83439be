"""Made-up answers as a run keeps them, for the parts of the cable that tell them."""

from __future__ import annotations

ASKED = {"asked": "2022-01-12T00:00:00+06:00", "by": "2022-01-20T00:00:00+06:00", "evidence_to": "2022-01-12T00:00:00+06:00"}
EMPTY = dict.fromkeys(
    ("why", "note", "probability", "low", "high", "quantiles", "accounts", "rules", "pareto_k", "effective", "base_rate", "scores",
     "base_scores", "came", "earlier", "happened", "number"))  # fmt: skip


def _question(identity: str, asks: str, **more) -> dict:
    return EMPTY | {"id": identity, "asks": asks, "engine": "crisis", "answer": "probability", "said": [], "known": True} | ASKED | more


def forecast() -> dict:
    """A forecast with every kind of answer."""
    base = {"probability": 0.05, "low": 0.01, "high": 0.2, "text": "0 of 10", "source": "ten other missions"}
    questions = [
        _question("F01", "Are the troops gone?", probability=0.73, low=0.54, high=0.99, came="2022-01-19", happened=True, pareto_k=0.31,
                  scores={"brier": 0.07, "log": 0.31}, base_rate=base, base_scores={"brier": 0.9, "log": 3.0},
                  accounts=[{"name": "uprising", "probability": 0.74, "low": 0.7, "high": 0.78, "pareto_k": 0.3},
                            {"name": "article A", "pareto_k": 0.9}],
                  earlier={"probability": 0.6, "evidence_to": "2022-01-08T00:00:00+06:00", "scores": {"brier": 0.16, "log": 0.5}}),
        _question("F03", "Are they recognised?", engine="bargaining", probability=0.14, low=0.13, high=0.15, came="no", happened=False,
                  scores={"brier": 0.02, "log": 0.15}, rules={"mean": 0.14, "median": 0.1}),
        _question("F09", "Is the constitution changed?", engine="outside", probability=0.24, base_rate=base, note="the model says nothing"),
        _question("F06", "Do they break with it?", engine="bargaining", answer="none", why="not answered by the model: no scale fits"),
        _question("G01", "Does the ruler fall?", answer="withheld", why="withheld: Pareto k 2.6, above 0.7", came="no", pareto_k=2.6),
        _question("G02", "How many die?", answer="quantiles", quantiles={"5": 55, "25": 126, "50": 209, "75": 451, "95": 1129},
                  came="238", number=238, scores={"crps": 61.0, "wis": 60.0}, base_scores={"crps": 128.0, "wis": 122.0}),
    ]  # fmt: skip
    line = {"id": "F01", "asks": "Are the troops gone?", "engine": "crisis", "answer": "probability", "why": None, "probability": 0.44,
            "low": 0.28, "high": 0.62, "quantiles": None, "came": "2022-01-19",
            "said": [{"id": "B17", "says": "Withdrawal begins within days.", "fared": "true"}]}  # fmt: skip
    note = {"name": "article B", "title": "A column", "published": "2022-01-11T17:12", "evidence_to": "2022-01-11T17:12:00+06:00",
            "pareto_k": 0.3, "odds": {"uprising": {"probability": 0.6, "low": 0.4, "high": 0.8}}, "why": None,
            "questions": [line, line | {"id": "F03", "answer": "withheld", "said": []}]}  # fmt: skip
    silent = note | {"name": "article A", "odds": None, "why": "withheld: Pareto k 2.6"}
    means = {"questions": ["F01"], "model": {"brier": 0.07, "log": 0.31}, "base_rate": {"brier": 0.9, "log": 3.0}}
    return {"case": "demo", "label": "retrospective: known before", "scores": means, "questions": questions, "documents": [note, silent]}


def _span(mean: float) -> dict:
    return {"mean": mean, "low": mean - 20, "high": mean + 20}


def aftermath() -> dict:
    """Two issues, one settled, and a patron with no part in the second."""
    came = {"value": "45..55", "centre": 50.0, "on": "2023-01-15T00:00:00+06:00",
            "crps": {"mean": {"centre": 6.0, "low": 5.0, "high": 7.0}, "stays": {"centre": 8.0, "low": 7.0, "high": 9.0}}}  # fmt: skip
    pull = {"ideal": _span(80), "policy_leverage": _span(8), "towards": _span(-4)}
    shared = {"scale": [[0, "leaves"], [100, "a base"]], "status_quo": _span(50), "forecast": _span(54), "drift": _span(4),
              "moved": _span(0), "answers": {}, "actors": [{"name": "Russia", "position": _span(80), "share": _span(0.3),
              "basis": "judgement", "rows": [], "note": "said so"}]}  # fmt: skip
    issues = [
        {"id": "I1", "says": "How far it binds itself.", **shared, "came": came, "patrons": {"Russia": pull, "China": pull},
         "note": "as it was"},
        {"id": "I2", "says": "How far it goes along.", **shared, "drift": {"mean": 30, "low": 10, "high": 50}, "came": None,
         "patrons": {"Russia": pull, "China": None}, "note": ""},
    ]  # fmt: skip
    whole = {"issues": ["I1"], "policy_leverage": _span(8), "towards": _span(-4)}
    return {"issues": issues, "patrons": {"Russia": whole, "China": None}, "rule": "mean"}
