"""What the README tells a newcomer to type is there."""

import re
import shlex
from pathlib import Path

from typer.main import get_command

from realpolitik.api import load
from realpolitik.case.starter import new
from realpolitik.cli.main import app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = get_command(app).commands


def blocks(language):
    """Fenced blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_what_the_reader_adds_to_the_starter_is_accepted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    case = new("harbour") / "case.yaml"
    item, told = blocks("yaml")
    claims, accounts = told.removeprefix("claims:\n").split("accounts:\n")
    text = case.read_text("utf-8")
    for heading, added in (("evidence", item), ("claims", claims), ("accounts", accounts)):
        text, count = re.subn(rf"^({heading}:.*\n)", lambda match, added=added: match[1] + added, text, flags=re.MULTILINE)
        assert count == 1
    case.write_text(text, "utf-8")
    read = load("harbour")
    assert "E9" in [item.id for item in read.evidence]
    assert "smugglers" in read.accounts


def test_the_table_lists_every_command_and_no_other():
    assert re.findall(r"^\| `realpolitik ([a-z-]+)", README, re.MULTILINE) == list(COMMANDS)


def test_every_option_named_is_one():
    for command, words in re.findall(r"`realpolitik ([a-z-]+)([^`\n]*)`", README):
        options = {name for option in COMMANDS[command].params for name in option.opts}
        assert {word for word in shlex.split(words) if word.startswith("--")} <= options | {"--help"}


def test_the_make_targets_are_there():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"make ([a-z]+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_file_named_is_there():
    for name in re.findall(r"`((?:docs/)?[A-Za-z-]+\.md)`", README):
        assert (ROOT / name).is_file(), name
