"""The locks hold names, versions and hashes, so that they work against any index, and nothing unhashed is fetched."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
PIN = re.compile(r"([a-z0-9][a-z0-9-]*)==([0-9][0-9a-z.+]*)(?: ; ([a-z_]+ [<>=!]+ '[\w.]+'))? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")


def pins(lock: Path) -> dict[tuple[str, str], str]:
    """Versions by name and marker."""
    found = (PIN.fullmatch(line) for line in lock.read_text("utf-8").splitlines())
    return {(match[1], match[3] or ""): match[2] for match in found if match}


def test_both_locks_are_there():
    assert [lock.name for lock in LOCKS] == ["requirements-dev.lock", "requirements.lock"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_holds_no_address_option_or_path(lock):
    text = lock.read_text("utf-8")
    for forbidden in ("http", "--index", "--extra-index", "--find-links", "--trusted", "file:", "/", "\\\\", "@"):
        assert forbidden not in text
    for line in text.splitlines():
        assert PIN.fullmatch(line) or HASH.fullmatch(line), line


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pin_has_a_hash(lock):
    lines = lock.read_text("utf-8").splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if PIN.fullmatch(line):
            assert HASH.fullmatch(following), line


def test_the_locks_cover_what_the_package_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"]
    runs = [*project["project"]["dependencies"], *extras["build"], *project["build-system"]["requires"]]
    for asked, lock in ((runs, "requirements.lock"), (runs + extras["test"], "requirements-dev.lock")):
        names = {name for name, _ in pins(ROOT / lock)}
        assert {re.split(r"[\[<>=! ;]", entry)[0].lower() for entry in asked} <= names


def test_the_locks_agree():
    runs, dev = pins(ROOT / "requirements.lock"), pins(ROOT / "requirements-dev.lock")
    assert runs.items() <= dev.items()
