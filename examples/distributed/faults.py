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
        process.kill()
        if block == WORKER_BLOCK:
            os.kill(os.getpid(), signal.SIGKILL)

    return on_answer


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
