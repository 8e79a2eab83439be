"""Who acts: rival, agencies, alliance, patrons, and the sparks that set the protest off."""

from __future__ import annotations

from realpolitik.case.filling import entries, fill, items
from realpolitik.case.mistakes import did_you_mean, quoted
from realpolitik.case.nodes import Node
from realpolitik.case.reading.context import Context, place
from realpolitik.case.records import Agency, Alliance, Patron, Rival, Spark, exact
from realpolitik.case.schema import AgencyForm, AllianceForm, PatronForm, RivalForm, SparkForm
from realpolitik.case.words import ACTS


def read_powers(root: Node, context: Context) -> tuple[Rival | None, tuple[Agency, ...]]:
    """The rival and the agencies, each agency under one of the two; sets the context's agencies."""
    report = context.report
    filled: dict[str, tuple[AgencyForm | None, Node]] = {}
    for name, node in entries(root.get("agencies"), report, "agencies"):
        filled[name] = fill(AgencyForm, node, report, f"agency {quoted(name)}"), node
    context.agencies = dict.fromkeys(filled)
    written = root.get("rival")
    rival = None if written is None else fill(RivalForm, _named(written), report, "rival")
    holds = tuple(rival.holds or ()) if rival else ()
    if written is not None:
        context.known(holds, filled, "agency", written, "holds", "rival")
    agencies = []
    for name, (form, node) in filled.items():
        if form is None:
            continue
        path = f"agency {quoted(name)}, under"
        if form.under == "ruler" and name in holds:
            report.add(place(node, "under"), path, "the rival holds this agency", "write under: rival, or take it from holds")
        if form.under == "rival" and written is None:
            report.add(place(node, "under"), path, "the case names no rival", "add rival: {name: …, holds: […]}")
        under = form.under or ("rival" if name in holds else "ruler")
        agencies.append(Agency(name, form.strength, under, node.at))  # type: ignore[arg-type]
    if rival is None or written is None:
        return None, tuple(agencies)
    held = tuple(agency.name for agency in agencies if agency.under == "rival")
    return Rival(rival.name, held, written.at), tuple(agencies)


def read_alliance(root: Node, context: Context) -> Alliance | None:
    """The alliance, if the case has one."""
    node = root.get("alliance")
    form = None if node is None else fill(AllianceForm, node, context.report, "alliance")
    if form is None or node is None:
        return None
    return Alliance(
        name=form.name,
        covers=form.covers or "external attack",
        decides=form.decides or "one man",  # type: ignore[arg-type]
        troops=form.troops or exact(0.0),
        at=node.at,
    )


def read_patrons(root: Node, alliance: Alliance | None, context: Context) -> tuple[Patron, ...]:
    """The outside powers; `through` must name the case's alliance."""
    patrons = []
    written = root.get("alliance")
    for name, node in entries(root.get("patrons"), context.report, "patrons"):
        path = f"patron {quoted(name)}"
        form = PatronForm() if node.is_null else fill(PatronForm, node, context.report, path)
        if form is None:
            continue
        through = form.through
        # An alliance that could not be read has been reported already.
        if through is not None and (alliance is not None or written is None):
            names = () if alliance is None else (alliance.name,)
            if through not in names:
                right = did_you_mean(through, names, "the alliance is") or "add alliance: {name: …}"
                context.report.add(place(node, "through"), path, f"{quoted(through)} is not the alliance", right)
        for act in form.acts or ():
            if act not in ACTS:
                right = did_you_mean(act, ACTS, "acts are")
                context.report.add(place(node, "acts", act), path, f"{quoted(act)} is not an act of a patron", right)
        patrons.append(Patron(name, through, node.at, form.acts or ()))
    return tuple(patrons)


def read_sparks(root: Node, context: Context) -> tuple[Spark, ...]:
    """What set off the protest."""
    sparks = []
    for node in items(root.get("sparks"), context.report, "sparks"):
        form = fill(SparkForm, node, context.report, "spark")
        if form is None:
            continue
        context.known((form.where,), context.regions, "region", node, "where", "spark")
        begins = context.moment(form.begins, node, "begins", "spark")
        if begins is None:
            continue
        hour = context.hours(begins.begins)
        if context.within_clock((hour, hour), form.begins, node, "begins", "spark", some=True):
            sparks.append(Spark(form.where, hour, form.days, form.size, form.note or "", node.at))
    return tuple(sparks)


def _named(node: Node) -> Node:
    """A text alone is the name."""
    if node.kind != "text":
        return node
    mapping = Node("mapping", {"name": node}, node.file, node.line, node.column)
    mapping.keys["name"] = (node.line, node.column)
    return mapping
