"""The regions: a map by coordinates and a table of what each account says happened where."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from realpolitik.cable.figures import Cell, chart, figure, swatch, table
from realpolitik.cable.markup import Safe, h, join
from realpolitik.cable.view import View
from realpolitik.cable.wording import finite, number, percent

_MOST = 60  # regions shown one by one


def block(view: View) -> Safe | None:
    """Map, ranked list under the leader, and the table of all accounts. None without regions."""
    places = _ranked(view)
    if not places:
        return None
    label = f"Map of {len(places)} regions; under {view.leader} a seat of government was most likely lost in {places[0].get('name')}"
    ranked = table(
        ["Region", "Seat lost", "Peak crowd", "Dead"],
        (
            [place.get("name"), Cell(percent(_at(place, view.leader, "seat_lost")), {"class_": "p", "style": _shade(place, view.leader)}),
             number(_at(place, view.leader, "peak_crowd"), 2), number(_at(place, view.leader, "dead"), 2)]
            for place in places[:_MOST]
        ),
        caption=f"Regions under {view.leader}",
        kind="ranked",
    )  # fmt: skip
    by_account = table(
        ["Chance the seat was lost", *(join(swatch(view.colours[name]), name) for name in view.names)],
        ([place.get("name"), *(Cell(percent(_at(place, name, "seat_lost")), {"class_": "p", "style": _shade(place, name)}) for name in view.names)]
         for place in places[:_MOST]),
        caption="Chance that the seat of government was lost, by region and account",
        kind="changes",
    )  # fmt: skip
    drawn = [
        place
        for place in places
        if finite(place.get("latitude")) is not None and finite(place.get("longitude")) is not None
    ]
    picker = h("label", "Account ", h("select", id="map-account"), id="map-pick", class_="pick", hidden=True)
    picture = h("div", chart("map", label, "map") if drawn else None, ranked, class_="where")
    note = "Each dot is a region at its coordinates: area by peak crowd, darker where the seat of government was likelier lost. Medians."
    return figure(
        join(h("b", "Where"), picker if drawn else None),
        picture,
        by_account,
        note=note,
        summary="The same for every account",
        kind="regions",
    )


def data(view: View) -> dict[str, Any]:
    """Data of the map; empty without coordinates."""
    places = [
        p for p in _ranked(view) if finite(p.get("latitude")) is not None and finite(p.get("longitude")) is not None
    ]
    if not places:
        return {}
    latitude = sum(float(p["latitude"]) for p in places) / len(places)
    rows = [
        {"name": p.get("name"), "x": finite(p["longitude"]), "y": finite(p["latitude"]),
         "accounts": {n: [_at(p, n, key) for key in ("seat_lost", "peak_crowd", "dead")] for n in view.names}}
        for p in places
    ]  # fmt: skip
    return {
        "map": {
            "id": "map",
            "leader": view.leader,
            "names": view.names,
            "squeeze": math.cos(math.radians(latitude)),
            "places": rows,
        }
    }


def expected_losses(view: View) -> float | None:
    """Expected number of seats lost under the leader; None if unknown."""
    known = [_at(place, view.leader, "seat_lost") for place in view.items("regions")]
    known = [p for p in known if p is not None]
    return sum(known) if known else None


def _ranked(view: View) -> list[dict[str, Any]]:
    return sorted(view.items("regions"), key=lambda place: -(_at(place, view.leader, "seat_lost") or 0.0))


def _at(place: Mapping[str, Any], account: str, key: str) -> float | None:
    return finite(((place.get("accounts") or {}).get(account) or {}).get(key))


def _shade(place: Mapping[str, Any], account: str) -> str:
    return f"--p:{100 * (_at(place, account, 'seat_lost') or 0.0):.0f}%"
