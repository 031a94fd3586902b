"""Models with the interface of Sa2VA: an image and a text in, masks out, as a policy for the trainer.

Such a model answers `predict_forward(image=, text=, tokenizer=)` with `prediction_masks`, which are
binary. What a policy needs is the logits that these were cut from: its mask decoder gives them by
`grounding_encoder.language_embd_inference`, and that is listened to while it predicts.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, List

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

PROMPT = "<image>Please segment the blood vessels."
# The attention of the mask decoder: the language model stays as it is.
SA2VA_TARGETS = r".*sam_mask_decoder.*\.(q_proj|k_proj|v_proj|out_proj)"
# Share of pixels by which our mask and the model's own may differ: where a logit is 0 but for rounding.
ROUNDING = 1e-3


class Sa2vaSegmenter(nn.Module):
    """Images [batch, rows, columns] in, one logit per pixel out, of the same shape."""

    def __init__(self, model: nn.Module, tokenizer: Any, prompt: str = PROMPT) -> None:
        super().__init__()
        if not callable(getattr(model, "predict_forward", None)):
            raise TypeError(f"expected a model with predict_forward, got {type(model).__name__}")
        decoder = getattr(model, "grounding_encoder", None)
        if not callable(getattr(decoder, "language_embd_inference", None)):
            raise TypeError(
                "expected a model with grounding_encoder.language_embd_inference, whose logits are "
                f"learned from, got {type(model).__name__}"
            )
        self.model, self.tokenizer, self.prompt = model, tokenizer, prompt

    def forward(self, images: Tensor) -> Tensor:
        return torch.stack([self._logits(image) for image in images])

    def _logits(self, image: Tensor) -> Tensor:
        with captured_logits(self.model.grounding_encoder) as found:
            answer = self.model.predict_forward(
                image=as_picture(image), text=self.prompt, tokenizer=self.tokenizer
            )
        masks = answer["prediction_masks"]
        if len(masks) != 1 or len(found) != 1:
            raise RuntimeError(
                f"expected one mask for the prompt {self.prompt!r}, got {len(masks)}; the model said "
                f"{answer.get('prediction')!r}"
            )
        logits = found[0].float()
        if torch.is_grad_enabled() and not logits.requires_grad:
            raise RuntimeError(
                "expected logits with a gradient: some part of the model between the adapters and its "
                "masks runs without (torch.no_grad, torch.inference_mode), or no adapter is among them"
            )
        # As predict_forward does before it thresholds.
        logits = F.interpolate(logits, image.shape, mode="bilinear", align_corners=False)[0, 0]
        own = torch.as_tensor(np.asarray(masks[0]))[0].to(logits.device).bool()
        if own.shape != logits.shape or ((logits > 0) != own).float().mean() > ROUNDING:
            raise RuntimeError(
                "expected the model's mask to be its logits above 0: language_embd_inference does not "
                "give the logits that prediction_masks are cut from"
            )
        return logits


@contextmanager
def captured_logits(decoder: Any) -> Iterator[List[Tensor]]:
    """Logits [frames, objects, rows, columns] that a mask decoder gives meanwhile."""
    found: List[Tensor] = []
    original = decoder.language_embd_inference

    def listening(*args: Any, **options: Any) -> Tensor:
        logits = original(*args, **options)
        found.append(logits)
        return logits

    decoder.language_embd_inference = listening
    try:
        yield found
    finally:
        # It was found on the class.
        del decoder.language_embd_inference


def as_picture(image: Tensor) -> Image.Image:
    """Grey as red, green and blue, from the darkest to the brightest pixel."""
    values = image.detach().float().cpu()
    low, high = values.min(), values.max()
    grey = ((values - low) / (high - low).clamp(min=1e-6) * 255).round().to(torch.uint8)
    return Image.fromarray(grey.numpy()).convert("RGB")


def load_sa2va(path: Path, prompt: str = PROMPT) -> Sa2vaSegmenter:
    """A model from a folder, frozen. **Runs the code in the folder**: take only those that you trust."""
    from transformers import AutoModel, AutoTokenizer

    if not (Path(path) / "config.json").exists():
        raise FileNotFoundError(f"expected a folder of a model with a config.json, got {path}")
    model = AutoModel.from_pretrained(path, trust_remote_code=True, torch_dtype="auto")
    tokenizer = AutoTokenizer.from_pretrained(path, trust_remote_code=True)
    return Sa2vaSegmenter(model.requires_grad_(False).eval(), tokenizer, prompt)
