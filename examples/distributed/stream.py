"""A `vessel-reward stream` process: lines of requests in, as many lines of answers out, in order."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import threading
from typing import Callable, List, Optional, Sequence


class StreamEnded(RuntimeError):
    """The process ended before everything was answered: the block may be tried again elsewhere."""


class RequestRefused(ValueError):
    """A request was answered by an error: trying it again would not help."""


def command() -> List[str]:
    """What starts a stream: `VESSEL_REWARD_COMMAND`, such as `node dist/cli.js`, or npx."""
    given = os.environ.get("VESSEL_REWARD_COMMAND")
    program = shlex.split(given) if given else [shutil.which("npx") or "npx", "vessel-reward"]
    return [*program, "stream"]


class Stream:
    """Owns one process, which it starts again when the last one has ended."""

    def __init__(self, args: Optional[Sequence[str]] = None) -> None:
        self._args = list(args if args is not None else command())
        self._process: Optional[subprocess.Popen] = None

    def answers(
        self, lines: Sequence[str], on_answer: Callable[[int, subprocess.Popen], None] = lambda *_: None
    ) -> List[str]:
        """The answers to a block of requests, all of them or an exception."""
        if self._process is None:
            # A group of its own: Ctrl+C is for the engine, and npx can be ended with what it started.
            self._process = subprocess.Popen(
                self._args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
        process = self._process
        # The stream stops reading while nobody takes its answers: write beside reading.
        writer = threading.Thread(target=_write, args=(process.stdin, lines), daemon=True)
        writer.start()
        answers: List[str] = []
        while len(answers) < len(lines):
            line = process.stdout.readline()
            if not line.endswith(b"\n"):
                self._process = None
                writer.join()
                _close(process.stdin)
                raise StreamEnded(
                    f"{shlex.join(self._args)} ended with code {process.wait()} after "
                    f"{len(answers)} of {len(lines)} answers"
                )
            answers.append(line[:-1].decode("utf-8"))
            check(answers[-1])
            on_answer(len(answers), process)
        writer.join()
        return answers

    def close(self) -> None:
        """Ends the process, which has answered everything."""
        if self._process is not None:
            _close(self._process.stdin)
            self._process.wait(timeout=10)
            self._process = None


def check(answer: str) -> None:
    """Raises for an answer that is an error. Most are seen to be none without being read."""
    if '"error":' in answer and "error" in json.loads(answer):
        raise RequestRefused(answer)


def _write(stdin, lines: Sequence[str]) -> None:
    try:
        for line in lines:
            stdin.write(line.encode("utf-8") + b"\n")
        stdin.flush()
    except (OSError, ValueError):
        # It has ended, which the reader notices.
        pass


def _close(stdin) -> None:
    try:
        stdin.close()
    except OSError:
        # What was still in its buffer has nobody to read it.
        pass
