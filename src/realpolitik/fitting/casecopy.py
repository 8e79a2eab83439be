"""The copy of a case that a run keeps: the files that were read, and no others."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath

from realpolitik.case import nodes
from realpolitik.case.files import Folder
from realpolitik.case.mistakes import Report
from realpolitik.case.nodes import Node
from realpolitik.case.records import Case
from realpolitik.case.shipped import MAIN
from realpolitik.errors import RunError
from realpolitik.fitting.storage import unwritable


def copy_case(case: Case, to: Path) -> None:
    """Copy the files of a case; a case that was made in Python and has no files leaves an empty folder.

    Raises
    ------
    RunError
        When the files are no longer those the case was read from, or the copy cannot be written.
    """
    try:
        to.mkdir(parents=True, exist_ok=True)
        if not case.fingerprint:
            return
        for name in file_names(case.folder):
            target = to / PurePosixPath(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(case.folder / name, target)
    except OSError as error:
        raise unwritable(to, error) from error
    copied = Folder(to, Report())
    for name in file_names(to):
        copied.text(name)
    if copied.fingerprint() != case.fingerprint:
        raise RunError(f"the files of case {case.name} in '{case.folder}' changed after they were read; start again")


def file_names(folder: Path) -> list[str]:
    """Names of the files that the case in `folder` is made of, ``case.yaml`` first."""
    read = Folder(folder, Report())
    text = read.text(MAIN)
    root = None if text is None else nodes.parse(text, MAIN, read.report)
    if root is None or root.kind != "mapping":
        return [MAIN]
    country, evidence = root.get("country"), root.get("evidence")
    sources = [None if country is None else country.get("regions"), evidence]
    if evidence is not None and evidence.kind == "list":
        sources += [node.get("file") for node in evidence.value]
    return [MAIN, *dict.fromkeys(node.value for node in sources if _is_text(node))]


def _is_text(node: Node | None) -> bool:
    return node is not None and node.kind == "text"
