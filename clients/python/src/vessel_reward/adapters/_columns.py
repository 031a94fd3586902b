from __future__ import annotations

from typing import Any, Mapping


def column(columns: Mapping[str, Any], name: str, of: str) -> Any:
    """The truths, where a framework hands on the columns of its data."""
    if columns.get(name) is not None:
        return columns[name]
    others = ", ".join(sorted(one for one in columns if not callable(columns[one]))) or "none"
    raise ValueError(f"expected the column {name!r} in the {of}, got {others}: truth= names another")
