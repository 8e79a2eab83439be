"""A case whose every text is an attack, weighed and answered as any other: the cable shows the texts, and a browser runs none of them."""

from __future__ import annotations

import html
import re
import shutil
import subprocess

import pytest
import yaml

from realpolitik.answers.run import Run
from realpolitik.answers.store import answer_all
from realpolitik.api import load
from realpolitik.errors import CaseError
from realpolitik.fitting.settings import Settings
from realpolitik.fitting.weigh import weigh

HIT = "document.documentElement.dataset.hit=1"
TEXT = (
    f"</script><script>{HIT}</script><img src=x onerror={HIT}><svg onload={HIT}></title></style>\" onmouseover=\"{HIT}\" ' onfocus='{HIT}' "
    f"javascript:{HIT} [x](javascript:{HIT}) {{a|b}} &lt;b&gt; <!-- --> ]]> \u00a0 ẞ"
)
NAME = "<img src=x onerror=hit()>\"'&"  # names are short, and stand in attributes, lists and keys
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def name(what: str) -> str:
    return f"{what} {NAME}"


def texts() -> dict:
    """A case with an attack in every field that takes a text of the analyst's."""
    graded = {"by": [name("R1"), name("R2")], "grade": "B2", "note": TEXT, "row": name("row"), "link": "https://x.example/?a=<b"[:-2]}
    rule, dock = name("ruler"), name("Dock")
    return {
        "name": name("case"),
        "title": TEXT,
        "clock": {"start": "2024-03-01", "end": "2024-03-06", "step": "12h", "timezone": "UTC"},
        "country": {"regions": [{"region": dock, "population": "400000"}]},
        "ruler": rule,
        "rival": {"name": name("rival"), "holds": [name("Guard")]},
        "agencies": {name("Police"): {"strength": "1500"}, name("Guard"): {"strength": "300"}},
        "alliance": {"name": name("League"), "troops": "200..400"},
        "patrons": {name("North"): {"through": name("League")}},
        "sparks": [{"where": dock, "begins": "2024-03-01", "days": "2", "size": "about 500 (200 to 1200)", "note": TEXT}],
        "claims": {name("cells"): {"says": TEXT, "sets": {"organised_cells": "about 200 (50 to 800)"}}},
        "accounts": {
            name("anger"): {"says": TEXT, "told_by": [name("striker")], "claims": []},
            name("steered"): {"says": TEXT, "told_by": [rule], "claims": [name("cells")]},
        },
        "reporters": {name("R1"): "government"},
        "evidence": [
            {
                "id": name("E1"),
                "what": "crowd",
                "where": dock,
                "now": "2000..5000",
                "when": "2024-03-02",
                "reported": "2024-03-03",
                **graded,
            },
            {"id": name("E2"), "what": "dead", "ever": "0", "as_of": "2024-03-04", "reported": "2024-03-04", "origin": name("o"), **graded},
            {
                "id": name("E3"),
                "what": "statement",
                "claim": name("cells"),
                "says": "true",
                "speaker": rule,
                "reported": "2024-03-04",
                **graded,
            },
            {
                "id": name("E4"),
                "what": "post held",
                "where": dock,
                "agency": name("Police"),
                "when": "2024-03-02..2024-03-04",
                "reported": "2024-03-05",
                **graded,
            },
        ],
        "questions": [
            {
                "id": name("Q1"),
                "asks": TEXT,
                "asked": "2024-03-04",
                "by": "2024-03-05",
                "what": "dead",
                "mode": "ever",
                "value": ">=1",
                "forecast_in": [name("doc")],
                "came": TEXT,
                "row": name("row"),
                "base_rate": {"value": "1 of 3", "source": TEXT},
            },
            {"id": name("Q2"), "asks": TEXT, "asked": "2024-03-04", "engine": "bargaining"},
        ],
        "watch": [{"id": name("W1"), "what": "resign", "says": TEXT}],
        "issues": [
            {
                "id": name("I1"),
                "says": TEXT,
                "scale": {"0": TEXT, "10": TEXT},
                "asked": "2024-03-04",
                "status_quo": "2",
                "rows": [name("row")],
                "note": TEXT,
                "answers": {name("Q2"): ">=5"},
                "actors": {
                    rule: {"position": "3", "salience": "0.5", "capability": "10", "note": TEXT},
                    name("North"): {"position": "9", "salience": "0.8", "capability": "4", "note": TEXT},
                },
            }
        ],
        "what_ifs": [{"id": name("V1"), "says": TEXT, "change": "never: accept help"}],
        "documents": {
            name("doc"): {"title": TEXT, "published": "2024-03-05", "claims": [{"id": name("N1"), "says": TEXT, name("key"): TEXT}]}
        },
        "audiences": {name("crowd"): {"says": TEXT, "trust": {name("R1"): "0.2"}}},
    }


@pytest.fixture(scope="module")
def cable(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "case.yaml").write_text(yaml.safe_dump(texts(), allow_unicode=True, sort_keys=False), encoding="utf-8")
    few = Settings(ladders=8, rungs=4, worlds=1, passes=4, pilot=2)
    done = weigh(load(folder), settings=few, runs=folder / "runs", threads=1)
    run = Run.open(done.path)
    answer_all(run)
    return run.report().read_text("utf-8")


def test_no_text_of_a_case_becomes_markup(cable, tree):
    parsed = tree(cable)
    assert not parsed.find("img")
    assert len(parsed.find("script")) == 3  # the data, the charts, the page's own
    assert not any(attribute.startswith("on") for _, attributes, _ in parsed.elements for attribute in attributes)
    for attributes in parsed.find("a"):
        assert re.match(r"https?://|#", attributes["href"])
    shown = " ".join(parsed.text.values())
    for said in (NAME, f"<script>{HIT}</script>", f'" onmouseover="{HIT}"', f"javascript:{HIT}", "&lt;b&gt;"):
        assert said in shown


def test_every_text_that_is_shown_is_shown_as_it_was_written(cable):
    """A text that went through twice would show its escapes, one that did not go through would be missing."""
    assert html.escape(TEXT, quote=True) in cable
    assert "&amp;amp;lt;" not in cable


@pytest.mark.parametrize("override", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_a_direction_override_is_refused_where_it_stands(tmp_path, override):
    case = texts()
    case["title"] = f"207 {override}dead"
    (tmp_path / "case.yaml").write_text(yaml.safe_dump(case, allow_unicode=True, sort_keys=False), encoding="utf-8")
    with pytest.raises(CaseError, match=rf"case\.yaml:2:8: title: a control character U\+{ord(override):04X}"):
        load(tmp_path)


PROBE = """<script>
document.querySelectorAll("*").forEach(function (e) {
  ["mouseover", "mouseenter", "focus", "load", "error", "toggle", "click"].forEach(function (kind) {
    if (kind !== "click" || !e.closest("a")) e.dispatchEvent(new MouseEvent(kind, { bubbles: true }));
  });
});
</script></body>"""


def dumped(page: str, folder) -> str:
    """What a browser has made of a page when its scripts have run."""
    folder.mkdir()
    (folder / "page.html").write_text(page, encoding="utf-8")
    flags = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync"
    command = [BROWSER, *flags.split(), "--virtual-time-budget=2000", f"--user-data-dir={folder / 'profile'}", "--dump-dom"]
    ran = subprocess.run([*command, (folder / "page.html").as_uri()], capture_output=True, text=True, timeout=120, check=True)
    return ran.stdout


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no Chromium here")
def test_a_browser_runs_none_of_it(cable, tmp_path):
    # Without its policy, which would hide a hole in the escaping, and with every element touched.
    policy = re.search(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", cable)[0]
    bare = cable.replace(policy, "").replace("</body>", PROBE)
    seen = dumped(bare, tmp_path / "bare")
    head = re.search(r"<html[^>]*>", seen)[0]
    assert "data-hit" not in head
    drawn = re.sub(r"<script[^>]*>.*?</script>", "<script>", seen, flags=re.S)
    assert drawn.count("<script>") == 4
    assert "<img" not in drawn
    assert "<svg" in drawn  # the charts
    # the probe finds a hole where there is one
    holed = bare.replace("<main>", f'<main><p onmouseover="{HIT}">x</p>')
    assert 'data-hit="1"' in re.search(r"<html[^>]*>", dumped(holed, tmp_path / "holed"))[0]
