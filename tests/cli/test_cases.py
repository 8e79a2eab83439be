"""`cases`, `new`, `check` and `words` on the real thing."""

import json

import pytest


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_cases_lists_names_and_titles(realpolitik):
    assert "kazakhstan-2022  Kazakhstan, January 2022" in realpolitik("cases").stdout
    assert {"name": "kazakhstan-2022", "title": "Kazakhstan, January 2022"} in json.loads(realpolitik("cases", "--json").stdout)


def test_check_accepts_the_shipped_case(realpolitik):
    assert "17 regions" in realpolitik("check", "kazakhstan-2022").stdout


def test_new_writes_a_case_that_check_accepts(realpolitik, desk):
    made = realpolitik("new", "harbour")
    assert made.exit_code == 0
    assert "harbour/case.yaml" in made.stdout
    assert realpolitik("check", "harbour").stdout.startswith("harbour OK: 1 region, ")


def test_new_overwrites_nothing(realpolitik, desk):
    realpolitik("new", "harbour")
    (desk / "harbour" / "case.yaml").write_text("mine", "utf-8")
    again = realpolitik("new", "harbour")
    assert again.exit_code == 1
    assert "already" in again.stderr
    assert (desk / "harbour" / "case.yaml").read_text("utf-8") == "mine"


def test_a_broken_case_is_told_line_by_line_and_writes_nothing(realpolitik, desk):
    realpolitik("new", "harbour")
    case = desk / "harbour" / "case.yaml"
    case.write_text(
        case.read_text("utf-8").replace("grade: B3", "grade: Z9").replace("organised_cells:", "organised_sells:"),
        "utf-8",
    )
    for command in ("check", "weigh", "run"):
        done = realpolitik(command, "harbour")
        assert done.exit_code == 1
        told = done.stderr.splitlines()
        assert len(told) == 2
        assert told[0].startswith("harbour/case.yaml:")
        assert "'organised_cells'" in told[0]
        assert "Z9" in told[1]
        assert done.stdout == ""
    assert [path.name for path in desk.iterdir()] == ["harbour"]


def test_a_probable_slip_is_told_once_and_stops_nothing(realpolitik, desk):
    realpolitik("new", "harbour")
    case = desk / "harbour" / "case.yaml"
    case.write_text(case.read_text("utf-8").replace("by: [City Hall]", "by: [Cty Hall]"), "utf-8")
    said = "no report is by 'City Hall', so its interest and trust count for nothing; did you mean 'Cty Hall' (E2)?"
    done = realpolitik("check", "harbour")
    assert done.exit_code == 0
    assert done.stderr.startswith("warning: harbour/case.yaml:")
    assert done.stderr.count(said) == 1
    assert done.stdout.startswith("harbour OK")
    printed = json.loads(realpolitik("check", "harbour", "--json").stdout)
    assert printed["ok"] is True
    assert [said in warning for warning in printed["warnings"]] == [True]
    # Weighing tells it as well, here before it stops at a wrong option.
    assert realpolitik("weigh", "harbour", "--effort", "huge").stderr.count(said) == 1


def test_check_counts_the_acts_that_nobody_reported(realpolitik, desk):
    realpolitik("new", "harbour")
    shown = realpolitik("check", "harbour").stdout.splitlines()[1:]
    printed = json.loads(realpolitik("check", "harbour", "--json").stdout)
    acts = printed["unreported_acts"]
    assert "resign" in acts
    assert "concede" not in acts
    assert shown[0] == "What nobody reported counts as not having happened:"
    assert shown[1] == f"  {len(acts)} public acts: {', '.join(acts)}"


def test_check_names_the_seats_of_which_nobody_reported_a_loss(realpolitik, desk):
    printed = json.loads(realpolitik("check", "three-towns", "--json").stdout)
    assert printed["unreported_seats"] == ["Hills"]
    assert "  the loss of 1 seat of government: Hills" in realpolitik("check", "three-towns").stdout.splitlines()


def test_an_unknown_case_is_told_with_what_there_is(realpolitik, desk):
    done = realpolitik("weigh", "kazakstan-2022")
    assert done.exit_code == 1
    assert "kazakhstan-2022" in done.stderr


def test_the_schema_is_json_schema(realpolitik):
    import jsonschema

    schema = json.loads(realpolitik("check", "--schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert "evidence" in schema["properties"]


def test_words_lists_every_word_once_with_its_meaning(realpolitik):
    from realpolitik.case.words import OBSERVABLES
    from realpolitik.crisis.parameters import TABLE

    printed = json.loads(realpolitik("words", "--json").stdout)
    named = [row["what"] for rows in printed.values() for row in rows if "what" in row]
    assert sorted(named) == sorted(OBSERVABLES)
    [parameters] = [rows for title, rows in printed.items() if title.startswith("parameters")]
    assert [row["parameter"] for row in parameters] == [row.name for row in TABLE]
    assert all(all(row.values()) for row in parameters)
    assert "DECISIONS" in realpolitik("words").stdout
