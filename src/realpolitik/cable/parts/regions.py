"""The regions: a map by coordinates and a table of what each account says happened where."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from realpolitik.cable.figures import Cell, chart, figure, swatch, table
from realpolitik.cable.markup import Safe, h, join
from realpolitik.cable.parts import compared, sketch
from realpolitik.cable.view import View
from realpolitik.cable.wording import finite, number, percent

_MOST = 60  # regions shown one by one


def block(view: View) -> Safe | None:
    """Map, ranked list under the leader, and the table of all accounts. None without regions."""
    places = _ranked(view)
    if not places:
        return None
    lead = view.leader
    label = f"Map of {len(places)} regions; under {lead} the seat likeliest lost is that of {places[0].get('name')}"
    rows = (
        [place.get("name"), _cell(place, lead), *(number(_at(place, lead, key), 2) for key in ("peak_crowd", "dead"))]
        for place in places[:_MOST]
    )
    columns = ["Region", "Seat lost", "Peak crowd", "Dead"]
    ranked = table(columns, rows, caption=f"Regions under {lead}; {compared.SILENCE}", kind="ranked")
    by_account = table(
        ["Chance the seat was lost", *(join(swatch(view.colours[name]), name) for name in view.names)],
        ([place.get("name"), *(_cell(place, name) for name in view.names)] for place in places[:_MOST]),
        caption=f"Chance that the seat of government was lost, by region and account; {compared.SILENCE}",
        kind="changes",
    )
    drawn = any(map(_placed, places))
    picker = h("label", "Account ", h("select", id="map-account"), id="map-pick", class_="pick", hidden=True)
    picture = h("div", chart("map", label, _sketch(view), "map") if drawn else None, ranked, class_="where")
    note = (
        "Each dot is a region at its coordinates: area by peak crowd, darker the likelier its seat was lost in the simulated worlds; "
        f"{compared.SILENCE}. Medians."
    )
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
    places = list(filter(_placed, _ranked(view)))
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


def _sketch(view: View) -> Safe:
    drawn = data(view)["map"]
    return sketch.regions(drawn["places"], drawn["leader"], drawn["squeeze"])


def expected_losses(view: View) -> float | None:
    """Expected number of seats lost under the leader; None if unknown."""
    known = [_at(place, view.leader, "seat_lost") for place in view.items("regions")]
    known = [p for p in known if p is not None]
    return sum(known) if known else None


def _ranked(view: View) -> list[dict[str, Any]]:
    return sorted(view.items("regions"), key=lambda place: -(_at(place, view.leader, "seat_lost") or 0.0))


def _at(place: Mapping[str, Any], account: str, key: str) -> float | None:
    return finite(((place.get("accounts") or {}).get(account) or {}).get(key))


def _placed(place: Mapping[str, Any]) -> bool:
    return finite(place.get("latitude")) is not None and finite(place.get("longitude")) is not None


def _cell(place: Mapping[str, Any], account: str) -> Cell:
    p = _at(place, account, "seat_lost")
    return Cell(percent(p), {"class_": "p", "style": f"--p:{100 * (p or 0.0):.0f}%"})
