"""Writes requests for `vessel-reward stream`: groups of predictions against one truth each.

    python make_requests.py --groups 1250 --group 8 > requests.ndjson    # 10,000 masks of 256 x 256

Truths are bundles of bent lines, and predictions the same with pieces missing, shifts and specks. Equal
arguments write equal bytes.
"""

import argparse
import base64
import json
import sys

import numpy as np


def vessels(random: np.random.Generator, size: int) -> np.ndarray:
    """Some bent lines of 1 to 4 pixels."""
    mask = np.zeros((size, size), bool)
    for _ in range(random.integers(5, 10)):
        steps = int(random.integers(size // 3, size))
        angle = random.uniform(0, 2 * np.pi) + np.cumsum(random.normal(0, 0.06, steps))
        y = random.uniform(0, size) + np.cumsum(np.sin(angle))
        x = random.uniform(0, size) + np.cumsum(np.cos(angle))
        for dy in range(random.integers(1, 5)):
            for dx in range(2):
                rows, columns = np.rint(y).astype(int) + dy, np.rint(x).astype(int) + dx
                inside = (rows >= 0) & (rows < size) & (columns >= 0) & (columns < size)
                mask[rows[inside], columns[inside]] = True
    return mask


def careless(random: np.random.Generator, truth: np.ndarray) -> np.ndarray:
    """The truth as a model may see it."""
    size = truth.shape[0]
    mask = np.roll(truth, tuple(random.integers(-1, 2, 2)), (0, 1))
    for _ in range(random.integers(2, 12)):
        top, left = random.integers(0, size, 2)
        side = random.integers(4, max(5, size // 6))
        mask[top : top + side, left : left + side] = False
    return mask | (random.random(mask.shape) < 0.002)


def on_wire(mask: np.ndarray) -> dict:
    bits = base64.b64encode(np.packbits(mask).tobytes()).decode("ascii")
    return {"bits": bits, "width": mask.shape[1], "height": mask.shape[0]}


def requests(groups: int, group: int, size: int, seed: int, reward: str):
    """One line a group."""
    for i in range(groups):
        random = np.random.default_rng([seed, i])
        truth = vessels(random, size)
        predictions = [on_wire(careless(random, truth)) for _ in range(group)]
        request = {"id": i, "reward": reward, "truth": on_wire(truth), "predictions": predictions}
        yield json.dumps(request, separators=(",", ":"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--groups", type=int, default=1250)
    parser.add_argument("--group", type=int, default=8, help="predictions of a group")
    parser.add_argument("--size", type=int, default=256, help="side of a mask in pixels")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reward", choices=["design", "robust"], default="robust")
    options = parser.parse_args()
    for name in ("groups", "group", "size"):
        least = 16 if name == "size" else 1
        if getattr(options, name) < least:
            parser.error(f"expected --{name} to be {least} or more, got {getattr(options, name)}")
    for line in requests(**vars(options)):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
