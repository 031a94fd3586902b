"""Rewards for segmentation masks of blood vessels, computed by `vessel-reward stream`."""

from ._errors import RewardError, RewardProcessError
from ._reward import Advantages, Reward, Scores

__all__ = ["Advantages", "Reward", "RewardError", "RewardProcessError", "Scores"]
