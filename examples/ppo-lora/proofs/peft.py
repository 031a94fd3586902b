"""The files of this example, read and written by safetensors, PyTorch and PEFT themselves.

Run from examples/ppo-lora:
    python3 -m venv /tmp/peft && /tmp/peft/bin/pip install safetensors numpy torch peft
    /tmp/peft/bin/python proofs/peft.py
Checked with safetensors 0.8, torch 2.5.1, transformers 4.48.3 and PEFT 0.14.0. Ends with "all equal"
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
        return self.head(self.norm(x))


def load_base(folder):
    file = folder / "base.safetensors"
    with safetensors.safe_open(file, "pt") as opened:
        model = Segmenter(json.loads(opened.metadata()["config"]))
    model.load_state_dict(safetensors.torch.load_file(file), strict=True)
    return model.eval()


def typescript(command, folder):
    subprocess.run(
        ["npx", "tsx", "proofs/peft-files.ts", command, folder], cwd=EXAMPLE, check=True
    )


def close(name, values, expected):
    difference = (values - expected).abs().max().item()
    print(f"{name}: logits differ by {difference:.1e}")
    assert difference < 1e-4, name


@torch.no_grad()
def prove(folder):
    typescript("write", folder)
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
            expected = computed[f"{name}/{key[len(prefix):-len(suffix)]}"].numpy().T
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

    config = peft.LoraConfig(r=4, lora_alpha=8, lora_dropout=0.1, target_modules=["q", "down", "head"])
    model = peft.get_peft_model(load_base(folder), config).eval()
    for key, weight in model.named_parameters():
        if "lora_B" in key:
            weight.copy_(torch.randn_like(weight) / 10)
    model.save_pretrained(folder / "from-peft", save_embedding_layers=False)
    logits = {"logits": model(windows).contiguous()}
    safetensors.torch.save_file(logits, folder / "from-peft.safetensors")
    typescript("check", folder)
    print("all equal")


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        prove(Path(name))
