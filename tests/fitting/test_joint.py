"""The law that draws reports is the law that judges them, shown without any chain."""

import numpy as np
import pytest

from realpolitik.api import load
from realpolitik.fitting.joint import joint, main, names_of, text_of
from realpolitik.fitting.problem import build_problem
from realpolitik.fitting.wrong.kinds import BY_NAME

CRISES = 150


@pytest.fixture(scope="module")
def case():
    return load("three-towns")


def test_accepted_moves_from_the_truth_move_nothing(case):
    found = joint(case, 1, CRISES)
    assert found.told < 1e-9  # the true world is judged with the density that its figures were drawn with
    assert min(found.p) > 1e-3
    assert 0.5 < found.accepted < 1.0
    assert len(found.parameters) > 60
    assert all(abs(line.z) < 5.0 for line in found.parameters)


def test_reports_by_another_law_are_noticed(case):
    found = joint(case, 1, 2 * CRISES, wrong=BY_NAME["bias-double"])
    assert found.p[1] < 1e-3
    assert "log density of the figures" in text_of(found)


def test_the_same_on_any_number_of_threads(case):
    one, two = joint(case, 3, 6, 1), joint(case, 3, 6, 2)
    assert one == two


def test_coordinates_have_the_names_of_what_they_drive(case):
    problem = build_problem(case, ("foreign-fighters",))
    names = names_of(problem)
    assert len(names) == problem.prior.dimension
    assert {"contagion", "infiltrators", "spark 1", "disposition Harbour"} <= set(names)


def test_the_command_prints_a_table(capsys):
    main(["three-towns", "--crises", "4", "--threads", "1"])
    text = capsys.readouterr().out
    assert "4 crises" in text
    assert np.isfinite(float(text.split("together: p = ")[1].split(";")[0]))
