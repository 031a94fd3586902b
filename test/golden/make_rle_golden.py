"""Write rle.json.gz: run-length encodings of masks, and polygons that are filled, by pycocotools.

Run it in an environment of its own (Python 3.11 or later):

    python -m venv .venv
    .venv/bin/pip install -r test/golden/requirements-formats.txt
    .venv/bin/python test/golden/make_rle_golden.py

A second run gives the same bytes. README.md beside it describes the fields.
"""

import base64
import gzip
import json
import zlib
from pathlib import Path

import numpy as np
from pycocotools import mask as coco

SEED = 20240917
MASKS = 300
POLYGONS = 300


def seeded(name: str) -> np.random.Generator:
    return np.random.default_rng([SEED, zlib.crc32(name.encode())])


def random_mask(number: int) -> np.ndarray:
    rng = seeded(f"rle {number}")
    height, width = rng.integers(1, 100, 2)
    if number % 5 == 0:
        return rng.random((height, width)) < rng.uniform(0, 1)
    y, x = np.mgrid[:height, :width]
    if number % 5 == 1:
        size = rng.integers(1, 40)
        return (y // size + x // size) % 2 == rng.integers(2)
    mask = np.zeros((height, width), bool)
    for _ in range(rng.integers(0, 6)):
        cy, cx, ry, rx = rng.uniform(0, 1, 4) * (height, width, height, width)
        mask |= ((y - cy) / (ry / 2 + 0.1)) ** 2 + ((x - cx) / (rx / 2 + 0.1)) ** 2 <= 1
    return ~mask if number % 5 == 2 else mask


def mask_cases() -> list[dict]:
    masks = [random_mask(number) for number in range(MASKS)]
    for shape in ((1, 1), (1, 70), (70, 1), (37, 30), (64, 31), (0, 4), (4, 0), (300, 1100)):
        masks += [np.zeros(shape, bool), np.ones(shape, bool)]
    cases = []
    for mask in masks:
        rle = coco.encode(np.asfortranarray(mask, np.uint8))
        packed = base64.b64encode(np.packbits(mask)).decode()
        cases.append({"size": rle["size"], "mask": packed, "counts": rle["counts"].decode()})
    return cases


def random_polygon(number: int, rng: np.random.Generator, height: int, width: int) -> list[float]:
    points = rng.integers(3, 12)
    xy = rng.uniform(-0.1, 1.1, (points, 2)) * (width, height)
    if number % 3 == 0:
        # A star seen from its middle does not cross itself.
        angles = np.sort(rng.uniform(0, 2 * np.pi, points))
        radii = rng.uniform(0.1, 0.6, points)
        xy = np.stack([np.cos(angles), np.sin(angles)], 1) * radii[:, None] * (width, height)
        xy += np.array([width, height]) / 2
    decimals = (0, 1, 2)[number % 3] if number % 2 else 6
    return [float(value) for value in np.round(xy, decimals).ravel()]


def polygon_cases() -> list[dict]:
    cases = []
    for number in range(POLYGONS):
        rng = seeded(f"polygon {number}")
        height, width = (int(size) for size in rng.integers(1, 90, 2))
        count = 1 if number % 4 else 3
        polygons = [random_polygon(number, rng, height, width) for _ in range(count)]
        rle = coco.merge(coco.frPyObjects(polygons, height, width))
        cases.append(
            {"size": [height, width], "polygons": polygons, "counts": rle["counts"].decode()}
        )
    return cases


def main() -> None:
    golden = {"masks": mask_cases(), "polygons": polygon_cases()}
    path = Path(__file__).with_name("rle.json.gz")
    text = json.dumps(golden, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
