"""Part 10: how far to believe this."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from realpolitik.cable.figures import Cell, Part, more, table
from realpolitik.cable.markup import Safe, h
from realpolitik.cable.parts import priors, second_opinion
from realpolitik.cable.said import bounds
from realpolitik.cable.view import View
from realpolitik.cable.wording import DASH, amount, exact, finite, fixed, listing, number, of, opening, share
from realpolitik.fitting.unsure import UNSURE

_COMPARED = (
    "Reported counts against the leader's simulations. Inside: some number that the report allows (about 300 allows 240 to 360) lies in "
    "the 90% interval, its ends rounded outward to whole numbers; the CRPS takes the middle of what the report allows"
)


def part(view: View) -> Part:
    """Warnings, the check of the leader against the counts, priors, diagnostics, and how to make it again."""
    return Part(
        "believe",
        "How far to believe this?",
        _sentence(view),
        [_warnings(view), _predictive(view), priors.block(view), second_opinion.block(view), _diagnostics(view), _again(view)],
    )


def _sentence(view: View) -> str:
    errors = [se for se in (finite(account.get("se")) for account in view.accounts) if se is not None]
    text = []
    if errors:
        state = "more than can be stated as a probability" if max(errors) > UNSURE else "small enough to state probabilities"
        text.append(f"The largest standard error of a log evidence is {fixed(max(errors))} nats, {state}")
    coverage = finite(view.record("predictive").get("coverage"))
    if coverage is not None:
        text.append(f"{_leader(view)} covers {share(coverage)} of the reported counts with its 90% intervals")
    assumed = priors.assumed(view)
    if assumed:
        verb = "is" if len(assumed) == 1 else "are"
        total = len(view.items("parameters"))
        text.append(f"{of(len(assumed), total, 'parameter')} {verb} assumed rather than learnt")
    return "; ".join(text) + "." if text else "The run stored no diagnostics."


def _leader(view: View) -> str:
    return str(view.record("predictive").get("leader") or view.leader)


def _warnings(view: View) -> Safe | None:
    warnings = [warning for warning in view.results.get("warnings") or () if warning]
    if not warnings:
        return None
    return h("div", h("h3", "Warnings"), h("ul", (h("li", warning) for warning in warnings)), class_="verdict")


def _predictive(view: View) -> Safe | None:
    check = view.record("predictive")
    rows = [row for row in check.get("items") or () if isinstance(row, Mapping)]
    if not rows:
        return None
    hits = sum(bool(row.get("inside")) for row in rows)
    text = f"{_leader(view)} puts {of(hits, len(rows), 'reported count')} inside its 90% interval"
    width = finite(check.get("median_width"))
    text += f"; the intervals are {number(width)} wide at the median." if width is not None else "."
    crps, naive = finite(check.get("crps")), finite(check.get("crps_naive"))
    if crps is not None and naive is not None:
        verdict = "smaller" if crps < naive else "no smaller"
        text += f" Its mean error (CRPS) is {number(crps)}, {verdict} than the {number(naive)} of a naive curve through the other reports."
    misses = [str(miss) for miss in check.get("misses") or ()]
    missed = None
    if misses:
        named = [f"{miss} ({view.by_id[miss].get('what')})" if miss in view.by_id else miss for miss in misses]
        missed = h("p", f"It misses {listing(named)}.")

    def line(row: Mapping[str, Any]) -> list[Any]:
        outside = not row.get("inside")
        interval = _outward(row.get("low"), row.get("high"))
        mark = Cell("no" if outside else "yes", {"class_": "turned" if outside else ""})
        scores = (number(row.get("crps")), number(row.get("crps_naive")))
        return [
            row.get("id"),
            row.get("what"),
            _reported(view, row),
            interval,
            number(row.get("median")),
            mark,
            *scores,
        ]

    heads = ["Item", "What", "Reported", "90% interval", "Median", "Inside", "CRPS", "CRPS, naive"]
    numbers = table(heads, map(line, rows), caption=_COMPARED, text_columns=3)
    return h(
        "section",
        h("h3", "Does the leader reproduce the counts?"),
        h("p", opening(text)),
        missed,
        more("Every count", numbers),
    )


def _reported(view: View, row: Mapping[str, Any]) -> str:
    """The report in its own words, with the range that is compared where it says "about"."""
    value = (view.by_id.get(str(row.get("id"))) or {}).get("value")
    ends = bounds(value)
    if ends is None:
        return exact(row.get("observed"))
    text = amount(value)
    return f"{text} ({exact(ends[0])} to {exact(ends[1])})" if text.startswith("about ") else text


def _outward(low: Any, high: Any) -> str:
    """The interval with its ends rounded outward to whole numbers, as it is compared."""
    a, b = finite(low), finite(high)
    return DASH if a is None or b is None else f"{exact(math.floor(a))}–{exact(math.ceil(b))}"


def _diagnostics(view: View) -> Safe | None:
    def line(row: Mapping[str, Any]) -> list[Any]:
        se = finite(row.get("se"))
        mark = Cell(fixed(se), {"class_": "turned" if se is not None and se > UNSURE else ""})
        work = (number(row.get("passes")), _millions(row.get("world_steps")), number(row.get("seconds")))
        return [row.get("account"), mark, fixed(row.get("drift")), number(row.get("ess")), share(row.get("acceptance")), *work]

    rows = view.items("diagnostics")
    if not rows:
        return None
    heads = [
        "Account",
        "s.e. (nats)",
        "Drift (nats)",
        "Distinct draws",
        "Moves accepted",
        "Passes",
        "World-steps (million)",
        "Seconds",
    ]
    reference = view.record("reference")
    note = (
        f"Reference account: log evidence {fixed(reference.get('log_evidence'))}, s.e. {fixed(reference.get('se'))}." if reference else None
    )
    return h(
        "section",
        h("h3", "The computation"),
        table(heads, map(line, rows), caption="Diagnostics by account"),
        note and h("p", note, class_="note"),
    )


def _millions(steps: Any) -> str:
    value = finite(steps)
    return number(None if value is None else value / 1e6)


def _again(view: View) -> Safe:
    run = view.results
    seconds = f"{number(run.get('seconds'))} (processor {number(run.get('cpu_seconds'))})"
    facts = [
        ("Command", run.get("command") and h("code", run["command"])),
        ("Version", run.get("version")),
        ("Seed", run.get("seed")),
        ("Effort", run.get("effort")),
        ("Case fingerprint", run.get("fingerprint") and h("code", run["fingerprint"])),
        ("Threads", run.get("threads")),
        ("World-steps", number(run.get("world_steps"))),
        ("Seconds", seconds),
    ]
    shown = [(h("dt", name), h("dd", value)) for name, value in facts if value is not None and value != ""]
    text = "The same version, case and seed give the same numbers on any count of threads."
    return h("section", h("h3", "Make it again"), h("p", text), h("dl", shown))
