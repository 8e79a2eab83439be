"""Within part 4: what the evidence supported on the day of each text, what its author said, what came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realpolitik.cable.figures import swatch, table
from realpolitik.cable.markup import Safe, h
from realpolitik.cable.parts.told import last_day, record, records, told
from realpolitik.cable.view import View
from realpolitik.cable.wording import DASH, date, finite, moment, percent, percent_range


def block(view: View, document: Mapping[str, Any]) -> list[Safe]:
    """A section for each text that made forecasts."""
    return [_one(view, entry) for entry in records(document.get("documents"))]


def _one(view: View, entry: Mapping[str, Any]) -> Safe:
    def line(q: Mapping[str, Any]) -> list[Any]:
        said = [f"{claim.get('says')} ({claim.get('fared') or 'not judged'})" for claim in records(q.get("said"))]
        spoken = {"probability": told(q), "quantiles": told(q), "withheld": "withheld"}
        supported = spoken.get(str(q.get("answer")), "no forecast")
        came = date(q.get("came"), year=True) or DASH
        return [h("b", q.get("id"), " ", q.get("asks")), " ".join(said) or "no claim of it names this", supported, came]

    name = entry.get("name")
    heads = ["Question", "What the author said", "What the evidence supported", "What came"]
    title = h("h3", f"The day of {name}, {date(entry.get('published'), year=True)}")
    caption = f"{entry.get('title') or name}: what was said, what could be said, what came"
    rows = map(line, records(entry.get("questions")))
    return h("section", title, h("p", _odds(view, entry)), table(heads, rows, caption=caption, text_columns=4, wide=True))


def _odds(view: View, entry: Mapping[str, Any]) -> list[Any]:
    odds = {name: record(value) for name, value in record(entry.get("odds")).items()}
    known = {name: p for name, value in odds.items() if (p := finite(value.get("probability"))) is not None}
    when = moment(entry.get("evidence_to"))
    midnight = when is not None and (when.hour, when.minute) == (0, 0)
    until = f"Evidence reported up to {(last_day if midnight else date)(entry.get('evidence_to'), year=True)}"
    if not known:
        why = str(entry.get("why") or "its odds were not computed")
        return [f"{until}: {why}."]
    best = sorted(known, key=lambda name: -known[name])[:3]
    shown = [f"{name} {percent(known[name])} ({percent_range(odds[name].get('low'), odds[name].get('high'))})" for name in best]
    ends = [", "] * (len(best) - 1) + ["."]
    named = [[swatch(view.colours.get(name, "#74849c")), text, end] for name, text, end in zip(best, shown, ends, strict=True)]
    return [f"{until} favoured ", named]
