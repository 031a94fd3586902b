"""Shows that nnU-Net reads what `vessel-reward evaluate --json` writes, and finds the same in it.

nnU-Net's own evaluation of the same folders is the other side. Needs `pip install nnunetv2==2.8.1`
(which brings PyTorch); the masks are PNG images of the values 0 and 1, as nnU-Net wants labels.

    npx vessel-reward evaluate pred/ truth/ --json results.json
    python test/parity/nnunet_summary.py pred/ truth/ results.json
"""

import os
import sys
import tempfile

from nnunetv2.evaluation.evaluate_predictions import (
    compute_metrics_on_folder,
    load_summary_json,
)
from nnunetv2.imageio.natural_image_reader_writer import NaturalImage2DIO


def differences(ours, theirs, where):
    """Where something that nnU-Net writes is not there or is something else."""
    if isinstance(theirs, dict):
        for key, value in theirs.items():
            if key not in ours:
                yield f"{where}.{key} is missing"
            else:
                yield from differences(ours[key], value, f"{where}.{key}")
    elif isinstance(theirs, str):
        if os.path.realpath(ours) != os.path.realpath(theirs):
            yield f"{where}: {ours}, not {theirs}"
    elif not (ours == theirs or abs(ours - theirs) <= 1e-12 * abs(theirs)):
        yield f"{where}: {ours}, not {theirs}"


def main():
    pred, truth, results = sys.argv[1:4]
    with tempfile.TemporaryDirectory() as folder:
        written = os.path.join(folder, "summary.json")
        compute_metrics_on_folder(
            truth, pred, written, NaturalImage2DIO(), ".png", [1], None, 1
        )
        theirs = load_summary_json(written)
    ours = load_summary_json(results)
    cases = [theirs.pop("metric_per_case"), ours.pop("metric_per_case")]
    found = list(differences(ours, theirs, "summary"))
    by_file = [
        {os.path.realpath(case["prediction_file"]): case for case in side} for side in cases
    ]
    found += differences(by_file[1], by_file[0], "cases")
    for line in found:
        print(line)
    print(f"{len(cases[0])} cases, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
