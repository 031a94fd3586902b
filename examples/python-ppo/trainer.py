"""PPO on a reward that knows topology. One file, read from top to bottom: rollout, credit, update."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Callable, Dict, List

import numpy as np
import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.nn import functional as F

from data_loader import Images, images_of_update, permutation
from reward import Judged, TileReward, advantages
from settings import Settings, check

# Far outside any clip range; ratios and their products stay finite in single precision.
LARGEST_LOG_RATIO = 30.0


class NonFiniteError(RuntimeError):
    """A gradient that is not a number: training must stop, not go on."""


@dataclass
class Rollout:
    """Images with the masks that the policy drew for them, on every process the same."""

    images: Images
    logits: Tensor
    """[images, rows, columns], before the update"""
    masks: Tensor
    """[images, samples, rows, columns]"""
    judged: Judged


@dataclass
class Credit:
    """What a pixel's samples add up to.

    The clipped objective min(r·A, clip(r)·A) depends on a sample only through its pixel and the sign of
    its advantage: the sum over samples is a sum of four, whatever their number.
    """

    foreground_gain: Tensor
    foreground_loss: Tensor
    background_gain: Tensor
    background_loss: Tensor


class Trainer:
    """Makes updates. Several processes share images and gradients, and do what one would do alone."""

    def __init__(
        self,
        model: nn.Module,
        images: Images,
        reward: TileReward,
        settings: Settings,
        accelerator: Accelerator,
    ) -> None:
        """
        :param model: logits [batch, rows, columns] of images, with adapters that can be disabled
        :param images: with the truths that rewards come from
        """
        self.settings = check(settings, accelerator.num_processes)
        self.images, self.reward, self.accelerator = images, reward, accelerator
        trainable = [p for p in model.parameters() if p.requires_grad]
        optimizer = torch.optim.Adam(trainable, lr=settings.learning_rate)
        # Adapters are the only part that is trained, so that nothing else needs gradients or moments.
        self.model, self.optimizer = accelerator.prepare(model, optimizer)
        self.done = 0

    @property
    def policy(self) -> nn.Module:
        """The model without what distributes its gradients."""
        return self.accelerator.unwrap_model(self.model)

    def train(self, on_update: Callable[[Dict[str, float]], None]) -> None:
        while self.done < self.settings.updates:
            on_update(self.update())

    def update(self) -> Dict[str, float]:
        """One rollout and the passes over it; what is logged of them."""
        begin = time.perf_counter()
        share = self.done / self.settings.updates
        hot, cold = self.settings.temperature
        temperature = hot + (cold - hot) * share
        learning_rate = self.settings.learning_rate * (1 - share)
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate

        rollout = self._roll_out(temperature)
        credit = self._credit(rollout)
        steps = self._passes(rollout, credit, temperature)

        self.done += 1
        rewards = rollout.judged.rewards
        return {
            "update": self.done,
            "reward": float(rewards.mean()),
            "reward_deviation": float(rewards.std()),
            "learning_rate": learning_rate,
            "temperature": temperature,
            **self._over_processes(mean_of(steps)),
            "seconds": time.perf_counter() - begin,
        }

    def _over_processes(self, shown: Dict[str, float]) -> Dict[str, float]:
        values = torch.tensor(list(shown.values()), device=self.accelerator.device)
        means = self.accelerator.reduce(values, reduction="mean").tolist()
        return dict(zip(shown, means))

    # Rollout: each process draws and judges masks for its share of the images, then all get all.

    @torch.no_grad()
    def _roll_out(self, temperature: float) -> Rollout:
        settings, accelerator = self.settings, self.accelerator
        rank, processes = accelerator.process_index, accelerator.num_processes
        batch = images_of_update(len(self.images), self.done, settings.images, settings.seed)
        mine = list(range(rank, len(batch), processes))
        own = self.images.at([batch[i] for i in mine])
        logits = self.policy(own.image.to(accelerator.device))
        # A generator for each image, so that the masks do not depend on who draws them.
        masks = torch.stack(
            [self._draw(z / temperature, place) for z, place in zip(logits, mine)]
        )
        judged = self.reward.judge(masks, own.truth, own.within)

        places = [i for r in range(processes) for i in range(r, len(batch), processes)]
        order = torch.tensor(places).argsort()

        def of_all(values: Tensor) -> Tensor:
            # Gloo and NCCL know no booleans; numbers keep their precision.
            every = accelerator.gather(values.to(accelerator.device).contiguous())
            return every[order.to(every.device)]

        def numbers(values: np.ndarray) -> np.ndarray:
            return of_all(torch.from_numpy(values)).cpu().numpy()

        return Rollout(
            images=self.images.at(batch),
            logits=of_all(logits),
            masks=of_all(masks.to(torch.uint8)).bool(),
            judged=Judged(
                numbers(judged.rewards), numbers(judged.overlap), numbers(judged.skeleton)
            ),
        )

    def _draw(self, x: Tensor, place: int) -> Tensor:
        """Masks from logits: each pixel is foreground with probability σ(x), independently."""
        state = np.random.SeedSequence([self.settings.seed, 2, self.done, place]).generate_state(1)
        random = torch.Generator().manual_seed(int(state[0]))
        shape = (self.settings.samples, *x.shape)
        return torch.rand(shape, generator=random).to(x) < torch.sigmoid(x)

    # Credit: what every pixel of every mask has earned.

    def _credit(self, rollout: Rollout) -> Credit:
        by_tile = torch.from_numpy(advantages(rollout.judged, self.settings.overlap_share))
        tile = self.settings.tile
        rows, columns = rollout.masks.shape[2:]
        by_pixel = by_tile.repeat_interleave(tile, 2).repeat_interleave(tile, 3)
        by_pixel = by_pixel[:, :, :rows, :columns].to(rollout.logits) / self.settings.samples
        by_pixel = by_pixel * rollout.images.within[:, None].to(by_pixel)
        gain, loss = by_pixel.clamp(min=0), by_pixel.clamp(max=0)
        foreground = rollout.masks
        return Credit(
            (gain * foreground).sum(1),
            (loss * foreground).sum(1),
            (gain * ~foreground).sum(1),
            (loss * ~foreground).sum(1),
        )

    # Update: some passes over the rollout, in an order of their own.

    def _passes(self, rollout: Rollout, credit: Credit, temperature: float) -> List[Dict[str, float]]:
        settings, accelerator = self.settings, self.accelerator
        rank, processes = accelerator.process_index, accelerator.num_processes
        reference = self._reference_logits(rollout.images) if settings.kl_coefficient else None
        steps: List[Dict[str, float]] = []
        parts: List[Dict[str, float]] = []
        for epoch in range(settings.epochs):
            order = permutation(settings.images, settings.seed, 4, self.done, epoch)
            for begin in range(0, len(order), settings.mini_batch):
                part = order[begin : begin + settings.mini_batch][rank::processes]
                # Accelerate divides by the number of parts, and shares gradients after the last.
                with accelerator.accumulate(self.model):
                    x = self.model(rollout.images.image[part].to(accelerator.device)) / temperature
                    old = rollout.logits[part] / temperature
                    loss = surrogate_loss(x, old, part, credit, settings.clip)
                    if reference is not None:
                        weights = rollout.images.within[part].to(x)
                        kl = divergence(x, reference[part] / temperature, weights)
                        loss = loss + settings.kl_coefficient * kl
                    accelerator.backward(loss)
                    parts.append(
                        {"loss": loss.item(), **self._shown(x.detach(), old, rollout, part)}
                    )
                    if accelerator.sync_gradients:
                        shown, parts = mean_of(parts), []
                        norm = accelerator.clip_grad_norm_(
                            self.model.parameters(), settings.gradient_norm
                        )
                        # DeepSpeed clips by itself and tells the norm only after its first step.
                        shown["gradient_norm"] = 0.0 if norm is None else float(norm)
                        if not np.isfinite(shown["gradient_norm"]):
                            raise NonFiniteError(
                                f"expected a finite gradient in update {self.done + 1}, got the norm "
                                f"{shown['gradient_norm']}"
                            )
                        steps.append(shown)
                    self.optimizer.step()
                    self.optimizer.zero_grad()
        return steps

    @torch.no_grad()
    def _reference_logits(self, images: Images) -> Tensor:
        """Those of the frozen model."""
        with self.policy.disable_adapter():
            return self.policy(images.image.to(self.accelerator.device))

    @torch.no_grad()
    def _shown(self, x: Tensor, old: Tensor, rollout: Rollout, part: List[int]) -> Dict[str, float]:
        """Of the first mini-batch of an update the clip fraction is 0: the policy has not moved."""
        weights = rollout.images.within[part].to(x)
        count = weights.sum()
        p = torch.sigmoid(old)
        clipped = (
            p * outside(F.logsigmoid(x) - F.logsigmoid(old), self.settings.clip)
            + (1 - p) * outside(F.logsigmoid(-x) - F.logsigmoid(-old), self.settings.clip)
        )
        entropy = -(torch.sigmoid(x) * F.logsigmoid(x) + torch.sigmoid(-x) * F.logsigmoid(-x))
        return {
            "clip_fraction": float((clipped * weights).sum() / count),
            "entropy": float((entropy * weights).sum() / count),
        }


def mean_of(records: List[Dict[str, float]]) -> Dict[str, float]:
    return {name: float(np.mean([one[name] for one in records])) for name in records[0]}


def outside(log_ratio: Tensor, clip: float) -> Tensor:
    """1 where a ratio is clipped."""
    return ((log_ratio.exp() - 1).abs() > clip).to(log_ratio)


def surrogate_loss(x: Tensor, old: Tensor, part: List[int], credit: Credit, clip: float) -> Tensor:
    """PPO's clipped objective with one ratio per pixel, summed over pixels, averaged over images, negated.

    Source: J. Schulman et al., "Proximal policy optimization algorithms", 2017.
    """

    def side(sign: int, gain: Tensor, loss: Tensor) -> Tensor:
        log_ratio = F.logsigmoid(sign * x) - F.logsigmoid(sign * old)
        ratio = log_ratio.clamp(max=LARGEST_LOG_RATIO).exp()
        return gain * ratio.clamp(max=1 + clip) + loss * ratio.clamp(min=1 - clip)

    objective = side(1, credit.foreground_gain[part], credit.foreground_loss[part]) + side(
        -1, credit.background_gain[part], credit.background_loss[part]
    )
    return -objective.sum((1, 2)).mean()


def divergence(x: Tensor, other: Tensor, weights: Tensor) -> Tensor:
    """Exact KL divergence of the policy from another one, per image, over pixels of weight 1."""
    p = torch.sigmoid(x)
    kl = p * (F.logsigmoid(x) - F.logsigmoid(other)) + (1 - p) * (
        F.logsigmoid(-x) - F.logsigmoid(-other)
    )
    return (kl * weights).sum((1, 2)).mean()
