"""The stream on Ray: tasks that each start a process, and actors that keep one.

    python ray_stream.py requests.ndjson --faults
"""

from __future__ import annotations

import argparse
import collections
import os
import tempfile
import time
from pathlib import Path
from typing import Callable, List, Optional, Sequence

# Ray reads these when it is imported; nothing is to be sent anywhere.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")

import ray

from compare import blocks_of, masks_in, read_lines, report, single_process, verdict
from faults import accident, happened
from stream import Stream, StreamEnded

# A request that is refused is not tried again; what ended for another reason is.
RETRY = {"max_retries": 3, "retry_exceptions": [StreamEnded]}


@ray.remote(num_cpus=1, **RETRY)
def answer_block(block: int, lines: Sequence[str], faults: Optional[str]) -> List[str]:
    """A task: starts a stream, which costs some 100 ms, so that blocks should be large."""
    stream = Stream()
    try:
        return stream.answers(lines, accident(faults, block))
    finally:
        stream.close()


@ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=3)
class Scorer:
    """An actor: keeps its stream, and with it the truths that come again."""

    def __init__(self) -> None:
        self._stream = Stream()

    @ray.method(retry_exceptions=[StreamEnded])
    def answer(self, block: int, lines: Sequence[str], faults: Optional[str]) -> List[str]:
        return self._stream.answers(lines, accident(faults, block))


def start(cores: int) -> None:
    """Ray on this machine. On a cluster it is `ray.init("auto")`."""
    # Workers import what this folder has.
    ray.init(
        num_cpus=cores,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="ERROR",
        object_store_memory=512 * 2**20,
        runtime_env={"env_vars": {"PYTHONPATH": str(Path(__file__).resolve().parent)}},
    )


def in_order(blocks, submit: Callable, window: int) -> List[str]:
    """Answers in the order of the blocks, of which at most `window` are in flight."""
    answers: List[str] = []
    pending: "collections.deque" = collections.deque()
    for number, lines in enumerate(blocks):
        if len(pending) == window:
            answers += ray.get(pending.popleft())
        pending.append(submit(number, lines))
    while pending:
        answers += ray.get(pending.popleft())
    return answers


def by_tasks(blocks, cores: int, faults: Optional[str] = None) -> List[str]:
    return in_order(blocks, lambda i, lines: answer_block.remote(i, lines, faults), 2 * cores)


def by_actors(blocks, cores: int, faults: Optional[str] = None) -> List[str]:
    scorers = [Scorer.remote() for _ in range(cores)]
    return in_order(
        blocks, lambda i, lines: scorers[i % cores].answer.remote(i, lines, faults), 2 * cores
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("requests", help="from make_requests.py")
    parser.add_argument("--block", type=int, default=125, help="requests of a task")
    parser.add_argument("--cores", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--faults", action="store_true", help="a stream and a worker are killed")
    options = parser.parse_args()

    lines = read_lines(options.requests)
    masks = masks_in(lines)
    for cores in options.cores:
        start(cores)
        # The first worker processes take seconds to start; a cluster has them already.
        ray.get([answer_block.remote(-1, lines[:1], None) for _ in range(cores)])
        for name, run in (("tasks", by_tasks), ("actors", by_actors)):
            # Before each run, as a machine has other work at other times.
            expected, seconds = single_process(options.requests)
            report("one process", seconds, masks)
            begin = time.perf_counter()
            got = run(blocks_of(lines, options.block), cores)
            report(f"Ray, {name}, {cores} at a time", time.perf_counter() - begin, masks)
            verdict(f"Ray {name}", got, expected)
        if options.faults:
            for name, run in (("tasks", by_tasks), ("actors", by_actors)):
                with tempfile.TemporaryDirectory() as faults:
                    got = run(blocks_of(lines, options.block), cores, faults)
                    verdict(f"Ray {name} with faults", got, expected)
                    if happened(faults) != 2:
                        raise SystemExit(f"expected 2 accidents, got {happened(faults)}: too few blocks")
                print(f"Ray, {name}: a stream and a worker killed, nothing lost, nothing doubled")
        ray.shutdown()
    print(f"all equal to one process, in order: {len(lines)} answers, {masks} masks")


if __name__ == "__main__":
    main()
