"""A commented case of one region to begin from."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

from realpolitik.case.mistakes import quoted
from realpolitik.case.shipped import MAIN, shipped
from realpolitik.errors import RealpolitikError, UsageError


def new(name: str, folder: str | os.PathLike[str] = ".") -> Path:
    """Write a starter case into a new folder `name` inside `folder` and return that folder.

    Raises
    ------
    UsageError
        When the name is not one: lower-case letters, figures and hyphens.
    RealpolitikError
        When the folder is there already, or cannot be written; nothing is left behind then.
    """
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?", name):
        right = "write lower-case letters, figures and hyphens, such as harbour-strike"
        raise UsageError(f"{quoted(name)} is not a name for a case; {right}")
    if name in shipped():
        raise UsageError(f"{quoted(name)} is the name of a shipped case; choose another")
    template = files("realpolitik.case").joinpath("starter.yaml").read_text(encoding="utf-8")
    text = template.replace("@NAME@", name).replace("@TITLE@", name.replace("-", " ").capitalize())
    made = Path(folder) / name
    try:
        made.mkdir()
    except FileExistsError:
        raise RealpolitikError(f"{quoted(made, 200)} is there already; nothing was written, choose another name") from None
    except OSError as error:
        raise _not_written(made, error) from None
    try:
        (made / MAIN).write_text(text, encoding="utf-8")
    except OSError as error:
        with suppress(OSError):
            (made / MAIN).unlink(missing_ok=True)
            made.rmdir()
        raise _not_written(made, error) from None
    return made


def _not_written(folder: Path, error: OSError) -> RealpolitikError:
    return RealpolitikError(f"{quoted(folder, 200)} cannot be written ({error.strerror}); nothing was written")
