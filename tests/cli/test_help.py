"""Help answers at once and shows an example for every command."""

import subprocess
import sys

import pytest

COMMANDS = ["run", "cases", "new", "check", "words", "simulate", "weigh", "reweigh", "forecast", "leverage", "watch", "what-if"]
COMMANDS += ["audiences", "claims", "calibrate", "second-opinion", "bench", "report", "export", "diff", "explain"]
HEAVY = ("numpy", "numba", "scipy", "pandas", "xarray", "pydantic", "yaml", "rich")


def test_help_lists_every_command_and_no_other(realpolitik):
    shown = realpolitik("--help")
    assert shown.exit_code == 0
    listed = shown.stdout.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    assert [line.split()[0] for line in listed] == COMMANDS
    assert not any(line.endswith("...") for line in listed)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(realpolitik, command):
    shown = realpolitik(command, "--help")
    assert shown.exit_code == 0
    assert f"Example: realpolitik {command}" in " ".join(shown.stdout.split())


def test_help_loads_nothing_heavy():
    code = f"""
import sys
from realpolitik.cli.main import app
try:
    app(["--help"])
except SystemExit as end:
    assert end.code == 0
print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_the_module_runs_like_the_command():
    done = subprocess.run([sys.executable, "-m", "realpolitik", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == "0.1.0\n"


def test_no_command_at_all_shows_the_help(realpolitik):
    assert "Commands:" in realpolitik().output


def test_a_reader_that_goes_away_is_no_error():
    command = [sys.executable, "-m", "realpolitik", "words"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
