"""Commands about cases: `cases`, `new`, `check`, `words`."""

from typing import Annotated, Any

import typer

from realpolitik.cli.mistakes import tell
from realpolitik.cli.output import JSON_HELP, example, print_json, table

CASE_HELP = "A shipped case (see `realpolitik cases`) or the path of a case folder."


@example("realpolitik cases")
def cases(json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False) -> None:
    """List the cases that come with realpolitik."""
    from realpolitik.case.shipped import titles

    listed = list(titles().items())
    if json:
        print_json([{"name": name, "title": title} for name, title in listed])
    else:
        print(table(("case", "title"), listed))


@example("realpolitik new harbour-strike && realpolitik check harbour-strike")
def new(name: Annotated[str, typer.Argument(help="Name of the case and of the folder made for it.")]) -> None:
    """Write a commented starter case that already runs."""
    from realpolitik.case.starter import new as start

    folder = start(name)
    print(f"wrote {folder / 'case.yaml'}; edit it, then: realpolitik check {name} && realpolitik run {name}")


@example("realpolitik check kazakhstan-2022")
def check(
    case: Annotated[str | None, typer.Argument(help=CASE_HELP)] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of case.yaml, for editors.")] = False,
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Find every mistake in a case.

    Each comes with its file and line, what is wrong, and what would be right. A warning tells what is probably a slip and stops nothing.
    """
    from realpolitik.errors import CaseError, UsageError

    if schema:
        from realpolitik.case.json_schema import json_schema

        print_json(json_schema())
        return
    if case is None:
        raise UsageError("name the case to check, or ask for the schema with --schema")

    from realpolitik.api import load

    try:
        read = load(case)
    except CaseError as error:
        if not json:
            raise
        print_json({"case": case, "ok": False, "problems": [str(problem) for problem in error.problems], "warnings": []})
        raise typer.Exit(1) from None
    counts = {
        "regions": len(read.regions),
        "claims": len(read.claims),
        "accounts": len(read.accounts),
        "evidence": len(read.evidence),
        "questions": len(read.questions),
        "issues": len(read.issues),
        "documents": len(read.documents),
    }
    acts, seats = _unreported(read)
    if json:
        from realpolitik.case.doubts import doubts

        warnings = [str(doubt) for doubt in doubts(read)]
        print_json(
            {
                "case": read.name,
                "ok": True,
                "problems": [],
                "warnings": warnings,
                **counts,
                "unreported_acts": acts,
                "unreported_seats": seats,
            }
        )
        return
    warn(read)
    print(f"{read.name} OK: " + ", ".join(_counted(number, thing) for thing, number in counts.items()))
    if acts or seats:
        print("What nobody reported counts as not having happened:")
    if acts:
        print(f"  {_counted(len(acts), 'public acts')}: {', '.join(acts)}")
    if seats:
        print(f"  the loss of {_counted(len(seats), 'seats of government')}: {', '.join(seats)}")


@example("realpolitik words | less")
def words(json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False) -> None:
    """List the words a case can use.

    Observables, decisions, grades, units and parameters, and how numbers, times and priors are written.
    """
    from realpolitik.cli.vocabulary import sections

    listed = sections()
    if json:
        print_json({title: [dict(zip(headings, row, strict=True)) for row in rows] for title, headings, rows in listed})
    else:
        print("\n\n".join(f"{title.upper()}\n{table(headings, rows)}" for title, headings, rows in listed))


def warn(case: Any) -> None:
    """Tell on stderr what is probably a slip in a case that can be read."""
    from realpolitik.case.doubts import doubts
    from realpolitik.crisis.parameters import TABLE

    for doubt in doubts(case, {row.name: row.prior for row in TABLE}):
        tell(f"warning: {doubt}")


def _unreported(case: Any) -> tuple[list[str], list[str]]:
    """Public acts that the case does not list, and regions of whose seat it does not say that it was lost."""
    from realpolitik.fitting.evidence import build_docket

    silent = [entry.item for entry in build_docket(case).entries if entry.silent]
    return [i.what for i in silent if i.where is None], [i.where for i in silent if i.where is not None]


def _counted(number: int, thing: str) -> str:
    singular = {"evidence": "item of evidence", "seats of government": "seat of government"}.get(thing, thing.removesuffix("s"))
    plural = {"evidence": "items of evidence"}.get(thing, thing)
    return f"{number:,} {singular if number == 1 else plural}"
