"""What the stream and the server have in common: their version, and how their errors are told."""

from __future__ import annotations

import json
import re
import warnings
from typing import Any, Mapping, Optional

from ._errors import RewardError

PROTOCOL = 1


def encoded(value: Mapping[str, Any]) -> bytes:
    """A request as it travels."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False, default=_plain)
    return text.encode("utf-8")


def _plain(value: Any) -> Any:
    """Numbers and arrays of numpy as those of Python."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"expected numbers, texts, lists and dicts in a request, got {type(value).__name__}")


def check_protocol(hello: Mapping[str, Any], who: str) -> None:
    """Warns of a program that may mean other things by the same words."""
    protocol = hello.get("protocol")
    if protocol != PROTOCOL:
        warnings.warn(
            f"expected a {who} that speaks protocol {PROTOCOL}, got {protocol}",
            RuntimeWarning,
            stacklevel=2,
        )


def error_of(answer: Mapping[str, Any]) -> Optional[RewardError]:
    """The error that an answer tells of, if it does."""
    error = answer.get("error")
    if error is None:
        return None
    return RewardError(error["code"], error["message"], error.get("argument"))


def of_pair(error: RewardError, first: int) -> RewardError:
    """The same error, about a pair of a batch of which this part begins with the pair `first`."""

    def renumber(text: str) -> str:
        return re.sub(r"\bpairs\[(\d+)\]", lambda found: f"pairs[{first + int(found[1])}]", text)

    argument = None if error.argument is None else renumber(error.argument)
    return RewardError(error.code, renumber(error.reason), argument)
