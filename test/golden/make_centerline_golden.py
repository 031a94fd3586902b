"""Write centerline.json.gz: golden values of the metrics of centrelines and calibres.

The pairs of masks are those of make_golden.py, by name. The numbers come from SciPy and
scikit-image, or from plain formulas on top of them; fits are exact, in fractions. Nothing
here is a port of the TypeScript code.

Run it in the environment that make_golden.py describes:

    .venv/bin/python test/golden/make_centerline_golden.py

A second run gives the same bytes.
"""

import argparse
import hashlib
import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import scipy
import skimage
from make_golden import (
    Mask,
    all_masks,
    case_pairs,
    cl_dice,
    corner_pairs,
    count_components,
    derived_pairs,
    pack,
    ratio,
    skeleton_of,
    write,
)
from scipy import ndimage
from skimage.morphology import diamond

TOLERANCES = (0, 1, 2, 3.5)
CAL_RADII = ((2, 2), (0, 3))
BINS = ((3, 7), (1.2, 2, 4))
SIMILARITIES = ((0.5, 2), (0.2, 3))
Pair = tuple[str, Mask, Mask, Mask | None]


def pairs_of(masks: dict[str, Mask]) -> Iterator[Pair]:
    """Prediction and truth, cut to the field of view, and the field of view."""
    found = [(name, *pair) for name, pair in corner_pairs().items()]
    for name, (truth, pred, within) in derived_pairs(masks).items():
        found.append((name, pred, masks[truth], within))
    for pred, truth in case_pairs(masks):
        found.append((f"{pred} for {truth}", masks[pred], masks[truth], None))
    for name, pred, truth, within in found:
        if within is not None:
            pred, truth = pred & within, truth & within
        yield name, pred, truth, within


# --- CAL -----------------------------------------------------------------------------


def dilate(mask: Mask, radius: int) -> Mask:
    return ndimage.binary_dilation(mask, diamond(radius))


def cal_counts(pred: Mask, truth: Mask, area: int, length: int) -> list[int]:
    """Components of both, then hits and all of the area and of the length."""
    thin_pred, thin_truth = skeleton_of(pred, "guo-hall"), skeleton_of(truth, "guo-hall")
    area_hits = (dilate(pred, area) & truth) | (pred & dilate(truth, area))
    length_hits = (thin_pred & dilate(truth, length)) | (dilate(pred, length) & thin_truth)
    counts = [
        count_components(pred, 8),
        count_components(truth, 8),
        area_hits.sum(),
        (pred | truth).sum(),
        length_hits.sum(),
        (thin_pred | thin_truth).sum(),
    ]
    return [int(count) for count in counts]


# --- buffered metrics ----------------------------------------------------------------


def buffer_of(skeleton: Mask, tolerance: float) -> Mask:
    if not skeleton.any():
        return skeleton
    return ndimage.distance_transform_edt(~skeleton) <= tolerance


def half_links(skeleton: Mask, inside: Mask) -> list[int]:
    """Ends inside of the orthogonal and of the diagonal links of a skeleton."""
    height, width = skeleton.shape
    on, near = np.pad(skeleton, 1), np.pad(inside, 1).astype(int)
    straight = diagonal = 0
    for y, x in np.argwhere(on):
        for dy, dx in ((0, 1), (1, 0)):
            if on[y + dy, x + dx]:
                straight += near[y, x] + near[y + dy, x + dx]
        for dy, dx in ((1, 1), (1, -1)):
            if on[y + dy, x + dx] and not on[y, x + dx] and not on[y + dy, x]:
                diagonal += near[y, x] + near[y + dy, x + dx]
    return [int(straight), int(diagonal)]


def buffered_counts(pred: Mask, truth: Mask, tolerance: float, with_links: bool) -> dict:
    thin_pred, thin_truth = skeleton_of(pred, "skimage"), skeleton_of(truth, "skimage")
    matched_pred = thin_pred & buffer_of(thin_truth, tolerance)
    matched_truth = thin_truth & buffer_of(thin_pred, tolerance)
    everything = np.ones_like(pred)
    found = {
        "pixels": [
            int(part.sum()) for part in (matched_pred, thin_pred, matched_truth, thin_truth)
        ]
    }
    if with_links:
        found["links"] = [
            *half_links(thin_pred, matched_pred),
            *half_links(thin_pred, everything),
            *half_links(thin_truth, matched_truth),
            *half_links(thin_truth, everything),
        ]
    return found


# --- calibres ------------------------------------------------------------------------


def half_widths(mask: Mask) -> np.ndarray:
    if mask.all():
        return np.full(mask.shape, math.inf)
    return ndimage.distance_transform_edt(mask)


def stratum_of(half_width: float, bins: tuple[float, ...]) -> int:
    if len(bins) > 1 and half_width == bins[-1]:
        return len(bins) - 1
    return sum(half_width >= edge for edge in bins)


def strata_counts(pred: Mask, truth: Mask, bins: tuple[float, ...]) -> list[list[int]]:
    """A stratum's tp, fp, fn, and hits and all of the predicted and of the true skeleton."""
    thin_pred, thin_truth = skeleton_of(pred, "skimage"), skeleton_of(truth, "skimage")
    widths = half_widths(truth)
    # Columns first, so that the first of the nearest is the leftmost, then the uppermost.
    line = np.argwhere(thin_truth.T)[:, ::-1]
    strata = np.zeros(pred.shape, int)
    for y, x in np.argwhere(pred | truth):
        if len(line):
            nearest = line[((line - (y, x)) ** 2).sum(1).argmin()]
            strata[y, x] = stratum_of(widths[tuple(nearest)], bins)
    counts = []
    for stratum in range(len(bins) + 1):
        here = strata == stratum
        parts = (
            pred & truth,
            pred & ~truth,
            truth & ~pred,
            thin_pred & truth,
            thin_pred,
            thin_truth & pred,
            thin_truth,
        )
        counts.append([int((part & here).sum()) for part in parts])
    return counts


# --- skeletal similarity -------------------------------------------------------------


def around(y: int, x: int) -> list[tuple[int, int]]:
    """The eight neighbours, column by column."""
    return [(y + dy, x + dx) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy]


def by_columns(mask: Mask) -> list[tuple[int, int]]:
    return [(int(y), int(x)) for x, y in np.argwhere(mask.T)]


def half_up(value: Fraction) -> int:
    return math.floor(value + Fraction(1, 2))


def walk(members: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pixels of a path, or of a ring from its first pixel, in order."""
    order = sorted(members, key=lambda place: (place[1], place[0]))
    ends = [p for p in order if sum(q in members for q in around(*p)) < 2]
    path = [(ends or order)[0]]
    left = members - {path[0]}
    while left:
        step = next(q for q in around(*path[-1]) if q in left)
        path.append(step)
        left.remove(step)
    return path


def segments_of(skeleton: Mask) -> dict[tuple[int, int], int]:
    """The segment number of every pixel of a skeleton that is in one."""
    pixels = by_columns(skeleton)
    left = set(pixels)
    for pixel in pixels:
        if sum(q in left for q in around(*pixel)) > 2:
            left.remove(pixel)
    open_pixels = np.zeros_like(skeleton)
    for pixel in left:
        open_pixels[pixel] = True
    labels, _ = ndimage.label(open_pixels, np.ones((3, 3)))
    components: dict[int, set] = {}
    for pixel in pixels:
        if pixel in left:
            components.setdefault(int(labels[pixel]), set()).add(pixel)
    paths = [walk(members) for members in components.values() if len(members) >= 4]
    ids = {}
    following = len(paths)
    for index, path in enumerate(paths):
        parts = max(1, len(path) // 15)
        length = half_up(Fraction(len(path), parts))
        for part in range(parts):
            last = part == parts - 1
            following += not last
            piece = path[part * length : None if last else (part + 1) * length]
            ids.update(dict.fromkeys(piece, index + 1 if last else following))
    sizes = {number: list(ids.values()).count(number) for number in ids.values()}
    for pixel in pixels:
        if pixel in left:
            continue
        near = [ids[q] for q in around(*pixel) if q in ids and sizes[ids[q]] < 100]
        if near:
            ids[pixel] = max(near)
            sizes[max(near)] += 1
    return ids


def exact_cubic(us: list[Fraction], vs: list[int]) -> list[Fraction]:
    """Least-squares coefficients of u³, u² and u, by elimination in fractions."""
    rows = [[sum((u ** (i + j) for u in us), Fraction()) for j in range(4)] for i in range(4)]
    for i in range(4):
        rows[i].append(sum((u**i * v for u, v in zip(us, vs, strict=True)), Fraction()))
    for i in range(4):
        pivot = next(k for k in range(i, 4) if rows[k][i] != 0)
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for k in range(4):
            if k != i:
                factor = rows[k][i]
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i], strict=True)]
    return [rows[3][4], rows[2][4], rows[1][4]]


def cubic_of(pixels: list[tuple[int, int]], axis: int) -> list[Fraction]:
    seen: dict[int, int] = {}
    us, vs = [], []
    for pixel in pixels:
        along = pixel[axis] + 1
        us.append(along + Fraction(seen.get(along, 0), 100))
        seen[along] = seen.get(along, 0) + 1
        vs.append(pixel[1 - axis] + 1)
    return exact_cubic(us, vs)


def curve_similarity(a: list[Fraction], b: list[Fraction]) -> float:
    if not any(a) or not any(b):
        return float(any(a) == any(b))
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    squares = sum(x * x for x in a) * sum(y * y for y in b)
    return math.sqrt(dot * dot / squares)


def skeletal_similarity(
    pred: Mask,
    truth: Mask,
    within: Mask | None,
    alpha: float,
    search: int,
    with_self: bool = True,
) -> list[float | None]:
    """rSe, rSp, rAcc and the confidence; None is 0/0.

    A predicted pixel on a pixel of the true centreline that is in no segment has itself as
    the nearest one and belongs to no segment. In the authors' code (with_self = False) it
    goes to the segment of the next nearest, so that equal masks do not score 1.
    """
    field = np.ones_like(truth) if within is None else within
    thin_pred, thin_truth = skeleton_of(pred, "guo-hall"), skeleton_of(truth, "guo-hall")
    diagonal = math.hypot(*truth.shape)
    pred_widths = np.minimum(half_widths(pred), diagonal)
    widths = np.minimum(half_widths(truth), diagonal)
    on_line = widths[thin_truth]
    radii = np.zeros(truth.shape, int)
    grid_y, grid_x = np.mgrid[: truth.shape[0], : truth.shape[1]]
    in_range: dict[tuple[int, int], Mask] = {}
    for pixel in by_columns(thin_truth):
        spread = on_line.max() - on_line.min()
        steps = (on_line.max() - widths[pixel] + 0.0001) / (spread / search) if spread else search
        radii[pixel] = min(search, math.ceil(steps))
        far = np.sqrt((grid_y - pixel[0]) ** 2 + (grid_x - pixel[1]) ** 2)
        in_range[pixel] = np.floor(far) <= radii[pixel]
    ids = segments_of(thin_truth)
    members: dict[int, list] = {number: [] for number in ids.values()}
    line = np.array(by_columns(thin_truth)).reshape(-1, 2)
    for pixel in by_columns(thin_pred):
        if pixel in ids:
            members[ids[pixel]].append(pixel)
            continue
        squares = ((line - pixel) ** 2).sum(1)
        if not with_self:
            squares[squares == 0] = np.iinfo(int).max
        nearest = line[squares == squares.min(initial=np.iinfo(int).max)]
        for number in {ids.get((int(y), int(x)), 0) for y, x in nearest} - {0}:
            owners = [place for place, owner in ids.items() if owner == number]
            if any(in_range[place][pixel] for place in owners):
                members[number].append(pixel)
    total = 0.0
    for number in sorted(members):
        own = [pixel for pixel in by_columns(thin_truth) if ids.get(pixel) == number]
        drawn = members[number]
        if len(drawn) <= 0.6 * len(own) or len(drawn) <= 3:
            continue
        steep = len({y for y, _ in drawn}) > len({x for _, x in drawn})
        axis = 0 if steep else 1
        curve = curve_similarity(cubic_of(drawn, axis), cubic_of(own, axis))
        reach = np.mean([radii[pixel] for pixel in own])
        apart = np.mean([widths[p] for p in own]) - np.mean([pred_widths[p] for p in drawn])
        thickness = max(0.0, 1 - abs(apart) / reach)
        total += len(own) * ((1 - alpha) * curve + alpha * thickness)
    similarity = ratio(float(total), len(ids))
    positive = truth.copy()
    for reached in in_range.values():
        positive |= reached
    positive &= field
    positives = int(positive.sum())
    false = int((pred & ~positive).sum())
    negatives = int((field & ~positive).sum())
    true = None if similarity is None and positives else (similarity or 0.0) * positives
    accuracy = None if true is None else ratio(true + negatives - false, int(field.sum()))
    return [
        similarity,
        ratio(negatives - false, negatives),
        accuracy,
        ratio(len(ids), int(thin_truth.sum())),
    ]


# --- published values ----------------------------------------------------------------


def boxes(size: int, *places: tuple[int, int, int, int]) -> Mask:
    """Boxes of foreground, each as first and last row and column, the last excluded."""
    mask = np.zeros((size, size), bool)
    for top, bottom, left, right in places:
        mask[top:bottom, left:right] = True
    return mask


def published() -> list[dict]:
    """clDice of the test cases of MetricsReloaded, with the values its tests expect."""
    small = boxes(14, (1, 4, 1, 2), (3, 4, 1, 4))
    small_1 = boxes(14, (2, 4, 1, 2), (3, 4, 1, 4))
    small_2 = boxes(14, (3, 4, 1, 4))
    trunk = (1, 10, 7, 12)
    tree = boxes(
        24,
        trunk,
        (10, 12, 3, 19),
        (12, 15, 3, 5),
        (12, 15, 15, 19),
        (14, 20, 15, 17),
        (14, 15, 1, 5),
        (14, 17, 2, 3),
        (14, 19, 4, 5),
        (17, 18, 4, 8),
        (14, 15, 15, 24),
        (12, 15, 22, 23),
        (14, 17, 21, 22),
        (17, 20, 5, 6),
        (17, 22, 12, 13),
        (19, 20, 12, 17),
        (18, 19, 15, 20),
        (17, 18, 19, 20),
    )
    tree_1 = boxes(24, trunk, (10, 12, 3, 15))
    tree_2 = tree & ~boxes(
        24,
        (10, 14, 3, 4),
        (10, 11, 3, 9),
        (10, 11, 10, 19),
        (1, 11, 7, 9),
        (1, 11, 10, 12),
        (10, 14, 18, 19),
        (12, 14, 15, 17),
        (14, 19, 15, 16),
    )
    left, right = boxes(8, (1, 7, 1, 2)), boxes(8, (1, 7, 6, 7))
    cases = (
        ("S 2.14, trunk only", tree_1, tree, 0.475),
        ("S 2.14, thin", tree_2, tree, 0.78),
        ("small, one pixel short", small_1, small, 0.86),
        ("small, two pixels short", small_2, small, 0.67),
        ("disjoint", left, right, None),  # NaN there: 2 · 0 · 0 / (0 + 0)
    )
    found = []
    for name, pred, truth, value in cases:
        parts = {method: cl_dice(pred, truth, method) for method in ("skimage", "guo-hall")}
        if value is not None:
            assert abs(parts["skimage"]["value"] - value) <= 0.01, name
        found.append(
            {
                "name": name,
                "size": len(truth),
                "pred": pack(pred),
                "truth": pack(truth),
                "published": value,
                "clDice": parts,
            }
        )
    return found


# --- nearest foreground --------------------------------------------------------------


def nearest_digests(masks: dict[str, Mask]) -> list[dict]:
    """Squared distances of every third mask to its nearest foreground, as a digest."""
    found = []
    for name, mask in list(masks.items())[::3]:
        if not mask.any():
            continue
        _, (rows, columns) = ndimage.distance_transform_edt(~mask, return_indices=True)
        y, x = np.indices(mask.shape)
        squares = (rows - y) ** 2 + (columns - x) ** 2
        digest = hashlib.sha256(squares.astype("<i4").tobytes()).hexdigest()[:16]
        found.append({"case": name, "digest": digest})
    return found


def check_known_facts() -> None:
    line = [(4, x) for x in range(10)]
    assert cubic_of(line, 1) == [0, 0, 0]
    slanted = [(x // 2, x) for x in range(0, 20, 2)]
    assert cubic_of(slanted, 1) == [0, 0, Fraction(1, 2)]
    fit = np.polynomial.Polynomial.fit([1, 2, 3, 4, 6], [1, 3, 2, 5, 4], 3).convert().coef
    exact = cubic_of([(0, 0), (2, 1), (1, 2), (4, 3), (3, 5)], 1)
    assert np.allclose([float(value) for value in exact], fit[:0:-1])
    assert half_up(Fraction(45, 2)) == 23


def main() -> None:
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description="Write the golden values of centrelines.")
    parser.add_argument("--out", type=Path, default=here, help="default: this folder")
    folder = parser.parse_args().out
    check_known_facts()
    masks = {name: mask for group in all_masks().values() for name, mask in group.items()}
    pairs = []
    for index, (name, pred, truth, within) in enumerate(pairs_of(masks)):
        bins = BINS[index % len(BINS)]
        radii = CAL_RADII[index % 4 == 3]
        tolerance = TOLERANCES[index % len(TOLERANCES)]
        alpha, search = SIMILARITIES[index % 3 == 2]
        pairs.append(
            {
                "name": name,
                "cal": {"radii": radii, "counts": cal_counts(pred, truth, *radii)},
                "buffered": {
                    "tolerance": tolerance,
                    **buffered_counts(pred, truth, tolerance, truth.size < 3000),
                },
                "caliber": {"bins": bins, "counts": strata_counts(pred, truth, bins)},
                "skeletal": {
                    "alpha": alpha,
                    "range": search,
                    "values": skeletal_similarity(pred, truth, within, alpha, search),
                    "published": skeletal_similarity(
                        pred, truth, within, alpha, search, with_self=False
                    )[0],
                },
            }
        )
    content = {
        "versions": {
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "skimage": skimage.__version__,
        },
        "pairs": pairs,
        "published": published(),
        "nearest": nearest_digests(masks),
    }
    write(folder, "centerline", content)
    print(f"{len(pairs)} pairs")


if __name__ == "__main__":
    main()
