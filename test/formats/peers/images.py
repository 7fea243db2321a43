"""Image files of odd kinds, and their pixels as open_clip and transformers preprocess them."""
import struct
import zlib

import numpy
import torch
from open_clip.constants import OPENAI_DATASET_STD
from open_clip.transform import image_transform
from PIL import Image, ImageCms
from transformers import CLIPImageProcessor


def photo(width, height, channels=3, seed=0):
    """Smooth colours with edges and some noise: [height,width,channels] bytes, as a photo has them."""
    draws = numpy.random.default_rng(seed)
    y, x = numpy.mgrid[0:height, 0:width] / max(width, height)
    planes = []
    for _ in range(channels):
        across, down, phase = draws.uniform(2, 9), draws.uniform(2, 9), draws.uniform(0, 6)
        plane = 128 + 80 * numpy.sin(across * x + phase) * numpy.cos(down * y - phase)
        plane = plane + 60 * ((x - draws.uniform(0.2, 0.6)) ** 2 + (y - draws.uniform(0.1, 0.5)) ** 2 < 0.04)
        planes.append(plane)
    pixels = numpy.stack(planes, -1) + draws.normal(0, 6, (height, width, channels))
    return numpy.clip(pixels, 0, 255).astype(numpy.uint8)


def picture(width, height, mode="RGB", seed=0):
    """The same as an image of Pillow's, in a mode whose bytes can be any."""
    pixels = photo(width, height, len(Image.new(mode, (1, 1)).getbands()), seed)
    return Image.fromarray(pixels.squeeze(-1) if pixels.shape[-1] == 1 else pixels, mode)


# PNG files of kinds that Pillow reads and does not write.


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def filtered(rows):
    """Rows of a PNG image, each after the number of its filter: none."""
    return b"".join(b"\0" + row.tobytes() for row in rows)


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png(pixels, colour_type, interlaced=False, chunks=()):
    """Samples [height,width,channels] of 8 or 16 bits as a PNG file, with more chunks before its pixels."""
    height, width = pixels.shape[:2]
    depth = 8 * pixels.dtype.itemsize
    samples = pixels.astype(pixels.dtype.newbyteorder(">"))
    passes = [samples[top::down, left::across] for left, top, across, down in ADAM7] if interlaced else [samples]
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, int(interlaced))
    data = zlib.compress(b"".join(filtered(rows) for rows in passes if rows.size > 0), 9)
    parts = [chunk(b"IHDR", header), *(chunk(kind, content) for kind, content in chunks)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def wide(pixels, seed):
    """8-bit samples as 16-bit ones, whose lower bytes are any."""
    low = numpy.random.default_rng(seed).integers(0, 256, pixels.shape)
    return (pixels.astype(numpy.uint16) << 8) | low.astype(numpy.uint16)


def swapped_profile():
    """A colour profile in which red and blue change places: whoever applies it is noticed."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")


def oriented(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def files(side):
    """Image files by name: of photos of about 2 `side` pixels, for a model that sees `side` pixels."""
    w, h = side * 2 + 5, side * 3 // 2 + 2
    rgb = picture(w, h)
    grey = picture(w, h, "L", 1)
    rgba = picture(w, h, "RGBA", 2)
    rgba.putalpha(Image.fromarray((numpy.mgrid[0:h, 0:w][1] * 255 // w).astype(numpy.uint8)))
    hidden = rgba.copy()
    hidden.putalpha(Image.fromarray(255 * (numpy.mgrid[0:h, 0:w][1] > w // 2).astype(numpy.uint8)))
    palette = rgb.quantize(256)
    frames = [picture(w, h, seed=10 + i) for i in range(3)]
    rgb_pixels, grey_pixels = photo(w, h, seed=3), photo(w, h, 1, 4)
    saved = {}

    def save(name, image, **options):
        saved[name] = lambda path: image.save(path, **options)

    def write(name, data):
        saved[name] = lambda path: path.write_bytes(data)

    save("rgb.png", rgb)
    write("rgb-interlaced.png", png(rgb_pixels, 2, interlaced=True))
    write("rgb-16-bit.png", png(wide(rgb_pixels, 5), 2))
    write("rgba-16-bit-interlaced.png", png(wide(photo(w, h, 4, 6), 7), 6, interlaced=True))
    write("rgb-transparent-colour.png", png(rgb_pixels, 2, chunks=[(b"tRNS", struct.pack(">3H", *rgb_pixels[0, 0]))]))
    write("rgb-gamma.png", png(rgb_pixels, 2, chunks=[(b"gAMA", struct.pack(">I", 100000))]))
    save("rgb-profile.png", rgb, icc_profile=swapped_profile())
    save("rgb-orientation-6.png", rgb, exif=oriented(6))
    save("grey.png", grey)
    write("grey-16-bit.png", png(wide(grey_pixels, 8), 0))
    save("grey-alpha.png", picture(w, h, "LA", 9))
    save("grey-2-bit.png", grey.quantize(4), bits=2)
    save("one-bit.png", grey.convert("1"))
    save("rgba.png", rgba)
    save("rgba-hidden-colours.png", hidden)
    save("palette.png", palette)
    save("palette-16-colours.png", rgb.quantize(16), bits=4)
    save("palette-transparent.png", palette, transparency=bytes(range(256)))
    save("animated.png", frames[0], save_all=True, append_images=frames[1:], duration=50)
    save("4-4-4.jpg", rgb, quality=92, subsampling=0)
    save("4-2-2.jpg", rgb, quality=85, subsampling=1)
    save("4-2-0.jpg", rgb, quality=75, subsampling=2)
    save("progressive.jpg", rgb, quality=80, progressive=True)
    save("quality-5.jpg", rgb, quality=5)
    save("grey.jpg", grey, quality=85)
    save("cmyk.jpg", picture(w, h, "CMYK", 11), quality=90)
    save("profile.jpg", rgb, quality=90, icc_profile=swapped_profile())
    save("orientation-6.jpg", rgb, quality=90, exif=oriented(6))
    save("orientation-2.jpg", rgb, quality=90, exif=oriented(2))
    save("lossy.webp", rgb, quality=70)
    save("lossless.webp", rgb, lossless=True)
    save("alpha-lossy.webp", rgba, quality=70)
    save("alpha-lossless.webp", hidden, lossless=True, exact=True)
    save("animated.webp", frames[0], save_all=True, append_images=frames[1:], duration=50, lossless=True)
    save("still.gif", palette)
    save("animated.gif", frames[0], save_all=True, append_images=frames[1:], duration=50)
    save("transparent.gif", palette, transparency=3)
    save("lzw.tif", rgb, compression="tiff_lzw")
    save("cmyk.tif", picture(w, h, "CMYK", 12))
    save("grey-16-bit.tif", Image.fromarray(wide(grey_pixels, 13).squeeze(-1)))
    save("colours.avif", rgb, quality=90, subsampling="4:4:4")
    save("one-pixel.png", picture(1, 1, seed=14))
    save("one-pixel-wide.png", picture(1, side, seed=15))
    save("one-pixel-high.png", picture(side, 1, seed=16))
    save("forty-times-as-wide.png", picture(40 * (side // 4), side // 4, seed=17))
    save("forty-times-as-high.jpg", picture(side // 4, 40 * (side // 4), seed=18), quality=90)
    save("exact-size.png", picture(side, side, seed=19))
    save("height-kept.png", picture(side + 7, side, seed=20))
    save("odd-margin-3.png", picture(side + 3, side, seed=21))
    save("odd-margin-5.png", picture(side, side + 5, seed=22))
    save("half-as-large-and-a-half.png", picture(2 * side, side + 1, seed=25))
    save("smaller.png", picture(side // 3, side // 3 + 2, seed=23))
    save("far-larger.jpg", picture(side * 7 + 1, side * 5 + 3, seed=24), quality=88)
    return saved


def write_files(folder, side):
    """Writes all files into a folder; their names, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    saved = files(side)
    for name, save in saved.items():
        save(folder / name)
    return list(saved)


# What configurations say about resizing, and files on which it shows.
RESIZING = [("shortest", "bilinear"), ("squash", "bicubic"), ("squash", "bilinear"), ("longest", "bicubic"), ("longest", "bilinear")]
RESIZED = ["rgb.png", "4-2-0.jpg", "smaller.png", "odd-margin-3.png", "exact-size.png", "half-as-large-and-a-half.png"]
RESIZED += ["far-larger.jpg"]
# open_clip fails on these if the longer side is to fit: the other one would have no pixels.
ELONGATED = ["one-pixel-wide.png", "forty-times-as-wide.png"]


def resized():
    """Which files are resized, and how: as `about.json` lists it."""
    return [
        {"file": name, "resize": mode, "interpolation": interpolation}
        for mode, interpolation in RESIZING
        for name in (RESIZED if mode == "longest" else RESIZED + ELONGATED)
    ]


def resized_pixels(folder, side):
    """Normalised pixels as open_clip gives them by a `preprocess_cfg`: by the file, the mode, the interpolation."""
    return {
        " ".join(one.values()): image_transform(
            side, is_train=False, resize_mode=one["resize"], interpolation=one["interpolation"]
        )(Image.open(folder / one["file"]).convert("RGB")).contiguous()
        for one in resized()
    }


def pixels_of(folder, names, side):
    """
    The normalised pixels of each file, [3,side,side], and how far open_clip and transformers are from them at most, in units of
    1 / 255. The pixels are those of open_clip, after `convert("RGB")`: as Dassl, hence CoOp and AD-CLIP, read an image.
    open_clip by itself resizes a palette's indices or transparent colours, and converts then.
    """
    by_open_clip = image_transform(side, is_train=False)
    square = {"height": side, "width": side}
    by_transformers = CLIPImageProcessor(size={"shortest_edge": side}, crop_size=square)
    deviation = torch.tensor(OPENAI_DATASET_STD)[:, None, None]
    pixels, distances = {}, {}
    for name in names:
        path = folder / name
        pixels[name] = by_open_clip(Image.open(path).convert("RGB")).contiguous()
        others = {
            "open_clip": by_open_clip(Image.open(path)),
            "transformers": by_transformers(Image.open(path), return_tensors="pt")["pixel_values"][0],
        }
        distances[name] = {
            library: round(float(((other - pixels[name]) * deviation).abs().max() * 255), 2)
            for library, other in others.items()
        }
    return pixels, distances
