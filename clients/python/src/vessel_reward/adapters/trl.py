"""For TRL: `GRPOTrainer(reward_funcs=[vessel_reward("robust")], …)`."""

from __future__ import annotations

from typing import Any, List, Sequence

from vessel_reward.adapters._columns import column
from vessel_reward.adapters._completion_reward import Completion, CompletionReward


class VesselReward:
    """A reward function of TRL; `vessel_reward` makes one."""

    def __init__(self, reward: CompletionReward, truth: str, name: str) -> None:
        self._reward = reward
        self._truth = truth
        # By this name its mean is logged.
        self.__name__ = name

    def __call__(self, completions: Sequence[Completion], **columns: Any) -> List[float]:
        scores = self._reward.scores(completions, column(columns, self._truth, "data set"))
        log_metric = columns.get("log_metric")
        if callable(log_metric) and scores.rewards:
            count = len(scores.rewards)
            log_metric(f"{self.__name__}/valid", sum(scores.valid) / count)
            for term in scores.terms[0]:
                log_metric(f"{self.__name__}/{term}", sum(one[term] for one in scores.terms) / count)
        log_extra = columns.get("log_extra")
        if callable(log_extra):
            log_extra(f"{self.__name__}/valid", scores.valid)
        return scores.rewards


def vessel_reward(
    reward: Any = None, *, truth: str = "truth", name: str = "vessel_reward", **options: Any
) -> VesselReward:
    """A reward function for `reward_funcs`.

    :param truth: the column of the data set with the truths
    :param name: by which TRL logs it; `NAME/valid` is the share of completions that hold a mask, and
        `NAME/TERM` the mean of each term
    :param options: those of `Reward`
    """
    return VesselReward(CompletionReward(reward, **options), truth, name)
