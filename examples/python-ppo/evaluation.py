"""Scores of masks by the library's own metrics, and the frozen model's best threshold as a control.

    python evaluation.py --adapter runs/seed-1/adapter --split validation
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Dict, List

import numpy as np
import torch
from torch import Tensor, nn

from data_loader import Images, load_split
from reward import METRICS, TileReward

NAMES = (*METRICS, "reward")
Scores = Dict[str, List[float]]


@torch.no_grad()
def logits_of(model: nn.Module, images: Images, batch: int = 16) -> Tensor:
    """[images, rows, columns]"""
    device = next(model.parameters()).device
    dtype = next(model.parameters()).dtype
    parts = [
        model(part.to(device, dtype)).float().cpu() for part in images.image.split(batch)
    ]
    return torch.cat(parts)


def score(masks: Tensor, images: Images, reward: TileReward) -> Scores:
    """Every metric and the reward of every image, inside the field of view."""
    each = reward.scores(masks, images.truth, images.within)
    scores: Scores = {name: [one.metrics[0][name] for one in each] for name in METRICS}
    scores["reward"] = [one.rewards[0] for one in each]
    return scores


def means(scores: Scores) -> Dict[str, float]:
    return {name: float(np.mean(values)) for name, values in scores.items()}


def best_threshold(logits: Tensor, images: Images) -> float:
    """The threshold of logits with the best mean Dice, of 39 probabilities; of equal ones the least."""
    probabilities = np.arange(1, 40) * 0.025
    limits = np.log(probabilities / (1 - probabilities))
    truth = images.truth & images.within

    def mean_dice(limit: float) -> float:
        mask = (logits > limit) & images.within
        both = (mask & truth).sum((1, 2)).double()
        size = mask.sum((1, 2)) + truth.sum((1, 2))
        # Where both are empty they agree.
        return float(torch.where(size == 0, 1.0, 2 * both / size.clamp(min=1)).mean())

    return float(limits[int(np.argmax([mean_dice(limit) for limit in limits]))])


def table(rows: Dict[str, Dict[str, float]]) -> str:
    width = max(len(name) for name in rows)
    lines = [" " * width + "".join(f"{name:>11}" for name in NAMES)]
    for name, values in rows.items():
        lines.append(f"{name:<{width}}" + "".join(f"{values[key]:11.4f}" for key in NAMES))
    return "\n".join(lines)


def compare(
    model: nn.Module, images: Images, threshold: float, reward: TileReward
) -> Dict[str, Dict[str, float]]:
    """Means of the frozen model, its best threshold and the adapters."""
    with model.disable_adapter():
        before = logits_of(model, images)
    after = logits_of(model, images)
    masks = {"frozen base": before > 0, "best threshold": before > threshold, "PPO + LoRA": after > 0}
    return {name: means(score(mask, images, reward)) for name, mask in masks.items()}


def main() -> None:
    from peft import PeftModel

    from segmenter import SHIPPED_BASE, load_segmenter

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--adapter", type=Path, required=True, help="folder that train.py wrote")
    parser.add_argument("--base", type=Path, default=SHIPPED_BASE)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--split", choices=["validation", "test"], default="validation")
    parser.add_argument("--reward", choices=["design", "robust"], default="design")
    options = parser.parse_args()
    if not (options.adapter / "adapter_config.json").exists():
        parser.error(f"expected --adapter to be a folder of PEFT, got {options.adapter}")
    model = PeftModel.from_pretrained(load_segmenter(options.base), options.adapter)
    reward = TileReward(options.reward)
    validation = load_split(options.data, "validation")
    with model.disable_adapter():
        threshold = best_threshold(logits_of(model, validation), validation)
    images = validation if options.split == "validation" else load_split(options.data, options.split)
    print(f"{len(images)} {options.split} images")
    print(table(compare(model, images, threshold, reward)))
    reward.close()


if __name__ == "__main__":
    main()
