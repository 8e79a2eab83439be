"""The commands. Thin: parse, call, print; no arithmetic, and nothing heavy imported before a command needs it."""

from realpolitik.cli.main import main

__all__ = ["main"]
