"""Connections to a server that are kept for the next request."""

from __future__ import annotations

import http.client
import os
import socket
import threading
import time
from typing import List, Mapping, NamedTuple, Optional

# Before Python 3.10 a socket's own is not the built-in one.
_TIMEOUTS = (TimeoutError, socket.timeout)
_CONNECT_TIMEOUT = 10.0


class Response(NamedTuple):
    status: int
    body: bytes
    retry_after: Optional[str]


class Lost(Exception):
    """No answer came. `is_stale`: the connection had been idle, and may have been closed for that alone."""

    def __init__(self, cause: BaseException, is_stale: bool) -> None:
        super().__init__(str(cause) or type(cause).__name__)
        self.is_stale = is_stale


class Connections:
    """As many connections as requests are under way at once, each used by one thread at a time."""

    def __init__(
        self, host: str, port: Optional[int], is_tls: bool, headers: Mapping[str, str]
    ) -> None:
        self._kind = http.client.HTTPSConnection if is_tls else http.client.HTTPConnection
        self._host = host
        self._port = port
        self._headers = headers
        self._is_closed = False
        self._forget()

    def _forget(self) -> None:
        """Leaves connections to whoever has them: after a fork that is the parent."""
        for connection in getattr(self, "_idle", []):
            # This closes what this process has of it, and says nothing to the server.
            connection.close()
        self._owner = os.getpid()
        # Another thread may have held the lock at the time of the fork.
        self._lock = threading.Lock()
        self._idle: List[http.client.HTTPConnection] = []

    def exchange(self, path: str, body: Optional[bytes], deadline: float) -> Response:
        """Sends a request once: a GET if it has no body, else a POST.

        :param deadline: by `time.monotonic()`; after it a `TimeoutError`
        """
        if self._owner != os.getpid():
            self._forget()
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        is_new = connection is None
        try:
            if connection is None:
                connection = self._kind(self._host, self._port)
                self._connect(connection, deadline)
            response, is_kept = self._send(connection, path, body, deadline)
        except BaseException as error:
            # What would come next on this connection is not known.
            if connection is not None:
                connection.close()
            if isinstance(error, _TIMEOUTS):
                raise TimeoutError from None
            if isinstance(error, (OSError, http.client.HTTPException)):
                raise Lost(error, not is_new) from error
            raise
        with self._lock:
            is_kept = is_kept and not self._is_closed
            if is_kept:
                self._idle.append(connection)
        if not is_kept:
            connection.close()
        return response

    def close(self) -> None:
        """Closes the connections that nobody uses, and each of the others after its answer."""
        if self._owner != os.getpid():
            self._forget()
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _connect(self, connection: http.client.HTTPConnection, deadline: float) -> None:
        connection.timeout = min(_CONNECT_TIMEOUT, _left(deadline))
        try:
            connection.connect()
        except _TIMEOUTS:
            # A server that is not there is tried again; one that does not answer is not.
            raise ConnectionError("no connection in time") from None

    def _send(
        self, connection: http.client.HTTPConnection, path: str, body: Optional[bytes], deadline: float
    ) -> "tuple[Response, bool]":
        connection.sock.settimeout(_left(deadline))
        try:
            connection.request("GET" if body is None else "POST", path, body, dict(self._headers))
        except (BrokenPipeError, ConnectionResetError):
            # A server that refuses a body has perhaps said why.
            pass
        answer = connection.getresponse()
        parts: List[bytes] = []
        while True:
            # Without one the answer ends with the connection, under the timeout from above.
            if connection.sock is not None:
                connection.sock.settimeout(_left(deadline))
            part = answer.read1(1 << 20)
            if not part:
                break
            parts.append(part)
        if answer.length:
            raise http.client.IncompleteRead(b"", answer.length)
        # So that the connection knows that it is free.
        answer.close()
        response = Response(answer.status, b"".join(parts), answer.getheader("Retry-After"))
        return response, not answer.will_close


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
