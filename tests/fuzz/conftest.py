"""The fuzzer limits its worker as POSIX systems can; elsewhere there is nothing to run."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("resource") else ["test_fuzz.py"]
