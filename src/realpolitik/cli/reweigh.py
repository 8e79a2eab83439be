"""The command `reweigh`: a case with a line of evidence more, weighed from a run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from realpolitik.answers.numbers import signed
from realpolitik.cli.cases import CASE_HELP
from realpolitik.cli.output import JSON_HELP, cell, example, print_json, shortened, table
from realpolitik.cli.runs import RUN_HELP, Runs


@example("realpolitik reweigh harbour --from latest")
def reweigh(
    case: Annotated[str, typer.Argument(metavar="CASE", help=CASE_HELP)],
    run: Annotated[str, typer.Option("--from", metavar="RUN", help=RUN_HELP)] = "latest",
    runs: Runs = Path("runs"),
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Weigh a line of evidence more, less or graded anew.

    From the worlds of a run, in seconds. What they cannot tell is withheld, and the command says how to weigh anew.
    """
    from realpolitik.api import load

    read = load(case)
    from realpolitik.cli.progress import progress
    from realpolitik.cli.runs import open_run, rough_note

    opened = open_run(run, runs)
    with progress() as callback:
        found = opened.reweigh(read, progress=callback)
    print_json(found) if json else print("\n\n".join([_shown(found), *rough_note(opened)]))


def _shown(found: Mapping[str, Any]) -> str:
    parts = [cell(found["sentence"])]
    if found["changed"]:
        changed = [(c["id"], shortened(c["what"]), c["change"], shortened(c["how"], 60)) for c in found["changed"]]
        parts.append(table(("item", "what", "change", "how"), changed))
    rows = [_row(a, found) for a in sorted(found["accounts"], key=lambda a: -a["before"].get("probability", 0.0))]
    heads = ("account", "before", "now", "log evidence", "s.e.", "change", "its s.e.", "Pareto k")
    parts.append(table(heads, rows, right=range(1, len(heads))))
    reference = found["reference"]
    if reference is None:
        parts.append("The run kept no worlds of the reference without politics; whether any account explains the evidence is left open.")
    elif reference["withheld"]:
        parts.append(f"reference without politics: withheld, Pareto k {reference['pareto_k'] or 9.9:.2f}")
    else:
        parts.append(
            f"reference without politics: log evidence {reference['before']['log_evidence']:.2f} -> "
            f"{reference['after']['log_evidence']:.2f}, s.e. {reference['after']['se']:.2f} (nats)"
        )
    if found["changed"]:
        moved = [(i["id"] or "", shortened(i["what"]), i["account"], signed(i["moves"])) for i in found["items"]]
        shown = table(("item", "what", "account", "bans"), moved, right=(3,))
        parts.append(f"What moved it, in bans against the mean of all accounts\n{shown}")
    return "\n\n".join(parts)


def _row(account: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[str, ...]:
    from realpolitik.answers.reweighing import told

    after = account["after"]
    k = "-" if account["pareto_k"] is None else f"{account['pareto_k']:.2f}"
    head = (account["name"], told(account["before"], found))
    if after is None:
        return (*head, "withheld", "", "", "", "", k)
    figures = (f"{after['log_evidence']:.2f}", f"{after['se']:.2f}", f"{account['change']:+.2f}", f"{account['change_se']:.2f}")
    return (*head, told(after, found), *figures, k)
