"""Curves of log evidence against the size of quantitative claims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realpolitik.cable.figures import figure, table
from realpolitik.cable.markup import Safe, h
from realpolitik.cable.wording import DASH, finite, fixed, listing, number

_DEEPEST = 4.0  # bans shown below the best
_EXCLUDED = 1.3
_WIDTH, _HEIGHT, _LEFT, _FOOT = 560, 170, 44, 26
_INK, _MUTE, _MARK = "#16202a", "#5d6873", "#0f4c75"


def block(found: Mapping[str, Any]) -> Safe | None:
    """One small curve per claim. None without curves."""
    curves = [c for c in found.get("sizes") or () if isinstance(c, Mapping) and _rows(c)]
    if not curves:
        return None
    note = (
        "Bans below the best size; 1.3 bans (dashed) are twenty to one. Size 0 is the same story without the claim. "
        "Gaps: sizes about which the worlds of this run cannot say."
    )
    columns = ["Claim", "Size", "Unit", "Bans", "s.e.", "Pareto k (good below 0.7)"]
    rows = [
        [c.get("claim"), number(r.get("size")), c.get("unit"), fixed(r.get("bans")), fixed(_bans(r.get("se"))), fixed(r.get("pareto_k"))]
        for c in curves
        for r in _rows(c)
    ]
    pictures = h("div", [_curve(c) for c in curves], class_="fans")
    return figure("What size of each claim the evidence bears", pictures, table(columns, rows, caption="Evidence by size"), note=note)


def _bans(nats: Any) -> float | None:
    value = finite(nats)
    return None if value is None else value / 2.302585092994046


def _rows(curve: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [r for r in curve.get("sizes") or () if isinstance(r, Mapping) and finite(r.get("size")) is not None]


def _said(curve: Mapping[str, Any]) -> str:
    low, high = finite(curve.get("least")), finite(curve.get("largest"))
    if low is None or high is None:
        return "The worlds of this run cannot say."
    unit = "" if curve.get("unit") in ("ratio", None) else f" {curve.get('unit')}"
    text = f"Not excluded: {number(low)} to {number(high)}{unit}" if low < high else f"Not excluded: {number(high)}{unit} only"
    if curve.get("beyond"):
        return f"{text}, the largest tried."
    return f"{text}; larger ones cannot be judged." if curve.get("unsure") else f"{text}."


def _curve(curve: Mapping[str, Any]) -> Safe:
    rows = _rows(curve)
    step = (_WIDTH - _LEFT - 32) / max(len(rows) - 1, 1)
    base = _HEIGHT - _FOOT

    def down(bans: float) -> float:
        return 8 + min(-min(bans, 0.0), _DEEPEST) / _DEEPEST * (base - 16)

    marks, runs = [], [[]]
    for i, r in enumerate(rows):
        x, bans = _LEFT + 12 + i * step, finite(r.get("bans"))
        marks.append(_text(x, _HEIGHT - 8, number(r["size"]), "middle"))
        if bans is None:
            runs.append([])
            continue
        y = down(bans)
        runs[-1].append(f"{x:.1f},{y:.1f}")
        marks.append(h("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r="4", fill=_MARK))
    lines = [h("polyline", points=" ".join(run), fill="none", stroke=_MARK, stroke_width="2") for run in runs if len(run) > 1]
    limit = h("path", d=f"M{_LEFT} {down(-_EXCLUDED):.1f}H{_WIDTH}", stroke=_MUTE, stroke_dasharray="4 4")
    scale = [_text(_LEFT - 6, down(-b) + 4, f"−{b:g}" if b else "0", "end") for b in (0.0, 2.0, 4.0)]
    told = [f"{number(r['size'])}: {fixed(r.get('bans')) if finite(r.get('bans')) is not None else DASH}" for r in rows]
    box = {"viewBox": f"0 0 {_WIDTH} {_HEIGHT}", "class_": "sketch", "role": "img"}
    picture = h("svg", limit, scale, lines, marks, aria_label=f"{curve.get('claim')}, bans by size: {listing(told)}", **box)
    return h("div", h("p", h("b", curve.get("claim")), h("span", _said(curve)), class_="key"), picture, class_="fan")


def _text(x: float, y: float, text: Any, anchor: str) -> Safe:
    return h("text", text, x=f"{x:.0f}", y=f"{y:.0f}", text_anchor=anchor, font_size="12", fill=_INK)
