"""Write surface-distances.json.gz: golden values of morphology and of surface distances.

The masks and pairs are those of make_golden.py, by name. The numbers come from SciPy,
scikit-image, MONAI, MedPy and surface-distance. Nothing here is a port of the TypeScript
code.

Run it in an environment of its own (Python 3.11 or later):

    python -m venv .venv
    .venv/bin/pip install -r test/golden/requirements-metrics.txt
    .venv/bin/python test/golden/make_distance_golden.py

A second run gives the same bytes.
"""

import argparse
import hashlib
import logging
import math
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from make_centerline_golden import pairs_of
from make_golden import Mask, all_masks, write
from medpy.metric import binary as medpy
from monai.metrics import (
    compute_average_surface_distance,
    compute_hausdorff_distance,
    compute_surface_dice,
)
from scipy import ndimage
from skimage import morphology
from surface_distance import (
    compute_robust_hausdorff,
    compute_surface_dice_at_tolerance,
    compute_surface_distances,
)

PACKAGES = ("numpy", "scipy", "scikit-image", "monai", "MedPy", "surface-distance")
CROSS = ndimage.generate_binary_structure(2, 1)
RADII = (1, 2, 3, 5, 8, 0, 2.5, 11)
ELEMENTS = ("square", "diamond", "disk")
SPACINGS = ((1, 1), (1, 1), (0.5, 1), (3, 3), (1, 3), (0.7, 0.4))
TOLERANCES = (1, 0, 2, 3.5, 12)

# --- morphology ----------------------------------------------------------------------


def footprint(element: str, radius: float) -> np.ndarray:
    """The footprint of scikit-image, or by its formula where the radius is no integer."""
    if radius == int(radius):
        side = 2 * int(radius) + 1
        return {
            "square": lambda: morphology.footprint_rectangle((side, side)),
            "diamond": lambda: morphology.diamond(int(radius)),
            "disk": lambda: morphology.disk(int(radius)),
        }[element]().astype(bool)
    reach = math.floor(radius)
    y, x = np.abs(np.mgrid[-reach : reach + 1, -reach : reach + 1])
    return {
        "square": np.maximum(x, y) <= radius,
        "diamond": x + y <= radius,
        "disk": x * x + y * y <= radius * radius,
    }[element]


def digest(mask: Mask) -> str:
    return hashlib.sha256(mask.astype(np.uint8).tobytes()).hexdigest()[:12]


def morphology_facts(name: str, mask: Mask, element: str, radius: float) -> dict:
    shape = footprint(element, radius)
    dilated = ndimage.binary_dilation(mask, shape)
    eroded = ndimage.binary_erosion(mask, shape)
    ignored = ndimage.binary_erosion(mask, shape, border_value=1)
    assert np.array_equal(dilated, morphology.dilation(mask, shape, mode="ignore")), name
    assert np.array_equal(ignored, morphology.erosion(mask, shape, mode="ignore")), name
    return {
        "case": name,
        "element": element,
        "radius": radius,
        "dilated": digest(dilated),
        "eroded": digest(eroded),
        "ignored": digest(ignored),
        "boundary": digest(boundary(mask)),
    }


def boundary(mask: Mask) -> Mask:
    return mask ^ ndimage.binary_erosion(mask, CROSS)


# --- surface distances ---------------------------------------------------------------


def plain(value: float) -> float | str | None:
    """A number as it can be written in JSON: null is NaN."""
    value = float(value)
    if math.isnan(value):
        return None
    return value if math.isfinite(value) else "inf"


def directed(pred: Mask, truth: Mask, spacing: tuple[float, float]) -> np.ndarray:
    """Distances from the boundary pixels of one mask to the other boundary, by SciPy."""
    field = ndimage.distance_transform_edt(~boundary(truth), sampling=spacing)
    return field[boundary(pred)]


def scipy_values(
    pred: Mask, truth: Mask, spacing: tuple[float, float], tolerance: float
) -> list[float] | None:
    if not pred.any() or not truth.any():
        return None
    there, back = directed(pred, truth, spacing), directed(truth, pred, spacing)
    both = np.concatenate([there, back])
    return [
        float(both.max()),
        float(max(np.percentile(there, 95), np.percentile(back, 95))),
        float(np.percentile(both, 95)),
        float(both.mean()),
        float((there.mean() + back.mean()) / 2),
        float((both <= tolerance).mean()),
    ]


def monai_values(
    pred: Mask, truth: Mask, spacing: tuple[float, float], tolerance: float
) -> list[float | str | None]:
    a, b = (torch.from_numpy(mask.copy())[None, None] for mask in (pred, truth))
    options = {"include_background": True, "spacing": [float(side) for side in spacing]}

    def mean(x, y, symmetric):
        return compute_average_surface_distance(x, y, symmetric=symmetric, **options).item()

    return [
        plain(compute_hausdorff_distance(a, b, **options).item()),
        plain(compute_hausdorff_distance(a, b, percentile=95, **options).item()),
        plain(mean(a, b, True)),
        plain((mean(a, b, False) + mean(b, a, False)) / 2),
        plain(compute_surface_dice(a, b, [tolerance], **options).item()),
    ]


def medpy_values(pred: Mask, truth: Mask, spacing: tuple[float, float]) -> list[float] | None:
    """MedPy pools both directions, also for hd95."""
    try:
        return [
            float(medpy.hd95(pred, truth, spacing)),
            float(medpy.assd(pred, truth, spacing)),
        ]
    except RuntimeError:
        return None


def surface_distance_values(
    pred: Mask, truth: Mask, spacing: tuple[float, float], tolerance: float
) -> list[float | str | None] | None:
    """surface-distance weighs elements of the surface, between pixels, by their length."""
    try:
        found = compute_surface_distances(truth, pred, spacing)
        return [
            plain(compute_robust_hausdorff(found, 95)),
            plain(compute_surface_dice_at_tolerance(found, tolerance)),
        ]
    except AttributeError:
        return None  # of an empty mask it asks for np.Inf, which NumPy 2 no longer has


def close(ours: list[float], theirs: list[float | str | None], error: float) -> bool:
    return np.allclose(ours, np.array(theirs, float), rtol=error, atol=error)


def pair_values(index: int, name: str, pred: Mask, truth: Mask) -> dict:
    spacing = SPACINGS[index % len(SPACINGS)]
    tolerance = TOLERANCES[index % len(TOLERANCES)]
    scipys = scipy_values(pred, truth, spacing, tolerance)
    monais = monai_values(pred, truth, spacing, tolerance)
    medpys = medpy_values(pred, truth, spacing)
    if scipys is not None:
        hd, hd95, pooled, assd, masd, nsd = scipys
        # MONAI computes in single precision, also the place between two ranks.
        assert close([hd, assd, masd, nsd], [monais[0], *monais[2:]], 1e-6), name
        assert close([hd95], [monais[1]], 1e-4), name
        assert close([pooled, assd], medpys, 1e-12), name
    return {
        "name": name,
        "spacing": spacing,
        "tolerance": tolerance,
        "scipy": scipys,
        "monai": monais,
        "medpy": medpys,
        "surfaceDistance": surface_distance_values(pred, truth, spacing, tolerance),
    }


# --- output --------------------------------------------------------------------------


def main() -> None:
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description="Write the golden surface distances.")
    parser.add_argument("--out", type=Path, default=here, help="default: this folder")
    folder = parser.parse_args().out
    # Libraries warn of empty masks, and of those this file has some.
    warnings.simplefilter("ignore")
    logging.disable()
    torch.set_num_threads(1)
    masks = {name: mask for group in all_masks().values() for name, mask in group.items()}
    shapes = [
        morphology_facts(name, mask, ELEMENTS[k % 3], RADII[(k // 3) % len(RADII)])
        for k, (name, mask) in enumerate(masks.items())
    ]
    pairs = [
        pair_values(index, name, pred, truth)
        for index, (name, pred, truth, _) in enumerate(pairs_of(masks))
    ]
    versions = {name: version(name) for name in PACKAGES}
    content = {"versions": versions, "morphology": shapes, "pairs": pairs}
    write(folder, "surface-distances", content)
    empty = sum(pair["scipy"] is None for pair in pairs)
    print(f"{len(shapes)} masks, {len(pairs)} pairs, {empty} of them with an empty mask")


if __name__ == "__main__":
    main()
