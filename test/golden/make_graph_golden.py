"""Write graph.json.gz: skan's branches of skeletons, and SciPy's maximum matchings of points.

Run it where make_golden.py runs, with requirements-metrics.txt installed too:

    .venv/bin/python test/golden/make_graph_golden.py

README.md beside it describes the fields. A second run gives the same bytes.
"""

import gzip
import json
import math
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
from scipy import ndimage
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching
from scipy.spatial import cKDTree
from skan import Skeleton, summarize
from skimage.measure import euler_number
from skimage.morphology import skeletonize, thin

sys.path.insert(0, str(Path(__file__).parent))
from make_golden import Mask, blobs, pack, seeded, star, vessel_tree  # noqa: E402

EIGHT = np.ones((3, 3), int)
TYPES = 4

# The small skeletons of skan's own tests (skan/_testdata.py), drawn anew.
DRAWN = {
    "tiny-cycle": ".#. #.# .#.",
    "tiny-line": "..... .###.",
    "tee": "...#... ...#... ...#... #######",
    "skeleton1": ".#####. #.....# .##.##. #..#... #...###",
    "skeleton4": "#.... .#### .#... .#...",
    "junction-first": ".#### ##... #.#.. #..#. #...#",
    "labelled": "##..##. ..#...# #..#..# #..#... #...### .#...#.",
    "diagonal-cross": "#...# .#.#. ..#.. .#.#. #...#",
    "plus": "..#.. ..#.. ##### ..#.. ..#..",
    "lone-pixels": "#..# .... #..#",
    "ring-with-tail": "..#... .#.#.. #...## .#.#.. ..#...",
}


def draw(art: str) -> Mask:
    return np.array([[c == "#" for c in row] for row in art.split()])


def neighbours(mask: Mask) -> np.ndarray:
    around = ndimage.convolve(mask.astype(int), EIGHT, mode="constant") - mask
    return np.where(mask, around, 0)


def pixel_graph_cycles(mask: Mask, diagonals_dropped: bool) -> int:
    """Independent cycles of the 8-neighbour graph of the set pixels."""
    m = np.pad(mask, 1)
    links = int((m[:, 1:] & m[:, :-1]).sum() + (m[1:] & m[:-1]).sum())
    for a, b, c, d in (
        (m[1:, 1:], m[:-1, :-1], m[1:, :-1], m[:-1, 1:]),
        (m[1:, :-1], m[:-1, 1:], m[1:, 1:], m[:-1, :-1]),
    ):
        links += int((a & b & ~((c | d) & diagonals_dropped)).sum())
    return links - int(mask.sum()) + int(ndimage.label(mask, EIGHT)[1])


def ties(mask: Mask) -> bool:
    """Whether a minimum spanning tree of skan's junction pixels has to break a cycle that is not
    a corner, or a corner hangs together by a pixel that is no junction pixel."""
    junctions = neighbours(mask) > 2
    if pixel_graph_cycles(junctions, True) > 0:
        return True
    # Corners: an edge link, an edge link and the diagonal over them. skan drops the diagonal only
    # if all three pixels are junction pixels, because only these come into the tree.
    m = np.pad(mask, 1)
    j = np.pad(junctions, 1)
    for k in range(4):
        a, b = np.rot90(m, k), np.rot90(j, k)
        corner = a[1:, 1:] & a[1:, :-1] & a[:-1, 1:]
        if (corner & ~(b[1:, 1:] & b[1:, :-1] & b[:-1, 1:])).any():
            return True
    return False


def branches_of(mask: Mask) -> dict:
    table = summarize(Skeleton(mask), separator="_")
    lengths = [[] for _ in range(TYPES)]
    for kind, length in zip(table["branch_type"], table["branch_distance"], strict=True):
        lengths[int(kind)].append(round(float(length), 9))
    for values in lengths:
        values.sort()
    nodes = np.unique(table[["node_id_src", "node_id_dst"]].to_numpy())
    cycles = len(table) - len(nodes) + table["skeleton_id"].nunique()
    total = round(float(table["branch_distance"].sum()), 9)
    return {"lengths": lengths, "total": total, "cycles": int(cycles)}


def skeleton_case(name: str, mask: Mask) -> dict:
    height, width = mask.shape
    try:
        skan = branches_of(mask)
    except (ValueError, IndexError) as error:
        skan = {"error": type(error).__name__}
    return {
        "name": name,
        "width": width,
        "height": height,
        "mask": pack(mask),
        "components": int(ndimage.label(mask, EIGHT)[1]),
        "euler": int(euler_number(mask, connectivity=2)),
        "ties": ties(mask),
        "skan": skan,
    }


def skeleton_cases() -> list[dict]:
    cases = [skeleton_case(f"drawn/{name}", draw(art)) for name, art in DRAWN.items()]
    for degrees in range(0, 90, 10):
        for arms in (3, 4, 5):
            mask = star(41, 41, degrees, 1.5 + degrees % 4, arms, 17)
            cases.append(skeleton_case(f"star/{arms}/{degrees}", skeletonize(mask)))
    for k in range(24):
        name = f"tree/{k}"
        mask = vessel_tree(90, 70, seeded(f"graph/{name}"), 1 + k % 5, (1.5, 4))
        method = (skeletonize, thin)[k % 2]
        cases.append(skeleton_case(name, method(mask)))
    for k in range(12):
        name = f"blobs/{k}"
        mask = blobs(60, 50, seeded(f"graph/{name}"), 1.5 + k / 6, 0.5)
        cases.append(skeleton_case(name, thin(mask) if k % 2 else skeletonize(mask)))
    return cases


def matching_case(name: str, count: tuple[int, int], size: int, radius: float) -> dict:
    rng = seeded(f"matching/{name}")
    sets = []
    for n in count:
        places = rng.integers(0, size, (n, 2))
        order = np.lexsort((places[:, 0], places[:, 1]))
        sets.append(places[order])
    a, b = sets
    square = math.floor(radius * radius)
    pairs = cKDTree(a).query_ball_point(b, radius + 1) if len(a) and len(b) else []
    edges = [
        (i, j)
        for j, near in enumerate(pairs)
        for i in sorted(near)
        if ((a[i] - b[j]) ** 2).sum() <= square
    ]
    matched = 0
    if edges:
        rows, columns = np.array(edges).T
        graph = csr_array((np.ones(len(edges), int), (rows, columns)), shape=(len(a), len(b)))
        matched = int((maximum_bipartite_matching(graph, perm_type="column") >= 0).sum())
    return {
        "name": name,
        "radius": radius,
        "a": a.ravel().tolist(),
        "b": b.ravel().tolist(),
        "edges": len(edges),
        "matched": matched,
    }


def matching_cases() -> list[dict]:
    cases = []
    for radius in (0, 1, 2.5, 5, 10):
        for n, m in ((0, 0), (0, 7), (30, 30), (120, 90), (300, 300), (500, 200)):
            for size in (25, 120):
                cases.append(matching_case(f"{n}-{m}-{size}-{radius}", (n, m), size, radius))
    return cases


def main() -> None:
    data = {
        "versions": {name: version(name) for name in ("numpy", "scipy", "scikit-image", "skan")},
        "skeletons": skeleton_cases(),
        "matchings": matching_cases(),
    }
    raw = json.dumps(data, separators=(",", ":")).encode()
    path = Path(__file__).parent / "graph.json.gz"
    with path.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as zipped:
        zipped.write(raw)
    print(path.name, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
