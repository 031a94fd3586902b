"""All that can be set, with the values of ../ppo-lora; `check` says what fits together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple


@dataclass
class Settings:
    seed: int = 1
    """Of everything random."""
    updates: int = 400
    """Updates in all; each makes one rollout."""
    images: int = 8
    """Images of a rollout, over all processes."""
    samples: int = 8
    """Masks drawn for each of them."""
    epochs: int = 2
    """Passes over a rollout."""
    mini_batch: int = 4
    """Images of one forward pass, over all processes."""
    gradient_accumulation_steps: int = 1
    """Forward passes whose gradients make one step."""
    learning_rate: float = 3e-3
    """Falls linearly to 0."""
    gradient_norm: float = 1.0
    """Largest norm of a step's gradient."""
    clip: float = 0.2
    """Ratios are clipped to 1 ± clip."""
    temperature: Tuple[float, float] = (0.5, 0.1)
    """Of the policy, at the first and at the last update."""
    reward: str = "design"
    """`design` or `robust`."""
    tile: int = 8
    """Side in pixels of the tiles that are credited."""
    overlap_share: float = 0.85
    """Share of the overlap terms in the advantage; the rest is that of the skeleton terms."""
    kl_coefficient: float = 0.0
    """Of a penalty for the distance from the frozen model."""


def check(settings: Settings, processes: int = 1) -> Settings:
    """Raises a ValueError that names the setting, what was expected and what came."""
    for name in ("updates", "images", "epochs", "mini_batch", "gradient_accumulation_steps", "tile"):
        value = getattr(settings, name)
        if value < 1:
            raise ValueError(f"expected {name} to be 1 or more, got {value}")
    if settings.samples < 2:
        raise ValueError(
            f"expected samples to be 2 or more, got {settings.samples}: one mask has no other to be "
            "compared with"
        )
    for name in ("learning_rate", "gradient_norm", "clip"):
        value = getattr(settings, name)
        if not 0 < value < float("inf"):
            raise ValueError(f"expected {name} to be a positive number, got {value}")
    if not all(0 < t < float("inf") for t in settings.temperature):
        raise ValueError(f"expected temperatures to be positive, got {settings.temperature}")
    if not 0 <= settings.overlap_share <= 1:
        raise ValueError(f"expected overlap_share to be in [0, 1], got {settings.overlap_share}")
    if not 0 <= settings.kl_coefficient < float("inf"):
        raise ValueError(f"expected kl_coefficient to be 0 or more, got {settings.kl_coefficient}")
    if settings.reward not in ("design", "robust"):
        raise ValueError(f"expected reward to be 'design' or 'robust', got {settings.reward!r}")
    step = settings.mini_batch * settings.gradient_accumulation_steps
    if settings.images % step != 0:
        raise ValueError(
            f"expected images to be a multiple of mini_batch x gradient_accumulation_steps = "
            f"{settings.mini_batch} x {settings.gradient_accumulation_steps} = {step}, "
            f"got {settings.images}"
        )
    if settings.mini_batch % processes != 0:
        raise ValueError(
            f"expected mini_batch to be a multiple of the {processes} processes, "
            f"got {settings.mini_batch}"
        )
    return settings
