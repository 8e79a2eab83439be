"""Issues that are bargained over once the crisis is past: scale, status quo, actors, what came, the questions they answer."""

from __future__ import annotations

from collections.abc import Collection

from realpolitik.case import scalars, times, values
from realpolitik.case.distributions import Distribution
from realpolitik.case.filling import entries, fill, items
from realpolitik.case.mistakes import Mistake, did_you_mean, quoted
from realpolitik.case.nodes import Node
from realpolitik.case.position import Position
from realpolitik.case.reading.context import Context, place, told_once
from realpolitik.case.records import Issue, Party, Question, Rival
from realpolitik.case.schema import IssueForm, PartyForm
from realpolitik.case.values import Value

Scale = tuple[tuple[float, str], ...]


def actors_of(root: Node, rival: Rival | None, context: Context) -> tuple[str, ...] | None:
    """Names of everybody who can be an actor of an issue; None while one of them could not be read and was reported."""
    ruler, patrons = root.get("ruler"), root.get("patrons")
    if ruler is None or ruler.kind != "text" or (rival is None and root.get("rival") is not None):
        return None
    if patrons is not None and patrons.kind != "mapping":
        return None
    names = [ruler.value, rival.name if rival else "", *(context.agencies or ()), *(patrons.value if patrons else ())]
    return tuple(" ".join(name.split()) for name in names if name)


def read_issues(root: Node, known: Collection[str] | None, questions: tuple[Question, ...], context: Context) -> tuple[Issue, ...]:
    """Issues in the order of the file; ids used twice are reported with both places."""
    found: list[Issue] = []
    first: dict[str, Position] = {}
    for node in items(root.get("issues"), context.report, "issues"):
        form = fill(IssueForm, node, context.report, "issue", skip=("actors",))
        path = f"issue {form.id}" if form is not None else "issue"
        scale = _scale(node, context, path)
        parties = _parties(node.get("actors"), node.at, scale, known, context, path)
        if form is None:
            continue
        if not told_once(form.id, node, first, context, path):
            continue
        issue = _issue(form, node, scale, parties, _answers(node, questions, context, path), context)
        if issue is not None:
            found.append(issue)
    return tuple(found)


def _issue(
    form: IssueForm,
    node: Node,
    scale: Scale | None,
    parties: tuple[Party, ...],
    answers: tuple[tuple[str, Value], ...],
    context: Context,
) -> Issue | None:
    path = f"issue {form.id}"
    asked, by, came_on = (context.moment(getattr(form, key), node, key, path) for key in ("asked", "by", "came_on"))
    if scale is None or asked is None or (form.by is not None and by is None) or (form.came_on is not None and came_on is None):
        return None
    if by is not None and times.precedes(by, asked):
        context.report.add(place(node, "by"), path, "it is judged before it is asked", "write a later date")
    if came_on is not None and times.precedes(came_on, asked):
        context.report.add(place(node, "came_on"), path, "it came before it was asked", "write a later date")
    _on_scale(form.status_quo.median, scale, node, "status_quo", context, path)
    if form.came is not None:
        for end in (form.came.low, form.came.high):
            if _on_scale(end, scale, node, "came", context, path):
                break
    if form.came is not None and form.came_on is None:
        context.report.add(place(node, "came"), path, "came has no date", "add came_on: and the day the figure stands for")
    return Issue(
        id=form.id,
        says=form.says,
        scale=scale,
        asked=context.hours(asked.ends),
        by=None if by is None else context.hours(by.ends),
        status_quo=form.status_quo,
        parties=parties,
        came=form.came,
        came_on=None if came_on is None else context.hours(came_on.ends),
        rows=form.rows or (),
        note=form.note or "",
        answers=answers,
        at=node.at,
    )


def _scale(node: Node, context: Context, path: str) -> Scale | None:
    """Marks of the scale from low to high, or None with the problem reported."""
    written = node.get("scale")
    if written is None:
        return None
    here = f"{path}, scale"
    marks: dict[float, str] = {}
    before = len(context.report.problems)
    for point, says in entries(written, context.report, here):
        try:
            number = scalars.number(point)
            if says.kind != "text" or says.is_null:
                raise Mistake(f"{quoted(point)} has no meaning", f"write {point}: what it stands for")
            if number < 0.0:
                raise Mistake(f"{quoted(point)} is below 0", "let the scale begin at 0 or above")
            if number in marks:
                raise Mistake(f"the point {quoted(point)} stands here a second time", "keep one of them")
            marks[number] = scalars.text(says.value)
        except Mistake as mistake:
            context.report.add(written.key_at(point), here, mistake.wrong, mistake.right)
    if len(context.report.problems) > before:
        return None
    if len(marks) < 2:
        context.report.add(written.at, here, "a scale has two ends", "write {0: one end, 100: the other}")
        return None
    return tuple(sorted(marks.items()))


def _parties(
    node: Node | None, at: Position, scale: Scale | None, known: Collection[str] | None, context: Context, path: str
) -> tuple[Party, ...]:
    parties: list[Party] = []
    if node is None or (node.kind == "mapping" and len(node.value) < 2):
        context.report.add(at if node is None else node.at, path, "fewer than two actors", "bargaining needs two at least")
    for name, entry in entries(node, context.report, f"{path}, actors"):
        here = f"{path}, {name}"
        if node is not None and known is not None and name not in known:
            right = did_you_mean(name, known, "actors are the ruler, the rival, agencies and patrons")
            context.report.add(node.key_at(name), here, f"{quoted(name)} is no actor of the case", right)
        form = fill(PartyForm, entry, context.report, here)
        if form is None:
            continue
        if scale is not None:
            _on_scale(form.position.median, scale, entry, "position", context, here)
        _between(form.salience, 0.0, 1.0, "write a share from 0 to 1, such as beta(6, 3)", entry, "salience", context, here)
        _between(form.capability, 0.0, None, "write a number above 0", entry, "capability", context, here)
        if form.basis in ("published", "recomputed") and not form.rows:
            right = "name its rows, or write basis: judgement"
            context.report.add(place(entry, "basis"), here, f"{form.basis}, and no row says where from", right)
        parties.append(
            Party(
                name=name,
                position=form.position,
                salience=form.salience,
                capability=form.capability,
                basis=form.basis or "judgement",  # type: ignore[arg-type]
                rows=form.rows or (),
                note=form.note or "",
                at=entry.at,
            )
        )
    return tuple(parties)


def _answers(node: Node, questions: tuple[Question, ...], context: Context, path: str) -> tuple[tuple[str, Value], ...]:
    """Questions the issue answers, each with the points that mean yes."""
    written = node.get("answers")
    here = f"{path}, answers"
    bargained = {question.id for question in questions if question.engine == "bargaining"}
    found = []
    for name, value in entries(written, context.report, here):
        at = value.at if written is None else written.key_at(name)
        if name not in bargained:
            right = did_you_mean(name, sorted(bargained), "questions are") or "give a question engine: bargaining"
            context.report.add(at, here, f"{quoted(name)} is not a question that bargaining answers", right)
            continue
        try:
            if value.kind != "text":
                raise Mistake(f"a {value.kind} stands where points belong", "write '>=85', '<=15' or 40..60")
            found.append((name, values.parse(value.value)))
        except Mistake as mistake:
            context.report.add(value.at, here, mistake.wrong, mistake.right)
    return tuple(found)


def _on_scale(number: float, scale: Scale, node: Node, key: str, context: Context, path: str) -> bool:
    """Report a figure that lies off the scale; True if it does."""
    low, high = scale[0][0], scale[-1][0]
    if low <= number <= high:
        return False
    right = f"the scale runs from {low:g} to {high:g}"
    context.report.add(place(node, key), f"{path}, {key}", f"{number:g} lies off the scale", right)
    return True


def _between(prior: Distribution, low: float, high: float | None, right: str, node: Node, key: str, context: Context, path: str) -> None:
    """Report a prior whose median is out of bounds."""
    middle = prior.median
    if middle < low or (high is not None and middle > high) or (high is None and middle <= low):
        context.report.add(place(node, key), f"{path}, {key}", f"{middle:g} is out of bounds", right)
