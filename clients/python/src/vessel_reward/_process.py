"""The process behind a `Reward`: requests go in and answers come out, in order."""

from __future__ import annotations

import atexit
import collections
import json
import os
import shlex
import shutil
import subprocess
import threading
import warnings
import weakref
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any, Deque, Dict, List, Mapping, Optional, Sequence, Union

from ._errors import RewardError, RewardProcessError
from ._protocol import check_protocol, encoded, error_of

COMMAND_VARIABLE = "VESSEL_REWARD_COMMAND"
"""The environment variable that names the command, such as `node /path/to/cli.js`."""

# The first request of all, which tells whether the program is the right one.
_HELLO = b'{"op":"hello"}\n'
# What an answer to one prediction has, as the answer to a group calls it.
_PLURALS = {"reward": "rewards", "problem": "problems"}
# A request that ends a process twice is not tried again.
_MOST_TRIES = 2


def command_line(command: Union[str, Sequence[str], None]) -> List[str]:
    """The program, from the argument, the environment or npx."""
    given = command if command is not None else os.environ.get(COMMAND_VARIABLE)
    if not given:
        return [shutil.which("npx") or "npx", "vessel-reward"]
    return shlex.split(given) if isinstance(given, str) else list(given)


class _Pending:
    __slots__ = ("line", "future", "tries")

    def __init__(self, line: bytes) -> None:
        self.line = line
        self.future: "Future[Mapping[str, Any]]" = Future()
        self.tries = 0


class _Child:
    """One run of the program."""

    def __init__(self, args: Sequence[str]) -> None:
        try:
            self.process = subprocess.Popen(
                args,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                # Ctrl+C is for the trainer, which ends this process by closing its input.
                start_new_session=True,
            )
        except OSError as error:
            raise RewardProcessError(f"cannot start {shlex.join(args)}: {error}") from error
        self.pending: Deque[_Pending] = collections.deque()
        self.last_words: Deque[str] = collections.deque(maxlen=20)
        # Whether it has turned out to be the right program.
        self.is_right = False


class StreamProcess:
    """Starts the program when it is first needed, and again, with a warning, when it has ended."""

    def __init__(self, args: Sequence[str], timeout: Optional[float] = None) -> None:
        self._args = list(args)
        self._timeout = timeout
        self._closed = False
        self._forget()
        _alive.add(self)

    def _forget(self) -> None:
        """Leaves a process to whoever has it: after a fork that is the parent."""
        child: Optional[_Child] = getattr(self, "_child", None)
        if child is not None:
            for stream in (child.process.stdin, child.process.stdout, child.process.stderr):
                try:
                    # Without buffers nothing is written by this.
                    stream.close()  # type: ignore[union-attr]
                except OSError:
                    pass
            # Nobody here waits for it.
            child.process.returncode = 0
        # Another thread may have held the lock at the time of the fork.
        self._lock = threading.RLock()
        self._writing = threading.Lock()
        self._child: Optional[_Child] = None

    def ask(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to a request, or a `RewardError`."""
        return self._answer(self._send(request))

    def ask_pairs(
        self, shared: Mapping[str, Any], pairs: Sequence[Mapping[str, Any]]
    ) -> Mapping[str, List[Any]]:
        """The answers to pairs of `prediction` and `truth`, as lists."""
        asked = [self._send({**shared, **pair}) for pair in pairs]
        joined: Dict[str, List[Any]] = {}
        for i, future in enumerate(asked):
            try:
                answer = self._answer(future)
            except RewardError as error:
                name = error.argument
                if name is None or name.split(".")[0] not in ("prediction", "truth"):
                    raise
                raise RewardError(error.code, error.reason, f"pairs[{i}].{name}") from None
            for name, value in answer.items():
                joined.setdefault(_PLURALS.get(name, name), []).append(value)
        return joined

    def _answer(self, future: "Future[Mapping[str, Any]]") -> Mapping[str, Any]:
        try:
            return future.result(self._timeout)
        except FutureTimeoutError:
            # Before Python 3.11 it is not the built-in one.
            raise TimeoutError(f"no answer for {self._timeout:g} s") from None

    def _send(self, request: Mapping[str, Any]) -> "Future[Mapping[str, Any]]":
        line = encoded(request) + b"\n"
        pending = _Pending(line)
        # One request after the other, so that answers are of the requests that they follow.
        with self._writing:
            with self._lock:
                if self._closed:
                    raise RewardProcessError("this reward is closed")
                child = self._child or self._start()
                child.pending.append(pending)
            self._write(child, line)
        return pending.future

    def _write(self, child: _Child, line: bytes) -> None:
        view = memoryview(line)
        try:
            while view:
                view = view[child.process.stdin.write(view) :]  # type: ignore[union-attr]
        except (OSError, ValueError):
            # Its end is noticed by the thread that reads its answers.
            pass

    def _start(self) -> _Child:
        child = _Child(self._args)
        self._child = child
        listener = threading.Thread(target=self._listen, args=(child,), daemon=True)
        listener.start()
        threading.Thread(target=self._read, args=(child, listener), daemon=True).start()
        hello = _Pending(_HELLO)
        child.pending.append(hello)
        hello.future.add_done_callback(lambda future: _check_protocol(future, child))
        self._write(child, hello.line)
        return child

    def _listen(self, child: _Child) -> None:
        for line in iter(child.process.stderr.readline, b""):  # type: ignore[union-attr]
            child.last_words.append(line.decode("utf-8", "replace").rstrip())
        child.process.stderr.close()  # type: ignore[union-attr]

    def _read(self, child: _Child, listener: threading.Thread) -> None:
        rest = b""
        while True:
            try:
                part = child.process.stdout.read(1 << 20)  # type: ignore[union-attr]
            except (OSError, ValueError):
                part = b""
            if not part:
                break
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                if child.pending:
                    _settle(child.pending.popleft().future, line)
        child.process.stdout.close()  # type: ignore[union-attr]
        # What it said last is part of the message.
        listener.join(timeout=1)
        self._lose(child)

    def _lose(self, child: _Child) -> None:
        """What was not answered is asked again, but for what seems to have ended the process."""
        code = child.process.wait()
        with self._writing, self._lock:
            child.process.stdin.close()  # type: ignore[union-attr]
            if self._child is child:
                self._child = None
            unanswered = list(child.pending)
            child.pending.clear()
            unanswered = [one for one in unanswered if one.line is not _HELLO]
            words = "; ".join(child.last_words)
            message = f"{shlex.join(self._args)} ended with code {code}" + (f": {words}" if words else "")
            if self._closed or not child.is_right:
                for one in unanswered:
                    one.future.set_exception(RewardProcessError(message))
                return
            if unanswered:
                unanswered[0].tries += 1
                if unanswered[0].tries >= _MOST_TRIES:
                    unanswered.pop(0).future.set_exception(RewardProcessError(message))
            again: Optional[_Child] = None
            if unanswered:
                try:
                    again = self._start()
                except RewardProcessError as error:
                    for one in unanswered:
                        one.future.set_exception(error)
                    return
                again.pending.extend(unanswered)
                for one in unanswered:
                    self._write(again, one.line)
        warnings.warn(f"{message}: a new one takes its place", RuntimeWarning, stacklevel=2)

    def close(self) -> None:
        """Ends the process once all is answered."""
        with self._lock:
            self._closed = True
            child = self._child
        if child is None:
            return
        with self._writing:
            child.process.stdin.close()  # type: ignore[union-attr]
        try:
            child.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.process.kill()


def _settle(future: "Future[Mapping[str, Any]]", line: bytes) -> None:
    try:
        answer = json.loads(line)
    except ValueError:
        future.set_exception(RewardProcessError(f"expected an answer, got {line[:80]!r}"))
        return
    error = error_of(answer)
    if error is None:
        future.set_result(answer)
    else:
        future.set_exception(error)


def _check_protocol(future: "Future[Mapping[str, Any]]", child: _Child) -> None:
    if future.cancelled() or future.exception() is not None:
        return
    child.is_right = True
    check_protocol(future.result(), "program")


_alive: "weakref.WeakSet[StreamProcess]" = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    for process in list(_alive):
        process.close()


def _forget_all() -> None:
    for process in list(_alive):
        process._forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
