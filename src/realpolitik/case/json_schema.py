"""The case format as JSON Schema, so that editors complete and check a case as it is typed."""

from __future__ import annotations

from typing import Any

from realpolitik.case.schema import CaseForm


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of case.yaml as it is written, with the words a case can use."""
    schema = CaseForm.model_json_schema(by_alias=True)
    schema = _without_titles(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "realpolitik case", **schema}


def _without_titles(part: Any, names: bool = False) -> Any:
    """Drop the titles that only repeat a key; `names` marks a mapping whose keys are names, not keywords."""
    if isinstance(part, list):
        return [_without_titles(entry) for entry in part]
    if not isinstance(part, dict):
        return part
    return {
        key: _without_titles(value, names=key in ("properties", "$defs") and not names)
        for key, value in part.items()
        if names or key != "title"
    }
