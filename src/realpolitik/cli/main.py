"""The command `realpolitik`: one Typer application, its commands in the files beside this one."""

import os
import sys
from typing import Annotated

import typer

from realpolitik import __version__
from realpolitik.cli import (
    audiences,
    bench,
    calibrate,
    cases,
    claims,
    forecast,
    leverage,
    reweigh,
    runs,
    second_opinion,
    watch,
    weighing,
    what_if,
)
from realpolitik.cli.mistakes import Commands

app = typer.Typer(
    name="realpolitik",
    cls=Commands,
    help="Put rival accounts of a political crisis to the test.",
    epilog="Start here: realpolitik run kazakhstan-2022 --effort quick",
    # Rich help, tracebacks and shell completion are what makes a start slow; plain help answers at once.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.", callback=_print_version, is_eager=True)] = False,
) -> None:
    """Put rival accounts of a political crisis to the test."""


for command in (
    weighing.run,
    cases.cases,
    cases.new,
    cases.check,
    cases.words,
    weighing.simulate,
    weighing.weigh,
    reweigh.reweigh,
    forecast.forecast,
    leverage.leverage,
    watch.watch,
    what_if.what_if,
    audiences.audiences,
    claims.claims,
    calibrate.calibrate,
    second_opinion.second_opinion,
    bench.bench,
    runs.report,
    runs.export,
    runs.diff,
    runs.explain,
):
    app.command(epilog=command.example)(command)


def main() -> None:
    """Run the command line and end the process with 0 (done), 1 (the case or the run is wrong) or 2 (wrong usage)."""
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader of a pipe (head, less) has gone: nothing is wrong, and the interpreter must not flush again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        from realpolitik.cli.mistakes import sentence

        print(sentence(error), file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
