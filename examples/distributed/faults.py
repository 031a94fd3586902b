"""Accidents on purpose, for `--faults`: each happens once, in whichever process comes by first."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from typing import Callable, Optional

# Blocks in which something is killed, and after how many answers.
STREAM_BLOCK, WORKER_BLOCK, AFTER = 2, 4, 3


def accident(folder: Optional[str], block: int) -> Callable[[int, subprocess.Popen], None]:
    """Called after each answer: kills the stream, or the worker that owns it, in the middle of a block."""

    def on_answer(count: int, process: subprocess.Popen) -> None:
        if folder is None or count != AFTER or block not in (STREAM_BLOCK, WORKER_BLOCK):
            return
        if not claim(folder, f"block-{block}"):
            return
        kill(process)
        # Answers on their way are lost with it.
        process.stdout.read()
        if block == WORKER_BLOCK:
            os.kill(os.getpid(), signal.SIGKILL)

    return on_answer


def kill(process: subprocess.Popen) -> None:
    """Kills a stream and what started it, such as npx: they are a group of their own."""
    os.killpg(process.pid, signal.SIGKILL)


def claim(folder: str, name: str) -> bool:
    """Whether nobody has claimed this name before, in any process: making a folder is atomic."""
    try:
        (Path(folder) / name).mkdir()
        return True
    except FileExistsError:
        return False


def happened(folder: str) -> int:
    """Accidents so far."""
    return len(list(Path(folder).iterdir()))
