"""Questions about the future, and the documents whose claims are scored."""

from __future__ import annotations

from realpolitik.case import scalars, times
from realpolitik.case.filling import entries, fill, items
from realpolitik.case.mistakes import Mistake, did_you_mean, quoted
from realpolitik.case.nodes import Node
from realpolitik.case.position import Position
from realpolitik.case.reading import asked as what_is_asked
from realpolitik.case.reading.context import Context, place, told_once
from realpolitik.case.records import Document, Item, Question
from realpolitik.case.schema import DocumentForm, QuestionForm

TIES = {
    "asserts": "claim",
    "denies": "claim",
    "expects": "question",
    "rules_out": "question",
    "reports": "item of evidence",
    "against": "item of evidence",
}
"""What ties a document's claim to the case: hidden claims it says hold or not, questions it answers yes or no, items that say the same or
otherwise."""


def read_questions(root: Node, context: Context) -> tuple[Question, ...]:
    """Questions in the order of the file."""
    questions: list[Question] = []
    first: dict[str, Position] = {}
    for node in items(root.get("questions"), context.report, "questions"):
        form = fill(QuestionForm, node, context.report, "question", skip=("base_rate",))
        if form is None:
            continue
        path = f"question {form.id}"
        if not told_once(form.id, node, first, context, path):
            continue
        asked = context.moment(form.asked, node, "asked", path)
        by = context.moment(form.by, node, "by", path)
        if asked is None or (form.by is not None and by is None):
            continue
        if by is not None and times.precedes(by, asked):
            context.report.add(place(node, "by"), path, "it is resolved before it is asked", "write a later date")
            continue
        base_rate = what_is_asked.base_rate(form, node, context, path)
        if not what_is_asked.check(form, node, context, path):
            continue
        questions.append(
            Question(
                id=form.id,
                asks=form.asks,
                # Whatever was reported on the day of asking counts as known.
                asked=context.hours(asked.ends),
                by=None if by is None else context.hours(by.ends),
                engine=form.engine or "crisis",  # type: ignore[arg-type]
                what=form.what,
                where=form.where,
                agency=form.agency,
                mode=form.mode,  # type: ignore[arg-type]
                value=form.value,
                base_rate=base_rate,
                forecast_in=form.forecast_in or (),
                came=form.came,
                row=form.row or "",
                at=node.at,
            )
        )
    return tuple(questions)


def read_documents(root: Node, context: Context, asked: tuple[Question, ...], evidence: tuple[Item, ...]) -> tuple[Document, ...]:
    """Documents in the order of the file; what their claims are tied to must be in the case."""
    documents = []
    known = {
        "claim": dict.fromkeys(context.claims or ()),
        "question": dict.fromkeys(question.id for question in asked),
        "item of evidence": dict.fromkeys(item.id for item in evidence),
    }
    for name, node in entries(root.get("documents"), context.report, "documents"):
        path = f"document {quoted(name)}"
        form = fill(DocumentForm, node, context.report, path, skip=("claims",))
        claims = tuple(_claim(entry, context, path, known) for entry in items(node.get("claims"), context.report, path))
        if form is None:
            continue
        context.moment(form.published, node, "published", path)
        documents.append(Document(name, form.title or "", form.published or "", claims, node.at))
    return tuple(documents)


def _claim(node: Node, context: Context, path: str, known: dict[str, dict[str, None]]) -> dict[str, object]:
    """A claim of a document: texts, or lists of texts, under names of the analyst's choice; those in TIES name things of the case."""
    found: dict[str, object] = {}
    for key, value in entries(node, context.report, f"{path}, claims"):
        texts = value.value if value.kind == "list" else [value]
        try:
            if value.kind == "mapping" or any(entry.kind != "text" for entry in texts):
                raise Mistake("a mapping or a list of lists stands where a text belongs", "write a text or [one, two]")
            clean = [scalars.text(entry.value) for entry in texts if not entry.is_null]
        except Mistake as mistake:
            context.report.add(value.at, f"{path}, claims, {key}", mistake.wrong, mistake.right)
            continue
        found[key] = tuple(clean) if value.kind == "list" else (clean[0] if clean else "")
        for entry, text in zip((t for t in texts if not t.is_null), clean, strict=True):
            what = TIES.get(key)
            if what is not None and text not in known[what]:
                wrong = f"the case has no {what} {quoted(text)}"
                context.report.add(entry.at, f"{path}, claims, {key}", wrong, did_you_mean(text, known[what], "there are"))
    return found
