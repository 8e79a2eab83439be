"""The command `bench`."""

from pathlib import Path
from typing import Annotated

import typer

from realpolitik.cli.output import JSON_HELP, example, print_json


@example("realpolitik bench --peers peers/bin/python --write docs/performance.md")
def bench(
    peers: Annotated[
        str | None,
        typer.Option("--peers", metavar="PYTHON", help="Interpreter that has the other tools; this one if left out.", show_default=False),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="PART", help="Only filters, evidence, people or growth; may be repeated.")
    ] = None,
    rounds: Annotated[int, typer.Option("--rounds", min=1, max=1000, help="How often each tool has its turn.")] = 9,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="PAGE.md", help="Also put the tables into a page, and the figures beside it as JSON.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Measure the speed beside that of other tools.

    The same models, which all can run, data and machine, the tools in turn; takes five minutes on two cores. Other tools that are not
    installed are left out.
    """
    import sys

    from realpolitik.errors import UsageError

    parts = ("filters", "evidence", "people", "growth")
    if wrong := [part for part in only or () if part not in parts]:
        raise UsageError(f"--only {wrong[0]!r} is not a part; take {', '.join(parts)}")

    from realpolitik.bench import report
    from realpolitik.bench.compare import compare
    from realpolitik.bench.workers import remedy
    from realpolitik.cli.mistakes import tell
    from realpolitik.cli.progress import progress

    if write is not None:
        report.check_page(write)
    with progress() as callback:
        document = compare(peers or sys.executable, tuple(part for part in parts if not only or part in only), rounds, callback)
    if document["missing"]:
        tell(remedy(document["missing"]))
    if write is not None:
        report.write_page(write, document)
    print_json(document) if json else print(report.text_of(document), end="")
