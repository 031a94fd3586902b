"""A stand-in with the interface of Sa2VA, loaded from a folder as the real one would be."""

import json
import sys

import installed  # noqa: F401, first: skips the rest
import numpy as np
import pytest
import torch

transformers = pytest.importorskip("transformers", reason="transformers is not installed")

from data_loader import load_split
from lora_config import lora_config, with_lora
from sa2va import SA2VA_TARGETS, Sa2vaSegmenter, as_picture, load_sa2va
from test_runs import run

MODELING = '''
"""A segmenter that looks like Sa2VA from outside: 9 x 9 windows through attention-like layers."""
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from transformers import PretrainedConfig, PreTrainedModel


class StandInConfig(PretrainedConfig):
    model_type = "sa2va_stand_in"


class MaskDecoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.q_proj, self.out_proj = nn.Linear(81, 24), nn.Linear(24, 1)

    def forward(self, x):
        return self.out_proj(torch.tanh(self.q_proj(x)))


class Grounding(nn.Module):
    def __init__(self):
        super().__init__()
        self.sam_mask_decoder = MaskDecoder()

    def language_embd_inference(self, states, embeddings):
        rows, columns = states.shape[-2:]
        windows = F.unfold(states, 9, padding=4).transpose(1, 2)
        logits = self.sam_mask_decoder(windows + 0 * embeddings[0].sum())
        return logits.transpose(1, 2).reshape(1, 1, rows, columns)


class StandIn(PreTrainedModel):
    config_class = StandInConfig

    def __init__(self, config):
        super().__init__(config)
        self.text_hidden_fcs = nn.Linear(4, 4)
        self.grounding_encoder = Grounding()
        self.post_init()

    def predict_forward(self, image=None, video=None, text=None, tokenizer=None, past_text=""):
        if "segment" not in text:
            return {"prediction": "Hello.", "prediction_masks": []}
        tokens = tokenizer(text)["input_ids"]
        embedding = self.text_hidden_fcs(torch.full((4,), float(len(tokens))))
        grey = torch.tensor(np.asarray(image)[..., 0], dtype=torch.float32) / 255
        # Half of the size, as a decoder's masks are smaller than its image.
        states = F.avg_pool2d(grey[None, None], 2)
        logits = self.grounding_encoder.language_embd_inference(states, [embedding])
        full = F.interpolate(logits, size=grey.shape, mode="bilinear", align_corners=False)
        masks = (full[:, 0].sigmoid() > 0.5).detach().cpu().numpy()
        return {"prediction": "Sure, [SEG].", "prediction_masks": [masks]}
'''


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    from tokenizers import Tokenizer, models, pre_tokenizers

    path = tmp_path_factory.mktemp("stand-in")
    (path / "modeling_stand_in.py").write_text(MODELING)
    words = Tokenizer(models.WordLevel({"[UNK]": 0, "segment": 1}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    transformers.PreTrainedTokenizerFast(tokenizer_object=words, unk_token="[UNK]").save_pretrained(path)
    classes = {"AutoConfig": "StandInConfig", "AutoModel": "StandIn"}
    names = {name: f"modeling_stand_in.{value}" for name, value in classes.items()}
    config = {"model_type": "sa2va_stand_in", "architectures": ["StandIn"], "auto_map": names}
    (path / "config.json").write_text(json.dumps(config))
    sys.path.insert(0, str(path))
    from modeling_stand_in import StandIn, StandInConfig
    from safetensors.torch import save_file

    torch.manual_seed(0)
    model = StandIn(StandInConfig())
    save_file(model.state_dict(), path / "model.safetensors", metadata={"format": "pt"})
    return path


def test_logits_are_those_that_its_masks_are_cut_from(folder, few):
    images = load_split(few, "validation")
    policy = load_sa2va(folder)
    with torch.no_grad():
        logits = policy(images.image)
    assert logits.shape == images.image.shape
    answer = policy.model.predict_forward(
        image=as_picture(images.image[1]), text=policy.prompt, tokenizer=policy.tokenizer
    )
    assert np.array_equal(answer["prediction_masks"][0][0], (logits[1] > 0).numpy())


def test_adapters_of_its_mask_decoder_get_gradients(folder, few):
    images = load_split(few, "validation", 1)
    model = with_lora(load_sa2va(folder), lora_config(r=4, alpha=8, targets=SA2VA_TARGETS))
    model(images.image).sum().backward()
    trained = [name for name, w in model.named_parameters() if w.grad is not None]
    assert len(trained) == 4 and all("sam_mask_decoder" in name for name in trained)


def test_what_cannot_be_learned_from_is_refused(folder, few):
    images = load_split(few, "validation", 1).image
    policy = load_sa2va(folder)
    with pytest.raises(RuntimeError, match="expected logits with a gradient"):
        policy(images)
    silent = load_sa2va(folder, prompt="Hello?")
    with torch.no_grad(), pytest.raises(RuntimeError, match="expected one mask .* got 0.*Hello"):
        silent(images)
    # A model whose masks are cut elsewhere.
    decoder = policy.model.grounding_encoder
    original = type(decoder).language_embd_inference
    predict = policy.model.predict_forward

    def other(**options):
        answer = predict(**options)
        return {**answer, "prediction_masks": [~answer["prediction_masks"][0]]}

    policy.model.predict_forward = other
    with torch.no_grad(), pytest.raises(RuntimeError, match="to be its logits above 0"):
        policy(images)
    # What listened is gone.
    assert decoder.language_embd_inference.__func__ is original
    with pytest.raises(TypeError, match="expected a model with predict_forward, got Linear"):
        Sa2vaSegmenter(torch.nn.Linear(1, 1), None)


def test_train_py_trains_it(folder, few, tmp_path):
    output = run(tmp_path, few, "--model_path", str(folder), "--lora_r", "4", "--learning_rate", "0.02")
    assert "trainable" in output
    saved = tmp_path / "adapter" / "adapter_config.json"
    assert "sam_mask_decoder" in json.loads(saved.read_text())["target_modules"]


def test_a_folder_without_a_model_is_named(few, tmp_path):
    with pytest.raises(AssertionError, match="expected a folder of a model with a config.json"):
        run(tmp_path, few, "--model_path", str(tmp_path))
