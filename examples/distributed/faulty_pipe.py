"""A filter that runs another one and has one accident: what Spark's `--faults` pipes through.

    python faulty_pipe.py FOLDER -- node dist/cli.js stream

Its first run kills the filter after some answers, its second one the Python worker of Spark that
started it; each later run is the filter itself.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from faults import AFTER, claim, kill


def main() -> None:
    folder, filter_command = sys.argv[1], sys.argv[3:]
    kills = next((name for name in ("stream", "worker") if claim(folder, name)), None)
    if kills is None:
        os.execvp(filter_command[0], filter_command)
    process = subprocess.Popen(filter_command, stdout=subprocess.PIPE, start_new_session=True)
    for _ in range(AFTER):
        sys.stdout.buffer.write(process.stdout.readline())
    sys.stdout.buffer.flush()
    kill(process)
    if kills == "worker":
        os.kill(os.getppid(), signal.SIGKILL)
    sys.exit(128 + signal.SIGKILL)


if __name__ == "__main__":
    main()
