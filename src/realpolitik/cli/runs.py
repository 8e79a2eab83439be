"""Commands about saved runs: `report`, `export`, `diff`, `explain`."""

from pathlib import Path
from typing import Annotated

import typer

from realpolitik.cli import summary
from realpolitik.cli.mistakes import tell
from realpolitik.cli.output import JSON_HELP, example, print_json

RUN_HELP = "A run folder, its name under the folder of runs, or `latest`."
Run = Annotated[str, typer.Argument(help=RUN_HELP)]
Runs = Annotated[Path, typer.Option("--runs", help="The folder that holds the runs.")]


@example("realpolitik report latest")
def report(run: Run = "latest", runs: Runs = Path("runs")) -> None:
    """Write the cable of a run again and print its path."""
    print(open_run(run, runs).report())


@example("realpolitik export latest --csv tables")
def export(
    run: Run = "latest",
    csv: Annotated[Path | None, typer.Option("--csv", help="Folder to write the CSV files to; the run's own folder if left out.")] = None,
    runs: Runs = Path("runs"),
) -> None:
    """Write a run's tables as CSV files.

    The matrix of evidence by account, the odds, and what each item added.
    """
    from realpolitik.answers.export import export as write

    opened = open_run(run, runs)
    for path in write(opened.everything, csv or Path(opened.folder)):
        print(path)


@example("realpolitik diff runs/kazakhstan-2022-20261122T101500Z-1f2e3d4c latest")
def diff(
    before: Annotated[str, typer.Argument(help=RUN_HELP)],
    after: Annotated[str, typer.Argument(help=RUN_HELP)] = "latest",
    runs: Runs = Path("runs"),
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Show which odds moved between two runs and why."""
    from realpolitik.answers.diff import diff as compare

    old, new = open_run(before, runs), open_run(after, runs)
    found = compare(old.results, new.results)
    # the later run's line, or the earlier one's where only that is rough
    print_json(found) if json else print("\n\n".join([summary.of_diff(found), *(rough_note(new) or rough_note(old))]))


@example("realpolitik explain latest T048")
def explain(
    run: Annotated[str, typer.Argument(help=RUN_HELP)],
    item: Annotated[str, typer.Argument(metavar="ID", help="Id of an item of evidence.")],
    runs: Runs = Path("runs"),
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Say how well each account explains one item."""
    from realpolitik.answers.explain import explain as in_words

    text = in_words(open_run(run, runs).results, item)
    print_json({"id": item, "text": text}) if json else print(text)


def rough_note(opened) -> list[str]:
    """The line that closes an answer of a rough run; nothing for any other."""
    from realpolitik.answers.rough import is_rough, note

    return [note(opened.results)] if is_rough(opened.results) else []


def open_run(run: str, runs: Path):
    """Open a run and tell its notes on stderr."""
    from realpolitik.answers.run import Run as Saved

    opened = Saved.open(run, runs=runs)
    for note in opened.notes:
        tell(f"note: {note}")
    return opened
