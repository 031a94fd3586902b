import os
import shlex
import subprocess

import pytest

COMMAND = os.environ.get("VESSEL_REWARD_COMMAND")


class Server:
    """`vessel-reward serve` on the loopback address."""

    def __init__(self, *options, port=0):
        self.process = subprocess.Popen(
            [*shlex.split(COMMAND), "serve", "--port", str(port), "--log", "error", *options],
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        if not line.startswith("listening on http://"):
            self.kill()
            raise RuntimeError(f"expected a server, got {line!r}")
        self.url = line.split()[-1]
        self.port = int(self.url.rsplit(":", 1)[1])

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.process.stdout.close()


@pytest.fixture(scope="session")
def server():
    if not COMMAND:
        pytest.skip("VESSEL_REWARD_COMMAND does not say how to start the program")
    one = Server("--jobs", "2")
    yield one
    one.stop()
