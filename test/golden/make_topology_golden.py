"""Write topology.json.gz: Betti numbers by scikit-image and the Betti matching of Betti-Matching-3D,
which the package topolosses contains, for masks that are seeded by their names.

Run it in an environment of its own (Python 3.11 or later):

    python -m venv .venv
    .venv/bin/pip install -r test/golden/requirements-metrics.txt
    .venv/bin/python test/golden/make_topology_golden.py

A second run gives the same bytes. README.md beside it describes the fields.
"""

import gzip
import json
from pathlib import Path

import numpy as np
from make_golden import pack, seeded
from scipy import ndimage
from topolosses.losses.betti_matching.src.betti_matching import compute_matching

PAIRS = 600


def cells(mask: np.ndarray) -> np.ndarray:
    """The cells of the complex whose squares are the pixels: a pixel with its edges and corners is a
    block of 3 x 3, and blocks of neighbours overlap. So what is 8-connected in the mask is
    4-connected here, the background the other way round, and a union of masks stays a union."""
    height, width = mask.shape
    complex_ = np.zeros((2 * height + 1, 2 * width + 1), bool)
    for y in range(3):
        for x in range(3):
            complex_[y : y + 2 * height : 2, x : x + 2 * width : 2] |= mask
    return complex_


def framed(mask: np.ndarray) -> np.ndarray:
    """Foreground low, as a sublevel filtration wants it; a pixel apart becomes the essential
    component, which the library leaves out, so that every component of the mask is counted."""
    values = np.pad(1.0 - mask, 2, constant_values=1.0)
    values[0, 0] = -1
    return values


def matching(pred: np.ndarray, truth: np.ndarray) -> list[list[int]]:
    result = compute_matching(framed(pred), framed(truth))
    parts = (result.num_matched, result.num_unmatched_input1, result.num_unmatched_input2)
    return [[int(number) for number in part] for part in parts]


def masks(number: int) -> tuple[np.ndarray, np.ndarray]:
    rng = seeded(f"betti matching {number}")
    height, width = rng.integers(1, 34, 2)
    density = rng.uniform(0.2, 0.9)
    field = rng.random((height, width))
    if number % 3 == 0:
        field = ndimage.gaussian_filter(field, 1)
    truth = field < np.quantile(field, density)
    if number % 4 == 0:
        return rng.random((height, width)) < rng.uniform(0.2, 0.9), truth
    return truth ^ (rng.random((height, width)) < rng.uniform(0.01, 0.2)), truth


def main() -> None:
    cases = []
    for number in range(PAIRS):
        pred, truth = masks(number)
        cases.append(
            {
                "height": pred.shape[0],
                "width": pred.shape[1],
                "pred": pack(pred),
                "truth": pack(truth),
                "4": matching(pred, truth),
                "8": matching(cells(pred), cells(truth)),
            }
        )
    text = json.dumps(cases, separators=(",", ":"))
    path = Path(__file__).with_name("topology.json.gz")
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{path.name}: {path.stat().st_size} bytes, {len(cases)} pairs")


if __name__ == "__main__":
    main()
