"""LoRA adapters by Hugging Face PEFT: what is trained, on a model that stays frozen."""

from __future__ import annotations

from typing import Sequence, Union

from peft import LoraConfig, PeftModel, get_peft_model
from torch import nn

# Every linear layer of the blocks of segmenter.py.
SEGMENTER_TARGETS = ("q", "k", "v", "o", "gate", "up", "down")


def lora_config(
    r: int = 16,
    alpha: int = 32,
    dropout: float = 0.0,
    targets: Union[str, Sequence[str]] = SEGMENTER_TARGETS,
) -> LoraConfig:
    """The adapters of ../ppo-lora; targets are names of layers, or an expression for their paths.

    Dropout is 0: with it, rollout and update would see different policies, and the first ratio of an
    update would not be 1.
    """
    if dropout != 0:
        raise ValueError(f"expected dropout to be 0, got {dropout}: ratios would compare two policies")
    return LoraConfig(
        r=r,
        lora_alpha=alpha,
        lora_dropout=dropout,
        bias="none",
        target_modules=targets if isinstance(targets, str) else list(targets),
    )


def with_lora(model: nn.Module, config: LoraConfig) -> PeftModel:
    """The model with fresh adapters, which change nothing yet."""
    return get_peft_model(model, config)


def trainable_parameters(model: nn.Module) -> str:
    """For example `trainable 34,816 of 143,760 (24.2 %)`."""
    trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    total = sum(p.numel() for p in model.parameters())
    return f"trainable {trainable:,} of {total:,} ({100 * trainable / total:.1f} %)"
