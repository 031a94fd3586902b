"""The files of this example, read and written by safetensors, PyTorch and PEFT themselves.

Run from examples/ppo-lora:
    python3 -m venv /tmp/peft && /tmp/peft/bin/pip install safetensors numpy torch peft
    /tmp/peft/bin/python proofs/peft.py
Checked with safetensors 0.8, torch 2.15.0, transformers 5.10.4 and PEFT 0.21.2. Ends with "all equal"
or an AssertionError.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

# Python puts the folder of the script first: `import peft` would find this file instead of PEFT.
sys.path.pop(0)
# The name of the base model is not a name on the hub: nothing is to be looked up there.
os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import peft
import safetensors
import safetensors.numpy
import safetensors.torch
import torch
from torch import nn
from torch.nn import functional as F

EXAMPLE = Path(__file__).resolve().parents[1]

# Axes of a kernel in PyTorch's order, by their number.
TO_TORCH = {2: (1, 0), 4: (3, 2, 0, 1)}

# What the adapter that PEFT writes changes, by the name of the model.
TARGETS = {"transformer": ["q", "down", "head"], "unet": ["conv1", "head"]}


class RMSNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * self.weight


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.o = (nn.Linear(width, width, bias=False) for _ in range(4))

    def forward(self, x):
        batch, tokens, width = x.shape
        q, k, v = (
            y.view(batch, tokens, self.heads, -1).transpose(1, 2)
            for y in (self.q(x), self.k(x), self.v(x))
        )
        mixed = F.scaled_dot_product_attention(q, k, v)
        return self.o(mixed.transpose(1, 2).reshape(batch, tokens, width))


class FeedForward(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.gate, self.up = (nn.Linear(width, hidden, bias=False) for _ in range(2))
        self.down = nn.Linear(hidden, width, bias=False)

    def forward(self, x):
        return self.down(F.silu(self.gate(x)) * self.up(x))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        width = config["width"]
        self.attention_norm, self.feed_forward_norm = RMSNorm(width), RMSNorm(width)
        self.attention = Attention(width, config["heads"])
        self.feed_forward = FeedForward(width, config["feedForward"])

    def forward(self, x):
        x = x + self.attention(self.attention_norm(x))
        return x + self.feed_forward(self.feed_forward_norm(x))


class Segmenter(nn.Module):
    def __init__(self, config):
        super().__init__()
        width = config["width"]
        tokens = (config["imageSize"] // config["patch"]) ** 2
        self.embed = nn.Linear(config["window"] ** 2, width)
        self.positions = nn.Parameter(torch.zeros(tokens, width))
        self.blocks = nn.ModuleList(Block(config) for _ in range(config["blocks"]))
        self.norm = RMSNorm(width)
        self.head = nn.Linear(width, config["patch"] ** 2)

    def forward(self, windows):
        x = self.embed(windows) + self.positions
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x)).flatten(1)


class Level(nn.Module):
    def __init__(self, inputs, width, convolutions):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 3, padding=1)
        if convolutions == 2:
            self.conv2 = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        return F.relu(self.conv2(x)) if hasattr(self, "conv2") else x


class UNet(nn.Module):
    def __init__(self, config):
        super().__init__()
        *widths, bottom = config["widths"]
        self.down = nn.ModuleList(
            Level(inputs, width, 2) for inputs, width in zip([1, *widths], widths)
        )
        self.bottom = Level(widths[-1], bottom, 1)
        self.up = nn.ModuleList(
            Level(below + width, width, 1) for below, width in zip([*widths[1:], bottom], widths)
        )
        self.head = nn.Conv2d(widths[0], 1, 1)

    def forward(self, images):
        x = images.movedim(-1, 1)
        left = []
        for level in self.down:
            left.append(level(x))
            x = F.avg_pool2d(left[-1], 2)
        x = self.bottom(x)
        for level, seen in zip(reversed(self.up), reversed(left)):
            x = level(torch.cat([F.interpolate(x, scale_factor=2), seen], 1))
        return self.head(x).flatten(1)


def load_base(folder):
    file = folder / "base.safetensors"
    with safetensors.safe_open(file, "pt") as opened:
        config = json.loads(opened.metadata()["config"])
    model = UNet(config) if config.get("model") == "unet" else Segmenter(config)
    model.load_state_dict(safetensors.torch.load_file(file), strict=True)
    return model.eval()


def typescript(*arguments):
    subprocess.run(
        ["npx", "tsx", "proofs/peft-files.ts", *arguments], cwd=EXAMPLE, check=True
    )


def close(name, values, expected):
    difference = (values - expected).abs().max().item()
    print(f"{name}: logits differ by {difference:.1e}")
    assert difference < 1e-4, name


@torch.no_grad()
def prove(folder, kind, targets):
    typescript("write", folder, kind)
    computed = safetensors.torch.load_file(folder / "computed.safetensors")
    windows = computed["windows"]
    base = load_base(folder)
    print("base:", sum(p.numel() for p in base.parameters()), "parameters")
    close("base", base(windows), computed["base"])

    for name in ("names", "expression"):
        file = folder / name / "adapter_model.safetensors"
        stored = safetensors.numpy.load_file(file)
        prefix, suffix = "base_model.model.", ".weight"
        for key, values in stored.items():
            expected = computed[f"{name}/{key[len(prefix):-len(suffix)]}"].numpy()
            # [in, out] and [height, width, in, out] become [out, in] and [out, in, height, width].
            expected = expected.transpose(TO_TORCH[expected.ndim])
            assert np.array_equal(values, expected), key
        model = peft.PeftModel.from_pretrained(load_base(folder), folder / name).eval()
        loaded = peft.get_peft_model_state_dict(model, save_embedding_layers=False)
        assert loaded.keys() == stored.keys()
        assert all(np.array_equal(loaded[key].numpy(), stored[key]) for key in stored)
        print(f"{name}: PEFT holds {len(loaded)} matrices, all equal bit by bit")
        close(f"{name}, PEFT", model(windows), computed[f"{name}/logits"])
        with model.disable_adapter():
            assert torch.equal(model(windows), base(windows))
        close(f"{name}, merged by PEFT", model.merge_and_unload()(windows), computed[f"{name}/logits"])

    config = peft.LoraConfig(r=4, lora_alpha=8, lora_dropout=0.1, target_modules=targets)
    model = peft.get_peft_model(load_base(folder), config).eval()
    for key, weight in model.named_parameters():
        if "lora_B" in key:
            weight.copy_(torch.randn_like(weight) / 10)
    model.save_pretrained(folder / "from-peft", save_embedding_layers=False)
    logits = {"logits": model(windows).contiguous()}
    safetensors.torch.save_file(logits, folder / "from-peft.safetensors")
    typescript("check", folder)


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(1)
    for kind, targets in TARGETS.items():
        with tempfile.TemporaryDirectory() as name:
            prove(Path(name), kind, targets)
    print("all equal")
