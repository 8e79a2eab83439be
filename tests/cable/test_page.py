"""The page as a file: whole, offline, within its size, readable without its charts."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re

import pytest

from realpolitik.cable import page as pages
from realpolitik.cable.page import build, write


def test_is_well_formed_with_unique_anchors(parsed):
    anchors = [attributes["id"] for _, attributes, _ in parsed.elements if "id" in attributes]
    assert len(anchors) == len(set(anchors))
    for part in ("odds", "evidence", "history", "believe"):
        assert part in anchors
        assert {"href": f"#{part}"} in parsed.find("a")


def test_is_at_most_two_megabytes(page):
    assert len(page.encode("utf-8")) <= 2_000_000


def test_fetches_nothing(page, parsed):
    for name, attributes, _ in parsed.elements:
        assert "src" not in attributes
        assert "srcset" not in attributes
        assert name not in {"link", "iframe", "object", "embed", "base", "form"}
        if "href" in attributes:
            assert name == "a"
    style = page[page.index("<style>") : page.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


def test_outside_links_give_nothing_away(parsed):
    outside = [a for a in parsed.find("a") if not a["href"].startswith("#")]
    assert len(outside) == 85
    assert all(a["rel"] == "noopener noreferrer nofollow" and a["href"].startswith("https://") for a in outside)


def test_policy_allows_exactly_the_scripts_of_the_page(page, parsed):
    policy = next(meta["content"] for meta in parsed.find("meta") if "http-equiv" in meta)
    assert policy.startswith("default-src 'none';")
    assert "unsafe-eval" not in policy
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.S)
    assert len(scripts) == 2
    digests = {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts}
    assert set(re.findall(r"'sha256-([^']+)'", policy)) == digests
    assert not re.search(r"\son\w+=", page[: page.index("<script")])


def test_every_figure_has_words_and_a_table(parsed):
    figures = [index for index, (name, _, _) in enumerate(parsed.elements) if name == "figure"]
    assert len(figures) == 10
    for index in figures:
        inside = parsed.below(index)
        assert any(attributes.get("role") == "img" and attributes.get("aria-label") for _, attributes in inside)
        folds = [i for i, (name, _, above) in enumerate(parsed.elements) if name == "details" and index in above]
        assert any(name == "table" for fold in folds for name, _ in parsed.below(fold))
    for name, attributes, _ in parsed.elements:
        if name == "th":
            assert attributes["scope"] in {"row", "col"}


def test_charts_have_a_sketch_for_readers_without_scripts(parsed):
    boxes = [i for i, (_, a, _) in enumerate(parsed.elements) if (a.get("id") or "").startswith(("fan-", "map"))]
    drawn = [i for i in boxes if parsed.elements[i][1].get("role") == "img"]
    assert len(drawn) == 7
    assert all(any(name == "svg" for name, _ in parsed.below(i)) for i in drawn)


def test_chart_data_are_json_with_the_wall_clock_of_the_case(page):
    text = re.search(r'<script type="application/json" id="cable-data">(.*?)</script>', page, flags=re.S)[1]
    data = json.loads(text)
    assert len(data["fans"]) == 6
    assert len(data["fans"][0]["times"]) == 132
    assert data["fans"][0]["times"][0] == 1_641_081_600_000  # 2 January 2022, midnight on the case's own clock
    assert [account["on"] for account in data["accounts"]] == [True] * 3 + [False] * 6


def test_without_charts_the_page_carries_no_library(document):
    del document["series"], document["regions"]
    text = build(document)
    assert len(text) < 400_000
    assert "script-src &#x27;none&#x27;" in text


def test_is_the_same_twice(document, page):
    assert build(document) == page


def test_write_replaces_and_leaves_nothing_beside(document, tmp_path):
    path = tmp_path / "cable.html"
    path.write_text("old")
    assert write(document, path) == path
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert os.listdir(tmp_path) == ["cable.html"]


def test_failed_write_keeps_the_old_page_and_removes_its_own(document, tmp_path, monkeypatch):
    path = tmp_path / "cable.html"
    path.write_text("old")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pages.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(document, path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["cable.html"]
