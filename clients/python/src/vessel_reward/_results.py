from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence

from ._errors import RewardProcessError


@dataclass(frozen=True)
class Scores:
    """Predictions that were scored, in order."""

    rewards: List[float]
    terms: List[Mapping[str, float]]
    """What each term adds to the reward; the sum is the reward."""
    valid: List[int]
    """1, or 0 for a prediction that is not a mask of the right size and has the lowest reward."""
    metrics: List[Mapping[str, Optional[float]]]
    """The metrics that were asked for; None where one is undefined and left out."""
    problems: List[Optional[str]]
    """Why a prediction is not valid; None where it is."""


@dataclass(frozen=True)
class Advantages:
    """Which parts of sampled masks earned their rewards: sample k has tile t, row by row, at [k][t]."""

    rows: int
    columns: int
    rewards: List[float]
    overlap: List[List[float]]
    skeleton: List[List[float]]


def scores_of(answer: Mapping[str, Any], count: int) -> Scores:
    """The scores that an answer to `count` predictions holds."""
    none: List[Any] = [None] * count
    scores = Scores(
        rewards=_floats(answer.get("rewards", [])),
        terms=[_float_values(terms) for terms in answer.get("terms", [])],
        valid=answer.get("valid", []),
        metrics=[_float_values(metrics) for metrics in answer.get("metrics", [{} for _ in none])],
        problems=answer.get("problems", none),
    )
    lengths = {len(values) for values in vars(scores).values()}
    if lengths != {count}:
        raise RewardProcessError(f"expected {count} rewards and as many terms, got {answer}"[:300])
    return scores


def advantages_of(answer: Mapping[str, Any]) -> Advantages:
    tiles = answer["rows"] * answer["columns"]

    def by_sample(values: List[float]) -> List[List[float]]:
        return [_floats(values[i : i + tiles]) for i in range(0, len(values), tiles)]

    return Advantages(
        rows=answer["rows"],
        columns=answer["columns"],
        rewards=_floats(answer["rewards"]),
        overlap=by_sample(answer["overlap"]),
        skeleton=by_sample(answer["skeleton"]),
    )


def _floats(values: Sequence[float]) -> List[float]:
    # JSON has 6 for 6.0, and a list of both makes other tensors.
    return [float(value) for value in values]


def _float_values(values: Mapping[str, Any]) -> Dict[str, Any]:
    return {name: None if value is None else float(value) for name, value in values.items()}
