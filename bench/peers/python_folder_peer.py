"""A folder of predictions evaluated in Python, as the benchmark asks for it.

Pairs are read by Pillow. Dice, precision, recall, Hausdorff distances, the average
symmetric surface distance and the normalised surface distance come from MONAI; clDice
takes scikit-image's skeletons; skan measures their length. One thread. The benchmark
speaks with this file as with python_peer.py:

    {"op": "versions"}
    {"op": "run", "folder": path, "passes": n, "clock": "wall" or "cpu"} -> {"ns": time}
    {"op": "outcomes", "folder": path, "metrics": names} -> {"outcomes": a list a pair}
"""

import json
import os
import sys
import warnings
from importlib.metadata import version
from pathlib import Path
from time import perf_counter_ns, process_time_ns

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import torch
from monai.metrics import (
    compute_average_surface_distance,
    compute_dice,
    compute_hausdorff_distance,
    compute_surface_dice,
    get_confusion_matrix,
)
from PIL import Image
from skan import Skeleton
from skimage.morphology import skeletonize

torch.set_num_threads(1)
warnings.filterwarnings("ignore")

PACKAGES = ("numpy", "scikit-image", "monai", "torch", "skan", "pillow")
CLOCKS = {"wall": perf_counter_ns, "cpu": process_time_ns}


def read(path):
    return np.asarray(Image.open(path)) > 0


def length(skeleton):
    if not skeleton.any():
        return 0.0
    return float(Skeleton(skeleton).path_lengths().sum())


def ratio(a, b):
    return a / b if b else 0.0


def values_of(pred, truth):
    a, b = (torch.from_numpy(mask)[None, None] for mask in (pred, truth))
    options = {"include_background": True}
    tp, fp, _, fn = get_confusion_matrix(a.float(), b.float())[0, 0].tolist()
    pred_line, truth_line = skeletonize(pred), skeletonize(truth)
    tprec = ratio(int((pred_line & truth).sum()), int(pred_line.sum()))
    tsens = ratio(int((truth_line & pred).sum()), int(truth_line.sum()))
    return {
        "dice": compute_dice(a, b, **options).item(),
        "precision": ratio(tp, tp + fp),
        "recall": ratio(tp, tp + fn),
        "clDice": ratio(2 * tprec * tsens, tprec + tsens),
        "hausdorff": compute_hausdorff_distance(a, b, **options).item(),
        "hd95": compute_hausdorff_distance(a, b, percentile=95, **options).item(),
        "assd": compute_average_surface_distance(a, b, symmetric=True, **options).item(),
        "nsd": compute_surface_dice(a, b, [TOLERANCE], **options).item(),
        "lengthRatio": ratio(length(pred_line), length(truth_line)),
    }


# Pixels, as our nsd has it by default.
TOLERANCE = 1.0


def evaluate(folder):
    names = sorted(path.name for path in Path(folder, "pred").iterdir())
    return [
        values_of(read(Path(folder, "pred", name)), read(Path(folder, "truth", name)))
        for name in names
    ]


def summary(cases):
    return {
        name: (np.mean(values), np.std(values))
        for name in cases[0]
        for values in [[case[name] for case in cases]]
    }


def main():
    for line in sys.stdin:
        request = json.loads(line)
        operation = request["op"]
        if operation == "versions":
            answer = {"versions": {name: version(name) for name in PACKAGES}}
        elif operation == "outcomes":
            cases = evaluate(request["folder"])
            answer = {
                "outcomes": [[case[name] for name in request["metrics"]] for case in cases]
            }
        else:
            now = CLOCKS[request["clock"]]
            begin = now()
            for _ in range(request["passes"]):
                summary(evaluate(request["folder"]))
            answer = {"ns": now() - begin}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
