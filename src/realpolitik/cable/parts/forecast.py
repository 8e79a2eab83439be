"""Part 4: what comes next, each question by its engine, scored where the outcome is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realpolitik.cable.figures import Part, along, figure, more, table
from realpolitik.cable.markup import Safe, h
from realpolitik.cable.parts import forecast_documents
from realpolitik.cable.parts.told import last_day, record, records, told
from realpolitik.cable.view import View
from realpolitik.cable.wording import DASH, count, date, finite, fixed, number, opening, percent, percent_range

_AXIS = h("div", h("div", [h("span", f"{x}%") for x in (0, 25, 50, 75, 100)], class_="axis"), class_="bar foot")
_ENGINES = {"crisis": "simulated crisis", "bargaining": "bargaining", "outside": "outside the model"}


def part(view: View) -> Part | None:
    """The questions of the case, or None where the run has no forecast."""
    document = view.answer("forecast")
    questions = records(document.get("questions"))
    if not questions:
        return None
    body = [_bars(questions), _figures(questions), _silent(questions), _every(questions), forecast_documents.block(view, document)]
    return Part("forecast", "What comes next?", _sentence(document, questions), [_label(document), *body])


def _sentence(document: Mapping[str, Any], questions: list[dict[str, Any]]) -> str:
    by_model = [q for q in questions if q.get("engine") != "outside" and q.get("answer") in ("probability", "quantiles")]
    outside = [q for q in questions if q.get("engine") == "outside"]
    text = f"The model answers {count(len(by_model), 'question')} of {len(questions)}"
    if outside:
        text += f"; on {count(len(outside), 'question')} it says nothing"
    means = record(document.get("scores"))
    ours, base = (finite(record(means.get(who)).get("brier")) for who in ("model", "base_rate"))
    if ours is not None and base is not None:
        verdict = "better than" if ours < base else "no better than"
        n = len(means.get("questions") or ())
        text += f". Over the {count(n, 'question')} with an outcome and a base rate its Brier score is {fixed(ours)}, "
        text += f"{verdict} the {fixed(base)} of the base rates; less is better"
    withheld = sum(q.get("answer") == "withheld" for q in questions)
    if withheld:
        text += f". {count(withheld, 'forecast').capitalize()} {'is' if withheld == 1 else 'are'} withheld, because this run cannot give it"
    return f"{text}."


def _label(document: Mapping[str, Any]) -> Safe | None:
    label = document.get("label")
    return h("p", "Scores are ", h("b", label), "." if label else None, class_="note") if label else None


def _bars(questions: list[dict[str, Any]]) -> Safe | None:
    shown = [q for q in questions if q.get("answer") == "probability" and q.get("engine") != "outside"]
    shown += [q for q in questions if q.get("answer") == "withheld"]
    shown += [q for q in questions if q.get("answer") == "probability" and q.get("engine") == "outside"]
    if not shown:
        return None
    note = (
        "Bar: probability. Thin line: its Monte Carlo range (5–95%), which holds no doubt about the model. Upright mark: base rate. "
        "Where the model says nothing the bar is the base rate."
    )
    return figure("Will it happen?", h("div", map(_bar, shown), _AXIS, class_="bars"), _numbers(shown), note=note)


def _bar(q: Mapping[str, Any]) -> Safe:
    p, low, high = (finite(q.get(key)) for key in ("probability", "low", "high"))
    base = finite(record(q.get("base_rate")).get("probability"))
    outside = q.get("engine") == "outside"
    marks = [
        None if p is None else h("i", style=f"width:{along(p)};background:{'#a9b3bc' if outside else '#2a73a8'}"),
        None if low is None or high is None or outside else h("u", style=f"left:{along(low)};width:{along(high - low)}"),
        None if base is None else h("s", style=f"left:{along(base)}"),
    ]
    label = f"{q.get('asks')}: {told(q)}" + (f", base rate {percent(base)}" if base is not None else "")
    due = last_day(q.get("by"), year=True) or "any time"
    asked = f"Asked {last_day(q.get('asked'))}, due {due}; {_ENGINES.get(str(q.get('engine')), '')}."
    return h(
        "div",
        h("div", h("b", q.get("id"), " ", q.get("asks")), h("p", h("span", asked, class_="mute")), class_="who"),
        h("div", marks, role="img", aria_label=label, class_="track"),
        h("div", h("strong", percent(p)), _under(q), class_="figure"),
        h("p", _came(q), class_="against"),
        class_="bar",
    )


def _under(q: Mapping[str, Any]) -> Safe | None:
    if q.get("answer") == "withheld":
        return h("span", "withheld")
    return h("span", "base rate only" if q.get("engine") == "outside" else percent_range(q.get("low"), q.get("high")))


def _came(q: Mapping[str, Any]) -> str:
    """Outcome and scores of a question, or why there is no forecast."""
    text = [opening(f"{q.get('why') or 'withheld'}.")] if q.get("answer") == "withheld" else []
    if q.get("came") is None:
        text.append("Not settled yet.")
    else:
        text.append(f"Came: {date(q['came'], year=True)}.")
        ours, base = (finite(record(q.get(key)).get("brier")) for key in ("scores", "base_scores"))
        if ours is not None and q.get("engine") != "outside":
            text.append(f"Brier {fixed(ours)}" + (f", base rate {fixed(base)}." if base is not None else "."))
        elif ours is not None:
            text.append(f"Brier of the base rate {fixed(ours)}.")
    return " ".join(text)


def _figures(questions: list[dict[str, Any]]) -> Safe | None:
    shown = [q for q in questions if record(q.get("quantiles"))]
    if not shown:
        return None

    def line(q: Mapping[str, Any]) -> list[Any]:
        found = record(q.get("quantiles"))
        scores, base = record(q.get("scores")), record(q.get("base_scores"))
        cells = [number(found.get(level)) for level in ("5", "25", "50", "75", "95")]
        return [h("b", q.get("id"), " ", q.get("asks")), *cells, told(q.get("base_rate")), str(q.get("came") or DASH),
                *(number(x) for x in (scores.get("crps"), base.get("crps"), scores.get("wis"), base.get("wis")))]  # fmt: skip

    heads = ["Question", "5%", "25%", "Median", "75%", "95%", "Base rate", "Came", "CRPS", "of base", "WIS", "of base"]
    return h("figure", h("figcaption", "How many?"), table(heads, map(line, shown), caption="Quantiles over all accounts by their odds"))


def _silent(questions: list[dict[str, Any]]) -> Safe | None:
    silent = [q for q in questions if q.get("answer") == "none"]
    if not silent:
        return None
    rows = ([h("b", q.get("id"), " ", q.get("asks")), q.get("why"), date(q.get("came"), year=True) or DASH] for q in silent)
    heads = ["Question", "Why there is no forecast", "Came"]
    inner = table(heads, rows, caption="Questions without a forecast", text_columns=3)
    return more(f"{count(len(silent), 'question').capitalize()} without a forecast, and why", inner)


def _numbers(shown: list[dict[str, Any]]) -> Safe:
    def line(q: Mapping[str, Any]) -> list[Any]:
        base = record(q.get("base_rate"))
        ours, theirs = record(q.get("scores")), record(q.get("base_scores"))
        source = h("small", f"{base.get('text')}: {base.get('source')}") if base else None
        scores = (fixed(x) for x in (ours.get("brier"), theirs.get("brier"), ours.get("log"), theirs.get("log")))
        return [q.get("id"), q.get("engine"), [told(q.get("base_rate")), source], last_day(q.get("evidence_to")),
                told(q), date(q.get("came"), year=True) or DASH, *scores, fixed(q.get("pareto_k"))]  # fmt: skip

    heads = ["Question", "Engine", "Base rate and source", "Evidence to", "Forecast", "Came"]
    heads += ["Brier", "of base", "Log score", "of base", "Pareto k"]
    return table(heads, map(line, shown), caption="Forecasts, base rates and scores", text_columns=3)


def _every(questions: list[dict[str, Any]]) -> Safe | None:
    """What the accounts, or the rules of bargaining, say apart, and what the run before said."""
    rows = []
    for q in questions:
        for account in records(q.get("accounts")):
            shown = told(account)
            rows.append([q.get("id"), account.get("name"), "withheld" if shown == DASH else shown, fixed(account.get("pareto_k"))])
        rows += [[q.get("id"), f"rule {rule}", percent(p), DASH] for rule, p in record(q.get("rules")).items()]
        earlier = record(q.get("earlier"))
        if earlier:
            score = finite(record(earlier.get("scores")).get("brier"))
            how = f" (Brier {fixed(score)})" if score is not None else ""
            who = f"the run before, on evidence to {last_day(earlier.get('evidence_to'))}"
            rows.append([q.get("id"), who, f"{told(earlier)}{how}", DASH])
    if not rows:
        return None
    caption = "Forecasts by account, by rule and by the run before"
    inner = table(["Question", "By", "Forecast", "Pareto k (good below 0.7)"], rows, caption=caption, text_columns=2, wide=True)
    return more("By account, by rule of bargaining, and what the run before said", inner)
