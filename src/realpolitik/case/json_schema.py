"""The case format as JSON Schema, so that editors complete and check a case as it is typed."""

from __future__ import annotations

from typing import Any

from realpolitik.case.schema import CaseForm


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of case.yaml as it is written, with the words a case can use."""
    schema = CaseForm.model_json_schema(by_alias=True)
    schema = _tidy(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "realpolitik case", **schema}


def _tidy(part: Any, names: bool = False) -> Any:
    """Drop titles that repeat a key and defaults of null; `names` marks a mapping of names, not of keywords."""
    if isinstance(part, list):
        return [_tidy(entry) for entry in part]
    if not isinstance(part, dict):
        return part
    return {
        key: _tidy(value, names=key in ("properties", "$defs") and not names)
        for key, value in part.items()
        if names or not (key == "title" or (key == "default" and value is None))
    }
