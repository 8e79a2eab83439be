"""The country section: regions from a table or written out, and the capital."""

from __future__ import annotations

from realpolitik.case import tables
from realpolitik.case.filling import fill, items, keys_of, unknown_key
from realpolitik.case.mistakes import did_you_mean, quoted
from realpolitik.case.nodes import Node
from realpolitik.case.position import Position
from realpolitik.case.reading.context import Context
from realpolitik.case.records import Region
from realpolitik.case.schema import REGION, CountryForm, RegionForm

NEEDED = ("region", "population")
"""Columns that regions.csv must have; the others may be left out where an entry under regions may."""
_COORDINATES = ("latitude", "longitude")
MOST_REGIONS = 500
DECIMALS = ("latitude", "longitude", "hardship", "minority")


def read(node: Node | None, context: Context) -> tuple[tuple[Region, ...], str] | None:
    """Regions and the capital's region, or None; sets the context's regions."""
    if node is None:
        return None
    if node.kind != "mapping":
        fill(CountryForm, node, context.report, "country")
        return None
    known = keys_of(CountryForm)
    for key in node.value:
        if key not in known:
            unknown_key(node, key, known, context.report, "country")
    source = node.get("regions")
    if source is None:
        context.report.add(node.at, "country", "'regions' is missing", "add regions: regions.csv")
        return None
    rows = _rows(source, context)
    if rows is None:
        return None
    if len(rows) > MOST_REGIONS:
        right = "join small ones: distances between all pairs are kept in memory"
        context.report.add(source.at, "country, regions", f"{len(rows):,} regions; there may be {MOST_REGIONS:,}", right)
        return None
    regions: dict[str, Region] = {}
    complete = True
    for row in rows:
        region = _region(row, context, alone=len(rows) == 1)
        complete = complete and region is not None
        if region is None:
            continue
        if region.name in regions:
            wrong = f"the region {quoted(region.name)} stands here a second time; the first is at {regions[region.name].at}"
            context.report.add(region.at, "country, regions", wrong, "keep one of them")
        regions.setdefault(region.name, region)
    if not rows:
        context.report.add(source.at, "country, regions", "there is no region", "add one: a country has one at least")
    if not regions or not complete:
        return None
    context.regions = dict.fromkeys(regions)
    context.report.examples[REGION] = next(iter(regions))
    capital = _capital(node, regions, context)
    return None if capital is None else (tuple(regions.values()), capital)


def _rows(source: Node, context: Context) -> list[Node] | None:
    if source.kind == "list":
        return list(items(source, context.report, "country, regions"))
    if source.kind == "mapping":
        wrong = "a mapping stands where a file or a list of regions belongs"
        context.report.add(source.at, "country, regions", wrong, "write regions: regions.csv or '- region: …' for each")
        return None
    text = context.folder.text(source.value, source.at)
    if text is None:
        return None
    file = context.folder.shown(source.value)
    rows = tables.rows(text, file, context.report, keys_of(RegionForm), NEEDED, DECIMALS)
    missing = [name for name in _COORDINATES if rows and len(rows) > 1 and not any(name in row.value for row in rows)]
    for name in missing:
        wrong = f"the column {quoted(name)} is missing"
        context.report.add(Position(file, 1, 1), "", wrong, "give both coordinates: regions lie somewhere")
    return None if missing else rows


def _region(node: Node, context: Context, alone: bool) -> Region | None:
    path = _path(node)
    form = fill(RegionForm, node, context.report, path)
    if form is None:
        return None
    if not alone and (form.latitude is None or form.longitude is None):
        context.report.add(node.at, path, "latitude or longitude is missing", "give both: regions lie somewhere")
        return None
    return Region(
        name=form.region,
        population=form.population,
        latitude=form.latitude or 0.0,
        longitude=form.longitude or 0.0,
        hardship=1.0 if form.hardship is None else form.hardship,
        minority=form.minority or 0.0,
        police=form.police,
        at=node.at,
    )


def _path(node: Node) -> str:
    name = node.get("region")
    return f"region {quoted(name.value)}" if name is not None and name.kind == "text" else "region"


def _capital(node: Node, regions: dict[str, Region], context: Context) -> str | None:
    capital = node.get("capital")
    if capital is None:
        if len(regions) == 1:
            return next(iter(regions))
        right = f"add capital: and the region it is in, such as {quoted(next(iter(regions)))}"
        context.report.add(node.at, "country", "'capital' is missing", right)
        return None
    at: Position = capital.at
    name = " ".join(capital.value.split()) if capital.kind == "text" else ""
    if name not in regions:
        wrong = f"{quoted(name)} is not a region" if name else "a name belongs here"
        context.report.add(at, "country, capital", wrong, did_you_mean(name, regions, "regions"))
        return None
    return name
