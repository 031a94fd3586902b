"""Write images.json.gz: files of every image format by Pillow, tifffile, NumPy and nibabel, with the
samples that these read from them.

Run it in an environment of its own (Python 3.11 or later):

    python -m venv .venv
    .venv/bin/pip install -r test/golden/requirements-formats.txt
    .venv/bin/python test/golden/make_image_golden.py

A second run gives the same bytes. README.md beside it describes the fields.
"""

import base64
import gzip
import io
import json
import struct
import zlib
from pathlib import Path

import nibabel
import numpy as np
import tifffile
from PIL import Image

SEED = 20240917
cases: list[dict] = []


def seeded(name: str) -> np.random.Generator:
    return np.random.default_rng([SEED, zlib.crc32(name.encode())])


def add(name: str, file: bytes, samples: np.ndarray, **fields) -> None:
    """A case: the file, and its samples [rows, columns(, channels)] as they must be read."""
    height, width = samples.shape[:2]
    channels = samples.shape[2] if samples.ndim == 3 else 1
    little = np.ascontiguousarray(samples)
    little = little.astype(little.dtype.newbyteorder("<"))
    cases.append(
        {
            "name": name,
            "file": base64.b64encode(file).decode(),
            "width": width,
            "height": height,
            "channels": channels,
            "type": little.dtype.kind + str(little.dtype.itemsize),
            "samples": base64.b64encode(little.tobytes()).decode(),
            **fields,
        }
    )


def vessels(name: str, height: int, width: int) -> np.ndarray:
    """Some thick lines, as a bool mask."""
    rng = seeded(name)
    y, x = np.mgrid[:height, :width]
    mask = np.zeros((height, width), bool)
    for _ in range(4):
        x0, x1 = rng.uniform(0, width, 2)
        y0, y1 = rng.uniform(0, height, 2)
        dx, dy = x1 - x0, y1 - y0
        t = np.clip(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy), 0, 1)
        mask |= np.hypot(x - x0 - t * dx, y - y0 - t * dy) < rng.uniform(0.7, 2.5)
    return mask


def noise(name: str, height: int, width: int, channels: int = 1, dtype: str = "u1") -> np.ndarray:
    rng = seeded(name)
    shape = (height, width, channels) if channels > 1 else (height, width)
    if dtype[0] == "f":
        return rng.random(shape).astype(dtype)
    info = np.iinfo(dtype)
    values = rng.integers(info.min, info.max, shape, dtype=dtype, endpoint=True)
    # Runs, as compressions like them.
    values[height // 3 : height // 2] = values[height // 3, 0]
    return values


def saved(image: Image.Image, **options) -> bytes:
    stream = io.BytesIO()
    image.save(stream, **options)
    return stream.getvalue()


def opened(file: bytes, mode: str | None = None, frame: int = 0) -> np.ndarray:
    image = Image.open(io.BytesIO(file))
    image.seek(frame)
    return np.array(image.convert(mode) if mode else image)


# --- GIF -----------------------------------------------------------------------------


def gif_cases() -> None:
    for height, width in ((1, 1), (9, 13), (64, 50), (101, 97)):
        mask = Image.fromarray(np.uint8(vessels("gif", height, width)) * 255)
        file = saved(mask, format="GIF")
        add(f"gif/mask-{width}x{height}", file, opened(file, "RGB"), mask=True)
    grey = Image.fromarray(noise("gif grey", 90, 120))
    for interlace in (0, 1):
        file = saved(grey, format="GIF", interlace=interlace)
        add(f"gif/grey-interlace-{interlace}", file, opened(file, "RGB"))
    color = Image.fromarray(noise("gif color", 40, 60, 3)).quantize(37)
    file = saved(color, format="GIF")
    add("gif/37-colors", file, opened(file, "RGB"))
    # Transparent pixels show nothing: black.
    file = saved(color, format="GIF", transparency=5)
    pixels = opened(file, "RGBA")
    pixels[pixels[..., 3] == 0] = 0
    add("gif/transparent", file, pixels, alpha=True)
    frames = [Image.fromarray(noise(f"gif frame {i}", 20, 30)) for i in range(3)]
    for disposal in (0, 1):
        options = {"save_all": True, "append_images": frames[1:], "disposal": disposal}
        file = saved(frames[0], format="GIF", **options)
        for page in range(3):
            shown = opened(file, "RGB", page)
            add(f"gif/frame-{page}-disposal-{disposal}", file, shown, page=page, pages=3)


# --- PNG, BMP, netpbm, JPEG ----------------------------------------------------------


def png_cases() -> None:
    for bits in (1, 2, 4):
        values = noise(f"png {bits}", 11, 19) >> (8 - bits)
        image = Image.fromarray(values).convert("L")
        image.putpalette([int(v * 255 / (2**bits - 1)) for v in range(256 >> (8 - bits)) for _ in "rgb"])
        file = saved(image, format="PNG", bits=bits)
        add(f"png/palette-{bits}", file, opened(file, "RGB"))
    add("png/grey", saved(Image.fromarray(noise("png", 11, 19)), format="PNG"), noise("png", 11, 19))
    wide = noise("png 16", 11, 19, dtype="u2")
    add("png/grey-16", saved(Image.fromarray(wide), format="PNG"), wide)
    for channels in (2, 3, 4):
        values = noise(f"png {channels}", 11, 19, channels)
        file = saved(Image.fromarray(values), format="PNG")
        add(f"png/{channels}-channels", file, values, alpha=channels != 3)
    bilevel = Image.fromarray(vessels("png", 11, 19))
    add("png/1-bit", saved(bilevel, format="PNG"), np.uint8(np.array(bilevel)), mask=True)


def bmp_cases() -> None:
    grey = noise("bmp", 11, 19)
    for mode, values in (
        ("1", vessels("bmp", 11, 19)),
        ("L", grey),
        ("RGB", noise("bmp color", 11, 19, 3)),
    ):
        file = saved(Image.fromarray(values), format="BMP")
        add(f"bmp/{mode}", file, opened(file, "RGB"), mask=mode == "1")
    color = Image.fromarray(noise("bmp palette", 11, 19, 3)).quantize(16)
    file = saved(color, format="BMP")
    add("bmp/16-colors", file, opened(file, "RGB"))
    with_alpha = noise("bmp alpha", 11, 19, 4)
    file = saved(Image.fromarray(with_alpha), format="BMP")
    add("bmp/RGBA", file, opened(file), alpha=opened(file).shape[2] == 4)
    for name, file in (
        ("run-length-8", run_length(8)),
        ("run-length-4", run_length(4)),
        ("run-length-of-words", run_length(8, 3)),
        ("5-5-5", five()),
    ):
        add(f"bmp/{name}", file, opened(file, "RGB"))


def bmp_file(width: int, height: int, bits: int, compression: int, palette: bytes, pixels: bytes) -> bytes:
    at = 54 + len(palette)
    head = struct.pack("<2sIHHI", b"BM", at + len(pixels), 0, 0, at)
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(pixels), 0, 0, len(palette) // 4, 0)
    return head + info + palette + pixels


def run_length(bits: int, filled: int = 0) -> bytes:
    """Nine pixels a row; some writers fill rows up to words of four bytes."""
    palette = bytes(value for i in range(16) for value in (i * 16, 255 - i * 9, i * 5, 0))
    if bits == 8:
        rows = [b"\x05\x03\x00\x04\x01\x02\x03\x04\x00\x00", b"\x00\x03\x05\x06\x07\x00\x06\x09\x00\x00", b"\x09\x0f\x00\x00"]
    else:
        rows = [b"\x05\x31\x00\x04\x12\x34\x00\x00", b"\x00\x03\x56\x70\x06\x9a\x00\x00", b"\x09\xf0\x00\x00"]
    if filled > 0:
        rows = [row[:-2] + bytes([filled, 0]) + row[-2:] for row in rows]
    return bmp_file(9, 3, bits, {8: 1, 4: 2}[bits], palette, b"".join(rows) + b"\x00\x01")


def five() -> bytes:
    values = noise("bmp 555", 5, 6, dtype="u2") & 0x7FFF
    return bmp_file(6, 5, 16, 0, b"", values[::-1].astype("<u2").tobytes())


def netpbm_cases() -> None:
    mask = vessels("pbm", 9, 13)
    file = saved(Image.fromarray(mask), format="PPM")
    add("pbm/P4", file, np.uint8(opened(file)), mask=True)
    rows = "\n".join("".join(str(1 - int(v)) for v in row) for row in mask)
    add("pbm/P1", f"P1 # a comment\n13 9\n{rows}\n".encode(), np.uint8(mask), mask=True)
    grey = noise("pgm", 9, 13)
    file = saved(Image.fromarray(grey), format="PPM")
    add("pgm/P5", file, opened(file))
    wide = noise("pgm 16", 9, 13, dtype="u2")
    file = saved(Image.fromarray(wide), format="PPM")
    add("pgm/P5-16", file, np.uint16(opened(file)))
    text = " ".join(str(v) for v in (grey // 26).ravel())
    add("pgm/P2", f"P2\n# made by hand\n13 9 # size\n9\n{text}".encode(), grey // 26, max=9)
    add("pgm/comment-before-pixels", b"P5 13 9 255#c\n" + grey.tobytes(), grey)
    add("pgm/line-ends-of-two-bytes", b"P5\r\n13 9\r\n255\r\n" + grey.tobytes(), grey)
    small = wide % 1001
    body = small.astype(">u2").tobytes()
    add("pgm/P5-1000", b"P5\n13 9\n#c\n1000\n" + body, small, max=1000)
    color = noise("ppm", 9, 13, 3)
    file = saved(Image.fromarray(color), format="PPM")
    add("ppm/P6", file, opened(file))
    text = "\n".join(str(v) for v in color.ravel())
    add("ppm/P3", f"P3 13 9 255 {text}\n".encode(), color)
    add("ppm/gzipped", gzip.compress(file, mtime=0), opened(file))


def jpeg_cases() -> None:
    y, x = np.mgrid[:70, :90]
    grey = np.uint8(127 + 100 * np.sin(x / 9) * np.cos(y / 7))
    color = np.stack([grey, 255 - grey, np.uint8(2 * x)], 2)
    for name, image, options in (
        ("grey", grey, {}),
        ("grey-progressive", grey, {"progressive": True}),
        ("color", color, {"subsampling": 0}),
        ("color-progressive", color, {"subsampling": 0, "progressive": True}),
        ("mask", np.uint8(vessels("jpeg", 70, 90)) * 255, {}),
    ):
        file = saved(Image.fromarray(image), format="JPEG", quality=92, **options)
        add(f"jpeg/{name}", file, opened(file, "RGB"), tolerance=3)


# --- TIFF ----------------------------------------------------------------------------


def tiff(values: np.ndarray, **options) -> bytes:
    stream = io.BytesIO()
    tifffile.imwrite(stream, values, metadata=None, software=False, **options)
    return stream.getvalue()


def tiff_cases() -> None:
    mask = vessels("tiff", 61, 83)
    bilevel = Image.fromarray(mask)
    for compression in ("raw", "packbits", "tiff_lzw", "tiff_adobe_deflate", "group3", "group4", "tiff_ccitt"):
        file = saved(bilevel, format="TIFF", compression=compression)
        add(f"tiff/1-bit-{compression}", file, np.uint8(opened(file)), mask=True)
    file = saved(bilevel, format="TIFF", compression="group3", tiffinfo={292: 1})
    add("tiff/1-bit-group3-2d", file, np.uint8(opened(file)), mask=True)
    for height, width in ((1, 1), (5, 3000), (90, 64), (200, 301)):
        image = Image.fromarray(vessels("tiff g4", height, width))
        file = saved(image, format="TIFF", compression="group4")
        add(f"tiff/group4-{width}x{height}", file, np.uint8(opened(file)), mask=True)
    speckle = Image.fromarray(seeded("tiff speckle").random((50, 70)) < 0.5)
    for compression in ("group3", "group4", "tiff_ccitt"):
        file = saved(speckle, format="TIFF", compression=compression)
        add(f"tiff/speckle-{compression}", file, np.uint8(opened(file)), mask=True)
    for compression in ("raw", "packbits", "tiff_lzw", "tiff_adobe_deflate"):
        for channels in (1, 3, 4):
            values = noise(f"tiff {channels}", 41, 37, channels)
            file = saved(Image.fromarray(values), format="TIFF", compression=compression)
            add(f"tiff/{channels}-channels-{compression}", file, opened(file), alpha=channels == 4)
    color = Image.fromarray(noise("tiff palette", 41, 37, 3)).quantize(200)
    file = saved(color, format="TIFF", compression="tiff_lzw")
    add("tiff/palette", file, opened(file, "RGB"))
    for dtype in ("u1", "i1", "u2", "i2", "u4", "i4", "u8", "f2", "f4", "f8"):
        values = noise(f"tiff {dtype}", 23, 31, dtype=dtype)
        for order in "<>":
            read = values if dtype not in ("u8", "f2") else values.astype({"u8": "f8", "f2": "f4"}[dtype])
            add(f"tiff/{dtype}{order}", tiff(values, byteorder=order), read)
    for predictor, dtype in ((2, "u1"), (2, "u2"), (2, "u4"), (3, "f4"), (3, "f8")):
        for order in "<>":
            for channels in (1, 3):
                values = noise(f"tiff predictor {dtype}", 23, 31, channels, dtype)
                photometric = "rgb" if channels == 3 else "minisblack"
                options = {"compression": "zlib", "predictor": predictor, "photometric": photometric}
                file = tiff(values, byteorder=order, **options)
                name = f"tiff/predictor-{predictor}-{dtype}{order}-{channels}"
                add(name, file, tifffile.imread(io.BytesIO(file)))
    values = noise("tiff lzw", 90, 110)
    file = saved(Image.fromarray(values), format="TIFF", compression="tiff_lzw", tiffinfo={317: 2})
    add("tiff/lzw-predictor", file, opened(file))
    values = noise("tiff parts", 50, 70)
    add("tiff/tiles", tiff(values, tile=(32, 48), compression="zlib"), values)
    add("tiff/strips", tiff(values, rowsperstrip=7), values)
    color = noise("tiff planar", 45, 33, 3)
    planar = tiff(np.moveaxis(color, 2, 0), photometric="rgb", planarconfig="separate")
    add("tiff/planar", planar, color)
    add("tiff/white-is-zero", tiff(values, photometric="miniswhite"), 255 - values)
    add("tiff/big", tiff(values, bigtiff=True), values)
    pages = np.stack([noise(f"tiff page {i}", 21, 17) for i in range(4)])
    file = tiff(pages, photometric="minisblack")
    for page in (0, 3):
        add(f"tiff/page-{page}", file, pages[page], page=page, pages=4)
    two = noise("tiff two", 9, 11, 2, "f4")
    options = {"photometric": "minisblack", "planarconfig": "contig", "extrasamples": ["unassalpha"]}
    add("tiff/2-channels", tiff(two, **options), two, alpha=True)
    for order in "<>":
        half = noise("tiff half", 9, 11, 1, "f2")
        options = {"compression": "zlib", "predictor": 3}
        add(f"tiff/predictor-3-f2{order}", tiff(half, byteorder=order, **options), half.astype("f4"))
    four = noise("tiff four", 9, 11, 4)
    unnamed = tiff(four, photometric="rgb", extrasamples=["unspecified"])
    add("tiff/unnamed-alpha", unnamed, four, alpha=True)
    four[:, :, :3] = np.minimum(four[:, :, :3], four[:, :, 3:])
    multiplied = tiff(four, photometric="rgb", extrasamples=["assocalpha"])
    add("tiff/multiplied-by-alpha", multiplied, opened(multiplied, "RGBA"), alpha=True)
    grey = np.stack([np.arange(256)] * 3).astype("u2")
    add("tiff/palette-of-8-bits", tiff(values, photometric="palette", colormap=grey), np.stack([values] * 3, 2))


# --- NumPy ---------------------------------------------------------------------------


def npy(values: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, values)
    return stream.getvalue()


def numpy_cases() -> None:
    wider = {"i8": "f8", "u8": "f8", "f2": "f4"}
    for dtype in ("u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"):
        values = noise(f"npy {dtype}", 9, 14, dtype=dtype)
        read = values.astype(wider.get(dtype, dtype))
        for order in "<>":
            for kind, array in (("c", values), ("fortran", np.asfortranarray(values))):
                add(f"npy/{dtype}{order}-{kind}", npy(array.astype(order + dtype)), read)
    mask = vessels("npy", 9, 14)
    add("npy/bool", npy(mask), np.uint8(mask), mask=True, max=1)
    add("npy/bool-fortran", npy(np.asfortranarray(mask)), np.uint8(mask), mask=True, max=1)
    add("npy/singletons", npy(mask[None, :, :, None]), np.uint8(mask), max=1)
    add("npy/one-row", npy(mask[:1]), np.uint8(mask[:1]), max=1)
    add("npy/one-column", npy(mask[:, 1:2]), np.uint8(mask[:, 1:2]), max=1)
    color = noise("npy color", 9, 14, 3)
    add("npy/color", npy(color), color)
    add("npy/color-fortran", npy(np.asfortranarray(color)), color)
    for kind, array in (("c", np.asarray), ("fortran", np.asfortranarray)):
        for classes, dtype in ((2, "f4"), (3, "f8"), (4, "?")):
            deep = noise(f"npy {classes} classes", 9, 14, classes) % 2 == 1
            deep = deep.astype(dtype)
            read = deep[:, :, 1].astype("u1" if dtype == "?" else dtype)
            add(f"npy/1-of-{classes}-classes-{kind}", npy(array(deep)), read, page=1, pages=classes)
    stack = np.stack([noise(f"npy page {i}", 9, 14) for i in range(5)])
    for kind, array in (("c", stack), ("fortran", np.asfortranarray(stack))):
        for page in (0, 4):
            add(f"npy/page-{page}-{kind}", npy(array), stack[page], page=page, pages=5)
    for kind, save in (("stored", np.savez), ("deflated", np.savez_compressed)):
        stream = io.BytesIO()
        save(stream, mask)
        add(f"npz/one-{kind}", stream.getvalue(), np.uint8(mask), max=1)
        stream = io.BytesIO()
        save(stream, pred=color, stack=stack)
        file = stream.getvalue()
        add(f"npz/named-{kind}", file, color, page="pred")
        add(f"npz/page-of-named-{kind}", file, stack[2], page="stack[2]")


# --- NIfTI ---------------------------------------------------------------------------


def nifti_cases() -> None:
    for dtype in ("u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8"):
        values = noise(f"nifti {dtype}", 9, 14, dtype=dtype)
        for order in "<>":
            for kind in (nibabel.Nifti1Image, nibabel.Nifti2Image):
                header = kind.header_class(endianness=order)
                header.set_data_dtype(np.dtype(dtype).newbyteorder(order))
                image = kind(values.T, np.eye(4), header)
                number = 1 if kind is nibabel.Nifti1Image else 2
                add(f"nifti/{number}-{dtype}{order}", image.to_bytes(), values)
    mask = vessels("nifti", 9, 14)
    file = nibabel.Nifti1Image(np.uint8(mask.T[:, :, None]), np.eye(4)).to_bytes()
    add("nifti/one-slice", file, np.uint8(mask), mask=True)
    add("nifti/gzipped", gzip.compress(file, mtime=0), np.uint8(mask), mask=True)
    volume = np.stack([noise(f"nifti slice {i}", 9, 14, dtype="i2") for i in range(6)])
    file = nibabel.Nifti1Image(volume.T, np.eye(4)).to_bytes()
    for page in (0, 5):
        add(f"nifti/slice-{page}", file, volume[page], page=page, pages=6)
    series = nibabel.Nifti1Image(volume.reshape(2, 3, 9, 14).T, np.eye(4)).to_bytes()
    add("nifti/slice-4-of-series", series, volume[4], page=4, pages=6)
    scaled = nibabel.Nifti1Image(noise("nifti scaled", 9, 14).T, np.eye(4))
    scaled.header.set_slope_inter(0.5, -3)
    file = bytearray(scaled.to_bytes())
    struct.pack_into("<ff", file, 112, 0.5, -3)
    read = nibabel.Nifti1Image.from_bytes(bytes(file)).get_fdata().T
    add("nifti/scaled", bytes(file), read)


def main() -> None:
    for make in (gif_cases, png_cases, bmp_cases, netpbm_cases, jpeg_cases, tiff_cases, numpy_cases, nifti_cases):
        make()
    path = Path(__file__).with_name("images.json.gz")
    text = json.dumps(cases, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{path.name}: {path.stat().st_size} bytes, {len(cases)} images")


if __name__ == "__main__":
    main()
