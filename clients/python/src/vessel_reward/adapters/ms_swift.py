"""For ms-swift, in a file that `--external_plugins` names: `orms["vessel"] = orm("robust")`."""

from __future__ import annotations

from typing import Any, List, Sequence

from vessel_reward.adapters._columns import column
from vessel_reward.adapters._completion_reward import Completion, CompletionReward


def orm(reward: Any = None, *, truth: str = "truth", **options: Any) -> type:
    """A class for `orms`, by whose name `--reward_funcs` asks for it.

    :param truth: the column of the data set with the truths
    :param options: those of `Reward`
    """
    from swift.rewards import ORM  # type: ignore[import-not-found]

    scorer = CompletionReward(reward, **options)

    class VesselReward(ORM):  # type: ignore[misc]
        def __call__(self, completions: Sequence[Completion], **columns: Any) -> List[float]:
            return scorer.scores(completions, column(columns, truth, "data set")).rewards

    return VesselReward
