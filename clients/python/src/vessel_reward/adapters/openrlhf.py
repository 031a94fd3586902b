"""For OpenRLHF, in a file that `--reward.remote_url` names: `reward_func = reward_function("robust")`.

With a server no file is needed: its address with `/openrlhf` is the URL.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Sequence

from vessel_reward._completion import without_prompt
from vessel_reward.adapters._completion_reward import CompletionReward


def reward_function(reward: Any = None, **options: Any) -> Callable[..., Dict[str, Any]]:
    """A `reward_func`; the labels are the truths. Its scores are the rewards from 0, the lowest, to 1.

    :param options: those of `Reward`
    """
    scorer = CompletionReward(reward, **options)

    def reward_func(queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any]) -> Dict[str, Any]:
        import torch  # type: ignore[import-not-found]

        completions = [without_prompt(query, prompt) for query, prompt in zip(queries, prompts)]
        scores = scorer.scores(completions, labels)
        terms = list(scores.terms[0]) if scores.terms else []
        logs = {name: torch.tensor([one[name] for one in scores.terms]) for name in terms}
        low, high = scorer.score_range()
        rewards = torch.tensor(scores.rewards)
        return {
            "rewards": rewards,
            "scores": ((rewards - low) / (high - low)).clamp(0, 1),
            "extra_logs": {**logs, "valid": torch.tensor(scores.valid)},
        }

    return reward_func
