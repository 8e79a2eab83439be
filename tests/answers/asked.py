"""A small case that asks something of every engine, weighed once for the tests of forecasts and of the watch-list."""

from pathlib import Path

import realpolitik as rp
from realpolitik.case.starter import new

QUESTIONS = """questions:
  - {id: Q1, asks: the mayor grants a demand, asked: 2024-03-02, by: 2024-03-04, what: concede, came: 2024-03-04,
     base_rate: {value: 3 of 10, source: other harbours}}
  - {id: Q2, asks: how many are dead, asked: 2024-03-06, by: 2024-03-08, what: dead, came: "0",
     base_rate: {value: about 3 (1 to 9), source: other harbours}}
  - {id: Q3, asks: more than nine are dead, asked: 2024-03-06, by: 2024-03-08, what: dead, value: ">=10", came: "0"}
  - {id: Q4, asks: the pier falls down, asked: 2024-03-05, by: 2024-06-01, engine: outside, came: "no",
     base_rate: {value: 0.1, source: piers}}
  - {id: Q5, asks: nobody knows what, asked: 2024-03-05, by: 2024-06-01, engine: outside}
  - {id: Q6, asks: the crowd is gone, asked: 2024-03-05, by: 2024-03-10, forecast_in: [note]}
  - {id: Q7, asks: the mayor falls, asked: 2024-03-10, by: 2024-03-10, what: ruler falls, came: "no", forecast_in: [note]}
  - {id: Q8, asks: the mayor falls in summer, asked: 2024-03-10, by: 2024-06-10, what: ruler falls}
  - {id: Q9, asks: the North gets the pier, asked: 2024-03-10, by: 2024-06-01, engine: bargaining, came: "yes"}
  - {id: Q10, asks: the North smiles, asked: 2024-03-10, by: 2024-06-01, engine: bargaining}
patrons: {North: }
watch:
  - {id: W1, what: armed share of dead, says: How many of the dead had been armed?}
  - {id: W2, what: post stormed, where: Harbour, agency: Police}
  - {id: W3, what: crowd, value: ">=1000", by: 2024-03-05}
issues:
  - {id: I1, says: Who runs the pier., scale: {0: the harbour, 10: the North}, asked: 2024-03-10, by: 2024-06-01, status_quo: 2,
     answers: {Q9: ">=5"}, actors: {the mayor: {position: 3, salience: 0.5, capability: about 10 (5 to 20)},
       North: {position: 9, salience: 0.8, capability: 4}}}
documents:
  note: {title: A note, published: 2024-03-10, claims: [{id: N1, says: The mayor will go., fared: failed, rows: [Q7]}]}
"""


def asked_case(folder: Path):
    """The starter case with questions of every kind, read."""
    path = Path(new("harbour", folder)) / "case.yaml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("questions:")] + QUESTIONS, "utf-8")
    return rp.load(path.parent)
