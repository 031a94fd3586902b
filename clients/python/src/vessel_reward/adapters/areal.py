"""For AReaL: `reward_fn=reward_function("robust", url=…)` of a workflow such as `RLVRWorkflow`."""

from __future__ import annotations

from typing import Any

from vessel_reward.adapters._columns import column
from vessel_reward.adapters._completion_reward import CompletionReward


class RewardFunction:
    """A `reward_fn`, which AReaL pickles for its processes; `reward_function` makes one."""

    def __init__(self, reward: CompletionReward, truth: str) -> None:
        self._reward = reward
        self._truth = truth

    def __call__(self, prompt: str, completions: str, prompt_ids: Any, completion_ids: Any, **data: Any) -> float:
        truth = column(data, self._truth, "data")
        return self._reward.scores([completions], [truth]).rewards[0]


def reward_function(reward: Any = None, *, truth: str = "truth", **options: Any) -> RewardFunction:
    """A reward function.

    :param truth: the field of the data with the truth
    :param options: those of `Reward`
    """
    return RewardFunction(CompletionReward(reward, **options), truth)
