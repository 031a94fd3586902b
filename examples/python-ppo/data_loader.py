"""The synthetic images of ../ppo-lora, as `npm run export-images` writes them, and their order."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import List

import numpy as np
import torch
from torch import Tensor

SPLITS = ("base", "train", "validation", "test")


@dataclass
class Images:
    """All [images, rows, columns]."""

    image: Tensor
    """Brightness, mean 0 and deviation 1 inside the field of view."""
    truth: Tensor
    within: Tensor
    """The field of view."""

    def __len__(self) -> int:
        return len(self.image)

    def at(self, indices: List[int]) -> "Images":
        return Images(self.image[indices], self.truth[indices], self.within[indices])


def load_split(folder: Path, split: str, limit: int = 0) -> Images:
    """Some or all images of a split; `test` is to be looked at once, at the end."""
    if split not in SPLITS:
        raise ValueError(f"expected split to be one of {', '.join(SPLITS)}, got {split!r}")

    def read(name: str) -> Tensor:
        file = Path(folder) / f"{split}-{name}.npy"
        if not file.exists():
            raise FileNotFoundError(
                f"there is no {file}: npm run export-images --prefix examples/ppo-lora -- --out {folder}"
            )
        return torch.from_numpy(np.load(file)[: limit or None])

    images = Images(read("image"), read("truth").bool(), read("within").bool())
    shapes = {tuple(each.shape) for each in (images.image, images.truth, images.within)}
    if len(shapes) > 1 or images.image.ndim != 3 or len(images) == 0:
        raise ValueError(f"expected images, truths and fields of view of one shape, got {shapes}")
    return images


def oriented(images: Images) -> Images:
    """Each image as it is, mirrored, upside down, and both."""

    def four(x: Tensor) -> Tensor:
        return torch.cat([x, x.flip(2), x.flip(1), x.flip(1, 2)])

    return Images(four(images.image), four(images.truth), four(images.within))


def images_of_update(count: int, update: int, images: int, seed: int) -> List[int]:
    """Which images an update sees: all in turn, in an order that is new each time round."""
    places = range(update * images, (update + 1) * images)
    orders = {r: permutation(count, seed, 1, r) for r in {place // count for place in places}}
    return [orders[place // count][place % count] for place in places]


def permutation(count: int, *seeds: int) -> List[int]:
    """The numbers below `count` in an order that depends on the seeds only: equal on all processes."""
    return np.random.default_rng(seeds).permutation(count).tolist()
