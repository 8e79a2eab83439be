"""The model page says what the code does: tables of priors and of the law of reports, numbers of rules."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from realpolitik.api import load
from realpolitik.crisis import layout, reports
from realpolitik.crisis.parameters import TABLE
from realpolitik.fitting import coarsening, grading, ladder
from realpolitik.fitting.evidence import build_docket
from realpolitik.fitting.priors import DISPOSITION, WEATHER

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "model.md").read_text("utf-8")
PROSE = " ".join(PAGE.split())  # without the breaks of its lines
SOURCE = ROOT / "src" / "realpolitik"
INTERESTS = ("government", "opposition", "patron", "neutral")


def table(*rows):
    """A Markdown table; the first row is its head."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def priors():
    head = ("parameter", "prior", "unit", "meaning", "basis", "source")
    return table(head, *((f"`{p.name}`", p.prior.text, p.unit, p.meaning, p.basis, p.source) for p in TABLE))


def grades():
    letters, figures = grading._RELIABILITY, grading._CREDIBILITY
    return "\n\n".join((
        table(("letter", *letters), ("reliability", *(f"{v:g}" for v in letters.values())),
              ("log sd of rounding", *(f"{grading.rounding(name + '1'):.2f}" for name in letters))),
        table(("figure", *figures), ("credibility", *(f"{v:g}" for v in figures.values()))),
    ))  # fmt: skip


def bias():
    head = ("persistent bias b: mean, sd", *INTERESTS)
    rows = [(name, *("{:g}, {:g}".format(*by[who]) for who in INTERESTS)) for name, by in grading._BIAS.items()]
    return table(head, *rows)


def gap():
    head = ("passing gap of a running count", "share counted at first", "log sd", "τ, days")
    return table(head, *((name, *(f"{value:g}" for value in values)) for name, values in grading._GAP.items()))


@pytest.mark.parametrize("part", [priors, grades, bias, gap])
def test_tables_are_those_of_the_code(part):
    assert part() in PAGE, f"docs/model.md should hold\n\n{part()}"


def test_bases_are_counted_right():
    bases = Counter(p.basis for p in TABLE)
    assert set(bases) == {"published", "recomputed", "judgement", "definition"}
    assert f"{bases['judgement']} of {len(TABLE)} rows" in PROSE


def test_priors_beside_the_table_are_told():
    assert f"{DISPOSITION.text} for each region" in PROSE
    assert f"{WEATHER.text} for its weather" in PROSE


def test_constants_of_the_reports():
    assert f"scale {reports.WRONG:g}" in PROSE
    assert f"concentration {reports.SELECTION:g}" in PROSE
    assert f"exp(−d / {reports.NEARNESS:g} h)" in PROSE
    assert f"between 1 and {grading.LARGEST:g}" in PROSE
    assert f"at most {grading.LARGEST_STATEMENT:g}" in PROSE


def test_the_path_of_the_sampler_and_the_weight_of_evidence():
    betas = ladder.first_rungs(8)
    assert (betas[0], betas[-1]) == (0.0, 1.0)
    assert np.all(np.diff(betas) > 0.0)
    assert "**F2 Ladders" in PROSE
    docket = build_docket(load("kazakhstan-2022"))
    assert f"SHARP = {coarsening.SHARP:g}" in PROSE
    assert f"n = {coarsening.informative(docket):.0f}, ζ = {coarsening.power(docket):.2f}" in PROSE


def test_every_decision_has_a_gate_on_the_page():
    told = re.search(r"\| decision \| gate \|\n(.*?)\n\n", PAGE, re.DOTALL)[1]
    for decision in layout.DECISIONS:
        verb, _, rest = decision.partition(" ")
        assert verb in told, decision
        assert rest in told, decision


def numbers(text):
    """Numbers of rules, such as M1.4, E2, R3 and F1."""
    return set(re.findall(r"\b[MREF][1-9](?:\.\d)?\b", text))


def test_rules_have_the_same_numbers_in_the_code():
    crisis = "\n".join(path.read_text("utf-8") for path in (SOURCE / "crisis").glob("*.py"))
    fitting = "\n".join(path.read_text("utf-8") for path in (SOURCE / "fitting").glob("*.py"))
    assert numbers(crisis) | numbers(fitting) <= numbers(PAGE)
    here = {n for n in numbers(PAGE) if n[0] != "F"}
    assert here <= numbers(crisis) | {n.partition(".")[0] for n in numbers(crisis)}
