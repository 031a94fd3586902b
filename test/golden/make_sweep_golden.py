"""Write sweep.json.gz: areas under curves and metrics by threshold, from scikit-learn.

Maps are seeded by their names. Nothing here is a port of the TypeScript code.

Run it in an environment of its own (Python 3.11 or later):

    python -m venv .venv
    .venv/bin/pip install -r test/golden/requirements-sweep.txt
    .venv/bin/python test/golden/make_sweep_golden.py

A second run gives the same bytes.
"""

import argparse
import base64
import gzip
import json
import math
import warnings
import zlib
from importlib.metadata import version
from pathlib import Path

import numpy as np
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    f1_score,
    jaccard_score,
    matthews_corrcoef,
    precision_score,
    recall_score,
    roc_auc_score,
)

# So many different values a map has; 0 is as many as float32 gives.
LEVELS = (2, 3, 11, 256, 65536, 0)
TRUTHS = ("thin", "half", "rare", "none", "all")
THRESHOLDS = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


def truth_of(kind: str, height: int, width: int, random: np.random.Generator) -> np.ndarray:
    if kind in ("none", "all"):
        return np.full((height, width), kind == "all")
    share = {"thin": 0.1, "half": 0.5, "rare": 0.01}[kind]
    truth = random.random((height, width)) < share
    # There shall be both.
    truth[0, 0], truth[-1, -1] = True, False
    return truth


def map_of(
    levels: int, truth: np.ndarray, skill: float, random: np.random.Generator
) -> np.ndarray:
    noise = random.normal(0, 1, truth.shape) + skill * truth
    values = 1 / (1 + np.exp(-2 * noise))
    if levels > 0:
        values = np.round(values * (levels - 1)) / (levels - 1)
    return values.astype("<f4")


def bits(mask: np.ndarray) -> str:
    return base64.b64encode(np.packbits(mask, bitorder="little").tobytes()).decode()


def plain(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def metrics_at(truth: np.ndarray, pred: np.ndarray) -> list[float]:
    """dice, iou, recall, precision, specificity, accuracy, mcc; 0 where a quotient is 0/0."""
    none = {"zero_division": 0}
    return [
        float(f1_score(truth, pred, **none)),
        float(jaccard_score(truth, pred, **none)),
        float(recall_score(truth, pred, **none)),
        float(precision_score(truth, pred, **none)),
        float(recall_score(~truth, ~pred, **none)),
        float(accuracy_score(truth, pred)),
        float(matthews_corrcoef(truth, pred)),
    ]


def case_of(levels: int, kind: str, has_field: bool) -> dict:
    name = f"{kind}-{levels}{'-field' if has_field else ''}"
    random = np.random.default_rng(zlib.crc32(name.encode()))
    height, width = int(random.integers(5, 40)), int(random.integers(5, 70))
    truth = truth_of(kind, height, width, random)
    values = map_of(levels, truth, float(random.choice([0, 1, 3])), random)
    field = random.random((height, width)) < 0.7 if has_field else np.ones(truth.shape, bool)
    field[0, 0] = field[-1, -1] = True
    y, score = truth[field], values[field]
    return {
        "name": name,
        "height": height,
        "width": width,
        "values": base64.b64encode(values.tobytes()).decode(),
        "truth": bits(truth),
        "within": bits(field) if has_field else None,
        # Both are undefined without foreground, the second one also without background.
        "averagePrecision": plain(average_precision_score(y, score)) if y.any() else None,
        "rocAuc": plain(roc_auc_score(y, score)) if y.any() and not y.all() else None,
        "metrics": [metrics_at(y, score > np.float64(t)) for t in THRESHOLDS],
    }


def pooled_of(cases: list[dict], levels: int) -> dict:
    """Of all cases of that many levels, as if they were one."""
    names = [case["name"] for case in cases if case["name"].split("-")[1] == str(levels)]
    truths, scores = [], []
    for case in cases:
        if case["name"] not in names:
            continue
        size = case["height"] * case["width"]

        def mask(text: str) -> np.ndarray:
            packed = np.frombuffer(base64.b64decode(text), np.uint8)
            return np.unpackbits(packed, bitorder="little")[:size].astype(bool)

        field = np.ones(size, bool) if case["within"] is None else mask(case["within"])
        truths.append(mask(case["truth"])[field])
        scores.append(np.frombuffer(base64.b64decode(case["values"]), "<f4")[field])
    y, score = np.concatenate(truths), np.concatenate(scores)
    return {
        "names": names,
        "averagePrecision": float(average_precision_score(y, score)),
        "rocAuc": float(roc_auc_score(y, score)),
        "metrics": [metrics_at(y, score > np.float64(t)) for t in THRESHOLDS],
    }


def main() -> None:
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description="Write the golden sweeps.")
    parser.add_argument("--out", type=Path, default=here, help="default: this folder")
    folder = parser.parse_args().out
    # Metrics that are 0/0 are warned of, and some are.
    warnings.simplefilter("ignore")
    cases = [
        case_of(levels, kind, has_field)
        for levels in LEVELS
        for kind in TRUTHS
        for has_field in (False, True)
    ]
    content = {
        "versions": {name: version(name) for name in ("numpy", "scikit-learn")},
        "thresholds": THRESHOLDS,
        "cases": cases,
        "pooled": [pooled_of(cases, levels) for levels in LEVELS],
    }
    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    path = folder / "sweep.json.gz"
    # No file name and no time in the header, so that a rerun gives the same bytes.
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as zipped:
        zipped.write(text.encode())
    print(f"{path.name}: {path.stat().st_size} bytes, {len(cases)} cases")


if __name__ == "__main__":
    main()
