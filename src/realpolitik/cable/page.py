"""The cable: one self-contained page that opens offline, made from a results document and nothing else."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import tempfile
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from realpolitik.cable import front
from realpolitik.cable.figures import Part
from realpolitik.cable.markup import Safe, data_script, h, join, raw_element
from realpolitik.cable.parts import PARTS
from realpolitik.cable.view import View
from realpolitik.cable.wording import opening


def build(results: Mapping[str, Any]) -> str:
    """The page as text. Missing fields leave gaps, never errors."""
    view = View(results)
    parts = [part for part in (make(view) for make in PARTS) if part is not None]
    data = {name: value for part in parts for name, value in part.data.items()}
    scripts = [_static("echarts.min.js"), _static("cable.js")] if data else []
    title = f"{results.get('title') or results.get('case') or 'Cable'} – realpolitik"
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", http_equiv="Content-Security-Policy", content=_policy(scripts)),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("meta", name="referrer", content="no-referrer"),
        h("title", title),
        raw_element("style", _static("cable.css")),
    )
    body = h(
        "body",
        front.top(view, parts),
        h("main", map(_section, parts)),
        front.foot(view, charts=bool(data)),
        data_script("cable-data", data) if data else None,
        [raw_element("script", script) for script in scripts],
    )
    return f"<!doctype html>\n{h('html', head, body, lang='en')}\n"


def write(results: Mapping[str, Any], path: Path) -> Path:
    """Write the page to a temporary file beside `path`, sync, rename: `path` is always whole. OSError as it comes."""
    path = Path(path)
    content = build(results).encode("utf-8")
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)  # mkstemp makes it private; a cable is for forwarding
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise
    return path


def _section(part: Part) -> Safe:
    return h(
        "section",
        h("h2", part.title),
        h("p", opening(part.sentence), class_="lead"),
        join(*part.body),
        id=part.anchor,
        class_="part",
    )


def _policy(scripts: list[str]) -> str:
    """Nothing may be fetched, and only our own scripts run: each is named by its hash."""
    allowed = " ".join(f"'sha256-{_digest(script)}'" for script in scripts) or "'none'"
    rest = "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; script-src {allowed}; {rest}"


@cache
def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")


@cache
def _static(name: str) -> str:
    return resources.files("realpolitik.cable").joinpath("static", name).read_text(encoding="utf-8")
