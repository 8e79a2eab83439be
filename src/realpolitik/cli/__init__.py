"""The commands. Thin: parse, call, print; no arithmetic, and nothing heavy imported before a command needs it."""
