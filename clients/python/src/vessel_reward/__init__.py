"""Rewards for segmentation masks of blood vessels, computed by `vessel-reward`."""

from ._async_reward import AsyncReward
from ._errors import RewardError, RewardProcessError
from ._results import Advantages, Scores
from ._reward import Reward

__all__ = ["Advantages", "AsyncReward", "Reward", "RewardError", "RewardProcessError", "Scores"]
