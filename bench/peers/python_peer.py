"""The Python side of the benchmark: the same work with scikit-image, SciPy and OpenCV.

The benchmark starts this file and speaks with it over standard input and output, one
JSON object a line. Masks come through files once; times are taken here, so that
neither the pipe nor the start of Python counts. Everything runs on one thread.

    {"op": "versions"}
    {"op": "load", "set": name, "file": path, "width": w, "height": h, "pairs": n}
    {"op": "run", "task": name, "set": name, "passes": n, "clock": "wall" or "cpu"}
        -> {"ns": time of all passes}
    {"op": "outcomes", "task": name, "set": name}
        -> {"outcomes": one per pair}
"""

import hashlib
import json
import math
import os
import sys
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from time import perf_counter_ns, process_time_ns

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import scipy
import skimage
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from skimage.morphology import skeletonize

try:
    import cv2

    cv2.setNumThreads(1)
except ImportError:
    cv2 = None

try:
    import edt
except ImportError:
    edt = None

# It takes seconds to import, and only one race needs it.
HAS_MONAI = all(find_spec(name) for name in ("monai", "torch"))

EIGHT = np.ones((3, 3), np.uint8)
MERGE_RADIUS = 3

# Bit of each neighbour in a neighbourhood code, and what follows from a code: the steps
# from 0 to 1 round the pixel, and the length of the links of which the pixel is the
# later end. A diagonal link counts only where no pixel beside it makes it redundant.
NEIGHBOUR_BITS = np.array([[1, 2, 4], [128, 0, 8], [64, 32, 16]], np.uint8)
CROSSINGS = np.zeros(256, np.uint8)
LINK_LENGTH = np.zeros(256)
for code in range(256):
    ring = [code >> bit & 1 for bit in range(8)]
    CROSSINGS[code] = sum(ring[i - 1] < ring[i] for i in range(8))
    nw, n, ne, e, _, _, _, w = ring
    diagonals = (nw and not n and not w) + (ne and not n and not e)
    LINK_LENGTH[code] = n + w + math.sqrt(2) * diagonals


def ratio(a, b, pred_is_empty):
    return a / b if b else float(pred_is_empty)


def total(tp, pred, truth_count, truth, bounded):
    """The default reward; facts are pixels, junctions, components and length."""
    pred_count, junctions, components, length = pred
    truth_junctions, truth_components, truth_length = truth
    dice = ratio(2 * tp, pred_count + truth_count, True)
    recall = ratio(tp, truth_count, pred_count == 0)
    found = ratio(min(junctions, truth_junctions), truth_junctions, junctions == 0)
    topology = found - 0.1 * abs(components - truth_components)
    error = abs(1 - length / truth_length) if truth_length else float(length > 0)
    if bounded:
        topology, error = max(-1, topology), min(1, error)
    return 5 * dice + 4 * min(0, recall - 0.85) + topology - 0.5 * error


# --- A: scikit-image, SciPy and NumPy, as an engineer writes it -----------------------


def skeleton_facts_a(skeleton):
    components = ndimage.label(skeleton, structure=EIGHT)[1]
    codes = ndimage.convolve(
        skeleton.astype(np.uint8), NEIGHBOUR_BITS[::-1, ::-1], mode="constant"
    )
    candidates = np.argwhere(skeleton & (CROSSINGS[codes] >= 3))
    links = cKDTree(candidates).query_pairs(MERGE_RADIUS, output_type="ndarray")
    graph = coo_array(
        (np.ones(len(links)), (links[:, 0], links[:, 1])), shape=[len(candidates)] * 2
    )
    junctions = connected_components(graph, directed=False)[0] if len(candidates) else 0
    return junctions, components, LINK_LENGTH[codes[skeleton]].sum()


def reward_a(pred, truth, truth_facts, bounded=True):
    pred = pred > 0
    tp = np.logical_and(pred, truth).sum()
    facts = pred.sum(), *skeleton_facts_a(skeletonize(pred))
    return total(tp, facts, truth.sum(), truth_facts, bounded)


# --- B: the fastest Python found ------------------------------------------------------


def skeleton_facts_b(skeleton):
    components = count_components(skeleton)[0] - 1
    codes = cv2.filter2D(skeleton, -1, NEIGHBOUR_BITS, borderType=cv2.BORDER_CONSTANT)
    at = np.flatnonzero(skeleton.view(bool))
    codes = codes.ravel().take(at)
    length = np.bincount(codes, minlength=256) @ LINK_LENGTH
    candidates = at[CROSSINGS.take(codes) >= 3]
    points = np.stack(np.divmod(candidates, skeleton.shape[1]), axis=1)
    return count_clusters(points), components, length


def count_components(mask):
    """OpenCV has no count without labels; 16 bits and this algorithm are the fastest."""
    return cv2.connectedComponentsWithAlgorithm(mask, 8, cv2.CV_16U, cv2.CCL_SAUF)


def count_clusters(points):
    """Union-find in plain Python is faster than a sparse graph for so few points."""
    count = len(points)
    if count == 0:
        return 0
    parent = list(range(count))
    for a, b in cKDTree(points).query_pairs(MERGE_RADIUS):
        while parent[a] != a:
            a = parent[a]
        while parent[b] != b:
            b = parent[b]
        if a != b:
            parent[a] = b
            count -= 1
    return count


def reward_b(pred, truth, truth_count, truth_facts, bounded=True):
    tp = cv2.countNonZero(cv2.bitwise_and(pred, truth))
    skeleton = skeletonize(pred.view(bool)).view(np.uint8)
    facts = cv2.countNonZero(pred), *skeleton_facts_b(skeleton)
    return total(tp, facts, truth_count, truth_facts, bounded)


# --- tasks ----------------------------------------------------------------------------


def digest(array):
    return hashlib.sha1(np.ascontiguousarray(array).tobytes()).hexdigest()


def thin_1984(mask):
    """OpenCV never deletes on the outermost rows and columns: pad, and cut again."""
    padded = cv2.copyMakeBorder(mask, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=0)
    return cv2.ximgproc.thinning(padded * 255)[2:-2, 2:-2]


class Pairs:
    """Masks of one set, and what is known of its truths."""

    def __init__(self, file, width, height, pairs):
        data = np.fromfile(file, np.uint8).reshape(2, pairs, height, width)
        self.preds, self.truths = list(data[0]), list(data[1])
        self.labels = np.empty((height, width), np.int32)
        self.distances = np.empty((height, width), np.float32)
        self.exact_distances = np.empty((height, width))
        self.bool_truths = [truth > 0 for truth in self.truths]
        self.truth_counts = [int(truth.sum()) for truth in self.bool_truths]
        self.truth_facts = [skeleton_facts_a(skeletonize(t)) for t in self.bool_truths]

    def reward_a(self, i, **options):
        truth, facts = self.bool_truths[i], self.truth_facts[i]
        return reward_a(self.preds[i], truth, facts, **options)

    def reward_b(self, i, **options):
        count, facts = self.truth_counts[i], self.truth_facts[i]
        return reward_b(self.preds[i], self.truths[i], count, facts, **options)

    def skeletonize(self, i):
        return skeletonize(self.preds[i].view(bool))

    def ximgproc(self, i):
        return thin_1984(self.preds[i])

    def label(self, i):
        count = ndimage.label(self.preds[i], structure=EIGHT, output=self.labels)
        return self.labels, count

    def label_new(self, i):
        return ndimage.label(self.preds[i], structure=EIGHT)

    def cv_labels(self, i):
        return cv2.connectedComponents(self.preds[i], connectivity=8)

    def cv_count(self, i):
        return count_components(self.preds[i])

    def cv_distances(self, i):
        precise = cv2.DIST_L2, cv2.DIST_MASK_PRECISE
        return cv2.distanceTransform(self.preds[i], *precise, dst=self.distances)

    def cv_distances_new(self, i):
        return cv2.distanceTransform(self.preds[i], cv2.DIST_L2, cv2.DIST_MASK_PRECISE)

    def edt(self, i):
        return edt.edt(self.preds[i], parallel=1)

    def scipy_distances(self, i):
        ndimage.distance_transform_edt(self.preds[i], distances=self.exact_distances)
        return self.exact_distances

    def monai_hd95(self, i):
        hausdorff, tensor = monai()
        a, b = (tensor(mask[i])[None, None] for mask in (self.preds, self.truths))
        return hausdorff(a, b, include_background=True, percentile=95).item()


@cache
def monai():
    import torch
    from monai.metrics import compute_hausdorff_distance

    torch.set_num_threads(1)
    return compute_hausdorff_distance, torch.from_numpy


def both(reward):
    """The bounds hide wrong counts: the literal formula must agree, too."""
    return lambda pairs, i: [float(reward(pairs, i, bounded=b)) for b in (True, False)]


def same_labels(label):
    return lambda pairs, i: digest(label(pairs, i)[0].astype("<i4"))


def same_squares(transform):
    def outcome(pairs, i):
        distances = transform(pairs, i).astype(float)
        return digest(np.rint(distances * distances).astype("<i4"))

    return outcome


# What is timed, and what of its result must agree.
TASKS = {
    "reward-a": (Pairs.reward_a, both(Pairs.reward_a)),
    "skeletonize": (Pairs.skeletonize, lambda pairs, i: digest(pairs.skeletonize(i))),
    "label": (Pairs.label, same_labels(Pairs.label)),
    "label-new": (Pairs.label_new, same_labels(Pairs.label_new)),
    "scipy-distances": (Pairs.scipy_distances, same_squares(Pairs.scipy_distances)),
}
if edt:
    TASKS["edt"] = (Pairs.edt, same_squares(Pairs.edt))
if HAS_MONAI:
    TASKS["monai-hd95"] = (Pairs.monai_hd95, Pairs.monai_hd95)
if cv2:
    TASKS |= {
        "reward-b": (Pairs.reward_b, both(Pairs.reward_b)),
        "cv-labels": (Pairs.cv_labels, lambda pairs, i: pairs.cv_labels(i)[0] - 1),
        "cv-count": (Pairs.cv_count, lambda pairs, i: pairs.cv_count(i)[0] - 1),
        "cv-distances": (Pairs.cv_distances, same_squares(Pairs.cv_distances)),
        "cv-distances-new": (
            Pairs.cv_distances_new,
            same_squares(Pairs.cv_distances_new),
        ),
    }
if cv2 and hasattr(cv2, "ximgproc"):
    TASKS["ximgproc"] = (Pairs.ximgproc, lambda pairs, i: digest(pairs.ximgproc(i) > 0))

CLOCKS = {"wall": perf_counter_ns, "cpu": process_time_ns}


def versions():
    modules = {"numpy": np, "scipy": scipy, "scikit-image": skimage, "opencv": cv2}
    found = {name: module.__version__ for name, module in modules.items() if module}
    if edt:
        found["edt"] = version("edt")
    if HAS_MONAI:
        found |= {name: version(name) for name in ("monai", "torch")}
    return {"python": sys.version.split()[0], **found}


def main():
    sets = {}
    for line in sys.stdin:
        request = json.loads(line)
        operation = request.pop("op")
        answer = {}
        if operation == "versions":
            answer = {"versions": versions(), "tasks": list(TASKS)}
        elif operation == "load":
            name = request.pop("set")
            sets[name] = Pairs(**request)
        else:
            pairs = sets[request["set"]]
            task, outcome = TASKS[request["task"]]
            inputs = range(len(pairs.preds))
            if operation == "outcomes":
                answer = {"outcomes": [outcome(pairs, i) for i in inputs]}
            else:
                now = CLOCKS[request["clock"]]
                begin = now()
                for _ in range(request["passes"]):
                    for i in inputs:
                        task(pairs, i)
                answer = {"ns": now() - begin}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
