"""Files of a case: read once, kept inside its folder, refused when they cannot be text."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from pathlib import Path, PurePosixPath

from realpolitik.case.mistakes import Report, quoted
from realpolitik.case.position import Position

LARGEST = 2 * 1024 * 1024
"""Bytes a file of a case may have; the largest case shipped has 40 kB."""
MOST = 2 * LARGEST
"""Bytes all files of a case may have together, each counted as often as it is named."""

# What YAML and CSV both have no use for; NUL is told apart because it means a binary file.
_CONTROLS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class Folder:
    """The folder of a case and the files read from it so far.

    Parameters
    ----------
    path : Path
        As the user gave it; positions name files below it.
    report : Report
        Where problems go.
    """

    def __init__(self, path: Path, report: Report) -> None:
        self.path = path
        self.report = report
        self._read: dict[str, bytes] = {}
        self._bytes_read = 0

    def shown(self, name: str) -> str:
        """The file's name as problems print it."""
        return str(self.path / name)

    def fingerprint(self) -> str:
        """SHA-256 over the names and bytes of the files read, in name order."""
        digest = hashlib.sha256()
        for name in sorted(self._read):
            for part in (name.encode("utf-8", "surrogatepass"), self._read[name]):
                digest.update(str(len(part)).encode() + b"\0" + part)
        return digest.hexdigest()

    def text(self, name: str, asked_at: Position | None = None) -> str | None:
        """The text of a file, or None with a problem reported.

        The name must stay inside the folder; `asked_at` is where another file names this one.
        """
        here = Position(self.shown(name), 1, 1)
        at = asked_at or here
        if not self._inside(name, at):
            return None
        raw = self._bytes(name, at, here)
        if raw is None:
            return None
        self._bytes_read += len(raw)
        if self._bytes_read > MOST:
            wrong = f"the files of the case have more than {MOST // 2**20} MB together"
            self.report.add(at, "", wrong, "name each file once, or split the case")
            return None
        self._read[PurePosixPath(name).as_posix()] = raw
        return self._decoded(raw, here)

    def _inside(self, name: str, at: Position) -> bool:
        parts = re.split(r"[/\\]", name)
        absolute = name.startswith(("/", "\\", "~")) or re.match(r"[A-Za-z]:", name)
        if absolute or ".." in parts or "\0" in name or not name.strip():
            self.report.add(at, "", f"{quoted(name)} leads out of the case's folder", "put the file beside case.yaml")
            return False
        try:
            real, root = os.path.realpath(self.path / name), os.path.realpath(self.path)
            inside = os.path.commonpath([real, root]) == root
        except (OSError, ValueError):
            inside = False
        if not inside:
            self.report.add(at, "", f"{quoted(name)} is a link out of the case's folder", "copy the file into it")
        return inside

    def _bytes(self, name: str, at: Position, here: Position) -> bytes | None:
        try:
            # O_NONBLOCK: opening a pipe would otherwise wait for a writer for ever.
            handle = os.open(self.path / name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "not a file name"
            self.report.add(at, "", f"{quoted(name)} cannot be opened: {reason}", "name a file in the case's folder")
            return None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            self.report.add(at, "", f"{quoted(name)} is not a plain file", "name a text file")
            return None
        with open(handle, "rb") as file:
            try:
                raw = file.read(LARGEST + 1)
            except OSError as error:
                self.report.add(at, "", f"{quoted(name)} cannot be read: {error.strerror}", "copy the file again")
                return None
        if len(raw) > LARGEST:
            self.report.add(here, "", f"the file is larger than {LARGEST // 2**20} MB", "cut it, or split the case")
            return None
        return raw

    def _decoded(self, raw: bytes, here: Position) -> str | None:
        if not raw.strip(b"\xef\xbb\xbf \t\r\n"):
            self.report.add(here, "", "the file is empty", "see `realpolitik new` for a case that runs")
            return None
        nul = raw.find(b"\0")
        if nul >= 0:
            at = _place(raw[:nul].decode("utf-8", "replace"), here.file)
            self.report.add(at, "", "this is a binary file: it holds a zero byte", "save it as plain text in UTF-8")
            return None
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            at = _place(raw[: error.start].decode("utf-8", "replace"), here.file)
            wrong = f"the byte 0x{raw[error.start]:02x} is not UTF-8 text"
            self.report.add(at, "", wrong, "save the file as UTF-8 (in a spreadsheet: CSV UTF-8)")
            return None
        control = _CONTROLS.search(text)
        if control:
            at = _place(text[: control.start()], here.file)
            self.report.add(at, "", f"a control character U+{ord(control[0]):04X} stands here", "take it out")
            return None
        return text


def _place(before: str, file: str) -> Position:
    """The place just after the text `before`."""
    line_start = max(before.rfind("\n"), before.rfind("\r")) + 1
    lines = before.count("\n") + len(re.findall(r"\r(?!\n)", before))
    return Position(file, lines + 1, len(before) - line_start + 1)
