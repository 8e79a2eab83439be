"""The page of efforts holds the table that the program uses."""

import re
from pathlib import Path

from realpolitik.fitting.efforts import DATED, EFFORTS

PAGE = (Path(__file__).parents[2] / "docs" / "efforts.md").read_text("utf-8")


def test_the_table_is_that_of_the_program():
    told = re.findall(r"^\| (\w+)" + 6 * r" \| (\d+)" + r" \|$", PAGE.split("## What was known")[0], re.MULTILINE)
    used = [(name, *(f"{v:g}" for v in (s.ladders, s.rungs, s.worlds, s.passes, s.pilot, s.further))) for name, s in EFFORTS.items()]
    assert told == used


def test_the_table_of_dates_is_that_of_the_program():
    told = re.findall(r"^\| (\w+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", PAGE.split("## What was known")[1], re.MULTILINE)
    used = [
        (name, str(d.number), *(f"{v:g}" for v in (d.settings.ladders, d.settings.rungs, d.settings.passes, d.settings.pilot)))
        for name, d in DATED.items()
    ]
    assert told == used
