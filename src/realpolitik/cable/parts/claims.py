"""Part 9: the documents' claims, judged by rule from the numbers of the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realpolitik.cable.figures import Part, along, figure, more, table
from realpolitik.cable.markup import Safe, h, join
from realpolitik.cable.parts import claims_combined
from realpolitik.cable.view import View
from realpolitik.cable.wording import count, finite, fixed, listing, percent, signed

# What a verdict is drawn with: a hue of its own for each, the word always beside it.
_COLOURS = {
    "supported": "#2a73a8", "came true": "#6aa7cf", "mixed": "#b0a239", "partly came true": "#d8cf8a",
    "contradicted": "#c9650f", "failed": "#ee9e56", "open": "#b9c2c9", "untested": "#e3e7ea",
}  # fmt: skip
_FORECASTS = ("came true", "partly came true", "failed", "open")


def part(view: View) -> Part | None:
    """A strip of verdicts per document, its claims in a table; hidden claims by themselves where asked for. None without either."""
    documents = [d for d in view.answer("claims").get("documents") or () if isinstance(d, Mapping) and _claims(d)]
    alone = claims_combined.block(view)
    if not documents:
        return None if alone is None else Part("claims", "What of the hidden claims?", claims_combined.sentence(view), [alone])
    body = [_strips(documents), *(_document(d) for d in documents), alone]
    return Part("claims", "What of the documents' claims?", _sentence(documents), body)


def _claims(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rows = document.get("claims")
    return [c for c in rows if isinstance(c, Mapping)] if isinstance(rows, (list, tuple)) else []


def _verdict(claim: Mapping[str, Any]) -> str:
    return str(claim.get("verdict") or "untested")


def _counts(claims: list[Mapping[str, Any]]) -> dict[str, int]:
    found = dict.fromkeys(_COLOURS, 0)
    for claim in claims:
        found[_verdict(claim)] = found.get(_verdict(claim), 0) + 1
    return found


def _sentence(documents: list[Mapping[str, Any]]) -> str:
    everything = [c for d in documents for c in _claims(d)]
    n = _counts(everything)
    text = (
        f"Of {count(len(everything), 'claim')} in {count(len(documents), 'document')} the evidence supports {_few(n['supported'])}, "
        f"contradicts {_few(n['contradicted'])}, is divided on {_few(n['mixed'])} and does not test {_few(n['untested'])}"
    )
    forecasts = [name for name in _FORECASTS if n[name]]
    if forecasts:
        told = listing([f"{_few(n[name])} {name}" for name in forecasts])
        text += f"; of {count(sum(n[name] for name in forecasts), 'forecast')}, {told}"
    return f"{text}."


def _few(n: int) -> str:
    """The count alone, in words where it is small."""
    return count(n, "x", "x").removesuffix(" x") if n else "none"


def _strips(documents: list[Mapping[str, Any]]) -> Safe:
    shown = {name: n for name, n in _counts([c for d in documents for c in _claims(d)]).items() if n}
    key = h("p", [h("span", _mark(name), name) for name in shown], class_="key")
    rows = [[_name(d), *(_counts(_claims(d)).get(name, 0) for name in shown)] for d in documents]
    note = (
        "Judged by one rule from the graded reports, the odds of hidden causes and what came (docs/answers-claims.md); "
        "nobody's opinion enters. Untested: nothing in the case's evidence bears on it, or too little to say."
    )
    return figure(
        "Verdicts",
        join(key, h("div", [_strip(d) for d in documents], class_="bars")),
        table(["Document", *shown], rows, caption="Verdicts by document"),
        note=note,
    )


def _mark(verdict: str) -> Safe:
    return h("i", style=f"background:{_COLOURS.get(verdict, '#e3e7ea')}", class_="swatch", aria_hidden="true")


def _name(document: Mapping[str, Any]) -> str:
    return str(document.get("name") or "a document")


def _strip(document: Mapping[str, Any]) -> Safe:
    claims, left, pieces = _claims(document), 0.0, []
    counts = {name: n for name, n in _counts(claims).items() if n}
    for name, n in counts.items():
        width = n / len(claims)
        pieces.append(h("i", style=f"left:{along(left)};width:{along(width)};background:{_COLOURS.get(name, '#e3e7ea')}"))
        left += width
    told = listing([f"{n} {name}" for name, n in counts.items()])
    label = f"{_name(document)}: {told}"
    published = str(document.get("published") or "")[:10]
    return h(
        "div",
        h("div", h("b", _name(document)), h("p", document.get("title"), h("span", f" {published}", class_="mute")), class_="who"),
        h("div", pieces, role="img", aria_label=label, class_="track"),
        h("div", h("strong", str(len(claims))), h("span", "claims"), class_="figure"),
        h("p", f"{told}.", class_="against"),
        class_="bar",
    )


def _document(document: Mapping[str, Any]) -> Safe:
    columns = ["Claim", "Verdict and ground"]
    claims = _claims(document)
    tested = [_row(c) for c in claims if _verdict(c) != "untested"]
    rest = [_row(c) for c in claims if _verdict(c) == "untested"]
    title = f"Claims of {_name(document)}"
    first = table(columns, tested, caption=f"{title} that something tests", text_columns=2) if tested else None
    folded = table(columns, rest, caption=f"{title} that nothing tests", text_columns=2) if rest else None
    return h("section", h("h3", title), first, folded and more(f"{count(len(rest), 'claim').capitalize()} untested", folded))


def _row(claim: Mapping[str, Any]) -> list[Any]:
    verdict = _verdict(claim)
    ties = [t for t in claim.get("ties") or () if isinstance(t, Mapping)]
    grounds = [h("div", _ground(t)) for t in ties] or h("div", "no report, cause or question of the case bears on it")
    fared = claim.get("fared")
    # two cells, so that a narrow page keeps both in sight
    says = join(h("b", claim.get("id")), " ", claim.get("says"), h("small", f"Fact table: {fared}") if fared else None)
    return [says, join(_mark(verdict), h("b", verdict), grounds)]


def _ground(tie: Mapping[str, Any]) -> str:
    kind = tie.get("kind")
    if kind == "reports":
        sides = []
        for key, bans, word in (("for", "bans_for", "reported by"), ("against", "bans_against", "against it")):
            ids = [str(name) for name in tie.get(key) or ()]
            if ids:
                sides.append(f"{word} {listing(ids)} ({fixed(tie.get(bans), 1)} bans)")
        return "; ".join(sides)
    if kind == "hidden":
        verb = "asserts" if tie.get("asserted") else "denies"
        if finite(tie.get("bans")) is None:
            return f"{verb} {tie.get('name')}, which no account tells apart"
        interval = f"{signed(tie.get('low'))} to {signed(tie.get('high'))}"
        return f"{verb} {tie.get('name')}: the evidence gives it {signed(tie.get('bans'))} bans ({interval})"
    if kind == "question":
        expected = "yes" if tie.get("expected") else "no"
        came = f"came: {tie['came']}" if tie.get("came") else "not known to this run"
        p = finite(tie.get("probability"))
        model = f"; the model gave yes {percent(p)}" if p is not None else ""
        return f"{tie.get('id')}: {tie.get('asks')} Expected {expected}{model}; {came}"
    return ""
