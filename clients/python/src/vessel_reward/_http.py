"""A server, `vessel-reward serve`, behind a `Reward`."""

from __future__ import annotations

import json
import random
import re
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, List, Mapping, Optional, Sequence
from urllib.parse import urlsplit

from ._connections import Connections, Lost, Response
from ._errors import RewardError, RewardProcessError
from ._masks import size_of
from ._protocol import check_protocol, encoded, error_of, of_pair

URL_VARIABLE = "VESSEL_REWARD_URL"
"""The environment variable that names a server, such as `http://127.0.0.1:8000`."""

TOKEN_VARIABLE = "VESSEL_REWARD_TOKEN"
"""The environment variable that has the token of the server."""

# An answer that never comes would stop a training without a word.
DEFAULT_TIMEOUT = 300.0
# A batch is sent in parts, several at once, so that all threads of a server have work.
_PART_BYTES = 1 << 20
_PART_PIXELS = 1 << 24
_PART_PAIRS = 64
_MOST_PARTS_AT_ONCE = 4
# Seconds between tries.
_FIRST_DELAY, _LONGEST_DELAY = 0.1, 5.0
_LONGEST_RETRY_AFTER = 60.0
_BUSY = 429
# A request that ends a thread of the server twice is not tried again.
_MOST_FAILURES = 2
# 502 is what a balancer says for a server that has gone.
_AWAY = (502, 503)


def is_url(value: Any) -> bool:
    """Whether this is the address of a server, and not the name of a reward."""
    return isinstance(value, str) and re.match(r"(?i)https?://", value) is not None


class HttpServer:
    """Asks a server. Every request may be sent twice: the server keeps nothing of it."""

    def __init__(
        self, url: str, token: Optional[str], *, timeout: Optional[float], patience: float
    ) -> None:
        """
        :param patience: seconds for which a server that is away is tried again
        :param timeout: seconds for which an answer is waited for, and a busy server is asked again
        """
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError as error:
            raise ValueError(f"expected url to have a port from 0 to 65535, got {url!r}") from error
        if not is_url(url) or not parts.hostname:
            raise ValueError(f"expected url to be like http://127.0.0.1:8000, got {url!r}")
        if parts.query or parts.fragment or parts.username is not None:
            raise ValueError("expected url without query, fragment and user: a token is token=")
        # A token is never part of a message.
        if token is not None and re.fullmatch(r"[!-~]+", token) is None:
            raise ValueError("expected token to be visible ASCII characters without spaces")
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        self._path = parts.path.rstrip("/")
        self._name = f"{parts.scheme}://{parts.netloc}{self._path}"
        is_tls = parts.scheme.lower() == "https"
        self._connections = Connections(parts.hostname, port, is_tls, headers)
        self._timeout = DEFAULT_TIMEOUT if timeout is None else timeout
        self._patience = patience
        self._closed = False
        self._limits: Optional[Mapping[str, int]] = None

    def ask(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to a request as the stream takes it, or a `RewardError`."""
        limits = self._check_server()
        fields = {name: value for name, value in request.items() if name != "op"}
        return self._post(request.get("op", "score"), encoded(fields), limits)

    def ask_pairs(
        self, shared: Mapping[str, Any], pairs: Sequence[Mapping[str, Any]]
    ) -> Mapping[str, List[Any]]:
        """The answers to pairs of `prediction` and `truth`, as lists."""
        if not pairs:
            return {}
        limits = self._check_server()

        def ask_part(body: bytes, first: int) -> Mapping[str, Any]:
            try:
                return self._post("score", body, limits)
            except RewardError as error:
                raise of_pair(error, first) from None

        parts = _parts(shared, pairs, limits)
        with ThreadPoolExecutor(min(_MOST_PARTS_AT_ONCE, len(parts))) as threads:
            asked = [threads.submit(ask_part, *part) for part in parts]
            try:
                answers = [future.result() for future in asked]
            except BaseException:
                # What has not been sent need not be.
                for future in asked:
                    future.cancel()
                raise
        joined: Dict[str, List[Any]] = {}
        for answer in answers:
            for name, value in answer.items():
                if isinstance(value, list):
                    joined.setdefault(name, []).extend(value)
        return joined

    def close(self) -> None:
        """Closes the connections."""
        self._closed = True
        self._connections.close()

    def _check_server(self) -> Mapping[str, int]:
        """Finds out once whether it is the right program, and its limits."""
        if self._closed:
            raise RewardProcessError("this reward is closed")
        if self._limits is None:
            hello = self._call("/v1/hello", None)
            check_protocol(hello, "server")
            self._limits = hello.get("limits", {})
        return self._limits

    def _post(self, op: str, body: bytes, limits: Mapping[str, int]) -> Mapping[str, Any]:
        most = limits.get("requestBytes")
        # A server that refuses a body closes the connection, perhaps before its reason is read.
        if most is not None and len(body) > most:
            raise RewardError(
                "too-large", f"expected a request of at most {most} bytes, got {len(body)}: send fewer masks"
            )
        return self._call(f"/v1/{op}", body)

    def _call(self, path: str, body: Optional[bytes]) -> Mapping[str, Any]:
        """Tries until there is an answer, or the time is over."""
        start = time.monotonic()
        delay = _FIRST_DELAY
        is_told = False
        failures = 0
        while True:
            response: Optional[Response] = None
            try:
                response = self._connections.exchange(self._path + path, body, start + self._timeout)
                if response.status not in (_BUSY, *_AWAY):
                    return self._read(response)
                failures += b'"worker-failed"' in response.body
                if failures == _MOST_FAILURES:
                    return self._read(response)
                reason = f"status {response.status}"
            except Lost as lost:
                if lost.is_stale:
                    continue
                reason = str(lost)
            except TimeoutError:
                raise TimeoutError(f"{self._name} has not answered for {self._timeout:g} s") from None
            is_busy = response is not None and response.status == _BUSY
            wait = _retry_after(response)
            if wait is None:
                # Clients that failed together do not come back together.
                wait = delay * random.uniform(0.5, 1)
                delay = min(2 * delay, _LONGEST_DELAY)
            most = self._timeout if is_busy else min(self._patience, self._timeout)
            if self._closed or time.monotonic() + wait >= start + most:
                if response is not None:
                    return self._read(response)
                raise RewardProcessError(f"cannot reach {self._name}: {reason}")
            if not is_busy and not is_told:
                is_told = True
                warnings.warn(f"{self._name}: {reason}: it is tried again", RuntimeWarning, stacklevel=2)
            time.sleep(wait)

    def _read(self, response: Response) -> Mapping[str, Any]:
        try:
            answer = json.loads(response.body)
            error = error_of(answer)
        except (ValueError, AttributeError, KeyError, TypeError):
            error = None
            answer = None
        if error is not None:
            raise error
        if response.status == 200 and answer is not None:
            return answer
        raise RewardProcessError(
            f"expected {self._name} to be vessel-reward serve, "
            f"got status {response.status}: {response.body[:80]!r}"
        )


def _parts(
    shared: Mapping[str, Any], pairs: Sequence[Mapping[str, Any]], limits: Mapping[str, int]
) -> List["tuple[bytes, int]"]:
    """Requests of a size that suits the server, each with the number of its first pair."""
    most_pairs = min(_PART_PAIRS, limits.get("group", _PART_PAIRS))
    head = encoded(shared)[:-1] + b',"pairs":['
    parts: List["tuple[bytes, int]"] = []
    texts: List[bytes] = []
    size = all_pixels = 0
    for i, pair in enumerate(pairs):
        text = encoded(pair)
        # Runs of large masks are short, and their pixels cost the time.
        rows, columns = size_of(pair["truth"])
        pixels = 2 * rows * columns
        is_too_much = size + len(text) > _PART_BYTES or all_pixels + pixels > _PART_PIXELS
        if texts and (len(texts) == most_pairs or is_too_much):
            parts.append((head + b",".join(texts) + b"]}", i - len(texts)))
            texts, size, all_pixels = [], 0, 0
        texts.append(text)
        size += len(text)
        all_pixels += pixels
    parts.append((head + b",".join(texts) + b"]}", len(pairs) - len(texts)))
    return parts


def _retry_after(response: Optional[Response]) -> Optional[float]:
    text = None if response is None else response.retry_after
    if text is None or re.fullmatch(r"[0-9]{1,9}", text) is None:
        return None
    return min(float(text), _LONGEST_RETRY_AFTER) + random.uniform(0, 0.1)
