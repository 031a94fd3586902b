"""TRL's own GRPOTrainer on a CPU: a small random Llama learns to draw the truth, rewarded by both ways."""

import sys
import tempfile

import datasets
import samples
import torch
import transformers
import trl

from vessel_reward.adapters.trl import VesselReward, vessel_reward

STEPS, PROMPTS, GENERATIONS = 40, 4, 8


class Recorded:
    """Keeps what a reward function is asked and answers."""

    def __init__(self, function: VesselReward) -> None:
        self.function = function
        self.__name__ = function.__name__
        self.seen = []

    def __call__(self, **asked):
        rewards = self.function(**asked)
        self.seen.append(list(zip(asked["completions"], rewards)))
        return rewards


def train(expected, words, **options) -> None:
    tokenizer = samples.tokenizer(words)
    torch.manual_seed(0)
    model = transformers.LlamaForCausalLM(
        transformers.LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_attention_heads=4,
            pad_token_id=tokenizer.pad_token_id,
            eos_token_id=tokenizer.eos_token_id,
            bos_token_id=tokenizer.eos_token_id,
        )
    )
    data = datasets.Dataset.from_dict(
        {"prompt": [samples.PROMPT] * 64, "truth": [samples.label()] * 64}
    )
    function = Recorded(vessel_reward("robust", **options))
    with tempfile.TemporaryDirectory() as folder:
        trainer = trl.GRPOTrainer(
            model=model,
            processing_class=tokenizer,
            reward_funcs=function,
            train_dataset=data,
            args=trl.GRPOConfig(
                output_dir=folder,
                use_cpu=True,
                bf16=False,
                max_steps=STEPS,
                learning_rate=3e-3,
                per_device_train_batch_size=PROMPTS * GENERATIONS,
                num_generations=GENERATIONS,
                max_completion_length=1,
                logging_steps=1,
                save_strategy="no",
                report_to=[],
                disable_tqdm=True,
                seed=0,
            ),
        )
        trainer.train()
    pairs = [pair for step in function.seen for pair in step]
    # A completion that is only the end of the text is not a mask.
    worst = expected[samples.NO_MASKS[0]]
    wrong = [(text, got) for text, got in pairs if got != expected.get(text.strip(), worst)]
    assert not wrong, wrong[:3]
    logged = [one for one in trainer.state.log_history if "vessel_reward/valid" in one]
    assert len(logged) == STEPS, len(logged)
    means = [sum(reward for _, reward in step) / len(step) for step in function.seen]
    for log, mean in zip(logged, means):
        assert abs(log["rewards/vessel_reward/mean"] - mean) < 1e-4
    first, last = sum(means[:5]) / 5, sum(means[-5:]) / 5
    assert last > first
    print(
        f"{options or 'stream'}: {len(pairs)} completions in {STEPS} steps, all rewards equal; mean reward "
        f"{first:.3f} in the first 5 steps, {last:.3f} in the last 5; valid {logged[0]['vessel_reward/valid']:.2f} "
        f"and {logged[-1]['vessel_reward/valid']:.2f}"
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(f"Python {sys.version.split()[0]}, TRL {trl.__version__}, transformers {transformers.__version__}, torch {torch.__version__}")
    expected = samples.values("robust", 40)
    words = list(expected)
    train(expected, words)
    with samples.serving() as url:
        train(expected, words, url=url)
