"""Masks that a model may write, the words in which it writes them, and what each is worth."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import subprocess
from typing import Any, Dict, Iterator, List

import numpy

from vessel_reward import Reward

SIZE = (24, 24)
PROMPT = "draw"
# What a model writes that has not learned yet.
NO_MASKS = ["vessel", '{"counts":[1,2]}', '{"counts":"no', '{"size":[1,1],"counts":[1]}']


def truth() -> Any:
    """A vessel with two branches."""
    mask = numpy.zeros(SIZE, dtype=bool)
    mask[11:13, 2:22] = True
    for step in range(8):
        mask[11 - step, 8 + step] = mask[11 - step, 9 + step] = True
        mask[12 + step, 12 + step // 2] = mask[12 + step, 13 + step // 2] = True
    return mask


def predictions(count: int) -> List[Any]:
    """The truth with more and more of its pixels and of the others wrong."""
    rng = numpy.random.default_rng(1)
    masks = [truth() ^ (rng.random(SIZE) < 0.004 * k) for k in range(count - 1)]
    return [*masks, numpy.zeros(SIZE, dtype=bool)]


def runs(mask: Any) -> List[int]:
    """COCO's counts, column after column, beginning with background."""
    flat = mask.ravel(order="F").astype(int)
    ends = numpy.flatnonzero(numpy.diff(flat, prepend=0)).tolist()
    return numpy.diff([0, *ends, flat.size]).tolist()


def in_words(mask: Any) -> str:
    return json.dumps({"counts": runs(mask)}, separators=(",", ":"))


def label() -> str:
    """The truth as a column of a data set has it."""
    return json.dumps({"size": list(SIZE), "counts": runs(truth())})


def values(reward: str, count: int) -> Dict[str, float]:
    """The reward of each word, by arrays and not by the words."""
    masks = predictions(count)
    with Reward(reward, on_unparsable="worst") as local:
        of_masks = local.score_group(masks, truth())
        worst = local.score_group(["no mask"], truth())[0]
    return {
        **dict(zip(map(in_words, masks), of_masks)),
        **dict.fromkeys(NO_MASKS, worst),
    }


def tokenizer(words: List[str]) -> Any:
    """One token a word."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: i for i, word in enumerate(["<pad>", "<eos>", "<unk>", PROMPT, *words])}
    model = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    model.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(
        tokenizer_object=model, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>"
    )


@contextlib.contextmanager
def serving(*options: str) -> Iterator[str]:
    """The address of a server that is started for this."""
    command = shlex.split(os.environ.get("VESSEL_REWARD_COMMAND") or "npx vessel-reward")
    process = subprocess.Popen(
        [*command, "serve", "--port", "0", "--log", "error", *options],
        stdout=subprocess.PIPE,
        text=True,
        # npx ends, but not what it has started.
        start_new_session=True,
    )
    try:
        line = process.stdout.readline()
        if not line.startswith("listening on http"):
            raise RuntimeError(f"expected a server, got {line!r}")
        yield line.split()[-1]
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)
