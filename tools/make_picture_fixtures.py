"""Makes test/fixtures/pictures.json: what Pillow reads of PNGs of every kind, how it resizes, and what transformers' image
processors make of pictures.

    somewhere/bin/pip install pillow numpy transformers
    somewhere/bin/python tools/make_picture_fixtures.py          (from the root of the repository)

PNGs are written here by the standard's words, since Pillow writes no interlaced ones; what it reads of them is stored.
"""

import base64
import io
import json
import struct
import zlib
from pathlib import Path

import numpy
import PIL
import transformers
from PIL import Image

FILE = Path(__file__).resolve().parent.parent / "test" / "fixtures" / "pictures.json"
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
random = numpy.random.RandomState(7)


def png(values, colour, depth, interlaced=False, palette=None, transparent=None):
    """values: (rows, columns, samples), each below 2 ** depth."""
    height, width, _ = values.shape
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    data = b""
    for left, top, right, down in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        part = values[top::down, left::right]
        if part.size:
            data += rows_of(part, depth)
    out = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced)))
    if palette is not None:
        out += chunk(b"PLTE", bytes(palette))
    if transparent is not None:
        out += chunk(b"tRNS", bytes(transparent))
    half = zlib.compress(data)
    return out + chunk(b"IDAT", half[:20]) + chunk(b"IDAT", half[20:]) + chunk(b"IEND", b"")


def rows_of(part, depth):
    """Rows with the five filters in turn."""
    before, data = None, b""
    step = max(1, part.shape[2] * depth // 8)
    for y, row in enumerate(part):
        flat = row.reshape(-1)
        if depth == 16:
            raw = numpy.stack([flat >> 8, flat & 255], 1).reshape(-1)
        else:
            bits = ((flat[:, None] >> numpy.arange(depth - 1, -1, -1)) & 1).reshape(-1)
            raw = numpy.packbits(bits.astype(numpy.uint8))
        raw = raw.astype(int)
        above = numpy.zeros_like(raw) if before is None else before
        left = numpy.concatenate([numpy.zeros(step, int), raw])[: len(raw)]
        corner = numpy.concatenate([numpy.zeros(step, int), above])[: len(raw)]
        near = left + above - corner
        a, b, c = abs(near - left), abs(near - above), abs(near - corner)
        paeth = numpy.where((a <= b) & (a <= c), left, numpy.where(b <= c, above, corner))
        kind = y % 5
        data += bytes([kind]) + ((raw - [0 * raw, left, above, (left + above) // 2, paeth][kind]) % 256).astype(numpy.uint8).tobytes()
        before = raw
    return data


def pngs():
    palette = random.randint(0, 256, 3 * 16).tolist()
    for colour, depths in {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}.items():
        for depth in depths:
            for interlaced in (False, True):
                most = min(16, 2**depth) if colour == 3 else 2**depth
                values = random.randint(0, most, (9, 13, SAMPLES[colour]))
                extra = {"palette": palette[: 3 * most]} if colour == 3 else {}
                # Of some palettes and colours a part shines through.
                if colour == 3 and interlaced:
                    extra["transparent"] = [0, 128]
                if colour == 2 and depth == 8 and interlaced:
                    values[2:5, 3:6] = [1, 2, 3]
                    extra["transparent"] = [0, 1, 0, 2, 0, 3]
                yield f"colour {colour}, {depth} bits{', interlaced' if interlaced else ''}", png(
                    values, colour, depth, interlaced, **extra)


def as_bytes(image):
    """Pixels of 8 bits; 16-bit grey lose their lower half, which Pillow keeps."""
    if image.mode.startswith("I"):
        return numpy.asarray(image).astype(numpy.int64) >> 8
    modes = {"1": "L", "P": "RGBA" if "transparency" in image.info else "RGB"}
    if image.mode == "RGB" and "transparency" in image.info:
        modes["RGB"] = "RGBA"
    return numpy.asarray(image.convert(modes.get(image.mode, image.mode)))


def flat(values):
    return [int(value) for value in numpy.asarray(values).reshape(-1)]


def picture(width, height, channels):
    """A smooth picture with edges and some noise."""
    y, x = numpy.mgrid[0:height, 0:width]
    layers = [127 + 90 * numpy.sin(x / (3 + c)) * numpy.cos(y / (4 + c)) + 60 * ((x + y) % (7 + c) > 4) for c in range(channels)]
    noisy = numpy.stack(layers, -1) + random.randint(-20, 21, (height, width, channels))
    return numpy.clip(noisy, 0, 255).astype(numpy.uint8)


def resizes():
    names = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3, "box": 4, "hamming": 5}
    for name, number in names.items():
        for width, height in ((7, 5), (30, 11), (19, 40), (19, 3)):
            values = picture(19, 17, 3)
            yield {"filter": name, "from": [19, 17], "pixels": flat(values), "to": [width, height],
                   "resized": flat(numpy.asarray(Image.fromarray(values).resize((width, height), number)))}


def prepared():
    cases = [
        ("ViTImageProcessorPil", {"size": {"height": 12, "width": 10}}, (23, 17, 3)),
        ("DeiTImageProcessorPil", {"size": {"height": 16, "width": 16}, "crop_size": {"height": 12, "width": 12}}, (23, 31, 3)),
        ("BitImageProcessorPil", {"size": {"shortest_edge": 14}, "crop_size": {"height": 12, "width": 11}}, (23, 31, 3)),
        ("BitImageProcessorPil", {"size": {"shortest_edge": 9}, "crop_size": {"height": 12, "width": 12}}, (31, 23, 3)),
        ("ViTImageProcessorPil", {"size": {"height": 8, "width": 8}, "do_normalize": False, "resample": 3}, (9, 9, 1)),
        ("ViTImageProcessorPil", {"do_resize": False, "image_mean": [0.1307], "image_std": [0.3081]}, (9, 11, 1)),
        ("ViTImageProcessorPil", {"size": {"height": 7, "width": 9}, "do_convert_rgb": True}, (12, 11, 4)),
    ]
    for name, fields, (width, height, channels) in cases:
        values = picture(width, height, channels)
        modes = {1: "L", 3: "RGB", 4: "RGBA"}
        image = Image.fromarray(values[..., 0] if channels == 1 else values, modes[channels])
        processor = getattr(transformers, name)(**fields)
        made = numpy.asarray(processor(image)["pixel_values"][0], dtype=numpy.float64)
        config = json.loads(processor.to_json_string())
        yield {"config": config, "size": [width, height, channels], "pixels": flat(values), "shape": list(made.shape),
               "numbers": [float(f"{value:.8g}") for value in made.reshape(-1)]}


if __name__ == "__main__":
    found = {
        "madeWith": {"pillow": PIL.__version__, "transformers": transformers.__version__},
        "pngs": [],
        "resizes": list(resizes()),
        "prepared": list(prepared()),
    }
    for name, data in pngs():
        values = as_bytes(Image.open(io.BytesIO(data)))
        # Grey with opacity of 16 bits Pillow makes colours of.
        values = values[..., [0, 3]] if name.startswith("colour 4") and values.shape[2] == 4 else values
        found["pngs"].append({"name": name, "file": base64.b64encode(data).decode(), "shape": list(values.shape),
                              "pixels": flat(values)})
    lines = []
    for key, value in found.items():
        inner = json.dumps(value) if isinstance(value, dict) else "[\n" + ",\n".join(
            "  " + json.dumps(each, separators=(",", ":")) for each in value) + "\n ]"
        lines.append(f" {json.dumps(key)}: {inner}")
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{FILE.name}: {FILE.stat().st_size // 1000} kB")
