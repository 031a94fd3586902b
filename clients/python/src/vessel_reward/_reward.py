from __future__ import annotations

import math
import operator
import os
import threading
import weakref
from typing import Any, List, Mapping, Optional, Sequence, Union

from ._http import TOKEN_VARIABLE, URL_VARIABLE, HttpServer, is_url
from ._masks import split, to_wire, within_to_wire
from ._process import StreamProcess, command_line
from ._results import Advantages, Scores, advantages_of, scores_of


class Reward:
    """The reward of `vessel-reward`, computed by a process that this object starts and owns, or by a server.

    Masks are arrays of numpy, tensors of torch, nested lists, or objects in a form that the stream
    takes, such as COCO's `{"size": [height, width], "counts": ...}`. Booleans are masks; whole numbers
    must be 0 and one other value, and floats need a `threshold`: foreground is what is greater.

    An object may be used by several threads, be pickled, and survive a fork: each process has its own
    program, or its own connections. What fails raises `RewardError`, `RewardProcessError`,
    `TimeoutError`, `TypeError` or `ValueError`.

    >>> with Reward("robust") as reward:  # doctest: +SKIP
    ...     reward.score_group(samples, truth)
    >>> Reward("http://127.0.0.1:8000", token="...")  # doctest: +SKIP
    """

    def __init__(
        self,
        reward: Union[str, Mapping[str, Any], None] = None,
        *,
        url: Optional[str] = None,
        token: Optional[str] = None,
        command: Union[str, Sequence[str], None] = None,
        jobs: Optional[int] = None,
        threshold: Optional[float] = None,
        metrics: Optional[Sequence[str]] = None,
        on_unparsable: str = "error",
        timeout: Optional[float] = None,
        patience: Optional[float] = None,
    ) -> None:
        """
        :param reward: `"design"`, `"robust"`, the options of a reward, or the address of a server; by
            default what the server was started with, and `"design"` of a process
        :param url: the address of a server, by default `VESSEL_REWARD_URL`; none starts a process
        :param token: of the server, by default `VESSEL_REWARD_TOKEN`
        :param command: the program, by default `VESSEL_REWARD_COMMAND`, or npx
        :param jobs: threads of the process that score, 1 by default; a server has its own
        :param threshold: of predictions and truths that are numbers
        :param metrics: names of metrics that `details` is to have
        :param on_unparsable: `"worst"` scores what is not a mask of the right size with the lowest reward
        :param timeout: seconds after which an answer that has not come is a `TimeoutError`: by
            default 300 of a server, and none of a process, whose end is noticed
        :param patience: seconds for which a server that is away is tried again, 10 by default
        """
        self._arguments = {
            "reward": reward,
            "url": url,
            "token": token,
            "command": command,
            "jobs": jobs,
            "threshold": threshold,
            "metrics": metrics,
            "on_unparsable": on_unparsable,
            "timeout": timeout,
            "patience": patience,
        }
        if is_url(reward):
            if url is not None:
                raise ValueError("expected one address, got url beside an address for reward")
            reward, url = None, reward  # type: ignore[assignment]
        # One of the two that the call names; whatever the environment says.
        if url is None and command is None:
            url = os.environ.get(URL_VARIABLE) or None
        if isinstance(metrics, str):
            raise TypeError(f"expected metrics to be a list of names, got {metrics!r}")
        self._reward = reward
        self._threshold = _number(threshold, "threshold")
        self._metrics = None if metrics is None else list(metrics)
        self._on_unparsable = on_unparsable
        self._transport: Union[HttpServer, StreamProcess]
        if url is not None:
            if command is not None or jobs is not None:
                raise ValueError("expected no command and jobs beside the address of a server: it has its own")
            self._transport = HttpServer(
                url,
                token if token is not None else os.environ.get(TOKEN_VARIABLE) or None,
                timeout=_seconds(timeout, "timeout"),
                patience=10.0 if patience is None else _seconds(patience, "patience") or 0.0,
            )
        else:
            if token is not None or patience is not None:
                raise ValueError("expected no token and patience without the address of a server")
            args = [*command_line(command), "stream", "--jobs", str(1 if jobs is None else _whole(jobs, "jobs"))]
            self._transport = StreamProcess(args, _seconds(timeout, "timeout"))
        # At the end of the program the transport does it itself.
        weakref.finalize(self, _close_aside, self._transport).atexit = False

    def score(self, preds: Any, truths: Any, *, within: Any = None) -> List[float]:
        """The rewards of pairs: one truth for each prediction."""
        return self._pairs(preds, truths, within).rewards

    def score_group(self, preds: Any, truth: Any, *, within: Any = None) -> List[float]:
        """The rewards of predictions of one truth."""
        return self.details(preds, truth, within=within).rewards

    def details(self, preds: Any, truth: Any, *, within: Any = None) -> Scores:
        """The same with terms, metrics and which predictions are masks at all."""
        predictions = [self._prediction(pred, f"preds[{i}]") for i, pred in enumerate(split(preds, "preds"))]
        answer = self._transport.ask(
            {
                "truth": to_wire(truth, self._threshold, "truth"),
                "predictions": predictions,
                **self._options(within),
                **self._scoring(),
            }
        )
        return scores_of(answer, len(predictions))

    def explain(self, pred: Any, truth: Any, *, within: Any = None) -> Mapping[str, Any]:
        """A reward with every term, its value, weight and range, and the facts of both masks."""
        answer = self._transport.ask(
            {
                "op": "explain",
                "truth": to_wire(truth, self._threshold, "truth"),
                "prediction": to_wire(pred, self._threshold, "pred"),
                **self._options(within),
            }
        )
        return answer["explanation"]

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
        answer = self._transport.ask(
            {
                "op": "advantages",
                "truth": to_wire(truth, self._threshold, "truth"),
                "samples": [
                    to_wire(sample, self._threshold, f"samples[{i}]")
                    for i, sample in enumerate(split(samples, "samples"))
                ],
                "tile": tile,
                "precisionHinge": precision_hinge,
                **self._options(within),
            }
        )
        return advantages_of(answer)

    def close(self) -> None:
        """Ends the process, or closes the connections.

        This happens to a reward that nobody has any more, and at the end of the program, too.
        """
        self._transport.close()

    def __enter__(self) -> "Reward":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __getstate__(self) -> Mapping[str, Any]:
        return self._arguments

    def __setstate__(self, arguments: Mapping[str, Any]) -> None:
        self.__init__(**arguments)  # type: ignore[misc]

    def _pairs(self, preds: Any, truths: Any, within: Any) -> Scores:
        """The scores of pairs."""
        pred_list, truth_list = split(preds, "preds"), split(truths, "truths")
        if len(pred_list) != len(truth_list):
            raise ValueError(
                f"expected one truth for each prediction, got {len(truth_list)} truths "
                f"for {len(pred_list)} predictions: score_group takes one for all"
            )
        field = {} if within is None else {"within": within_to_wire(within)}
        return self._score_pairs(
            [
                {
                    "prediction": self._prediction(pred, f"preds[{i}]"),
                    "truth": to_wire(truth, self._threshold, f"truths[{i}]"),
                    **field,
                }
                for i, (pred, truth) in enumerate(zip(pred_list, truth_list))
            ]
        )

    def _score_pairs(self, pairs: Sequence[Mapping[str, Any]]) -> Scores:
        """The scores of pairs that are as the stream takes them."""
        answer = self._transport.ask_pairs({"reward": self._reward, **self._scoring()}, pairs)
        return scores_of(answer, len(pairs))

    def _options(self, within: Any) -> Mapping[str, Any]:
        return {
            "within": None if within is None else within_to_wire(within),
            "reward": self._reward,
        }

    def _scoring(self) -> Mapping[str, Any]:
        return {"metrics": self._metrics, "on_unparsable": self._on_unparsable}

    def _prediction(self, pred: Any, name: str) -> Any:
        """What a model wrote may be no mask; whether that is an error the program decides."""
        if self._on_unparsable == "worst" and (pred is None or isinstance(pred, str)):
            return pred
        return to_wire(pred, self._threshold, name)


def _close_aside(transport: Union[HttpServer, StreamProcess]) -> None:
    """Closes what a reward leaves that nobody has any more; the thread that finds out may hold its locks."""
    try:
        threading.Thread(target=transport.close, daemon=True).start()
    except RuntimeError:
        # The program ends.
        pass


def _number(value: Optional[float], name: str) -> Optional[float]:
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    # Nothing is greater than NaN: every mask would be empty, and as good as any other.
    if isinstance(value, str) or math.isnan(number):
        raise ValueError(f"expected {name} to be a number, got {value!r}")
    return number


def _whole(value: int, name: str) -> int:
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"expected {name} to be a whole number, got {value!r}") from None


def _seconds(value: Optional[float], name: str) -> Optional[float]:
    if value is not None and not 0 <= value < float("inf"):
        raise ValueError(f"expected {name} to be seconds, 0 or more, got {value}")
    return value
