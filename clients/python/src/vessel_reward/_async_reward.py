from __future__ import annotations

import asyncio
import functools
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, List, Mapping, TypeVar

from ._reward import Reward
from ._results import Advantages, Scores

# Requests that one object has under way at once; each waits in a thread of its own.
_MOST_AT_ONCE = 32

T = TypeVar("T")


class AsyncReward:
    """A `Reward` for asyncio: takes what `Reward` takes, and its methods are coroutines.

    A task that is canceled stops waiting; what it has sent is scored nevertheless.

    >>> async with AsyncReward("robust") as reward:  # doctest: +SKIP
    ...     await reward.score_group(samples, truth)
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        self._reward = Reward(*args, **options)
        self._start_threads()

    def _start_threads(self) -> None:
        self._owner = os.getpid()
        self._threads = ThreadPoolExecutor(_MOST_AT_ONCE, thread_name_prefix="vessel-reward")

    async def score(self, preds: Any, truths: Any, **options: Any) -> List[float]:
        """`Reward.score`"""
        return await self._run(self._reward.score, preds, truths, **options)

    async def score_group(self, preds: Any, truth: Any, **options: Any) -> List[float]:
        """`Reward.score_group`"""
        return await self._run(self._reward.score_group, preds, truth, **options)

    async def details(self, preds: Any, truth: Any, **options: Any) -> Scores:
        """`Reward.details`"""
        return await self._run(self._reward.details, preds, truth, **options)

    async def explain(self, pred: Any, truth: Any, **options: Any) -> Mapping[str, Any]:
        """`Reward.explain`"""
        return await self._run(self._reward.explain, pred, truth, **options)

    async def advantages(self, samples: Any, truth: Any, **options: Any) -> Advantages:
        """`Reward.advantages`"""
        return await self._run(self._reward.advantages, samples, truth, **options)

    async def close(self) -> None:
        """`Reward.close`, once all is answered"""
        await self._run(self._reward.close)
        self._threads.shutdown(wait=False)

    async def __aenter__(self) -> "AsyncReward":
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.close()

    async def _run(self, method: Callable[..., T], *args: Any, **options: Any) -> T:
        if self._owner != os.getpid():
            # Threads do not survive a fork.
            self._start_threads()
        call = functools.partial(method, *args, **options)
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)
