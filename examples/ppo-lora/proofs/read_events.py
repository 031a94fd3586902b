"""Reads a run's event file with TensorBoard and compares it with the run's log.jsonl.

    pip install tensorboard
    python proofs/read_events.py runs/NAME

Every number of the log must be a scalar of the same step, equal in single precision, and there
must be no others. Ends with status 1 where that is not so.
"""
import json
import math
import struct
import sys
from pathlib import Path

from tensorboard import __version__
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def main(folder: Path) -> int:
    records = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    expected = {
        (name, record["update"]): value
        for record in records
        for name, value in record.items()
        if name != "update" and value is not None
    }
    accumulator = EventAccumulator(str(folder), size_guidance={"scalars": 0})
    accumulator.Reload()
    found = {
        (tag, event.step): event.value
        for tag in accumulator.Tags()["scalars"]
        for event in accumulator.Scalars(tag)
    }
    single = lambda value: struct.unpack("<f", struct.pack("<f", value))[0]
    wrong = [
        key
        for key in expected.keys() | found.keys()
        if key not in expected
        or key not in found
        or not math.isclose(single(expected[key]), found[key], rel_tol=1e-7, abs_tol=0)
    ]
    version = accumulator.file_version
    print(
        f"TensorBoard {__version__}: {len(found)} scalars, {len(accumulator.Tags()['scalars'])} tags, "
        f"{len(records)} updates, file version {version}, {len(wrong)} differences"
    )
    for key in sorted(wrong)[:10]:
        print(f"  {key}: log {expected.get(key)}, event file {found.get(key)}")
    return 1 if wrong or not found else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))
