"""Write the golden files that the differential tests compare with.

The masks are synthetic and seeded by their names; the numbers come from NumPy, SciPy,
scikit-image and OpenCV, or from plain formulas on top of them. Nothing here is a port
of the TypeScript code.

Run it in an environment of its own (Python 3.11 or later):

    python -m venv .venv
    .venv/bin/pip install -r test/golden/requirements.txt
    .venv/bin/python test/golden/make_golden.py

It rewrites the *.json.gz files beside it; README.md beside it describes their fields.
A second run gives the same bytes.
"""

import argparse
import base64
import gzip
import hashlib
import json
import math
import zlib
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import scipy
import skimage
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from skimage.measure import euler_number
from skimage.morphology import skeletonize, thin

Mask = np.ndarray  # bool, [rows, columns]
Rng = np.random.Generator

SEED = 20240917
MAX_FILE_BYTES = 300_000
METHODS = ("skimage", "zhang-suen", "guo-hall")
MERGE_RADII = (0, 1.5, 3, 5)
DEFAULT_RADIUS = 3
WORD_EDGES = ((26, 36), (56, 68), (89, 97), (119, 128))
DENSITIES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
STRUCTURES = {4: ndimage.generate_binary_structure(2, 1), 8: np.ones((3, 3), bool)}


def seeded(name: str) -> Rng:
    """A generator that depends on the name only, not on the order of the cases."""
    return np.random.default_rng([SEED, zlib.crc32(name.encode())])


def pack(mask: Mask) -> str:
    return base64.b64encode(np.packbits(mask)).decode()


# --- masks ---------------------------------------------------------------------------


def grid(width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates y, x of all pixels."""
    return np.mgrid[:height, :width]


def noise(width: int, height: int, rng: Rng, density: float) -> Mask:
    return rng.random((height, width)) < density


def blobs(width: int, height: int, rng: Rng, sigma: float, density: float) -> Mask:
    field = ndimage.gaussian_filter(rng.random((height, width)), sigma)
    return field > np.quantile(field, 1 - density)


def stripes(width: int, height: int, direction: str, size: int, phase: int = 0) -> Mask:
    y, x = grid(width, height)
    along = {"horizontal": y, "vertical": x, "diagonal": x + y, "antidiagonal": x - y}
    return (along[direction] + phase) // size % 2 == 0


def checkerboard(width: int, height: int, size: int, phase: int = 0) -> Mask:
    y, x = grid(width, height)
    return (y // size + x // size + phase) % 2 == 0


def pixels(width: int, height: int, *places: tuple[int, int]) -> Mask:
    """Single pixels; a place is x, y and may count from the far end."""
    mask = np.zeros((height, width), bool)
    for x, y in places:
        mask[y, x] = True
    return mask


def disc(width: int, height: int, x0: float, y0: float, radius: float) -> Mask:
    y, x = grid(width, height)
    return (x - x0) ** 2 + (y - y0) ** 2 <= radius**2


def round_rings(width: int, height: int, thickness: float) -> Mask:
    y, x = grid(width, height)
    distance = np.hypot(x - (width - 1) / 2, y - (height - 1) / 2)
    return np.floor(distance / thickness) % 2 == 1


def square_rings(width: int, height: int, thickness: int) -> Mask:
    y, x = grid(width, height)
    depth = np.minimum(np.minimum(x, width - 1 - x), np.minimum(y, height - 1 - y))
    return depth // thickness % 2 == 0


def half_bar(
    width: int, height: int, degrees: float, thickness: float, length: float
) -> Mask:
    """A bar from the middle of the image outwards, with a flat far end."""
    y, x = grid(width, height)
    dx, dy = x - (width - 1) / 2, y - (height - 1) / 2
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    along, across = dx * cos + dy * sin, dy * cos - dx * sin
    reach = (along >= -thickness / 2) & (along <= length)
    return reach & (np.abs(across) <= thickness / 2)


def star(
    width: int, height: int, degrees: float, thickness: float, arms: int, length: float
) -> Mask:
    """Equally spaced arms: a bar for 2, a Y for 3, a plus sign for 4."""
    mask = np.zeros((height, width), bool)
    for arm in range(arms):
        mask |= half_bar(width, height, degrees + arm * 360 / arms, thickness, length)
    return mask


def plus(width: int, height: int, size: int, thickness: int) -> Mask:
    """A plus sign of size x size pixels in the middle; all three of one parity."""
    y, x = grid(width, height)
    dx, dy = np.abs(2 * x - width + 1), np.abs(2 * y - height + 1)
    return (np.minimum(dx, dy) < thickness) & (np.maximum(dx, dy) < size)


def atlas(size: int) -> Mask:
    """Every size x size pattern once, two background pixels apart."""
    codes = np.arange(2 ** (size * size))
    bits = codes[:, None] >> np.arange(size * size) & 1
    tiles = np.pad(bits.reshape(-1, size, size), ((0, 0), (1, 1), (1, 1)))
    rows = 2 ** (size * size // 2)
    tiles = tiles.reshape(rows, -1, size + 2, size + 2)
    return np.concatenate(np.concatenate(tiles, axis=1), axis=1).astype(bool)


def vessel_tree(
    width: int, height: int, rng: Rng, roots: int, thickness: tuple[float, float]
) -> Mask:
    """Branching walks of discs that start on the border, wide first, thinner later."""
    mask = np.zeros((height, width), bool)
    thinnest, widest = thickness
    walks = []
    for _ in range(roots):
        side, place = int(rng.integers(4)), rng.random()
        x = (place * (width - 1), width - 1, place * (width - 1), 0)[side]
        y = (0, place * (height - 1), height - 1, place * (height - 1))[side]
        to_middle = math.atan2(height / 2 - y, width / 2 - x)
        walks.append((x, y, to_middle + rng.random() - 0.5, widest, 0))
    while walks:
        x, y, angle, diameter, depth = walks.pop()
        while -5 < x < width + 5 and -5 < y < height + 5 and diameter >= thinnest:
            stamp(mask, x, y, diameter)
            x += math.cos(angle)
            y += math.sin(angle)
            angle += (rng.random() - 0.5) * 0.5
            diameter -= 0.012 * widest
            if depth < 5 and rng.random() < 0.05:
                turn = (0.4 + 0.8 * rng.random()) * (1 if rng.random() < 0.5 else -1)
                walks.append((x, y, angle + turn, diameter * 0.8, depth + 1))
                depth += 1
    return mask


def stamp(mask: Mask, x: float, y: float, diameter: float) -> None:
    """Set a disc in place; its centre always, so that thin walks hold together."""
    height, width = mask.shape
    reach = math.ceil(diameter / 2)
    centre_x, centre_y = round(x), round(y)
    for j in range(max(0, centre_y - reach), min(height, centre_y + reach + 1)):
        for i in range(max(0, centre_x - reach), min(width, centre_x + reach + 1)):
            inside = (i - x) ** 2 + (j - y) ** 2 <= diameter * diameter / 4
            if inside or (i == centre_x and j == centre_y):
                mask[j, i] = True


def any_noise(width: int, height: int, rng: Rng) -> Mask:
    return noise(width, height, rng, DENSITIES[rng.integers(len(DENSITIES))])


def any_checkerboard(width: int, height: int, rng: Rng) -> Mask:
    return checkerboard(width, height, int(rng.integers(1, 4)), int(rng.integers(2)))


def pinholes(width: int, height: int, rng: Rng) -> Mask:
    return ~noise(width, height, rng, 0.01)


def any_stripes(width: int, height: int, rng: Rng) -> Mask:
    directions = ("horizontal", "vertical", "diagonal", "antidiagonal")
    direction = directions[int(rng.integers(4))]
    size, phase = int(rng.integers(1, 6)), int(rng.integers(5))
    return stripes(width, height, direction, size, phase)


def any_star(width: int, height: int, rng: Rng, arms: int) -> Mask:
    thickness, degrees = 1 + 8 * rng.random(), 360 * rng.random()
    length = (0.3 + 0.4 * rng.random()) * max(width, height)
    return star(width, height, degrees, thickness, arms, length)


def far_pixels(width: int, height: int, rng: Rng) -> Mask:
    """Some of the corners and edge middles."""
    columns, rows = (0, width // 2, width - 1), (0, height // 2, height - 1)
    places = [(x, y) for y in rows for x in columns]
    return pixels(width, height, *(p for p in places if rng.random() < 0.4))


# Seventeen of them, coprime to the eight heights of a width: they meet every residue.
EDGE_FAMILIES: dict[str, Callable[[int, int, Rng], Mask]] = {
    "noise": any_noise,
    "tree": lambda w, h, rng: vessel_tree(w, h, rng, 3, (1, 6)),
    "blobs": lambda w, h, rng: blobs(w, h, rng, 1.5, 0.3 + 0.4 * rng.random()),
    "stripes": any_stripes,
    "fine-tree": lambda w, h, rng: vessel_tree(w, h, rng, 5, (0.5, 2.5)),
    "pinholes": pinholes,
    "y": lambda w, h, rng: any_star(w, h, rng, 3),
    "dense-blobs": lambda w, h, rng: blobs(w, h, rng, 0.8, 0.5 + 0.4 * rng.random()),
    "ones": lambda w, h, rng: np.ones((h, w), bool),
    "round-rings": lambda w, h, rng: round_rings(w, h, 1 + 4 * rng.random()),
    "thick-tree": lambda w, h, rng: vessel_tree(w, h, rng, 2, (3, 9)),
    "far-pixels": far_pixels,
    "bar": lambda w, h, rng: any_star(w, h, rng, 2),
    "checkerboard": any_checkerboard,
    "large-blobs": lambda w, h, rng: blobs(w, h, rng, 4, 0.2 + 0.6 * rng.random()),
    "square-rings": lambda w, h, rng: square_rings(w, h, int(rng.integers(1, 5))),
    "zeros": lambda w, h, rng: np.zeros((h, w), bool),
}


def tiny_masks() -> dict[str, Mask]:
    masks = {f"square/{n}x{n}/zeros": np.zeros((n, n), bool) for n in (1, 3, 4)}
    masks |= {f"square/{n}x{n}/ones": np.ones((n, n), bool) for n in (1, 3, 4, 5, 6)}
    for code in range(16):
        bits = [code >> bit & 1 for bit in range(4)]
        masks[f"2x2/{code:04b}"] = np.array(bits, bool).reshape(2, 2)
    word_ends = [word + step for word in (32, 64, 96, 128) for step in (-1, 0, 1)]
    for n in (2, 3, 5, 7, 29, 62, 93, *word_ends):
        for width, height in ((n, 1), (1, n)):
            name = f"line/{width}x{height}"
            masks[name + "/ones"] = np.ones((height, width), bool)
            masks[name + "/noise"] = noise(width, height, seeded(name), 0.6)
    sizes = ((3, 3), (3, 3), (5, 7), (7, 5), (2, 9), (9, 2), (3, 33), (33, 3), (4, 6))
    for index, (width, height) in enumerate(sizes):
        for density in (0.3, 0.55, 0.8):
            name = f"small/{index}/{width}x{height}/{density}"
            masks[name] = noise(width, height, seeded(name), density)
    return masks


def shape_masks() -> dict[str, Mask]:
    masks = {"atlas/2x2": atlas(2), "atlas/3x3": atlas(3)}
    for size in range(1, 6):
        for direction in ("horizontal", "vertical", "diagonal", "antidiagonal"):
            masks[f"stripes/{direction}/{size}"] = stripes(37, 41, direction, size)
    for size in range(1, 4):
        for phase in range(2):
            masks[f"checkerboard/{size}/{phase}"] = checkerboard(34, 29, size, phase)
    for y in (0, 8, -1):
        for x in (0, 15, -1):
            masks[f"pixel/{x},{y}"] = pixels(31, 17, (x, y))
    for thickness in range(1, 5):
        masks[f"round-rings/{thickness}"] = round_rings(45, 43, thickness)
        masks[f"square-rings/{thickness}"] = square_rings(39, 40, thickness)
    masks["frame"] = ~np.pad(np.ones((20, 62), bool), 1)
    for index, degrees in enumerate(range(0, 180, 15)):
        thickness = 2 + index % 6
        masks[f"bar/{degrees}/{thickness}"] = star(48, 48, degrees, thickness, 2, 20)
    for thickness in range(1, 8):
        for degrees in (7, 31, 60, 98):
            masks[f"y/{degrees}/{thickness}"] = star(50, 50, degrees, thickness, 3, 21)
    for thickness in (1, 3, 5, 7, 9):
        masks[f"plus/{thickness}/21x21"] = plus(21, 21, 21, thickness)
        masks[f"plus/{thickness}/25x25"] = plus(25, 25, 21, thickness)
    masks["plus/2/22x22"] = plus(22, 22, 22, 2)
    return masks


def noise_masks() -> dict[str, Mask]:
    masks = {}
    for density in DENSITIES:
        for width, height in ((64, 24), (45, 31), (32, 16)):
            name = f"noise/{density}/{width}x{height}"
            masks[name] = noise(width, height, seeded(name), density)
    for sigma in (0.6, 1, 1.5, 2.5, 4, 7):
        for density in (0.2, 0.5, 0.8):
            for width, height in ((64, 48), (43, 50)):
                name = f"blobs/{sigma}/{density}/{width}x{height}"
                masks[name] = blobs(width, height, seeded(name), sigma, density)
    return masks


def edge_masks() -> dict[str, Mask]:
    """Eight heights for every width near the end of a machine word, all mod 4."""
    widths = [w for low, high in WORD_EDGES for w in range(low, high + 1)]
    families = list(EDGE_FAMILIES.items())
    masks = {}
    for index, width in enumerate(widths):
        for step in range(8):
            quarter = index % 5 if step < 4 else 5 + index % 13
            height = 4 * quarter + step % 4 or 20
            height = height if height <= 70 else 67
            family, make = families[(8 * index + step) % len(families)]
            name = f"edge/{width}x{height}/{family}"
            masks[name] = make(width, height, seeded(name))
    return masks


def large_masks() -> dict[str, Mask]:
    masks = {}
    for index in range(8):
        name = f"tree/{index}/200x150"
        masks[name] = vessel_tree(200, 150, seeded(name), 4 + index, (1, 3 + index % 7))
    masks["blobs/6/200x150"] = blobs(200, 150, seeded("blobs/6"), 6, 0.4)
    masks["blobs/2/200x150"] = blobs(200, 150, seeded("blobs/2"), 2, 0.55)
    masks["noise/0.6/200x150"] = noise(200, 150, seeded("noise"), 0.6)
    masks["ones/200x150"] = np.ones((150, 200), bool)
    masks["rings/200x150"] = round_rings(200, 150, 6)
    for index in range(3):
        name = f"tree/{index}/300x260"
        masks[name] = vessel_tree(300, 260, seeded(name), 9, (1, 9))
    masks["blobs/8/300x260"] = blobs(300, 260, seeded("blobs/8"), 8, 0.5)
    return masks


def all_masks() -> dict[str, dict[str, Mask]]:
    """The masks by file, then by name."""
    return {
        "tiny": tiny_masks(),
        "shapes": shape_masks(),
        "noise": noise_masks(),
        "large": large_masks(),
        "edges": edge_masks(),
    }


# --- facts of one mask ---------------------------------------------------------------


def skeleton_of(mask: Mask, method: str) -> Mask:
    if method == "skimage":
        return skeletonize(mask)
    if method == "guo-hall":
        return thin(mask)
    # OpenCV never deletes on the outermost rows and columns: keep them off the mask.
    padded = np.pad(mask, 2).astype(np.uint8) * 255
    method_1984 = cv2.ximgproc.THINNING_ZHANGSUEN
    thinned = cv2.ximgproc.thinning(padded, thinningType=method_1984)
    return thinned[2:-2, 2:-2] > 0


def label(mask: Mask, connectivity: int) -> tuple[np.ndarray, int]:
    """Labels in the raster order of each component's first pixel."""
    labels, count = ndimage.label(mask, STRUCTURES[connectivity])
    values, firsts = np.unique(labels, return_index=True)
    firsts = firsts[values > 0]
    if np.any(np.diff(firsts) < 0):
        ranks = np.zeros(count + 1, labels.dtype)
        ranks[1 + np.argsort(firsts)] = np.arange(1, count + 1)
        labels = ranks[labels]
        print("SciPy's labels were not in raster order: renumbered")
    return labels, int(count)


def count_components(mask: Mask, connectivity: int) -> int:
    return label(mask, connectivity)[1]


def component_facts(mask: Mask, connectivity: int) -> dict:
    labels, b0 = label(mask, connectivity)
    b1 = count_components(~np.pad(mask, 1), 12 - connectivity) - 1
    euler = int(euler_number(mask, connectivity=1 if connectivity == 4 else 2))
    assert euler == b0 - b1, "Euler number and Betti numbers disagree"
    digest = hashlib.sha256(labels.astype("<i4").tobytes()).hexdigest()
    return {"labels": digest[:16], "b0": b0, "b1": b1, "euler": euler}


def neighbours(mask: Mask) -> list[Mask]:
    """The eight neighbours of every pixel, clockwise; the outside is background."""
    height, width = mask.shape
    padded = np.pad(mask, 1)
    steps = ((0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0), (0, 0))
    return [padded[y : y + height, x : x + width] for y, x in steps]


def junction_candidates(skeleton: Mask) -> np.ndarray:
    """Rows of y, x: the skeleton pixels with a crossing number of three or more."""
    ring = neighbours(skeleton)
    crossings = sum((~a & b).astype(int) for a, b in pairwise([*ring, ring[0]]))
    return np.argwhere(skeleton & (crossings >= 3))


def merge(points: np.ndarray, radius: float) -> np.ndarray:
    """Single linkage: the group of every point, distances up to the radius linked."""
    count = len(points)
    if count == 0:
        return np.zeros(0, int)
    # Search wider and compare squares of integers: rounding decides nothing.
    links = cKDTree(points).query_pairs(radius + 0.5, output_type="ndarray")
    steps = points[links[:, 0]] - points[links[:, 1]]
    links = links[(steps**2).sum(axis=1) <= radius**2]
    graph = coo_array((np.ones(len(links)), (links[:, 0], links[:, 1])), (count, count))
    return connected_components(graph, directed=False)[1]


def junction_places(points: np.ndarray, groups: np.ndarray) -> list[list[int]]:
    """Sum of x, sum of y and size of every group, sorted by their means (y, x)."""
    places = []
    for group in range(groups.max(initial=-1) + 1):
        members = points[groups == group]
        y, x = members.sum(axis=0)
        places.append([int(x), int(y), len(members)])
    return sorted(places, key=lambda place: (place[1] / place[2], place[0] / place[2]))


def junction_facts(skeleton: Mask) -> dict:
    candidates = junction_candidates(skeleton)
    groups = {radius: merge(candidates, radius) for radius in MERGE_RADII}
    busy = skeleton & (sum(n.astype(int) for n in neighbours(skeleton)) > 2)
    return {
        "crossingNumber": {
            str(radius): int(labels.max(initial=-1)) + 1
            for radius, labels in groups.items()
        },
        "pixels": int(busy.sum()),
        "clusters": count_components(busy, 8),
        "places": junction_places(candidates, groups[DEFAULT_RADIUS]),
    }


def count_junctions(skeleton: Mask) -> int:
    groups = merge(junction_candidates(skeleton), DEFAULT_RADIUS)
    return int(groups.max(initial=-1)) + 1


def length_facts(skeleton: Mask) -> dict:
    """Pixels and chain length; diagonals beside an orthogonal detour do not count."""
    nw, ne = skeleton[:-1, :-1], skeleton[:-1, 1:]
    sw, se = skeleton[1:, :-1], skeleton[1:, 1:]
    orthogonal = (skeleton[:, :-1] & skeleton[:, 1:]).sum()
    orthogonal += (skeleton[:-1] & skeleton[1:]).sum()
    diagonal = (nw & se & ~ne & ~sw).sum() + (ne & sw & ~nw & ~se).sum()
    return {
        "pixels": int(skeleton.sum()),
        "orthogonal": int(orthogonal),
        "diagonal": int(diagonal),
        "chain": int(orthogonal) + math.sqrt(2) * int(diagonal),
    }


def skeleton_facts(skeleton: Mask) -> dict:
    return {
        "junctions": junction_facts(skeleton),
        "length": length_facts(skeleton),
        "components": {str(c): count_components(skeleton, c) for c in (4, 8)},
    }


def case_of(name: str, mask: Mask) -> dict:
    skeletons = {}
    for method in METHODS:
        skeleton = skeleton_of(mask, method)
        skeletons[method] = {"mask": pack(skeleton), **skeleton_facts(skeleton)}
    return {
        "name": name,
        "width": mask.shape[1],
        "height": mask.shape[0],
        "mask": pack(mask),
        "components": {str(c): component_facts(mask, c) for c in (4, 8)},
        "skeletons": skeletons,
        "asSkeleton": skeleton_facts(mask),
    }


# --- facts of two masks --------------------------------------------------------------


def ratio(numerator: float, denominator: float) -> float | None:
    return None if denominator == 0 else numerator / denominator


def overlap_facts(tp: int, fp: int, fn: int, tn: int) -> dict:
    def f_beta(beta: float) -> float | None:
        square = beta * beta
        return ratio((1 + square) * tp, (1 + square) * tp + square * fn + fp)

    marginals = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return {
        "dice": ratio(2 * tp, 2 * tp + fp + fn),
        "iou": ratio(tp, tp + fp + fn),
        "recall": ratio(tp, tp + fn),
        "precision": ratio(tp, tp + fp),
        "specificity": ratio(tn, tn + fp),
        "accuracy": ratio(tp + tn, tp + fp + fn + tn),
        "fBeta2": f_beta(2),
        "fBetaHalf": f_beta(0.5),
        "mcc": ratio(tp * tn - fp * fn, math.sqrt(marginals)),
    }


def cl_dice(pred: Mask, truth: Mask, method: str) -> dict:
    thin_pred, thin_truth = skeleton_of(pred, method), skeleton_of(truth, method)
    tprec = ratio(int((thin_pred & truth).sum()), int(thin_pred.sum()))
    tsens = ratio(int((thin_truth & pred).sum()), int(thin_truth.sum()))
    defined = tprec is not None and tsens is not None
    value = ratio(2 * tprec * tsens, tprec + tsens) if defined else None
    return {"tprec": tprec, "tsens": tsens, "value": value}


def reward_facts(overlap: dict, pred: dict, truth: dict, bounded: bool) -> dict:
    dice = 1.0 if overlap["dice"] is None else overlap["dice"]
    recall = overlap["recall"]
    if recall is None:  # an empty truth: perfect for an empty prediction, else worst
        recall = 1.0 if overlap["dice"] is None else 0.0

    j_pred, j_truth = pred["junctions"], truth["junctions"]
    kept = min(j_pred, j_truth) / j_truth if j_truth > 0 else float(j_pred == 0)
    topology = kept - 0.1 * abs(pred["components"] - truth["components"])

    if truth["length"] > 0:
        deviation = abs(1 - pred["length"] / truth["length"])
    else:
        deviation = float(pred["length"] > 0)

    if bounded:
        topology = min(1.0, max(-1.0, topology))
        deviation = min(1.0, deviation)
    terms = {
        "dice": 10 * dice,
        "recall": 20 * min(0.0, recall - 0.85),
        "topology": 5 * topology,
        "length": 0.0 - 5 * deviation,
    }
    weights = {"dice": 0.5, "recall": 0.2, "topology": 0.2, "length": 0.1}
    total = sum(weight * terms[name] for name, weight in weights.items())
    return {**terms, "total": total}


def pair_facts(pred: Mask, truth: Mask, within: Mask | None) -> dict:
    field = np.ones_like(truth) if within is None else within
    pred, truth = pred & field, truth & field
    counts = {
        "tp": int((pred & truth).sum()),
        "fp": int((pred & ~truth).sum()),
        "fn": int((~pred & truth).sum()),
        "tn": int((field & ~pred & ~truth).sum()),
    }
    overlap = overlap_facts(**counts)
    facts = {}
    for role, mask in (("pred", pred), ("truth", truth)):
        skeleton = skeleton_of(mask, "skimage")
        facts[role] = {
            "junctions": count_junctions(skeleton),
            "components": count_components(skeleton, 8),
            "length": length_facts(skeleton)["chain"],
        }
    return {
        "confusion": counts,
        "overlap": overlap,
        "clDice": {method: cl_dice(pred, truth, method) for method in METHODS},
        "facts": facts,
        "reward": {
            "bounded": reward_facts(overlap, **facts, bounded=True),
            "literal": reward_facts(overlap, **facts, bounded=False),
        },
    }


# --- distances -----------------------------------------------------------------------


# Spacings of which every squared distance is exact, so that rounding decides nothing.
EXACT_SPACINGS = ((2, 2), (0.5, 1), (1.25, 0.75), (1, 3))
ROUNDED_SPACINGS = ((0.37, 1.9), (1.1, 0.7))
ROUNDED_CASES = ("small/2/5x7/0.55", "plus/3/21x21", "noise/0.8/32x16")


def distances_of(mask: Mask, spacing: tuple[float, float]) -> np.ndarray:
    return ndimage.distance_transform_edt(mask, sampling=spacing).astype("<f8")


def distance_digests(masks: dict[str, Mask]) -> list[dict]:
    """Every mask with some background in pixels; every fifth with another spacing too."""
    found = []
    for index, (name, mask) in enumerate(masks.items()):
        if mask.all():
            continue  # SciPy measures to a pixel that does not exist
        spacings = [(1, 1)]
        if index % 5 == 0:
            spacings.append(EXACT_SPACINGS[index // 5 % len(EXACT_SPACINGS)])
        for spacing in spacings:
            distances = distances_of(mask, spacing)
            if spacing == (1, 1):
                squares = np.rint(distances**2)
                assert np.array_equal(np.sqrt(squares), distances), name
            digest = hashlib.sha256(distances.tobytes()).hexdigest()[:16]
            found.append({"case": name, "spacing": spacing, "digest": digest})
    return found


def rounded_distances(masks: dict[str, Mask]) -> list[dict]:
    return [
        {
            "case": name,
            "spacing": spacing,
            "distances": distances_of(masks[name], spacing).ravel().tolist(),
        }
        for name in ROUNDED_CASES
        for spacing in ROUNDED_SPACINGS
    ]


# --- which pairs ---------------------------------------------------------------------


def shift(mask: Mask, dx: int, dy: int) -> Mask:
    return ndimage.shift(mask.astype(np.uint8), (dy, dx), order=0) > 0


def cut(mask: Mask, rng: Rng) -> Mask:
    """Without a vertical and a horizontal band: gaps in the vessels."""
    height, width = mask.shape
    x, y = int(rng.integers(width)), int(rng.integers(height))
    kept = mask.copy()
    kept[:, x : x + 3] = False
    kept[y : y + 2] = False
    return kept


DERIVED: dict[str, Callable[[Mask, Rng], Mask]] = {
    "identical": lambda m, rng: m,
    "dilated": lambda m, rng: ndimage.binary_dilation(m),
    "eroded": lambda m, rng: ndimage.binary_erosion(m),
    "speckled": lambda m, rng: m ^ (rng.random(m.shape) < 0.01),
    "shifted": lambda m, rng: shift(m, *map(int, rng.integers(-3, 4, 2))),
    "cut": cut,
    "fattened": lambda m, rng: ndimage.binary_dilation(m, STRUCTURES[8], iterations=2),
    "empty": lambda m, rng: np.zeros_like(m),
    "full": lambda m, rng: np.ones_like(m),
}


TRUTH_FAMILIES = {"tree", "fine-tree", "thick-tree", "blobs", "y", "noise"}
MORE_TRUTHS = (
    "tree/0/200x150",
    "tree/5/200x150",
    "small/2/5x7/0.55",
    "small/4/2x9/0.8",
    "plus/3/21x21",
    "y/31/5",
    "bar/30/4",
    "line/33x1/noise",
    "line/1x64/ones",
)


def field_of_view(width: int, height: int, rng: Rng) -> Mask:
    x0 = width * (0.4 + 0.2 * rng.random())
    y0 = height * (0.4 + 0.2 * rng.random())
    return disc(width, height, x0, y0, (0.3 + 0.2 * rng.random()) * max(width, height))


def corner_pairs() -> dict[str, tuple[Mask, Mask, Mask | None]]:
    """The 0/0 rules, one by one: prediction, truth, field of view."""
    width, height = 33, 21
    off, on = np.zeros((height, width), bool), np.ones((height, width), bool)
    line, dot = off.copy(), pixels(width, height, (16, 10))
    line[10, 4:29] = True
    cross = plus(width, height, 21, 1)
    square = off.copy()
    square[5:7, 5:7] = True
    left, right = grid(width, height)[1] < 16, grid(width, height)[1] >= 16
    pairs = {
        "no junction, perfect": (line, line, None),
        "no junction in the truth, one predicted": (cross, line, None),
        "one junction in the truth, none predicted": (line, cross, None),
        "no length in the truth, some predicted": (line, dot, None),
        "no length in the prediction": (dot, line, None),
        "no length in either": (dot, dot, None),
        "2x2 prediction, whose 1984 skeleton is empty": (square, line, None),
        "2x2 truth, whose 1984 skeleton is empty": (line, square, None),
        "2x2 both": (square, square, None),
        "2x2 prediction, empty truth": (square, off, None),
        "disjoint": (line & left, line & right, None),
        "truth outside the field of view": (line, line & left, right),
        "prediction outside the field of view": (line & left, line, right),
        "both outside the field of view": (line & left, cross & left, right),
        "mistakes outside the field of view only": (line | left, line & right, right),
        "empty field of view": (line, cross, off),
        "full field of view": (line, cross, on),
        "field of view splits a vessel": (line, line, ~dot),
        "field of view equals the truth": (on, cross, cross),
    }
    for pred_name, pred in (("empty", off), ("full", on)):
        for truth_name, truth in (("empty", off), ("full", on), ("line", line)):
            pairs[f"{pred_name}, {truth_name}"] = (pred, truth, None)
            field = field_of_view(width, height, seeded("field"))
            pairs[f"{pred_name}, {truth_name}, disc"] = (pred, truth, field)
    for code in range(4):
        pred, truth = np.array([[code & 1]], bool), np.array([[code >> 1]], bool)
        pairs[f"1x1 {code & 1}, {code >> 1}"] = (pred, truth, None)
    return {f"corner/{name}": pair for name, pair in pairs.items()}


def derived_pairs(masks: dict[str, Mask]) -> dict[str, tuple[str, Mask, Mask | None]]:
    """Truths among the cases, spoiled on purpose; a third in a field of view."""
    edges = [name for name in masks if name.startswith("edge/")]
    truths = [name for name in edges if name.rsplit("/", 1)[1] in TRUTH_FAMILIES]
    truths = [name for name in truths if 300 <= masks[name].size <= 4000][::2]
    pairs = {}
    for row, truth in enumerate([*truths, *MORE_TRUTHS]):
        for column, (kind, derive) in enumerate(DERIVED.items()):
            name = f"{kind}/{truth}"
            rng, field = seeded(name), None
            pred = derive(masks[truth], rng)
            if (row + column) % 3 == 2:
                height, width = pred.shape
                field = field_of_view(width, height, rng)
            pairs[name] = (truth, pred, field)
    return pairs


def case_pairs(masks: dict[str, Mask]) -> list[tuple[str, str]]:
    """Prediction and truth both among the cases: neighbours of one size."""
    by_size: dict[tuple, list[str]] = {}
    for name, mask in masks.items():
        if mask.shape != (2, 2) and not name.startswith(("line/", "pixel/")):
            by_size.setdefault(mask.shape, []).append(name)
    found = []
    for names in by_size.values():
        found += list(pairwise(names))[:8]
    return found


def all_pairs(masks: dict[str, Mask]) -> list[dict]:
    """A mask is given as the name of a case where it is one, otherwise packed."""
    pairs = []

    def resolve(given: Mask | str) -> Mask:
        return masks[given] if isinstance(given, str) else given

    def refer(given: Mask | str | None) -> dict | None:
        if given is None:
            return None
        return {"case": given} if isinstance(given, str) else {"mask": pack(given)}

    def add(name: str, pred: Mask | str, truth: Mask | str, within: Mask | None):
        height, width = resolve(truth).shape
        pairs.append(
            {
                "name": name,
                "width": width,
                "height": height,
                "pred": refer(pred),
                "truth": refer(truth),
                "within": refer(within),
                **pair_facts(resolve(pred), resolve(truth), within),
            }
        )

    for name, (pred, truth, within) in corner_pairs().items():
        add(name, pred, truth, within)
    for name, (truth, pred, within) in derived_pairs(masks).items():
        add(name, truth if pred is masks[truth] else pred, truth, within)
    for pred, truth in case_pairs(masks):
        add(f"{pred} for {truth}", pred, truth, None)
    return pairs


# --- checks and output ---------------------------------------------------------------


def check_known_facts() -> None:
    """Facts that hold for these libraries whatever the cases are."""
    square = np.pad(np.ones((2, 2), bool), 3)
    assert skeleton_of(square, "zhang-suen").sum() == 0
    assert skeleton_of(square, "skimage").sum() == 2
    assert count_junctions(plus(21, 21, 21, 1)) == 1
    assert length_facts(np.eye(9, dtype=bool))["diagonal"] == 8
    assert length_facts(np.ones((1, 9), bool))["orthogonal"] == 8
    corner = np.array([[1, 1], [0, 1]], bool)
    assert length_facts(corner)["chain"] == 2
    ring = square_rings(9, 9, 1)[2:7, 2:7]
    assert [component_facts(ring, 8)[key] for key in ("b0", "b1", "euler")] == [2, 1, 1]
    perfect = pair_facts(plus(21, 21, 21, 1), plus(21, 21, 21, 1), None)
    assert math.isclose(perfect["reward"]["bounded"]["total"], 6)


def check_coverage(masks: dict[str, Mask], pairs: list[dict]) -> None:
    edges = [m.shape for name, m in masks.items() if name.startswith("edge/")]
    residues = Counter((width, height % 4) for height, width in edges)
    for first, last in WORD_EDGES:
        for width in range(first, last + 1):
            assert all(residues[width, residue] >= 2 for residue in range(4)), width
    assert {height for height, _ in edges} == set(range(1, 71))
    assert len(masks) >= 600
    assert len(pairs) >= 300
    assert len({pair["name"] for pair in pairs}) == len(pairs)


def write(folder: Path, name: str, content: dict) -> None:
    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    path = folder / f"{name}.json.gz"
    # No file name and no time in the header, so that a rerun gives the same bytes.
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as zipped:
        zipped.write(text.encode())
    size = path.stat().st_size
    print(f"{path.name}: {size} bytes")
    assert size < MAX_FILE_BYTES, "split this file"


def main() -> None:
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description="Write the golden files.")
    parser.add_argument("--out", type=Path, default=here, help="default: this folder")
    folder = parser.parse_args().out
    cv2.setNumThreads(1)
    check_known_facts()
    versions = {
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "skimage": skimage.__version__,
        "cv2": cv2.__version__,
    }
    groups = all_masks()
    masks = {name: mask for group in groups.values() for name, mask in group.items()}
    assert len(masks) == sum(map(len, groups.values())), "two cases of one name"
    pairs = all_pairs(masks)
    check_coverage(masks, pairs)
    for group, members in groups.items():
        cases = [case_of(name, mask) for name, mask in members.items()]
        write(folder, f"cases-{group}", {"versions": versions, "cases": cases})
    write(folder, "pairs", {"versions": versions, "pairs": pairs})
    exact, rounded = distance_digests(masks), rounded_distances(masks)
    content = {"versions": versions, "exact": exact, "rounded": rounded}
    write(folder, "distances", content)
    print(f"{len(masks)} cases, {len(pairs)} pairs")


if __name__ == "__main__":
    main()
