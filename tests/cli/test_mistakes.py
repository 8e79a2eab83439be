"""What goes wrong is told in a sentence; nobody sees a traceback for a mistake of theirs."""

import errno

import pytest

from realpolitik.errors import CaseError, Problem, RunError, UnwritableError, UsageError


@pytest.fixture
def failing(monkeypatch, engine, realpolitik):
    """Run `weigh demo` with an engine that raises this error."""

    def run(error):
        def weigh(case, **options):
            raise error

        monkeypatch.setattr("realpolitik.api.weigh", weigh)
        return realpolitik("weigh", "demo", "--json")

    return run


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (
            CaseError([Problem("case.yaml:3:1", "clock", "no end", "add end:")]),
            1,
            "case.yaml:3:1: clock: no end; add end:",
        ),
        (RunError("no run here"), 1, "no run here"),
        (UsageError("not so"), 2, "Error: not so"),
        (
            OSError(errno.ENOSPC, "No space left on device", "runs/x.npz"),
            1,
            "could not write 'runs/x.npz': no space is left",
        ),
        (
            OSError(errno.EROFS, "Read-only file system", "runs"),
            1,
            "could not write or read 'runs': the file system is read-only",
        ),
        (PermissionError(errno.EACCES, "Permission denied", "runs"), 1, "what was finished before is kept"),
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "runs"), 1, "'runs': No such file or directory"),
        (UnwritableError("could not write 'x'"), 1, "could not write 'x'; go on with: realpolitik weigh demo --resume"),
        (KeyboardInterrupt(), 130, "stopped; go on with: realpolitik weigh demo --resume"),
    ],
)
def test_an_error_is_a_sentence_and_a_code(failing, error, code, says):
    done = failing(error)
    assert done.exit_code == code
    assert says in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.output


def test_the_way_to_go_on_repeats_what_was_asked(monkeypatch, engine, realpolitik):
    def weigh(case, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("realpolitik.api.weigh", weigh)
    done = realpolitik("run", "my case", "--seed", 7, "--effort", "standard", "--accounts", "plot")
    assert done.stderr.endswith("stopped; go on with: realpolitik weigh 'my case' --effort standard --seed 7 --accounts plot --resume\n")


def test_a_fault_of_the_program_is_not_hidden(failing):
    assert isinstance(failing(ZeroDivisionError("fault")).exception, ZeroDivisionError)


def test_check_shows_the_problems(realpolitik, monkeypatch):
    def load(name):
        raise CaseError([Problem("case.yaml:3:1", "", "one", ""), Problem("case.yaml:9:5", "", "two", "")])

    monkeypatch.setattr("realpolitik.api.load", load)
    done = realpolitik("check", "demo")
    assert done.exit_code == 1
    assert done.stderr == "case.yaml:3:1: one\ncase.yaml:9:5: two\n"
    assert realpolitik("check", "demo", "--json").exit_code == 1


def test_check_counts_what_is_there(realpolitik, engine):
    assert realpolitik("check", "demo").stdout == (
        "demo OK: 1 region, 1 claim, 2 accounts, 3 items of evidence, 0 questions, 0 issues, 0 documents\n"
    )


def test_check_without_a_case_is_wrong_usage(realpolitik):
    assert realpolitik("check").exit_code == 2
