"""Small images for tests."""

import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(FOLDER))


@pytest.fixture(scope="session")
def few(tmp_path_factory):
    """A folder of images with dark bent lines, in the layout of export-images."""
    import numpy as np

    folder = tmp_path_factory.mktemp("few")
    random = np.random.default_rng(3)
    for split, count in (("train", 4), ("validation", 3), ("test", 2)):
        truth = np.zeros((count, 64, 64), np.uint8)
        for mask in truth:
            for _ in range(6):
                angle = random.uniform(0, 6.3) + np.cumsum(random.normal(0, 0.1, 50))
                y, x = (32 + np.cumsum(f(angle)) for f in (np.sin, np.cos))
                rows, columns = np.rint(y).astype(int), np.rint(x).astype(int)
                inside = (rows >= 0) & (rows < 63) & (columns >= 0) & (columns < 63)
                mask[rows[inside], columns[inside]] = 1
                mask[rows[inside] + 1, columns[inside]] = 1
        image = (-2.0 * truth + random.normal(0, 0.7, truth.shape)).astype(np.float32)
        within = np.ones_like(truth)
        within[:, :2] = 0
        np.save(folder / f"{split}-image.npy", image)
        np.save(folder / f"{split}-truth.npy", truth * within)
        np.save(folder / f"{split}-within.npy", within)
    return folder


@pytest.fixture(scope="session")
def data():
    """The images of export-images."""
    folder = FOLDER / "data"
    if not (folder / "validation-image.npy").exists():
        pytest.skip(f"there are no images in {folder}: see README.md")
    return folder
