"""For verl: `custom_reward_function.path=pkg://vessel_reward.adapters.verl`, whose name is `compute_score`."""

from __future__ import annotations

from typing import Any, Dict

from vessel_reward.adapters._completion_reward import CompletionReward

# What a manager hands on to those that ask a model for the reward.
_OF_MODELS = ("reward_router_address", "reward_model_tokenizer")


def compute_score(
    data_source: str, solution_str: str, ground_truth: Any, extra_info: Any = None, **options: Any
) -> Dict[str, float]:
    """The reward of a completion as `score`, `valid`, and each term by its name: always the same keys.

    :param ground_truth: a mask or `{"truth", "within"}`, also as JSON in a string
    :param options: those of `Reward`, by `custom_reward_function.reward_kwargs`
    """
    for name in _OF_MODELS:
        options.pop(name, None)
    scores = CompletionReward(**options).scores([solution_str], [ground_truth])
    return {"score": scores.rewards[0], "valid": scores.valid[0], **scores.terms[0]}
