"""AReaL's own AsyncRewardWrapper, which runs the reward in its pool of processes.

Its package wants torch, Ray and much more when it is imported: here only the file of the wrapper is.
"""

import asyncio
import importlib.util
import sys
import types
from importlib.metadata import version
from pathlib import Path

import samples

from vessel_reward.adapters.areal import reward_function


def without_the_rest() -> None:
    folder = Path(importlib.util.find_spec("areal").origin).parent
    for name in ("areal", "areal.api", "areal.utils"):
        package = types.ModuleType(name)
        package.__path__ = [str(folder.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = package


async def prove(expected, options) -> None:
    from areal.api.reward_api import AsyncRewardWrapper

    words = list(expected)
    reward = AsyncRewardWrapper(reward_function("robust", **options), max_workers=2)
    rewards = await asyncio.gather(*(reward("draw", word, [1], [2], truth=samples.label()) for word in words))
    assert rewards == [expected[word] for word in words]
    print(f"{options or 'stream'}: {len(words)} rewards equal, by 2 processes")


if __name__ == "__main__":
    without_the_rest()
    print(f"Python {sys.version.split()[0]}, AReaL {version('areal')}")
    expected = samples.values("robust", 40)
    asyncio.run(prove(expected, {}))
    with samples.serving() as url:
        asyncio.run(prove(expected, {"url": url}))
