"""Plain drawings that stand where scripts are off: the leader's fan with the evidence, and the map of its regions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from realpolitik.cable.markup import Safe, h, join
from realpolitik.cable.parts.map_labels import placed
from realpolitik.cable.scales import scale
from realpolitik.cable.wording import day, finite, number

_WIDTH, _HEIGHT, _LEFT, _FOOT = 560, 270, 58, 24


def fan(
    times: Sequence[int | None],
    labels: Sequence[Any],
    path: Mapping[str, Any],
    seen: Sequence[Mapping[str, Any]],
    colour: str,
) -> Safe | None:
    """Band, median and evidence on a linear scale; `times` in milliseconds. None where there is nothing to draw."""
    keys = ("low", "median", "high")
    rows = zip(times, *(path.get(key) or () for key in keys), strict=False)
    points = [(t, *map(finite, values)) for t, *values in rows if t is not None and None not in map(finite, values)]
    if len(points) < 2 or points[0][0] == points[-1][0]:
        return None
    marks = [(o["time"], *(finite(o.get(key)) for key in ("low", "value", "high"))) for o in seen if o.get("time") is not None]
    even = scale(*(p[3] for p in points), *(x for mark in marks for x in mark[1:]))
    top = even.marks[-1]
    first, last = points[0][0], points[-1][0]

    def at(t: float, y: float) -> tuple[float, float]:
        return _LEFT + (t - first) / (last - first) * (_WIDTH - _LEFT - 6), 8 + (1 - y / top) * (_HEIGHT - _FOOT - 8)

    band = [at(p[0], p[3]) for p in points] + [at(p[0], p[1]) for p in reversed(points)]
    shapes = [
        h("polygon", points=_list(band), fill=colour, fill_opacity="0.18"),
        h("polyline", points=_list([at(p[0], p[2]) for p in points]), fill="none", stroke=colour, stroke_width="2"),
    ]
    for t, low, value, high in marks:
        middle = value if value is not None else low if low is not None else high
        if middle is None or not first <= t <= last:
            continue
        x, y = at(t, middle)
        if low is not None and high is not None:
            shapes.append(h("path", d=f"M{x:.1f} {at(t, low)[1]:.1f}V{at(t, high)[1]:.1f}", stroke="#16202a"))
        shapes.append(h("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r="3.5", fill="#fff", stroke="#16202a", stroke_width="1.5"))
    base = _HEIGHT - _FOOT
    axis = [h("path", d=f"M{_LEFT} {base}H{_WIDTH - 6}", stroke="#16202a")]
    axis += [_text(_LEFT - 6, at(first, mark)[1] + (8 if mark == top else 0), number(mark), "end") for mark in even.marks]
    axis += [_text(_LEFT, _HEIGHT - 6, day(labels[0]), "start"), _text(_WIDTH - 6, _HEIGHT - 6, day(labels[-1]), "end")]
    return _drawing(_WIDTH, _HEIGHT, shapes, axis)


def regions(places: Sequence[Mapping[str, Any]], leader: str, squeeze: float) -> Safe:
    """Dots by coordinates: area by peak crowd, darker the likelier the seat was lost."""
    xs, ys = [place["x"] * squeeze for place in places], [place["y"] for place in places]
    width = max(max(xs) - min(xs), 1e-3)
    height = max(max(ys) - min(ys), 1e-3) / width * 520
    most = max([place["accounts"][leader][1] or 0.0 for place in places] + [1.0])
    shapes, dots = [], []
    for place, x, y in zip(places, xs, ys, strict=True):
        lost, crowd, _ = place["accounts"][leader]
        across, down = 70 + (x - min(xs)) / width * 520, 30 + (max(ys) - y) / ((max(ys) - min(ys)) or 1.0) * height
        radius = 4 + 18 * math.sqrt((crowd or 0.0) / most)
        dot = {
            "cx": f"{across:.1f}",
            "cy": f"{down:.1f}",
            "r": f"{radius:.1f}",
            "fill_opacity": f"{0.05 + 0.9 * (lost or 0.0):.2f}",
        }
        shapes.append(h("circle", fill="#0b3a5b", stroke="#0b3a5b", **dot))
        dots.append((across, down, radius, str(place["name"] or "")))
    names = zip(dots, placed(dots, 660, height + 70), strict=True)
    shapes += [_text(*spot[:2], dot[3], spot[2]) for dot, spot in names if spot is not None]
    return _drawing(660, height + 70, shapes)


def _drawing(width: float, height: float, *shapes: Any) -> Safe:
    return h("svg", join(*shapes), viewBox=f"0 0 {width:g} {height:.0f}", class_="sketch", aria_hidden="true")


def _text(x: float, y: float, text: Any, anchor: str) -> Safe:
    return h("text", text, x=f"{x:.0f}", y=f"{y:.0f}", text_anchor=anchor, font_size="12", fill="#5d6873")


def _list(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
