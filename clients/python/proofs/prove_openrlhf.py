"""OpenRLHF's own SingleTurnAgentExecutor: with the address of a server, and with a file of the adapter."""

import asyncio
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import samples
import torch
from openrlhf.utils.agent import SingleTurnAgentExecutor

FILE = """
from vessel_reward.adapters.openrlhf import reward_function

reward_func = reward_function("robust")
"""


class Engine:
    """Stands for vLLM: says the word that it is given."""

    def __init__(self, ids) -> None:
        self.ids = ids

    async def generate(self, prompt_token_ids, sampling_params, multi_modal_data=None):
        output = SimpleNamespace(token_ids=self.ids, text="", finish_reason="stop", logprobs=None)
        return SimpleNamespace(outputs=[output])


async def prove(name: str, endpoint: str, expected) -> None:
    words = list(expected)
    tokenizer = samples.tokenizer(words)
    executor = SingleTurnAgentExecutor(endpoint)
    params = SimpleNamespace(max_tokens=8, logprobs=None)
    answers = await asyncio.gather(
        *(
            executor.execute(samples.PROMPT, samples.label(), params, 64, tokenizer, Engine(tokenizer(word)["input_ids"]))
            for word in words
        )
    )
    for word, answer in zip(words, answers):
        (reward,) = [float(one) for one in answer["reward"]]
        # torch's default numbers have 24 bits.
        assert reward == expected[word] or reward == torch.tensor(expected[word]).item(), (word, answer)
        assert 0 <= float(answer["scores"][0]) <= 1
        assert float(answer["extra_logs"]["valid"][0]) == (word not in samples.NO_MASKS), answer
    print(f"{name}: {len(words)} rewards equal, with {', '.join(answers[0]['extra_logs'])}")


if __name__ == "__main__":
    print(f"Python {sys.version.split()[0]}, OpenRLHF {version('openrlhf')}, torch {torch.__version__}")
    expected = samples.values("robust", 40)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "reward.py")
        file.write_text(FILE)
        asyncio.run(prove("a file", str(file), expected))
    with samples.serving("--reward", "robust") as url:
        asyncio.run(prove("a server", f"{url}/openrlhf", expected))
