"""The head and the foot of the page: what was asked, the answer in a paragraph, how it was run."""

from __future__ import annotations

from collections.abc import Sequence

from realpolitik.cable.figures import Part
from realpolitik.cable.markup import Safe, h
from realpolitik.cable.said import introduced
from realpolitik.cable.view import View
from realpolitik.cable.wording import (
    chance,
    count,
    date,
    finite,
    listing,
    number,
    opening,
    percent,
    percent_range,
    strength,
)


def top(view: View, parts: Sequence[Part]) -> Safe:
    """Title, date of the evidence, the paragraph that stands for the whole page, the run, and the way into it."""
    run = view.results
    as_of = f"Evidence reported up to {date(run['as_of'], year=True)}" if run.get("as_of") else "All evidence in the case"
    return h(
        "header",
        h("p", h("b", "realpolitik"), " cable", class_="mast"),
        h("h1", run.get("title") or run.get("case") or "Untitled case"),
        h("p", f"{run['case']} · {as_of}" if run.get("case") else as_of, class_="asof"),
        h("p", _summary(view), class_="summary"),
        h("p", _run(view), class_="run"),
        h("nav", (h("a", part.title, href=f"#{part.anchor}") for part in parts), aria_label="Parts") if len(parts) > 1 else None,
    )


def _summary(view: View) -> str:
    if not view.accounts:
        return "The run holds no accounts."
    lead = view.accounts[0]
    basis = f"{count(view.reported, 'item').capitalize()} of evidence" if view.reported else "No evidence"
    if view.reporters:
        basis += f" from {count(len(view.reporters), 'source')}"
    if view.silences:
        basis += f", and silence on {count(view.silences, 'point')}"
    text = [f"{basis}, weighed against {count(len(view.accounts), 'account')} of what happened."]
    if view.poor:
        text.append("None of the accounts explains the evidence well.")
    if view.rough:
        text.append(
            f"{introduced(lead)} is ahead ({percent_range(lead.get('low'), lead.get('high'))}), "
            "but the computation is too rough to state a probability."
        )
    else:
        bounds = percent_range(lead.get("low"), lead.get("high"))
        text.append(
            f"{'Among them, ' if view.poor else ''}{introduced(lead)} is the likeliest: {chance(lead.get('probability'))} ({bounds})."
        )
        text += _rivals(view)
    return opening(" ".join(text))


def _rivals(view: View) -> list[str]:
    close, far = [], 0
    for account in view.accounts[1:]:
        p = finite(account.get("probability"))
        if p is None or p < 0.05:
            far += 1
        elif len(close) < 3:
            close.append(f"{account.get('name')} ({percent(p)})")
    text = []
    if close:
        bans, spread = view.behind(view.accounts[1])
        word = strength(bans, spread)
        verb = "remains" if len(close) == 1 else "remain"
        text.append(f"{listing(close)} {verb} possible; the evidence for the leader over {view.names[1]} is {_article(word)}.")
    if far:
        others = count(far, "other account").capitalize()
        text.append(f"{others} {'has less than 5%' if far == 1 else 'have less than 5% each'}.")
    return text


def _article(word: str) -> str:
    return (
        f"worth no more than {word.replace('bare', 'a bare')}"
        if word == "bare mention"
        else word.replace("bare mention to", "anything from a bare mention to")
    )


def _run(view: View) -> str:
    run = view.results
    facts = [
        run.get("effort") and f"effort {run['effort']}",
        run.get("seed") is not None and f"seed {run['seed']}",
        run.get("version") and f"version {run['version']}",
        run.get("fingerprint") and f"case {str(run['fingerprint'])[:12]}",
        finite(run.get("seconds")) is not None and f"{number(run['seconds'], 2)} seconds",
    ]
    return " · ".join(str(fact) for fact in facts if fact)


def foot(view: View, *, charts: bool) -> Safe:
    """What the page is not, and whose charts it uses."""
    text = (
        "This page does not say who is right. It says what follows from the evidence, grades and assumptions stated, "
        "and how far the answer depends on each."
    )
    credit = "Charts: Apache ECharts, copyright 2017-2026 The Apache Software Foundation, Apache License 2.0." if charts else None
    version = f"realpolitik {view.results['version']}. " if view.results.get("version") else ""
    return h("footer", h("p", text), h("p", version, credit))
