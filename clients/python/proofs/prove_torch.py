"""Tensors of torch itself, and the workers of its DataLoader, by both ways."""

import sys

import samples
import torch
from torch.utils.data import DataLoader, Dataset

from vessel_reward import Reward


class Rewarded(Dataset):
    """Computes rewards where the data is loaded."""

    def __init__(self, reward: Reward, masks: torch.Tensor, truth: torch.Tensor) -> None:
        self.reward = reward
        self.masks = masks
        self.truth = truth

    def __len__(self) -> int:
        return len(self.masks)

    def __getitem__(self, i: int) -> float:
        return self.reward.score_group(self.masks[i : i + 1], self.truth)[0]


def prove(options) -> None:
    masks, truth = samples.predictions(16), samples.truth()
    batch = torch.stack([torch.from_numpy(mask) for mask in masks])
    of_truth = torch.from_numpy(truth)
    with Reward("robust", threshold=0.5, **options) as reward:
        expected = reward.score_group(masks, truth)
        kinds = [batch, batch.float(), batch.double(), batch.bfloat16(), batch.half(), batch.long(), batch[:, None]]
        # As a network gives them.
        kinds += [(batch.float() * 4 - 2).requires_grad_().sigmoid(), batch.float().mT.contiguous().mT]
        for kind in kinds:
            assert reward.score_group(kind, of_truth) == expected, kind.dtype
            assert reward.score(kind, of_truth.expand(16, -1, -1)) == expected
        credit = reward.advantages(batch, of_truth, tile=8)
        assert credit == reward.advantages(masks, truth, tile=8)
        counted = 0
        for context in ("fork", "spawn"):
            data = Rewarded(reward, batch, of_truth)
            loader = DataLoader(data, batch_size=4, num_workers=2, multiprocessing_context=context)
            loaded = [value for part in loader for value in part.tolist()]
            assert loaded == expected, context
            counted += len(loaded)
        assert reward.score_group(masks, truth) == expected
    print(f"{options or 'stream'}: {len(kinds)} kinds of tensors, {counted} rewards by forked and spawned workers: equal")


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(f"Python {sys.version.split()[0]}, torch {torch.__version__}")
    prove({})
    with samples.serving() as url:
        prove({"url": url})
