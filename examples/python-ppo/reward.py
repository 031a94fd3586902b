"""The reward: masks go to `vessel-reward stream`, and credit by tiles comes back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Sequence

import numpy as np
from torch import Tensor
from vessel_reward import Reward, Scores

METRICS = ("dice", "recall", "precision", "iou", "clDice")


@dataclass
class Judged:
    """Of the samples of some images."""

    rewards: np.ndarray
    """[images, samples]"""
    overlap: np.ndarray
    """[images, samples, rows, columns] of tiles: what each tile earned in terms of overlap,"""
    skeleton: np.ndarray
    """and in terms of the skeleton."""


class TileReward:
    """One process of `vessel-reward stream`, which ends with this one, or the server at
    `VESSEL_REWARD_URL`.

    What cannot be scored raises: there is no reward of 0 for an error.
    """

    def __init__(self, reward: str = "design", tile: int = 8) -> None:
        self.tile = tile
        self._reward = Reward(reward, metrics=METRICS, timeout=600)
        # Requests wait for their answers; several at a time keep the stream busy.
        self._pool = ThreadPoolExecutor(max_workers=4)

    def judge(self, masks: Tensor, truths: Tensor, within: Tensor) -> Judged:
        """Rewards and credit of masks [images, samples, rows, columns], each image by its truth."""
        answers = list(
            self._pool.map(
                lambda i: self._reward.advantages(
                    masks[i], truths[i], tile=self.tile, within=within[i]
                ),
                range(len(masks)),
            )
        )

        def tiles(group: str) -> np.ndarray:
            return np.stack(
                [np.reshape(getattr(a, group), (-1, a.rows, a.columns)) for a in answers]
            )

        rewards = np.array([a.rewards for a in answers])
        return Judged(rewards, tiles("overlap"), tiles("skeleton"))

    def scores(self, masks: Tensor, truths: Tensor, within: Tensor) -> Sequence[Scores]:
        """Reward and metrics of one mask [rows, columns] for each truth."""
        return list(
            self._pool.map(
                lambda i: self._reward.details(masks[i][None], truths[i], within=within[i]),
                range(len(masks)),
            )
        )

    def close(self) -> None:
        self._pool.shutdown()
        self._reward.close()


def advantages(judged: Judged, overlap_share: float) -> np.ndarray:
    """One number per tile, of deviation 1 over the whole rollout.

    Overlap and skeleton are brought to one size before they are added: else a stray component, which
    costs the topology term .1, drowns a pixel of Dice.
    """
    overlap, skeleton = normalized(judged.overlap), normalized(judged.skeleton)
    return normalized(overlap_share * overlap + (1 - overlap_share) * skeleton)


def normalized(values: np.ndarray) -> np.ndarray:
    """Divided by the deviation; what does not vary carries no information, and becomes 0."""
    deviation = values.std()
    return values / deviation if deviation > 1e-8 else np.zeros_like(values)
