import base64

import numpy
import pytest

from vessel_reward import _masks
from vessel_reward._masks import split, to_wire, within_to_wire

ROWS = [[0, 1, 0], [1, 1, 0]]
WIRE = {"bits": "WA==", "width": 3, "height": 2}


@pytest.fixture(params=["numpy", "without numpy"])
def maybe_numpy(request, monkeypatch):
    if request.param != "numpy":
        monkeypatch.setattr(_masks, "numpy", None)


class Tensor:
    """As far as torch's is looked at."""

    def __init__(self, array):
        self.array = array
        self.dtype = array.dtype
        self.shape = array.shape

    def detach(self):
        return self

    def cpu(self):
        return self

    def numpy(self):
        return self.array

    def __getitem__(self, i):
        return Tensor(self.array[i])


def test_rows(maybe_numpy):
    assert to_wire(ROWS, None, "mask") == WIRE
    assert to_wire([[bool(v) for v in row] for row in ROWS], None, "mask") == WIRE
    assert to_wire([[255 * v for v in row] for row in ROWS], None, "mask") == WIRE
    assert to_wire([[0.2 + 0.5 * v for v in row] for row in ROWS], 0.5, "mask") == WIRE
    assert to_wire([[60 + 100 * v for v in row] for row in ROWS], 127, "mask") == WIRE


@pytest.mark.parametrize("width", [1, 2, 7, 8, 9, 31])
def test_rows_are_packed_as_numpy_packs_them(monkeypatch, width):
    rng = numpy.random.default_rng(width)
    mask = rng.random((5, width)) < 0.4
    expected = base64.b64encode(numpy.packbits(mask).tobytes()).decode()
    assert to_wire(mask, None, "mask")["bits"] == expected
    monkeypatch.setattr(_masks, "numpy", None)
    assert to_wire(mask.tolist(), None, "mask")["bits"] == expected
    assert to_wire(mask, None, "mask")["bits"] == expected


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64", "uint16"])
def test_arrays(dtype):
    array = numpy.array(ROWS, dtype=dtype)
    for mask in (array, array[None], array[:, :, None], numpy.asfortranarray(array), Tensor(array)):
        assert to_wire(mask, None, "mask") == WIRE
    assert to_wire(numpy.ascontiguousarray(array.T).T[::-1][::-1], None, "mask") == WIRE


def test_floats_need_a_threshold():
    array = numpy.array(ROWS, dtype="float32") * 0.6
    assert to_wire(array, 0.5, "mask") == WIRE
    assert to_wire(Tensor(array), 0.5, "mask") == WIRE
    with pytest.raises(ValueError, match="expected a threshold for mask, which holds float32"):
        to_wire(array, None, "mask")


def test_forms_of_the_stream_go_as_they_are():
    assert to_wire(WIRE, None, "mask") is WIRE
    rle = {"size": [2, 3], "counts": b"132"}
    assert to_wire(rle, None, "mask") == {"size": [2, 3], "counts": "132"}


@pytest.mark.parametrize(
    ("mask", "error"),
    [
        ([[0, 1, 2]], ValueError),
        ([[-1, 0]], ValueError),
        ([[1, 2]], ValueError),
        ([[0.5, 1.0]], ValueError),
        ([[float("nan"), 1.0]], ValueError),
        ([["a"]], (TypeError, ValueError)),
        ([[1], [1, 0]], ValueError),
        (7, (TypeError, ValueError)),
        ("132", (TypeError, ValueError)),
        (None, (TypeError, ValueError)),
    ],
)
def test_refused(maybe_numpy, mask, error):
    with pytest.raises(error, match="mask|inhomogeneous"):
        to_wire(mask, None, "mask")


def test_batches():
    stack = numpy.zeros((4, 2, 3), dtype=bool)
    assert [one.shape for one in split(stack, "preds")] == [(2, 3)] * 4
    assert [one.shape for one in split(Tensor(stack), "preds")] == [(2, 3)] * 4
    assert split([ROWS, WIRE], "preds") == [ROWS, WIRE]
    assert split([], "preds") == []
    assert split(iter([ROWS]), "preds") == [ROWS]
    for one in (ROWS, WIRE, stack[0], "abc", 7):
        with pytest.raises((TypeError, ValueError), match="preds"):
            split(one, "preds")


@pytest.mark.parametrize("value", [None, "132", 1])
def test_what_is_no_mask_is_called_by_its_type(value):
    message = rf"expected preds\[1\] to be a mask of \[rows, columns\], got {type(value).__name__}"
    with pytest.raises(ValueError, match=message):
        to_wire(value, None, "preds[1]")


def test_rows_of_several_lengths_are_named():
    with pytest.raises(ValueError, match=r"expected preds\[1\] to be \[rows, columns\]"):
        to_wire([[0, 1], [1]], None, "preds[1]")


def test_a_field_of_view_is_not_told_to_take_a_threshold(maybe_numpy):
    with pytest.raises(ValueError, match="expected within to hold booleans or whole numbers, got float"):
        within_to_wire([[0.0, 1.0]])
    assert within_to_wire(ROWS) == WIRE
