"""Settings, model, adapters, credit and loss."""

import installed  # noqa: F401, first: skips the rest
import numpy as np
import pytest
import torch
from torch.nn import functional as F

from data_loader import images_of_update, load_split, oriented
from evaluation import best_threshold, logits_of, means, score
from lora_config import lora_config, trainable_parameters, with_lora
from reward import Judged, TileReward, advantages
from segmenter import load_segmenter
from settings import Settings, check
from trainer import Credit, Trainer, divergence, surrogate_loss

# The machine may have other work.
torch.set_num_threads(1)


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"images": 4, "mini_batch": 1, "gradient_accumulation_steps": 8}, "1 x 8 = 8, got 4"),
        ({"mini_batch": 0}, "expected mini_batch to be 1 or more, got 0"),
        ({"samples": 1}, "expected samples to be 2 or more, got 1"),
        ({"learning_rate": float("nan")}, "expected learning_rate to be a positive number, got nan"),
        ({"reward": "dice"}, "expected reward to be 'design' or 'robust', got 'dice'"),
        ({"overlap_share": 1.5}, "overlap_share"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        check(Settings(**wrong))


def test_processes_must_share_a_mini_batch_evenly():
    with pytest.raises(ValueError, match="multiple of the 3 processes, got 4"):
        check(Settings(), processes=3)


def test_a_split_that_is_missing_says_how_to_make_it(tmp_path):
    with pytest.raises(FileNotFoundError, match="npm run export-images"):
        load_split(tmp_path, "train")
    with pytest.raises(ValueError, match="expected split to be one of"):
        load_split(tmp_path, "training")


def test_all_images_come_in_turn():
    seen = [i for update in range(5) for i in images_of_update(20, update, 4, seed=1)]
    assert sorted(seen) == list(range(20))
    assert seen != list(range(20))
    assert seen == [i for update in range(5) for i in images_of_update(20, update, 4, seed=1)]


def test_images_are_shown_in_four_orientations(few):
    images = load_split(few, "train")
    four = oriented(images)
    assert len(four) == 4 * len(images)
    assert torch.equal(four.truth[len(images)], images.truth[0].flip(1))
    assert torch.equal(four.image[-1], images.image[-1].flip(0, 1))


def test_fresh_adapters_change_nothing_and_can_be_saved(few, tmp_path):
    from peft import PeftModel

    images = load_split(few, "validation")
    model = with_lora(load_segmenter(), lora_config())
    before = logits_of(load_segmenter(), images)
    assert torch.equal(logits_of(model, images), before)
    assert trainable_parameters(model) == "trainable 34,816 of 143,760 (24.2 %)"
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "lora_B" in name:
                weight.normal_(0, 0.1)
    after = logits_of(model, images)
    assert (after - before).abs().max() > 0.1
    model.save_pretrained(str(tmp_path))
    again = PeftModel.from_pretrained(load_segmenter(), str(tmp_path))
    assert torch.equal(logits_of(again, images), after)


def test_the_frozen_model_is_that_of_ppo_lora(data):
    """Dice, recall and precision as ../ppo-lora tells them of the same model on the same images."""
    images = load_split(data, "validation")
    reward = TileReward()
    logits = logits_of(load_segmenter(), images)
    found = means(score(logits > 0, images, reward))
    told = {"dice": 0.774, "recall": 0.730, "precision": 0.830, "iou": 0.634, "clDice": 0.728}
    assert {name: round(found[name], 3) for name in told} == pytest.approx(told, abs=6e-4)
    assert found["reward"] == pytest.approx(2.50, abs=6e-3)
    limit = best_threshold(logits, images)
    found = means(score(logits > limit, images, reward))
    assert found["dice"] == pytest.approx(0.790, abs=6e-4)
    reward.close()


def test_tiles_of_better_samples_have_higher_advantages(few):
    images = load_split(few, "train", 1)
    worse = images.truth[0].clone()
    worse[:32] = False
    reward = TileReward(tile=32)
    judged = reward.judge(
        torch.stack([images.truth[0], worse])[None], images.truth, images.within
    )
    reward.close()
    assert judged.rewards[0, 0] > judged.rewards[0, 1]
    by_tile = advantages(judged, 0.85)
    assert by_tile.shape == (1, 2, 2, 2)
    assert by_tile.std() == pytest.approx(1)
    assert (by_tile[0, 0, 0] > 0).all() and (by_tile[0, 1, 0] < 0).all()
    # The lower tiles are alike, and earn nothing by their overlap.
    assert np.abs(advantages(judged, 1.0)[0, :, 1]).max() < 1e-9


def test_rewards_that_do_not_vary_teach_nothing():
    same = Judged(np.ones((1, 2)), np.zeros((1, 2, 1, 1)), np.zeros((1, 2, 1, 1)))
    assert not advantages(same, 0.85).any()


def test_the_first_gradient_is_that_of_the_policy():
    """At a ratio of 1 the surrogate's gradient is that of the sum of A · log p, sample by sample."""
    random = torch.Generator().manual_seed(5)
    x = torch.randn(2, 6, 6, generator=random, dtype=torch.float64)
    masks = torch.rand(2, 4, 6, 6, generator=random) < 0.5
    a = torch.randn(2, 4, 6, 6, generator=random, dtype=torch.float64) / 4
    gain, loss = a.clamp(min=0), a.clamp(max=0)
    sides = [(gain * masks).sum(1), (loss * masks).sum(1), (gain * ~masks).sum(1), (loss * ~masks).sum(1)]
    z = x.clone().requires_grad_()
    surrogate_loss(z, x, [0, 1], Credit(*sides), 0.2).backward()
    w = x.clone().requires_grad_()
    log_p = torch.where(masks, F.logsigmoid(w)[:, None], F.logsigmoid(-w)[:, None])
    (-(a * log_p).sum((1, 2, 3)).mean()).backward()
    assert torch.allclose(z.grad, w.grad, atol=1e-12)


def test_ratios_are_clipped_where_they_would_gain():
    old = torch.zeros(1, 1, 1)
    ones, none = torch.ones(1, 1, 1), torch.zeros(1, 1, 1)
    far = torch.full((1, 1, 1), 3.0, requires_grad=True)
    surrogate_loss(far, old, [0], Credit(ones, none, none, none), 0.2).backward()
    assert far.grad.abs().max() == 0
    far.grad = None
    surrogate_loss(far, old, [0], Credit(none, -ones, none, none), 0.2).backward()
    assert far.grad.item() > 0


def test_divergence_from_itself_is_0_and_grows():
    x = torch.randn(2, 4, 4)
    weights = torch.ones_like(x)
    assert divergence(x, x, weights).item() == pytest.approx(0, abs=1e-6)
    assert divergence(x + 1, x, weights) > 0.1


def test_an_update_begins_at_ratio_1_and_learns(few):
    from accelerate import Accelerator

    model = with_lora(load_segmenter(), lora_config())
    settings = Settings(updates=3, images=4, mini_batch=4, samples=4, epochs=1, kl_coefficient=1e-3)
    reward = TileReward()
    images = oriented(load_split(few, "train"))
    trainer = Trainer(model, images, reward, settings, Accelerator(cpu=True))
    records = []
    trainer.train(records.append)
    reward.close()
    # One step an update: the policy has not moved when it is looked at.
    assert [record["clip_fraction"] for record in records] == [0, 0, 0]
    assert all(record["gradient_norm"] > 0 for record in records)
    moved = [w for name, w in model.named_parameters() if "lora_B" in name]
    assert all(w.abs().max() > 0 for w in moved)
    still = [w for name, w in model.named_parameters() if "lora_" not in name]
    assert not any(w.requires_grad for w in still)
