"""What went wrong, told to a person: a sentence on stderr and an exit code, never a traceback for a user's mistake."""

import errno
import sys
from typing import Any

import typer
from typer.core import TyperGroup

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


class Commands(TyperGroup):
    """The group of all commands; turns the errors a user can cause into a sentence and an exit code."""

    def make_context(self, *given: Any, **more: Any) -> Any:
        """Read the line; Ctrl-C is answered here as well."""
        try:
            return super().make_context(*given, **more)
        except KeyboardInterrupt:
            tell("stopped")
            raise typer.Exit(130) from None

    def invoke(self, ctx: Any) -> Any:
        """Run the command named on the line.

        Raises
        ------
        typer.Exit
            With code 1 (the case, the run or the disk is wrong), 2 (wrong usage) or 130 (stopped by Ctrl-C).
        """
        from realpolitik.errors import RealpolitikError, UsageError

        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            tell("stopped")
            raise typer.Exit(130) from None
        except BrokenPipeError:
            # `main` has the last word on a reader that went away.
            raise typer.Exit(0) from None
        except UsageError as error:
            tell(f"Error: {error}")
            raise typer.Exit(2) from None
        except RealpolitikError as error:
            tell(str(error))
            raise typer.Exit(1) from None
        except OSError as error:
            tell(sentence(error))
            raise typer.Exit(1) from None


def sentence(error: OSError) -> str:
    """Say in one sentence what the system would not do."""
    what = f"'{error.filename}'" if error.filename else "the output"
    if error.errno in _NO_ROOM:
        return f"could not write {what}: no space is left on the disk; what was finished before is kept"
    if error.errno in _FORBIDDEN:
        why = "the file system is read-only" if error.errno == errno.EROFS else "not allowed"
        return f"could not write or read {what}: {why}; what was finished before is kept"
    return f"{what}: {error.strerror or error}"


def tell(message: str) -> None:
    """Print a line on stderr."""
    print(message, file=sys.stderr, flush=True)
