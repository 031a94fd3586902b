"""A server on the loopback address that answers as it is told to, and remembers what it was asked."""

import contextlib
import http.server
import json
import threading

HELLO = {
    "name": "vessel-reward",
    "protocol": 1,
    "limits": {"requestBytes": 1 << 20, "group": 1024},
}


class Asked:
    def __init__(self, handler, body):
        self.method = handler.command
        self.path = handler.path
        self.token = handler.headers.get("Authorization")
        self.connection = handler.client_address[1]
        self.body = body


class Answer:
    """What is sent back. `cut`: bytes of the body that are kept back, after which the connection ends."""

    def __init__(self, body, status=200, headers=(), cut=0, hangs_up=False, delay=None):
        self.status = status
        self.text = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.headers = dict(headers)
        self.cut = cut
        self.hangs_up = hangs_up
        self.delay = delay


class StandIn:
    """`script` has the answers to what is not hello, in order; after them it scores by `rewards_of`."""

    def __init__(self, script=(), hello=HELLO):
        self.script = list(script)
        self.hello = hello
        self.asked = []
        self.lock = threading.Lock()

    def answer(self, asked):
        with self.lock:
            self.asked.append(asked)
            if asked.path.endswith("/v1/hello"):
                return self.hello if isinstance(self.hello, Answer) else Answer(self.hello)
            if self.script:
                one = self.script.pop(0)
                return one(asked) if callable(one) else one
        return Answer(rewards_of(asked.body))

    def scored(self):
        return [one for one in self.asked if not one.path.endswith("/v1/hello")]


def rewards_of(request):
    """The reward of a prediction is its width: whatever it is, it tells them apart."""
    one_by_one = request.get("pairs")
    masks = request["predictions"] if one_by_one is None else [pair["prediction"] for pair in one_by_one]
    rewards = [float(mask["width"]) for mask in masks]
    return {"id": None, "rewards": rewards, "terms": [{"dice": r} for r in rewards], "valid": [1] * len(rewards)}


@contextlib.contextmanager
def serving(stand_in, port=0):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # An answer in one piece: else the second waits for a delayed acknowledgment.
        wbufsize = -1

        def handle_one(self):
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            answer = stand_in.answer(Asked(self, body))
            if answer.delay is not None:
                answer.delay.wait(10)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.text)))
            self.end_headers()
            self.wfile.write(answer.text[: len(answer.text) - answer.cut])
            if answer.cut or answer.hangs_up:
                self.close_connection = True

        do_GET = do_POST = handle_one

        def log_message(self, *_):
            pass

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_):
            # Clients that go away are part of the tests.
            pass

    server = Server(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
