"""Trains LoRA adapters of a frozen segmenter by PPO.

    python train.py --quick_test
    python train.py --seed 1 --log_with tensorboard
    torchrun --standalone --nproc_per_node 2 train.py --seed 1
"""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import asdict
from pathlib import Path

# Nothing is to be looked up on a hub or sent to a service.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("WANDB_MODE", "offline")

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed

from data_loader import load_split, oriented
from evaluation import best_threshold, compare, logits_of, means, score, table
from lora_config import SEGMENTER_TARGETS, lora_config, trainable_parameters, with_lora
from reward import TileReward
from sa2va import PROMPT, SA2VA_TARGETS, load_sa2va
from segmenter import SHIPPED_BASE, load_segmenter
from settings import Settings, check
from trainer import Trainer

HERE = Path(__file__).resolve().parent


def options_of(arguments=None) -> argparse.Namespace:
    defaults = Settings()
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=HERE / "data", help="of npm run export-images")
    parser.add_argument("--base", type=Path, default=SHIPPED_BASE, help="the frozen model")
    parser.add_argument("--model_path", type=Path, help="a Sa2VA-like model in place of --base; runs its code")
    parser.add_argument("--prompt", default=PROMPT, help="of the model at --model_path")
    parser.add_argument("--lora_targets", help="expression for the layers that get adapters")
    parser.add_argument("--limit", type=int, default=0, help="images of each split; 0: all")
    parser.add_argument("--out", type=Path, help="folder of the run (default: runs/seed-N)")
    parser.add_argument("--quick_test", action="store_true", help="60 updates, no test images")
    parser.add_argument("--lora_r", type=int, default=16)
    parser.add_argument("--lora_alpha", type=int, default=32)
    parser.add_argument("--log_with", choices=["none", "tensorboard", "wandb"], default="none")
    parser.add_argument("--validate_every", type=int, default=20, help="updates; 0: never")
    parser.add_argument("--dtype", choices=["float32", "float64"], default="float32")
    parser.add_argument("--threads", type=int, default=1, help="of PyTorch, in each process")
    parser.add_argument("--skip_test", action="store_true", help="do not look at the test images")
    for name, value in asdict(defaults).items():
        if name == "temperature":
            parser.add_argument("--temperature", type=float, nargs=2, default=value)
        else:
            parser.add_argument(f"--{name}", type=type(value), default=value)
    options = parser.parse_args(arguments)
    if options.quick_test:
        options.skip_test = True
        if options.updates == defaults.updates:
            options.updates = 60
    options.temperature = tuple(options.temperature)
    options.settings = Settings(**{name: getattr(options, name) for name in asdict(defaults)})
    options.out = options.out or HERE / "runs" / f"seed-{options.seed}"
    try:
        check(options.settings)
    except ValueError as error:
        parser.error(str(error))
    return options


def model_of(options: argparse.Namespace) -> torch.nn.Module:
    """The frozen model with fresh adapters."""

    def adapters(targets):
        return lora_config(
            r=options.lora_r, alpha=options.lora_alpha, targets=options.lora_targets or targets
        )

    if options.model_path is not None:
        # Its own precision: adapters are of single precision all the same.
        return with_lora(load_sa2va(options.model_path, options.prompt), adapters(SA2VA_TARGETS))
    model = with_lora(load_segmenter(options.base), adapters(SEGMENTER_TARGETS))
    return model.to(getattr(torch, options.dtype))


def main() -> None:
    options = options_of()
    settings = options.settings
    torch.set_num_threads(options.threads)
    # Adapters start alike on all processes.
    set_seed(settings.seed)
    deepspeed = os.environ.get("ACCELERATE_USE_DEEPSPEED", "false") == "true"
    accelerator = Accelerator(
        # With DeepSpeed `cpu` would switch it off, silently.
        cpu=not torch.cuda.is_available() and not deepspeed,
        gradient_accumulation_steps=settings.gradient_accumulation_steps,
        log_with=None if options.log_with == "none" else options.log_with,
        project_dir=str(options.out),
    )
    started = int(os.environ.get("WORLD_SIZE", "1"))
    if started != accelerator.num_processes:
        # Each would train by itself, and one would overwrite what another has written.
        raise SystemExit(
            f"expected to be one of {started} processes that know each other, got "
            f"{accelerator.num_processes}: accelerate has no way for them to talk on this machine "
            "(DeepSpeed needs a graphics card for more than one)"
        )
    options.out.mkdir(parents=True, exist_ok=True)
    if options.log_with != "none":
        shown = {name: value for name, value in asdict(settings).items() if name != "temperature"}
        beside = {"wandb": {"dir": str(options.out)}}
        accelerator.init_trackers("vessel-reward-ppo", config=shown, init_kwargs=beside)

    model = model_of(options)
    # A launcher that starts fewer processes than were meant should be seen.
    how = str(accelerator.distributed_type).split(".")[-1]
    accelerator.print(f"processes: {accelerator.num_processes} ({how}), {trainable_parameters(model)}")
    images = oriented(load_split(options.data, "train", options.limit))
    images.image = images.image.to(getattr(torch, options.dtype))
    validation = load_split(options.data, "validation", options.limit)
    reward = TileReward(settings.reward, settings.tile)
    trainer = Trainer(model, images, reward, settings, accelerator)
    log = (options.out / "log.jsonl").open("w") if accelerator.is_main_process else None
    begin = time.perf_counter()

    def on_update(record) -> None:
        update = record["update"]
        every = options.validate_every
        if not accelerator.is_main_process:
            return
        if every and (update % every == 0 or update == settings.updates):
            found = score(logits_of(trainer.policy, validation) > 0, validation, reward)
            record.update({f"validation/{name}": value for name, value in means(found).items()})
            print(
                f"update {update:4} of {settings.updates}  reward {record['reward']:.3f}  "
                f"validation dice {record['validation/dice']:.4f}  "
                f"{time.perf_counter() - begin:.0f} s",
                flush=True,
            )
        log.write(json.dumps(record) + "\n")
        log.flush()
        accelerator.log(record, step=update)

    trainer.train(on_update)
    seconds = time.perf_counter() - begin
    accelerator.wait_for_everyone()
    if accelerator.is_main_process:
        policy = trainer.policy
        policy.save_pretrained(str(options.out / "adapter"))
        with policy.disable_adapter():
            threshold = best_threshold(logits_of(policy, validation), validation)
        splits = ["validation"] if options.skip_test else ["validation", "test"]
        results = {}
        for split in splits:
            judged = validation if split == "validation" else load_split(options.data, split, options.limit)
            results[split] = compare(policy, judged, threshold, reward)
            print(f"{len(judged)} {split} images\n{table(results[split])}")
        summary = {
            "settings": asdict(settings),
            "processes": accelerator.num_processes,
            "seconds": seconds,
            "threshold": threshold,
            "means": results,
        }
        (options.out / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
        print(f"{settings.updates} updates in {seconds:.0f} s: {options.out}")
        log.close()
    reward.close()
    accelerator.end_training()


if __name__ == "__main__":
    main()
