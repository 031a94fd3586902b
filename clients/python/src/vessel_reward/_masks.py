"""What Python calls a mask, as the stream wants it."""

from __future__ import annotations

import base64
from typing import Any, Iterable, Mapping, Optional, Sequence, Tuple

try:
    import numpy
except ImportError:
    # Rows of numbers and buffers go without.
    numpy = None  # type: ignore[assignment]


Size = Tuple[int, int]
"""Rows and columns."""


def to_wire(mask: Any, threshold: Optional[float], name: str) -> Mapping[str, Any]:
    """A mask in a form that travels; foreground is greater than the threshold."""
    if isinstance(mask, Mapping):
        counts = mask.get("counts")
        # pycocotools gives bytes.
        return {**mask, "counts": counts.decode("ascii")} if isinstance(counts, bytes) else mask
    if numpy is not None:
        return _of_array(_array(mask, name), threshold, name)
    return _of_rows(_rows(mask, name), threshold, name)


def within_to_wire(within: Any, name: str = "within") -> Mapping[str, Any]:
    """A field of view; no threshold is meant for it, so that it cannot hold probabilities."""
    try:
        return to_wire(within, None, name)
    except NoThreshold as error:
        raise ValueError(f"expected {name} to hold booleans or whole numbers, got {error.got}") from None


class NoThreshold(ValueError):
    """Floats came without a threshold."""

    def __init__(self, name: str, got: str) -> None:
        super().__init__(f"expected a threshold for {name}, which holds {got}: threshold=0.5")
        self.got = got


def split(masks: Any, name: str) -> Sequence[Any]:
    """The masks of a batch: a list, or an array or tensor of [masks, rows, columns]."""
    if isinstance(masks, Mapping):
        raise TypeError(f"expected {name} to be several masks, got one")
    if isinstance(masks, (list, tuple)):
        first = masks[0] if masks else None
        if isinstance(first, (list, tuple)) and first and not isinstance(first[0], (list, tuple)):
            if not hasattr(first[0], "shape"):
                raise TypeError(f"expected {name} to be several masks, got the rows of one")
        return masks
    if not hasattr(masks, "shape"):
        if isinstance(masks, (str, bytes)) or not isinstance(masks, Iterable):
            raise TypeError(f"expected {name} to be several masks, got {type(masks).__name__}")
        return list(masks)
    shape = tuple(masks.shape)
    if len(shape) < 3:
        raise ValueError(f"expected {name} to be [masks, rows, columns], got the shape {shape}")
    return [masks[i] for i in range(shape[0])]


def size_of(truth: Mapping[str, Any]) -> Size:
    """Rows and columns of a mask as it travels; (0, 0) if it does not say them: then it is not a mask."""
    try:
        if "counts" in truth:
            height, width = truth["size"]
        elif "png" in truth:
            # The header is the first part of an image, at the same place in each.
            head = base64.b64decode(truth["png"][:32])
            width, height = int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
        else:
            height, width = truth["height"], truth["width"]
        return int(height), int(width)
    except (KeyError, TypeError, ValueError):
        return 0, 0


def _array(mask: Any, name: str) -> Any:
    # A tensor of torch, which may be on a GPU and have a gradient.
    if hasattr(mask, "detach"):
        mask = mask.detach().cpu()
        if "bfloat16" in str(mask.dtype):
            mask = mask.float()
        mask = mask.numpy()
    try:
        array = numpy.asarray(mask)
    except ValueError as error:
        # Rows of several lengths, above all.
        raise ValueError(f"expected {name} to be [rows, columns]: {error}") from None
    shape = array.shape
    # One channel before or behind the rows and columns.
    if array.ndim == 3 and shape[0] == 1:
        array = array[0]
    elif array.ndim == 3 and shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim == 0:
        raise ValueError(f"expected {name} to be a mask of [rows, columns], got {type(mask).__name__}")
    if array.ndim != 2:
        raise ValueError(f"expected {name} to be [rows, columns], got the shape {tuple(shape)}")
    return array


def _of_array(array: Any, threshold: Optional[float], name: str) -> Mapping[str, Any]:
    kind = array.dtype.kind
    if kind not in "buif":
        raise TypeError(f"expected {name} to hold numbers or booleans, got {array.dtype}")
    if kind == "f" and numpy.isnan(array).any():
        raise ValueError(f"expected {name} to hold numbers, got NaN")
    if threshold is not None:
        array = array > threshold
    elif kind == "f":
        raise NoThreshold(name, str(array.dtype))
    elif kind != "b":
        foreground = array != 0
        if array.size > 0 and (array.min() < 0 or (foreground & (array != array.max())).any()):
            _check_values(numpy.unique(array).tolist(), name)
        array = foreground
    bits = numpy.packbits(array.astype(bool, copy=False))
    return _bits(bits.tobytes(), array.shape[1], array.shape[0])


def _rows(mask: Any, name: str) -> Sequence[Sequence[Any]]:
    if hasattr(mask, "tolist"):
        mask = mask.tolist()
    if not isinstance(mask, (list, tuple)) or not all(isinstance(r, (list, tuple)) for r in mask):
        raise TypeError(f"expected {name} to be rows of numbers, got {type(mask).__name__}")
    if len({len(row) for row in mask}) > 1:
        raise ValueError(f"expected the rows of {name} to have one length")
    return mask


def _of_rows(rows: Any, threshold: Optional[float], name: str) -> Mapping[str, Any]:
    values = {value for row in rows for value in row}
    for value in values:
        if not isinstance(value, (bool, int, float)):
            raise TypeError(f"expected {name} to hold numbers, got {type(value).__name__}")
        if value != value:
            raise ValueError(f"expected {name} to hold numbers, got NaN")
    if threshold is None:
        if any(isinstance(value, float) for value in values):
            raise NoThreshold(name, "floats")
        _check_values(sorted(values), name)
        threshold = 0
    width = len(rows[0]) if rows else 0
    digits = "".join("1" if value > threshold else "0" for row in rows for value in row)
    length = (len(digits) + 7) // 8
    packed = int(digits.ljust(8 * length, "0") or "0", 2).to_bytes(length, "big")
    return _bits(packed, width, len(rows))


def _check_values(values: Sequence[Any], name: str) -> None:
    """Whole numbers without a threshold are 0 and one other value: others are grey levels or labels."""
    if len(values) > 2 or any(value < 0 for value in values) or (len(values) == 2 and values[0] != 0):
        shown = ", ".join(str(value) for value in values[:4])
        raise ValueError(
            f"expected {name} to hold 0 and one other value, got {shown}"
            f"{' …' if len(values) > 4 else ''}: give a threshold"
        )


def _bits(packed: bytes, width: int, height: int) -> Mapping[str, Any]:
    return {"bits": base64.b64encode(packed).decode("ascii"), "width": width, "height": height}
