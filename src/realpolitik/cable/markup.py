"""HTML without a template engine: a tiny element builder that escapes by default.

Text in a case file was written by strangers. Everything that is not `Safe` is escaped on its way into the page, so a
forgotten call cannot open a hole; `Safe` is made only here.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

# Controls that HTML forbids, and direction overrides that could show a number backwards.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_VOID = frozenset({"br", "hr", "img", "meta", "col", "wbr"})
_IN_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


class Safe(str):
    """Markup that is already escaped."""

    __slots__ = ()


def clean(text: Any) -> str:
    """Text without control characters, direction overrides and lone surrogates."""
    return _SURROGATE.sub("\ufffd", _UNPRINTABLE.sub("", str(text)))


def escape(text: Any) -> Safe:
    """Text made safe for element content and quoted attributes; `Safe` passes unchanged."""
    return text if isinstance(text, Safe) else Safe(html.escape(clean(text), quote=True))


def join(*children: Any) -> Safe:
    """Children one after another: None and False vanish, iterables are flattened, the rest is escaped."""
    parts: list[str] = []
    for child in children:
        if child is None or child is False:
            continue
        if isinstance(child, str):
            parts.append(escape(child))
        elif isinstance(child, Iterable):
            parts.append(join(*child))
        else:
            parts.append(escape(child))
    return Safe("".join(parts))


def h(tag: str, *children: Any, **attributes: Any) -> Safe:
    """An element. `class_` and `data_x` become `class` and `data-x`; True is a bare attribute, None or False none."""
    named = []
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        name = name.rstrip("_").replace("_", "-")
        named.append(f" {name}" if value is True else f' {name}="{escape(value)}"')
    start = f"<{tag}{''.join(named)}>"
    return Safe(start) if tag in _VOID else Safe(f"{start}{join(*children)}</{tag}>")


def link(address: Any, text: Any) -> Safe | None:
    """A link that opens only when clicked; None unless the address is plain http or https."""
    address = clean(address or "").strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc or re.search(r"\s", address):
        return None
    return h("a", text, href=address, rel="noopener noreferrer nofollow", target="_blank")


def data_script(identity: str, data: Any) -> Safe:
    """Data for the page's own script, as JSON that cannot end the element it stands in. NaN becomes null."""
    text = json.dumps(_plain(data), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    text = re.sub("[<>&\u2028\u2029]", lambda match: _IN_SCRIPT[match[0]], text)
    return Safe(f'<script type="application/json" id="{escape(identity)}">{text}</script>')


def raw_element(tag: str, text: str) -> Safe:
    """Our own style sheet or script, verbatim; ValueError if the text would end the element."""
    if f"</{tag}" in text.lower() or "<!--" in text:
        raise ValueError(f"text would end its <{tag}> element")
    return Safe(f"<{tag}>{text}</{tag}>")


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {clean(key): _plain(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_plain(value) for value in data]
    if isinstance(data, float):
        return float(f"{data:.4g}") if math.isfinite(data) else None
    return data if data is None or isinstance(data, (bool, int)) else clean(data)
