"""`realpolitik calibrate`."""

import json

import pytest

from realpolitik.fitting.calibration_report import report, table_of


def crisis(number, account, stated):
    own = {"stated": stated, "se": 0.2, "drift": 0.1, "ranks": {"contagion": 0.05 + 0.1 * (number % 10)}}
    return {"number": number, "account": account, "zeta": 0.7, "coarsened": own}


@pytest.fixture
def table(tmp_path):
    rows = [crisis(n, "a" if n % 3 else "b", {"a": 0.6 + 0.01 * (n % 7), "b": 0.4 - 0.01 * (n % 7)}) for n in range(1, 31)]
    path = tmp_path / "table.csv"
    path.write_text(table_of(rows), "utf-8")
    return path, rows


def test_a_saved_table_is_reported_without_weighing(realpolitik, table):
    path, rows = table
    told, wanted = json.loads(realpolitik("calibrate", "--table", str(path), "--json").stdout), report(rows)
    assert told["weights"]["coarsened"]["slope"] == pytest.approx(wanted["weights"]["coarsened"]["slope"])
    assert told["weights"]["coarsened"]["ranks"] == wanted["weights"]["coarsened"]["ranks"]
    shown = realpolitik("calibrate", "--table", str(path)).stdout
    assert "30 synthetic crises (true account: a 20, b 10)" in shown
    assert "| true account led | 0.667 (0.472 to 0.827) |" in shown
    assert "| contagion | 3 3 3 3 3 3 3 3 3 3; 1.000 |" in shown


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "either a case or --table"),
        (("three-towns", "--table", "x.csv"), "either a case or --table"),
        (("three-towns", "--effort", "huge"), "is not an effort"),
        (("three-towns", "--shard", "3/2"), "1/4 for the first of four"),
        (("three-towns", "--wrong", "--shard", "1/2", "--exponent", "x.csv"), "without --shard and with --resume"),
        (("--table", "no-such.csv"), "could not read"),
        (("no-such-case",), "there is no case"),
    ],
)
def test_mistakes_are_told_in_a_line(realpolitik, words, says):
    done = realpolitik("calibrate", *words)
    assert done.exit_code in (1, 2)
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def wrong_table(folder, crises=42):
    from realpolitik.fitting.wrong.kinds import kind_of

    rows = []
    for n in range(1, crises + 1):
        row = crisis(n, "a" if n % 3 else "b", {"a": 0.9, "b": 0.1} if n % 2 else {"a": 0.3, "b": 0.7})
        row["coarsened"]["ranks"] = {}
        prior = {"a": 0.5, "b": 0.5}
        rows.append(row | {"simulator": kind_of(1, n).name, "case": "t", "effort": "quick", "law": "0123", "prior": prior})
    path = folder / "wrong.csv"
    path.write_text(table_of(rows), "utf-8")
    return path, rows


def test_a_table_of_wrong_simulators_is_known_as_one_and_gives_its_exponent(realpolitik, tmp_path):
    from realpolitik.fitting.wrong import exponents
    from realpolitik.fitting.wrong.report import report as of_wrong

    path, rows = wrong_table(tmp_path)
    done = realpolitik("calibrate", "--table", path, "--exponent", tmp_path / "exponents.csv")
    assert done.exit_code == 0, done.stderr
    assert "42 synthetic crises of 14 wrong simulators, case t, effort quick, law 0123" in done.stdout
    assert "| held out | held out, tempered |" in done.stdout
    wanted = of_wrong(rows)["weights"]["coarsened"]["exponent"]
    (line,) = exponents.read(tmp_path / "exponents.csv")
    assert line["exponent"] == pytest.approx(wanted["value"], abs=1e-4)
    assert (line["case"], line["effort"], line["law"], line["crises"]) == ("t", "quick", "0123", 21)
    assert f"{wanted['best']:.3f} ({wanted['low']:.3f} to {wanted['high']:.3f})" in done.stdout


def test_an_exponent_is_fitted_on_wrong_simulators_only(realpolitik, table, tmp_path):
    done = realpolitik("calibrate", "--table", str(table[0]), "--exponent", tmp_path / "x.csv")
    assert done.exit_code == 2
    assert "wrong simulators" in done.stderr
    path, rows = wrong_table(tmp_path, 14)
    path.write_text(table_of([{**row, "simulator": "no-such"} for row in rows]), "utf-8")
    done = realpolitik("calibrate", "--table", path)
    assert done.exit_code == 1
    assert "'no-such', which this version does not have" in done.stderr


def test_a_table_of_something_else_is_refused(realpolitik, tmp_path):
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    done = realpolitik("calibrate", "--table", str(tmp_path / "x.csv"))
    assert done.exit_code == 1
    assert "is not a table" in done.stderr
