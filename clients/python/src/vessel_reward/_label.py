"""What a data set holds beside a prompt: the truth."""

from __future__ import annotations

import json
from typing import Any, Mapping, NamedTuple, Optional

from ._masks import to_wire, within_to_wire


class Label(NamedTuple):
    truth: Mapping[str, Any]
    within: Optional[Mapping[str, Any]]


def label_of(given: Any, threshold: Optional[float], name: str) -> Label:
    """A mask in any form, or `{"truth": …, "within": …}`; either may be JSON in a string."""
    value = _from_string(given, name)
    if isinstance(value, Mapping) and "truth" in value:
        unknown = [field for field in value if field not in ("truth", "within")]
        if unknown:
            raise ValueError(f"expected {name} to have truth and within, got the field {unknown[0]!r}")
        within = _from_string(value.get("within"), f"{name}.within")
        return Label(
            _mask(_from_string(value["truth"], f"{name}.truth"), threshold, f"{name}.truth"),
            None if within is None else _without_nones(within_to_wire(within, f"{name}.within")),
        )
    return Label(_mask(value, threshold, name), None)


def _mask(value: Any, threshold: Optional[float], name: str) -> Mapping[str, Any]:
    if value is None:
        raise ValueError(f"expected {name} to be a mask, got none")
    return _without_nones(to_wire(value, threshold, name))


def _without_nones(wire: Mapping[str, Any]) -> Mapping[str, Any]:
    # Columns of data sets have all fields that any of their rows has.
    return {field: one for field, one in wire.items() if one is not None}


def _from_string(value: Any, name: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError(f"expected {name} to be a mask as JSON in a string, got {value[:60]!r}") from None
