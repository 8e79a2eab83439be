"""One item of evidence: what its observable asks for, its times, its figure."""

from __future__ import annotations

from math import isfinite

from realpolitik.case.mistakes import quoted
from realpolitik.case.nodes import Node
from realpolitik.case.reading.context import Context, place
from realpolitik.case.records import Item
from realpolitik.case.schema import ItemForm
from realpolitik.case.values import Value
from realpolitik.case.words import MODES, OBSERVABLES, Observable

_FIGURES = ("count", "share")
LARGEST_TOTAL = 1e10  # more than there are people; beyond it binomial coefficients lose their digits
_STATEMENT_KEYS = ("claim", "speaker", "says")


class _Checks:
    """Problems of one item, reported under its id."""

    def __init__(self, node: Node, form: ItemForm, context: Context) -> None:
        self.node, self.form, self.context = node, form, context
        self.path = f"evidence {form.id[:40]}"
        self.fine = True

    def wrong(self, key: str, wrong: str, right: str) -> None:
        """Report a problem at the value of `key`, or at the item when it has none such."""
        self.fine = False
        path = f"{self.path}, {key}" if key in self.node.value else self.path
        self.context.report.add(place(self.node, key), path, wrong, right)

    def forbid(self, keys: tuple[str, ...], because: str) -> None:
        """Report keys that mean nothing for this observable."""
        for key in keys:
            if getattr(self.form, key) is not None:
                self.wrong(key, f"{key} {because}", f"take {key} out")


def build(form: ItemForm, node: Node, context: Context) -> Item | None:
    """The item, or None with its problems reported."""
    checks = _Checks(node, form, context)
    observable = OBSERVABLES[form.what]
    _check_place(checks, observable)
    mode, value = _figure(checks, observable)
    _check_rest(checks, observable)
    times = _times(checks, observable, mode)
    if times is None or not checks.fine:
        return None
    when, as_of, reported = times
    return Item(
        id=form.id,
        what=form.what,
        where=form.where,
        agency=form.agency,
        when=when,
        as_of=as_of,
        reported=reported,
        by=form.by,
        origin=form.origin or form.id,
        grade=form.grade,
        mode=mode,  # type: ignore[arg-type]
        value=value,
        of=form.of,
        claim=form.claim,
        speaker=form.speaker,
        says=form.says,  # type: ignore[arg-type]
        absent=bool(form.absent),
        note=form.note or "",
        link=form.link or "",
        row=form.row or "",
        at=node.at,
        reported_text=form.reported,
        when_text=form.when or form.as_of or "",
    )


def _check_place(checks: _Checks, observable: Observable) -> None:
    form, context = checks.form, checks.context
    if form.where is None and observable.where == "needed":
        checks.wrong("where", f"{quoted(observable.name)} needs where", "add where: and a region")
    elif form.where is not None and observable.where == "none":
        checks.wrong("where", f"{quoted(observable.name)} is nationwide and takes no where", "take where out")
    elif form.where is not None and not context.known((form.where,), context.regions, "region", checks.node, "where", checks.path):
        checks.fine = False
    if observable.kind != "post":
        checks.forbid(("agency",), "belongs to posts only")
    elif form.agency is None:
        checks.wrong("agency", f"{quoted(observable.name)} needs agency", "add agency: and whose post it was")
    elif not context.known((form.agency,), context.agencies, "agency", checks.node, "agency", checks.path):
        checks.fine = False


def _figure(checks: _Checks, observable: Observable) -> tuple[str | None, Value | None]:
    """The mode and value of a count or share; (None, None) for the rest."""
    given = [mode for mode in MODES if getattr(checks.form, mode) is not None]
    if observable.kind not in _FIGURES:
        checks.forbid(("ever", "now", "new", "of"), f"belongs to figures; {quoted(observable.name)} has none")
        return None, None
    modes = " or ".join(f"{mode}:" for mode in observable.modes)
    if len(given) != 1:
        wrong = f"{quoted(observable.name)} has no figure" if not given else "there are two figures"
        right = f"write one of {modes}" if len(observable.modes) > 1 else f"write one figure, after {modes}"
        checks.wrong(given[-1] if given else "what", wrong, right)
        return None, None
    mode = given[0]
    value: Value = getattr(checks.form, mode)
    if mode not in observable.modes:
        checks.wrong(mode, f"{quoted(observable.name)} cannot be given as {mode}", f"write {modes}")
        return None, None
    _check_value(checks, observable, mode, value)
    return mode, value


def _check_value(checks: _Checks, observable: Observable, mode: str, value: Value) -> None:
    """Whole numbers; no more regions than there are; a part no larger than its whole."""
    form = checks.form
    bounds = [value.centre] if value.form == "about" else [value.low, value.high]
    if any(isfinite(bound) and bound != int(bound) for bound in bounds):
        checks.wrong(mode, f"{quoted(value)} is not a whole number", f"{observable.unit} are counted whole")
    regions = checks.context.regions
    if observable.unit in ("regions", "seats") and regions is not None and value.low > len(regions):
        checks.wrong(mode, f"{quoted(value)} is more than there are regions", f"the case has {len(regions)}")
    if observable.kind != "share":
        checks.forbid(("of",), "belongs to shares only")
    elif form.of is None:
        checks.wrong("of", f"{quoted(observable.name)} needs of", "add of: and the total it is a part of")
    elif form.of != int(form.of) or not 1 <= form.of <= LARGEST_TOTAL:
        checks.wrong("of", f"{form.of:g} is not a total", f"write a whole number above 0 and up to {LARGEST_TOTAL:,.0f}")
    elif max(value.low, value.high if isfinite(value.high) else 0.0, value.centre) > form.of:
        checks.wrong(mode, f"{quoted(value)} is more than the {form.of:g} it is a part of", "write a part of at most that")


def _check_rest(checks: _Checks, observable: Observable) -> None:
    form = checks.form
    if not form.by:
        checks.wrong("by", "nobody reports this", "add by: and who reported it")
    if observable.kind == "statement":
        for key in _STATEMENT_KEYS:
            if getattr(form, key) is None:
                checks.wrong(key, f"a statement needs {key}", f"add {key}:")
        if form.claim is not None and not checks.context.known(
            (form.claim,), checks.context.claims, "claim", checks.node, "claim", checks.path
        ):
            checks.fine = False
    else:
        checks.forbid(_STATEMENT_KEYS, "belongs to statements only")
    if form.absent and observable.kind in (*_FIGURES, "statement"):
        right = "write the figure, such as ever: 0" if observable.kind in _FIGURES else "take absent out"
        checks.wrong("absent", f"a {observable.kind} cannot be absent", right)


def _times(checks: _Checks, observable: Observable, mode: str | None) -> tuple[tuple[float, float] | None, float | None, float] | None:
    """When, as of and reported in hours, or None; a running total has an as-of, any other figure a when."""
    form, node, context = checks.form, checks.node, checks.context
    reported = context.moment(form.reported, node, "reported", checks.path)
    stands = context.moment(form.as_of, node, "as_of", checks.path)
    when = context.span(form.when, node, "when", checks.path)
    if reported is None or (stands is None) != (form.as_of is None) or (when is None) != (form.when is None):
        return None
    known = context.hours(reported.ends)
    as_of = None if stands is None else context.hours(stands.ends)
    if stands is not None and as_of is not None:
        # A figure "as of the 15th" reported on the 15th at noon stands for the morning it was counted in.
        if stands.is_day and context.hours(stands.begins) < known:
            as_of = min(as_of, known)
        if not context.within_clock((context.hours(stands.begins), as_of), form.as_of or "", node, "as_of", checks.path):
            return None
    if when is not None and stands is not None and form.as_of is not None:
        over = context.hours(stands.ends)
        if over < when[0] or (stands.is_day and over == when[0]):
            checks.wrong("as_of", f"as of {quoted(form.as_of)}, before when begins", "write an as_of within when or after it")
    if observable.kind not in _FIGURES and as_of is not None:
        checks.wrong("as_of", "as_of belongs to figures only", "write when")
    if mode == "new" and when is None:
        checks.wrong("when", "a new figure needs when: the span it was counted in", f"add when: {context.day}..{context.day}")
    elif mode is not None and when is None and as_of is None:
        key = "as_of" if mode == "ever" else "when"
        checks.wrong(key, f"a figure given as {mode} needs {key}", f"add {key}: {context.day}")
    elif observable.kind in ("place", "post", "decision") and when is None:
        checks.wrong("when", f"{quoted(observable.name)} needs when", f"add when: {context.day}T14:00..15:30")
    begins = when[0] if when is not None else as_of
    if form.absent and when is not None:
        begins = when[1]
    if begins is not None and as_of is not None:
        begins = max(begins, as_of)
    # Something that takes time cannot be known at the very moment it begins.
    span_begins = when is not None and when[1] > when[0] and not form.absent and known <= when[0]
    if begins is not None and (span_begins or known < begins - 1e-9):
        wrong = f"reported {quoted(form.reported)}, before it happened"
        checks.wrong("reported", wrong, "write a date of report no earlier than the event")
    elif when is not None and known < when[1] - 1e-9 and (mode == "new" or observable.name.endswith(" held")):
        wrong = f"reported {quoted(form.reported)}, before the span it tells of had ended"
        checks.wrong("reported", wrong, "end when no later than the report")
    if mode == "ever" and as_of is None and when is not None:
        as_of = when[1]
    if mode == "now" and when is None and as_of is not None:
        when = (as_of, as_of)
    return when, as_of, known
