"""Reading a case: `load` returns the records, or raises `CaseError` with every problem found."""

from __future__ import annotations

import os
from collections.abc import Collection

from realpolitik.case import nodes, scalars
from realpolitik.case.files import Folder
from realpolitik.case.filling import is_misspelt, keys_of, unknown_key
from realpolitik.case.mistakes import Mistake, Report
from realpolitik.case.nodes import Node
from realpolitik.case.reading import accounts, actors, audiences, clock, country, evidence, issues, questions, watch, what_ifs
from realpolitik.case.reading.context import Context
from realpolitik.case.records import Case
from realpolitik.case.schema import NAME, CaseForm
from realpolitik.case.shipped import MAIN, resolve


def load(path: str | os.PathLike[str], parameters: Collection[str] | None = None) -> Case:
    """Read a case.

    Parameters
    ----------
    path : str or path
        Name of a shipped case, a folder that holds case.yaml, or that file itself.
    parameters : collection of str, optional
        Names of the model's parameters; without them any name passes.

    Raises
    ------
    CaseError
        With every problem found, each with file, line and column.
    RealpolitikError
        When there is no such case.
    """
    report = Report()
    folder = Folder(resolve(path), report)
    text = folder.text(MAIN)
    root = None if text is None else nodes.parse(text, folder.shown(MAIN), report)
    if root is None:
        report.settle()
        # A file of comments only makes no events and so no problem either.
        root = Node("text", "", folder.shown(MAIN), 1, 1)
    if root.kind != "mapping":
        report.add(root.at, "", "the file holds no mapping", "begin with name: and the name of the case")
        report.settle()
    case = _build(root, Context(folder, report, parameters))
    report.settle()
    assert case is not None  # whatever is missing has been reported
    return case


def _build(root: Node, context: Context) -> Case | None:
    """The case, or None when a part that it cannot do without was reported."""
    context.report.examples[NAME] = context.folder.path.resolve().name or NAME
    _check_keys(root, context)
    the_clock = context.clock = clock.read(root.get("clock"), context)
    the_country = country.read(root.get("country"), context)
    rival, agencies = actors.read_powers(root, context)
    alliance = actors.read_alliance(root, context)
    claims = accounts.read_claims(root, context)
    items = evidence.read(root, context)
    asked = questions.read_questions(root, context)
    names = issues.actors_of(root, rival, context)
    told = accounts.read_accounts(root, claims, context)
    reporters = evidence.read_reporters(root, items, context)
    parts = {
        "rival": rival,
        "agencies": agencies,
        "alliance": alliance,
        "patrons": actors.read_patrons(root, alliance, context),
        "sparks": actors.read_sparks(root, context),
        "claims": claims,
        "accounts": told,
        "evidence": items,
        "reporters": reporters,
        "questions": asked,
        "watch": watch.read_watch(root, context),
        "issues": issues.read_issues(root, names, asked, context),
        "what_ifs": what_ifs.read_what_ifs(root, context),
        "documents": questions.read_documents(root, context, asked, items),
        "audiences": audiences.read_audiences(root, reporters, context),
        "parameters": accounts.read_settings(root.get("parameters"), context, "parameters"),
    }
    name = _line(root, "name", context, scalars.name)
    title = _line(root, "title", context, scalars.text)
    ruler = _line(root, "ruler", context, scalars.name)
    if the_clock is None or the_country is None or name is None or ruler is None:
        return None
    regions, capital = the_country
    return Case(
        name=name,
        title=title or name,
        clock=the_clock,
        regions=regions,
        capital=capital,
        ruler=ruler,
        folder=context.folder.path,
        fingerprint=context.folder.fingerprint(),
        **parts,  # type: ignore[arg-type]
    )


def _check_keys(root: Node, context: Context) -> None:
    known = keys_of(CaseForm)
    for key in root.value:
        if key not in known:
            unknown_key(root, key, known, context.report, "")
    for key, field in CaseForm.model_fields.items():
        if field.is_required() and root.get(key) is None and not is_misspelt(key, root, known):
            at, example = root.key_at(key), (field.examples or ["…"])[0]
            context.report.add(at, "", f"'{key}' is missing", f"add {key}: {context.report.examples.get(example, example)}")


def _line(root: Node, key: str, context: Context, read: object) -> str | None:
    node = root.get(key)
    if node is None:
        return None
    try:
        if node.kind != "text":
            raise Mistake(f"a {node.kind} stands where a text belongs", "write one line of text")
        return read(node.value)  # type: ignore[operator]
    except Mistake as mistake:
        context.report.add(node.at, key, mistake.wrong, mistake.right)
    return None
