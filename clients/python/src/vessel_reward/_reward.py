from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, List, Mapping, Optional, Sequence, Union

from ._masks import split, to_wire
from ._process import StreamProcess, command_line


@dataclass(frozen=True)
class Scores:
    """Predictions of one truth, in order."""

    rewards: List[float]
    terms: List[Mapping[str, float]]
    """What each term adds to the reward; the sum is the reward."""
    valid: List[int]
    """1, or 0 for a prediction that is no mask of the right size and has the lowest reward."""
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


class Reward:
    """The reward of `vessel-reward`, computed by a process that this object starts and owns.

    Masks are arrays of numpy, tensors of torch, nested lists, or objects in a form that the stream
    takes, such as COCO's `{"size": [height, width], "counts": ...}`. Booleans are masks; whole numbers
    must be 0 and one other value, and floats need a `threshold`: foreground is what is greater.

    An object may be used by several threads, be pickled, and survive a fork: each process has its own
    program. What fails raises `RewardError`, `RewardProcessError`, `TypeError` or `ValueError`.

    >>> with Reward("robust") as reward:  # doctest: +SKIP
    ...     reward.score_group(samples, truth)
    """

    def __init__(
        self,
        reward: Union[str, Mapping[str, Any]] = "design",
        *,
        command: Union[str, Sequence[str], None] = None,
        jobs: int = 1,
        threshold: Optional[float] = None,
        metrics: Optional[Sequence[str]] = None,
        on_unparsable: str = "error",
        timeout: Optional[float] = None,
    ) -> None:
        """
        :param reward: `"design"`, `"robust"`, or the options of a reward
        :param command: the program; by default what `VESSEL_REWARD_COMMAND` says, or npx
        :param jobs: threads that score
        :param threshold: of all masks that are numbers
        :param metrics: names of metrics that `details` is to have
        :param on_unparsable: `"worst"` scores what is no mask of the right size with the lowest reward
        :param timeout: seconds after which an answer that has not come is a `TimeoutError`
        """
        self._arguments = {
            "reward": reward,
            "command": command,
            "jobs": jobs,
            "threshold": threshold,
            "metrics": metrics,
            "on_unparsable": on_unparsable,
            "timeout": timeout,
        }
        self._reward = reward
        self._threshold = threshold
        self._metrics = None if metrics is None else list(metrics)
        self._on_unparsable = on_unparsable
        self._timeout = timeout
        self._process = StreamProcess([*command_line(command), "stream", "--jobs", str(int(jobs))])

    def score(self, preds: Any, truths: Any, *, within: Any = None) -> List[float]:
        """The rewards of pairs: one truth for each prediction."""
        pred_list, truth_list = split(preds, "preds"), split(truths, "truths")
        if len(pred_list) != len(truth_list):
            raise ValueError(
                f"expected one truth for each prediction, got {len(truth_list)} truths "
                f"for {len(pred_list)} predictions: score_group takes one for all"
            )
        asked = [
            self._process.ask(
                {
                    **self._request(truth, f"truths[{i}]", within),
                    "prediction": self._prediction(pred, f"preds[{i}]"),
                    "on_unparsable": self._on_unparsable,
                }
            )
            for i, (pred, truth) in enumerate(zip(pred_list, truth_list))
        ]
        return [future.result(self._timeout)["reward"] for future in asked]

    def score_group(self, preds: Any, truth: Any, *, within: Any = None) -> List[float]:
        """The rewards of predictions of one truth."""
        return self.details(preds, truth, within=within).rewards

    def details(self, preds: Any, truth: Any, *, within: Any = None) -> Scores:
        """The same with terms, metrics and which predictions are masks at all."""
        answer = self._ask(
            {
                **self._request(truth, "truth", within),
                "predictions": [
                    self._prediction(pred, f"preds[{i}]")
                    for i, pred in enumerate(split(preds, "preds"))
                ],
                "metrics": self._metrics,
                "on_unparsable": self._on_unparsable,
            }
        )
        rewards = answer["rewards"]
        return Scores(
            rewards=rewards,
            terms=answer["terms"],
            valid=answer["valid"],
            metrics=answer.get("metrics", [{} for _ in rewards]),
            problems=answer.get("problems", [None for _ in rewards]),
        )

    def explain(self, pred: Any, truth: Any, *, within: Any = None) -> Mapping[str, Any]:
        """A reward with every term, its value, weight and range, and the facts of both masks."""
        request = {
            **self._request(truth, "truth", within),
            "op": "explain",
            "prediction": to_wire(pred, self._threshold, "pred"),
        }
        return self._ask(request)["explanation"]

    def advantages(
        self,
        samples: Any,
        truth: Any,
        *,
        tile: int,
        within: Any = None,
        precision_hinge: Optional[Mapping[str, float]] = None,
    ) -> Advantages:
        """Credit by tiles of `tile` pixels a side for two or more masks drawn for one image."""
        answer = self._ask(
            {
                **self._request(truth, "truth", within),
                "op": "advantages",
                "samples": [
                    to_wire(sample, self._threshold, f"samples[{i}]")
                    for i, sample in enumerate(split(samples, "samples"))
                ],
                "tile": tile,
                "precisionHinge": precision_hinge,
            }
        )
        tiles = answer["rows"] * answer["columns"]

        def by_sample(values: List[float]) -> List[List[float]]:
            return [values[i : i + tiles] for i in range(0, len(values), tiles)]

        return Advantages(
            rows=answer["rows"],
            columns=answer["columns"],
            rewards=answer["rewards"],
            overlap=by_sample(answer["overlap"]),
            skeleton=by_sample(answer["skeleton"]),
        )

    async def score_async(self, *args: Any, **options: Any) -> List[float]:
        """`score` without blocking the event loop."""
        return await asyncio.to_thread(self.score, *args, **options)

    async def score_group_async(self, *args: Any, **options: Any) -> List[float]:
        """`score_group` without blocking the event loop."""
        return await asyncio.to_thread(self.score_group, *args, **options)

    async def details_async(self, *args: Any, **options: Any) -> Scores:
        """`details` without blocking the event loop."""
        return await asyncio.to_thread(self.details, *args, **options)

    async def explain_async(self, *args: Any, **options: Any) -> Mapping[str, Any]:
        """`explain` without blocking the event loop."""
        return await asyncio.to_thread(self.explain, *args, **options)

    async def advantages_async(self, *args: Any, **options: Any) -> Advantages:
        """`advantages` without blocking the event loop."""
        return await asyncio.to_thread(self.advantages, *args, **options)

    def close(self) -> None:
        """Ends the process; it ends by itself with the program, too."""
        self._process.close()

    def __enter__(self) -> "Reward":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __getstate__(self) -> Mapping[str, Any]:
        return self._arguments

    def __setstate__(self, arguments: Mapping[str, Any]) -> None:
        self.__init__(**arguments)  # type: ignore[misc]

    def _request(self, truth: Any, name: str, within: Any) -> Mapping[str, Any]:
        return {
            "truth": to_wire(truth, self._threshold, name),
            "within": None if within is None else to_wire(within, None, "within"),
            "reward": self._reward,
        }

    def _prediction(self, pred: Any, name: str) -> Any:
        """What a model wrote may be no mask; whether that is an error the stream decides."""
        if self._on_unparsable == "worst" and (pred is None or isinstance(pred, str)):
            return pred
        return to_wire(pred, self._threshold, name)

    def _ask(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._process.ask(request).result(self._timeout)
