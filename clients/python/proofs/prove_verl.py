"""verl's own load_reward_manager and its managers, which call the adapter by both ways."""

import asyncio
import sys
from importlib.metadata import version

import numpy
import samples
import torch
from omegaconf import OmegaConf
from tensordict import TensorDict
from verl import DataProto
from verl.trainer.ppo.reward import load_reward_manager

MANAGERS = ["naive", "gdpo", "rate_limited"]


def sample(tokenizer, word: str, truth: str) -> DataProto:
    ids = torch.tensor([tokenizer(word)["input_ids"]])
    return DataProto(
        batch=TensorDict(
            {"prompts": ids, "responses": ids, "attention_mask": torch.ones(1, 2 * ids.shape[1], dtype=torch.long)}, batch_size=1
        ),
        non_tensor_batch={
            "data_source": numpy.array(["vessels"], dtype=object),
            "reward_model": numpy.array([{"ground_truth": truth}], dtype=object),
            "extra_info": numpy.array([{}], dtype=object),
        },
    )


async def score(name: str, tokenizer, words, truth: str, options):
    config = OmegaConf.create(
        {
            "trainer": {"experiment_name": "proof"},
            "reward": {
                "custom_reward_function": {
                    "path": "pkg://vessel_reward.adapters.verl",
                    "name": "compute_score",
                    "reward_kwargs": {"reward": "robust", **options},
                },
                "reward_manager": {"name": name, "source": "register"},
                "max_concurrent": 8,
            },
        }
    )
    manager = load_reward_manager(config, tokenizer)
    return await asyncio.gather(*(manager.run_single(sample(tokenizer, word, truth)) for word in words))


async def prove(expected, options) -> None:
    words = list(expected)
    tokenizer = samples.tokenizer(words)
    for name in MANAGERS:
        answers = await score(name, tokenizer, words, samples.label(), options)
        for word, answer in zip(words, answers):
            assert answer["reward_score"] == expected[word], (name, word, answer)
            extra = answer["reward_extra_info"]
            assert set(extra) == set(answers[0]["reward_extra_info"]), (name, extra)
            assert extra["valid"] == (word not in samples.NO_MASKS)
        print(f"{options or 'stream'}, {name}: {len(words)} rewards equal, with {', '.join(extra)}")
        # A label that is not a mask is an error, and where verl hides it, it is verl who does.
        try:
            hidden = await score(name, tokenizer, words[:1], '{"counts": "1"}', options)
            print(f"{options or 'stream'}, {name}: of a wrong label verl makes {hidden[0]['reward_score']}")
        except Exception as error:
            print(f"{options or 'stream'}, {name}: a wrong label raises {type(error).__name__}")


async def main() -> None:
    expected = samples.values("robust", 40)
    await prove(expected, {})
    with samples.serving() as url:
        await prove(expected, {"url": url})


if __name__ == "__main__":
    print(f"Python {sys.version.split()[0]}, verl {version('verl')}, torch {torch.__version__}")
    # One event loop for all: the semaphore of the manager rate_limited is bound to its first one.
    asyncio.run(main())
