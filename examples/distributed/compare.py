"""What the runs on engines share: one process as the measure, blocks of lines, and the verdict."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Iterator, List, Sequence, Tuple

from stream import command


def read_lines(path: str) -> List[str]:
    """The lines of a file. Never `splitlines`: it also splits at characters that JSON may contain."""
    text = Path(path).read_bytes().decode("utf-8")
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    if not lines:
        raise SystemExit(f"expected requests in {path}, got an empty file")
    return lines


def blocks_of(lines: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for begin in range(0, len(lines), size):
        yield lines[begin : begin + size]


def single_process(path: str) -> Tuple[List[str], float]:
    """The answers of one `vessel-reward stream < path`, and its seconds."""
    begin = time.perf_counter()
    with open(path, "rb") as requests:
        done = subprocess.run(command(), stdin=requests, stdout=subprocess.PIPE, check=True)
    return done.stdout.decode("utf-8").split("\n")[:-1], time.perf_counter() - begin


def masks_in(lines: Sequence[str]) -> int:
    """Predictions, each of which has the reward's terms beside it."""
    return sum(line.count('"width":') - 1 for line in lines)


def report(name: str, seconds: float, masks: int) -> None:
    print(f"{name:<34} {seconds:6.1f} s {masks / seconds:8.0f} masks/s", flush=True)


def verdict(name: str, got: Sequence[str], expected: Sequence[str]) -> None:
    """Ends the program unless the answers are the same bytes in the same order."""
    if list(got) == list(expected):
        return
    if len(got) != len(expected):
        raise SystemExit(f"{name}: expected {len(expected)} answers, got {len(got)}")
    at = next(i for i, (a, b) in enumerate(zip(got, expected)) if a != b)
    raise SystemExit(f"{name}: answer {at} differs: expected {expected[at][:200]}, got {got[at][:200]}")
