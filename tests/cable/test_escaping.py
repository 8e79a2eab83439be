"""Text of a case file was written by strangers: none of it becomes markup, script or a link that acts."""

from __future__ import annotations

import json
import re

import pytest

from realpolitik.cable.markup import Safe, data_script, h, link, raw_element
from realpolitik.cable.page import build

HOSTILE = "</script><script>alert('x')</script><img src=x onerror=alert(1)>\"'&amp;<!--\u2028\u2029\u202e\x00\ud800{a|b}"


BY_ACCOUNT = {"bans", "stipulated", "leave_one_out", "pareto_k", "probabilities", "accounts", "posterior"}
KEPT = {"fit", "kind", "treatment", "basis", "time", "times", "when", "reported", "as_of", "link"}


def poison(value, key=None):
    """Every text made hostile, names of accounts used as keys too; dates and settings the page reads are kept."""
    if isinstance(value, dict):
        return {f"{name}{HOSTILE}" if key in BY_ACCOUNT else name: poison(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [poison(item, None if isinstance(item, dict) else key) for item in value]
    return f"{value}{HOSTILE}" if isinstance(value, str) and key not in KEPT else value


def test_hostile_text_stays_text(document, tree, parsed):
    document["series"] = {f"{name}{HOSTILE}": entry for name, entry in document["series"].items()}
    text = build(poison(document))
    ours, parsed = parsed, tree(text)
    assert len(parsed.find("script")) == len(ours.find("script")) == 3
    assert not parsed.find("img")
    assert all(not name.startswith("on") for _, attributes, _ in parsed.elements for name in attributes)
    assert {name for name, _, _ in parsed.elements} == {name for name, _, _ in ours.elements}
    assert "<!--" not in text
    assert not re.search("[\x00\u202e\ud800]", text)
    text.encode("utf-8")
    data = re.search(r'<script type="application/json" id="cable-data">(.*?)</script>', text, flags=re.S)[1]
    assert not re.search("[<>&\u2028\u2029]", data)
    assert "</script><script>alert('x')</script>" in json.loads(data)["accounts"][0]["name"]


def test_the_script_never_writes_markup(page):
    script = page.rsplit("<script>", 1)[1]
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", 'renderMode: "html"'):
        assert forbidden not in script
    assert script.count("tooltip: { trigger") + script.count("tooltip: { renderMode") == script.count('renderMode: "richText"')


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//host/x",
        "file:///etc/passwd",
        "https://",
        "http://a b",
        "",
        None,
        "java\nscript:alert(1)",
        "http://[broken",
        " vbscript:x",
    ],
)
def test_only_web_addresses_become_links(address):
    assert link(address, "source") is None


def test_a_link_escapes_its_address():
    made = link('https://example.org/?a="><script>&b', "source")
    assert "<script" not in made
    assert made.count('"') == 2 * 3


def test_elements_escape_children_and_attributes():
    assert h("p", "<b>", None, False, [1, "&"], Safe("<i></i>")) == "<p>&lt;b&gt;1&amp;<i></i></p>"
    assert h("p", title='"<', hidden=True, class_=None) == '<p title="&quot;&lt;" hidden></p>'


def test_data_without_a_number_become_null():
    made = data_script("d", {"x": [float("nan"), float("inf"), 1.23456, True]})
    assert made.endswith('>{"x":[null,null,1.235,true]}</script>')


def test_own_text_that_would_end_its_element_is_refused():
    with pytest.raises(ValueError, match="script"):
        raw_element("script", "var x = '</SCRIPT>'")
