from __future__ import annotations

import json
import logging
import threading
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from .._completion import mask_in_completion
from .._label import label_of
from .._masks import size_of
from .._results import Scores, scores_of
from .._reward import Reward

logger = logging.getLogger("vessel_reward")

NOTHING_FOUND = "expected a mask in the completion, found none"

Completion = Union[str, Sequence[Mapping[str, Any]]]
"""A text, or the messages of a chat."""


class CompletionReward:
    """Scores completions in which a model has written a mask.

    The mask of a completion is the last JSON object in it that has `counts`, `bits` or `png`, else its
    last word, if that is made of the digits of COCO's counts only; what it leaves out of the size is the
    truth's. A completion without a mask of the truth's size has the lowest reward and `valid` 0, which is
    logged; a label that is not a mask is an error.

    It takes what `Reward` takes but `on_unparsable`. Those with equal options share one process or
    server, also after they were pickled: a process pool may be handed one with each call.
    """

    def __init__(self, reward: Any = None, **options: Any) -> None:
        if "on_unparsable" in options:
            raise TypeError("expected no on_unparsable: a completion that is not a mask scores the worst")
        self._options = _plain({"reward": reward, **options})
        # Wrong options are errors here, not at the first score.
        self._reward()
        self._range: Optional[Tuple[float, float]] = None

    def scores(self, completions: Sequence[Completion], labels: Sequence[Any]) -> Scores:
        """The scores of completions, of which each has a label: the truth, or `{"truth", "within"}`."""
        completions, labels = list(completions), list(labels)
        if len(completions) != len(labels):
            raise ValueError(
                f"expected one truth for each completion, got {len(labels)} truths for {len(completions)} completions"
            )
        pairs: List[Dict[str, Any]] = []
        for i, (completion, given) in enumerate(zip(completions, labels)):
            label = label_of(given, self._options.get("threshold"), f"truths[{i}]")
            mask = mask_in_completion(text_of(completion), size_of(label.truth))
            pair: Dict[str, Any] = {"prediction": mask, "truth": label.truth}
            if label.within is not None:
                pair["within"] = label.within
            pairs.append(pair)
        scores = self._reward()._score_pairs(pairs)
        for i, pair in enumerate(pairs):
            if pair["prediction"] is None:
                scores.problems[i] = NOTHING_FOUND
        _log(scores)
        return scores

    def score_range(self) -> Tuple[float, float]:
        """The lowest and the highest reward."""
        if self._range is None:
            pixel = {"bits": "gA==", "width": 1, "height": 1}
            terms = self._reward().explain(pixel, pixel)["terms"].values()
            bounds = [sorted(term["weight"] * end for end in term["range"]) for term in terms if term["weight"]]
            self._range = (sum(low for low, _ in bounds), sum(high for _, high in bounds))
        return self._range

    def _reward(self) -> Reward:
        """One for all of this process with equal options."""
        key = json.dumps(self._options, sort_keys=True)
        reward = _rewards.get(key)
        # Of two threads that come here at once one makes it in vain: nothing is started before its first use.
        return reward or _rewards.setdefault(key, Reward(on_unparsable="worst", **self._options))


_rewards: Dict[str, Reward] = {}
_told = threading.Event()


def _log(scores: Scores) -> None:
    """Says it aloud once a process: a model that has not learned yet would fill the log."""
    bad = [i for i, valid in enumerate(scores.valid) if not valid]
    if not bad:
        return
    level = logging.DEBUG if _told.is_set() else logging.WARNING
    _told.set()
    logger.log(
        level,
        "%d of %d completions hold no mask of the truth's size and have the lowest reward, %g; the first: %s%s",
        len(bad),
        len(scores.valid),
        scores.rewards[bad[0]],
        scores.problems[bad[0]],
        " (from now on at the level DEBUG)" if level == logging.WARNING else "",
    )


def text_of(completion: Completion) -> str:
    """The text of a completion; of a chat, that of all its messages which the model wrote."""
    if isinstance(completion, str):
        return completion
    texts: List[str] = []
    for message in completion:
        if not isinstance(message, Mapping):
            raise TypeError(f"expected a completion to be text or messages, got {type(completion).__name__}")
        if message.get("role", "assistant") != "assistant":
            continue
        content = message.get("content")
        if isinstance(content, str):
            texts.append(content)
        for part in content if isinstance(content, (list, tuple)) else []:
            text = part.get("text") if isinstance(part, Mapping) else None
            if isinstance(text, str):
                texts.append(text)
    return "\n".join(texts)


def _plain(value: Any) -> Any:
    """What configurations of frameworks hold, as JSON has it."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value
