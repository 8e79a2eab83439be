"""What a question asks of the simulated crisis, and how often such a thing happens elsewhere."""

from __future__ import annotations

import re
from typing import Any

from realpolitik.case import priors
from realpolitik.case.filling import fill
from realpolitik.case.mistakes import Mistake, quoted
from realpolitik.case.nodes import Node
from realpolitik.case.reading.context import Context, place
from realpolitik.case.records import BaseRate
from realpolitik.case.schema import BaseRateForm, QuestionForm
from realpolitik.case.words import FALLS, OBSERVABLES

_DETAILS = ("where", "agency", "mode", "value")
_OF = re.compile(r"(\d+)\s+of\s+(\d+)")


def check(form: Any, node: Node, context: Context, path: str) -> bool:
    """Whether `what` of a form and its details fit together; mistakes are reported."""
    before = len(context.report.problems)
    if form.what is None:
        for key in _DETAILS:
            if getattr(form, key) is not None:
                context.report.add(place(node, key), f"{path}, {key}", f"{key} without what", f"add what:, or take {key} out")
        return len(context.report.problems) == before
    if isinstance(form, QuestionForm):
        if form.engine in ("bargaining", "outside"):
            right = "take what out, or write engine: crisis"
            context.report.add(place(node, "what"), f"{path}, what", f"what is answered by the crisis, not by {form.engine}", right)
        if form.by is None:
            context.report.add(place(node, "what"), path, "it has no date at which what is looked at", "add by: and a date")
    _place(form, node, context, path)
    _figure(form, node, context, path)
    return len(context.report.problems) == before


def _place(form: Any, node: Node, context: Context, path: str) -> None:
    observable = OBSERVABLES.get(form.what)
    where = "none" if observable is None else observable.where
    if form.where is None and where == "needed":
        context.report.add(place(node, "what"), path, f"{quoted(form.what)} needs where", "add where: and a region")
    elif form.where is not None and where == "none":
        wrong = f"{quoted(form.what)} is nationwide and takes no where"
        context.report.add(place(node, "where"), f"{path}, where", wrong, "take where out")
    elif form.where is not None:
        context.known([form.where], context.regions, "region", node, "where", path)
    post = observable is not None and observable.kind == "post"
    if form.agency is not None and not post:
        context.report.add(place(node, "agency"), f"{path}, agency", "agency means something for a post only", "take agency out")
    elif form.agency is not None:
        context.known([form.agency], context.agencies, "agency", node, "agency", path)


def _figure(form: Any, node: Node, context: Context, path: str) -> None:
    observable = OBSERVABLES.get(form.what)
    counted = observable is not None and observable.kind in ("count", "share")
    for key in ("mode", "value"):
        if getattr(form, key) is not None and not counted:
            wrong = f"{quoted(form.what)} happens or not and takes no {key}"
            context.report.add(place(node, key), f"{path}, {key}", wrong, f"take {key} out")
    if counted and form.mode is not None and form.mode not in observable.modes:
        wrong = f"{quoted(form.what)} has no figure {form.mode}"
        context.report.add(place(node, "mode"), f"{path}, mode", wrong, f"it is counted {' or '.join(observable.modes)}")


def is_number(form: Any) -> bool:
    """Whether the answer is a number and not a yes or no."""
    return form.what is not None and form.what != FALLS and OBSERVABLES[form.what].kind in ("count", "share") and form.value is None


def base_rate(form: QuestionForm, node: Node, context: Context, path: str) -> BaseRate | None:
    """The base rate of a question, None where there is none or it was reported."""
    written = node.get("base_rate")
    if written is None or written.is_null:
        return None
    here = f"{path}, base_rate"
    given = fill(BaseRateForm, written, context.report, here)
    if given is None:
        return None
    try:
        return _read(given.value, given.source, is_number(form))
    except Mistake as mistake:
        context.report.add(place(written, "value"), f"{here}, value", mistake.wrong, mistake.right)
        return None


def _read(text: str, source: str, number: bool) -> BaseRate:
    counted = _OF.fullmatch(text.strip())
    if number:
        if counted:
            raise Mistake(f"{quoted(text)} is a rate, but the answer is a number", "write its spread: about 30 (7 to 120)")
        return BaseRate(text, source, spread=priors.parse(text))
    if counted:
        came, of = float(counted[1]), float(counted[2])
        if of <= 0.0 or came > of:
            raise Mistake(f"{quoted(text)} is no rate", "write how often of how many times: 3 of 10")
        return BaseRate(text, source, came=came, of=of)
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0.0 <= share <= 1.0:
        raise Mistake(f"{quoted(text)} is not a base rate", "write 3 of 10, or a share from 0 to 1")
    return BaseRate(text, source, share=share)
