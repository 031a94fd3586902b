"""The small vision transformer of ../ppo-lora in PyTorch, and its frozen weights."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor, nn
from torch.nn import functional as F

SHIPPED_BASE = Path(__file__).resolve().parents[1] / "ppo-lora" / "base" / "model.safetensors"


class Block(nn.Module):
    """Attention, then a gated layer, each beside what it adds to."""

    def __init__(self, width: int, heads: int, hidden: int) -> None:
        super().__init__()
        self.attention_norm = nn.RMSNorm(width, eps=1e-6)
        self.attention = Attention(width, heads)
        self.feed_forward_norm = nn.RMSNorm(width, eps=1e-6)
        self.feed_forward = FeedForward(width, hidden)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.attention_norm(x))
        return x + self.feed_forward(self.feed_forward_norm(x))


class Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.o = (nn.Linear(width, width, bias=False) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = (
            each(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for each in (self.q, self.k, self.v)
        )
        mixed = F.scaled_dot_product_attention(q, k, v)
        return self.o(mixed.transpose(1, 2).flatten(-2))


class FeedForward(nn.Module):
    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.gate = nn.Linear(width, hidden, bias=False)
        self.up = nn.Linear(width, hidden, bias=False)
        self.down = nn.Linear(hidden, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.silu(self.gate(x)) * self.up(x))


class Segmenter(nn.Module):
    """Images [batch, rows, columns] in, one logit per pixel out, of the same shape.

    Each token reads a window that overlaps those of its neighbors, and answers for the patch in its
    middle.
    """

    def __init__(self, config: dict) -> None:
        super().__init__()
        self.size, self.patch, self.window = (
            config[name] for name in ("imageSize", "patch", "window")
        )
        width = config["width"]
        self.embed = nn.Linear(self.window**2, width)
        self.positions = nn.Parameter(torch.zeros((self.size // self.patch) ** 2, width))
        self.blocks = nn.ModuleList(
            Block(width, config["heads"], config["feedForward"]) for _ in range(config["blocks"])
        )
        self.norm = nn.RMSNorm(width, eps=1e-6)
        self.head = nn.Linear(width, self.patch**2)

    def forward(self, images: Tensor) -> Tensor:
        if images.ndim != 3 or images.shape[1:] != (self.size, self.size):
            raise ValueError(
                f"expected images of [batch, {self.size}, {self.size}], got {tuple(images.shape)}"
            )
        margin = (self.window - self.patch) // 2
        windows = F.unfold(images[:, None], self.window, padding=margin, stride=self.patch)
        x = self.embed(windows.transpose(1, 2)) + self.positions
        for block in self.blocks:
            x = block(x)
        logits = self.head(self.norm(x)).transpose(1, 2)
        side = self.size // self.patch
        return F.pixel_shuffle(logits.unflatten(2, (side, side)), self.patch)[:, 0]


def load_segmenter(path: Path = SHIPPED_BASE) -> Segmenter:
    """A model from a file of ../ppo-lora, frozen."""
    with safe_open(path, framework="pt") as file:
        weights = {name: file.get_tensor(name) for name in file.keys()}
        config = json.loads(file.metadata()["config"])
    model = Segmenter(config)
    model.load_state_dict(weights)
    return model.requires_grad_(False).eval()
