"""The command `audiences`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from realpolitik.answers.doubted import whose
from realpolitik.answers.numbers import listing
from realpolitik.answers.rough import is_rough, told
from realpolitik.cli.output import JSON_HELP, cell, example, print_json, table
from realpolitik.cli.runs import Run, Runs, rough_note

SHOWN = 10  # pairs listed one by one
UNSAID = 3  # groups of pairs of which nothing is known, those of the leader first


@example("realpolitik audiences latest")
def audiences(
    run: Run = "latest",
    runs: Runs = Path("runs"),
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Show what others would say who trust other sources.

    Odds under each audience's trust and prior odds, the trust at which two accounts change places, and what size of each claim the
    evidence bears.
    """
    from realpolitik.cli.progress import progress
    from realpolitik.cli.runs import open_run

    opened = open_run(run, runs)
    with progress() as callback:
        found = opened.audiences(progress=callback)
    print_json(found) if json else print("\n\n".join([_shown(found, opened.results), *rough_note(opened)]))


def _shown(found: Mapping[str, Any], results: Mapping[str, Any]) -> str:
    rough = is_rough(results)
    names = [row["name"] for row in found["accounts"] or ()]
    columns = [("the run itself", _odds(found, names, rough)), *((a["name"], _odds(a, names, rough)) for a in found["audiences"])]
    turned = [[cell(name), *(column[i] for _, column in columns)] for i, name in enumerate(names)]
    heads = ["account", *(cell(head) for head, _ in columns)]
    parts = ["\n".join(["Odds by audience", table(heads, turned, right=range(1, len(heads)))])]
    parts += ["\n".join(filter(None, lines)) for lines in (_withheld(found, results), _interests(found, rough), _pairs(found)) if lines]
    sizes = [(c["claim"], c["parameter"], _range(c), c["unit"]) for c in found["sizes"]]
    if sizes:
        parts.append("\n".join(["Sizes not excluded at twenty to one", table(("claim", "parameter", "sizes", "unit"), sizes)]))
        if any("?" in row[2] for row in sizes):
            parts[-1] += "\n?: the worlds of the run cannot judge larger ones"
    return "\n\n".join(parts)


def _odds(of: Mapping[str, Any], names: list[str], rough: bool) -> list[str]:
    """Odds of every account by one audience, or why there are none."""
    if of.get("accounts") is None and of.get("probabilities") is None:
        return ["withheld"] * len(names)
    rows = {row["name"]: row for row in of.get("accounts") or ()}
    bare = of.get("probabilities") or {}
    found = [rows.get(name) or {"probability": bare.get(name)} for name in names]
    return [told(row["probability"], row.get("low"), row.get("high"), rough) for row in found]


def _withheld(found: Mapping[str, Any], results: Mapping[str, Any]) -> list[str]:
    """Of every audience that is withheld why, and what would answer."""
    silent = [a for a in found["audiences"] if a.get("probabilities") is None]
    if not silent:
        return []
    from realpolitik.answers.withheld import remedy, why

    return [f"{cell(a['name'])} is withheld: {why(a.get('pareto_k'))}. What would answer: {remedy(a, results)}" for a in silent]


def _interests(found: Mapping[str, Any], rough: bool) -> list[str]:
    """What half trust in all reporters of one interest does, and what was not tested."""
    from realpolitik.answers.withheld import why

    lines, idle = [], []
    for row in found.get("interests") or ():
        who = f"{f'all {n}' if (n := row['reporters']) > 1 else 'the one'} {row['interest']} reporter{'s' * (n > 1)}"
        if not row["tested"]:
            idle.append(who + (", on whose word alone no report rests" if not row["items"] else ""))
        elif row["withheld"]:
            lines.append(f"  {who}: withheld, {why(row['pareto_k'])}")
        else:
            best = sorted(row["accounts"], key=lambda a: -a["probability"])[:2]
            odds = [f"{cell(a['name'])} {told(a['probability'], a['low'], a['high'], rough)}" for a in best]
            lines.append(f"  {who}: {odds[0]} leads" + (f" before {odds[1]}" if odds[1:] else ""))
    if not found.get("interests"):
        together = [name for name in ("government", "opposition", "patron") if name not in (found.get("tried") or ())]
        idle = [f"all {name} reporters" for name in together]
    untested = f"Not tested: half trust in {listing(idle, 'or')} together." if idle else ""
    return [*(["Half trust in all reporters of one interest together"] if lines else []), *lines, untested]


def _pairs(found: Mapping[str, Any]) -> list[str]:
    """Pairs of accounts that some distrust turns, one by one; the others by what is known of them."""
    pairs = found["tipping"]
    turned = [p for p in pairs if p["who"] is not None]
    if not pairs:
        return []
    interests = [row["interest"] for row in found.get("interests") or ()]
    lines = ["Trust at which two accounts change places"]
    if turned:
        rows = [(_pair(p), f"{p['bans']:.2f}", whose(p), f"{p['trust']:.2f}") for p in turned[:SHOWN]]
        lines += [table(("leads", "bans", "who", "trust"), rows, right=(1, 3))]
        lines += [f"and {len(turned) - SHOWN} more pairs: --json"] * (len(turned) > SHOWN)
    unsaid: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for p in pairs:
        if p["who"] is None and p["withheld"]:
            unsaid.setdefault(tuple(_doubtful(p, entry, interests) for entry in p["withheld"]), []).append(p)
    for doubtful, those in list(unsaid.items())[:UNSAID]:
        who = listing(doubtful, "or")
        lines.append(f"Not known for {_some(those)}: trust in {who} takes the odds further than the worlds of this run reach.")
    rest = sum(map(len, list(unsaid.values())[UNSAID:]))
    lines += [f"Nor for {rest} more pairs: --json"] * (rest > 0)
    still = [p for p in pairs if p["who"] is None and not p["withheld"]]
    if still:
        tried = listing([cell(whose(entry, interests)) for entry in found.get("tried") or ()], "or") or "anybody"
        turns = "turns" if interests else "is known to turn"  # without, the document is of a version that did not tell the two apart
        lines.append(f"No loss of trust in {tried} {turns} {_some(still)}.")
    return lines


def _doubtful(pair: Mapping[str, Any], entry: Any, interests: list[str]) -> str:
    """Somebody whose trust leaves a pair open, and down to what trust the order is known."""
    level = entry.get("known_to") if isinstance(entry, Mapping) else (pair.get("known_to") or {}).get(entry)
    return cell(whose(entry, interests)) + ("" if level is None else " below that of the case" if level >= 1.0 else f" below {level:g}")


def _some(pairs: list[Mapping[str, Any]]) -> str:
    """The first pairs by name, the others counted."""
    named = [_pair(p) for p in pairs[:3]]
    return listing([*named, f"{len(pairs) - 3} more pairs"] if len(pairs) > 3 else named)


def _pair(pair: Mapping[str, Any]) -> str:
    return f"{cell(pair['first'])} over {cell(pair['second'])}"


def _range(curve: Mapping[str, Any]) -> str:
    if curve["largest"] is None:
        return "withheld"
    more = "+" if curve["beyond"] else "?" if curve["unsure"] else ""
    return f"{curve['least']:,g} to {curve['largest']:,g}{more}"
