"""Parameters: what was assumed, on what ground, and how much the evidence taught."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realpolitik.cable.figures import Cell, more, table
from realpolitik.cable.markup import Safe, h, join
from realpolitik.cable.view import View
from realpolitik.cable.wording import count, finite, number, of, share

LEARNT = 0.2  # contraction below which the evidence taught nothing worth the name


def assumed(view: View) -> list[str]:
    """Names of the parameters about which the evidence taught the leader next to nothing."""
    known = ((row, _contraction(view, row)) for row in view.items("parameters"))
    return [str(row.get("name")) for row, contraction in known if contraction is not None and contraction < LEARNT]


def block(view: View) -> Safe | None:
    """Priors that are judgement in sight, the others folded. None without parameters."""
    rows = view.items("parameters")
    if not rows:
        return None
    judgement = [row for row in rows if row.get("basis") == "judgement"]
    others = [row for row in rows if row.get("basis") != "judgement"]
    judged = "rest on judgement" if len(judgement) != 1 else "rests on judgement"
    text = f"{of(len(judgement), len(rows), 'prior').capitalize()} {judged}, not on a published or recomputed figure."
    note = (
        f"Posterior: median and 90% range under {view.leader}. Learnt: by how much the evidence narrowed the prior; "
        f"under {share(LEARNT)} it is assumed, not learnt."
    )
    return h(
        "section",
        h("h3", "Priors"),
        h("p", text),
        _table(view, judgement, "Priors that are judgement") if judgement else None,
        h("p", note, class_="note"),
        more(
            f"The {count(len(others), 'prior')} from published or recomputed figures",
            _table(view, others, "Other priors"),
        )
        if others
        else None,
    )


def _contraction(view: View, row: Mapping[str, Any]) -> float | None:
    return finite(((row.get("posterior") or {}).get(view.leader) or {}).get("contraction"))


def _table(view: View, rows: list[dict[str, Any]], caption: str) -> Safe:
    def line(row: Mapping[str, Any]) -> list[Any]:
        after = (row.get("posterior") or {}).get(view.leader) or {}
        contraction = _contraction(view, row)
        little = contraction is not None and contraction < LEARNT
        interval = f"{number(after.get('median'))} ({number(after.get('low'))}–{number(after.get('high'))})" if after else "–"
        name = join(h("b", row.get("name")), h("small", row.get("meaning")))
        learnt = Cell(
            join(share(contraction), little and h("small", "assumed, not learnt")),
            {"class_": "turned" if little else ""},
        )
        return [name, row.get("unit"), row.get("basis"), row.get("source"), _prior(row.get("prior")), interval, learnt]

    return table(
        ["Parameter", "Unit", "Basis", "Source", "Prior", "Posterior", "Learnt"],
        map(line, rows),
        caption=caption,
        text_columns=4,
    )


def _prior(prior: Any) -> str:
    if isinstance(prior, Mapping):
        if prior.get("text"):
            return str(prior["text"])
        return f"{number(prior.get('median'))} ({number(prior.get('low'))}–{number(prior.get('high'))})"
    return "" if prior is None else number(prior) if isinstance(prior, (int, float)) else str(prior)
