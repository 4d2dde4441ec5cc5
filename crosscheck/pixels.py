"""What Caffe's Transformer and torchvision's transforms make of a picture, stated in numpy and Pillow.

    pixels.py pictures FOLDER    draws the pictures of testdata/pixels
    pixels.py expect FOLDER      computes NAME.npy for every case of FOLDER/cases.json
    pixels.py opencv PICTURE     prints by how much cv2.resize differs from the bilinear interpolation stated here

A case names a picture, the input (channels, height, width), a preset and what differs from it.
"""

import json
import os
import sys

import numpy as np
from PIL import Image

PRESETS = {
    "caffe": dict(order="bgr", rules="caffe", resize="input", range=1, mean=[104, 117, 123], scale=1, std=None),
    "tf_alexnet": dict(order="bgr", rules="caffe", resize="input", range=1, mean="per-picture", scale=1, std=None),
    "mnist": dict(order="bgr", rules="caffe", resize="input", range=1, mean=None, scale=1 / 256, std=None),
    "torchvision": dict(order="rgb", rules="torchvision", resize="short:256", range=255, mean=[0.485, 0.456, 0.406], scale=1,
                        std=[0.229, 0.224, 0.225]),
    "unit": dict(order="rgb", rules="torchvision", resize="input", range=255, mean=None, scale=1, std=None),
}


def size(text):
    first, _, second = text.partition("x")
    return int(first), int(second or first)


def target(resize, height, width, input_size):
    """Height and width of the resized picture."""
    if resize == "input":
        return input_size
    if resize == "none":
        return height, width
    if resize.startswith("short:"):
        short = int(resize[len("short:"):])
        if width <= height:
            return int(short * height / width), short
        return short, int(short * width / height)
    return size(resize)


def bilinear(image, height, width):
    """Order-1 interpolation at pixel centres, (i + 0.5) * old / new - 0.5, without smoothing; the edge goes on for ever."""
    def along(image, new):
        old = image.shape[0]
        at = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
        low = np.floor(at).astype(int)
        high = np.minimum(low + 1, old - 1)
        weight = (at - low)[:, None, None]
        return image[low] * (1 - weight) + image[high] * weight
    return along(along(image, height).swapaxes(0, 1), width).swapaxes(0, 1)


def crops(image, height, width, count, rules):
    """Windows of an (H, W, C) image: the centre, or as caffe.io.oversample has them."""
    bottom, right = image.shape[0] - height, image.shape[1] - width
    if rules == "torchvision":
        centre = int(round(bottom / 2.0)), int(round(right / 2.0))
    else:
        centre = bottom // 2, right // 2
    corners = [(0, 0), (0, right), (bottom, 0), (bottom, right)] if count == 10 else []
    windows = [image[t:t + height, l:l + width] for t, l in corners + [centre]]
    return windows + [w[:, ::-1] for w in windows] if count == 10 else windows


def preprocess(picture, case):
    p = dict(PRESETS[case["preset"]], crop="input", crops=1)
    p.update({k: v for k, v in case.items() if k in p})
    channels, height, width = case["input"]
    picture = picture.convert("RGB" if picture.mode in ("P", "RGBA", "LA", "CMYK") else picture.mode)
    picture = picture.convert("L" if channels == 1 else "RGB")
    new_height, new_width = target(p["resize"], picture.height, picture.width, (height, width))
    if p["rules"] == "torchvision":
        pixels = np.asarray(picture.resize((new_width, new_height), Image.BILINEAR)).reshape(new_height, new_width, channels)
    else:
        pixels = np.asarray(picture).reshape(picture.height, picture.width, channels).astype(np.float64)
        pixels = bilinear(pixels, new_height, new_width)
    pixels = pixels.astype(np.float32)
    cut = {"input": (height, width), "none": (new_height, new_width)}.get(p["crop"]) or size(p["crop"])
    mean_image = np.load(os.path.join(case["folder"], case["mean_image"])) if "mean_image" in case else None
    out = []
    # A mean image of the resized picture's size takes the same windows as the picture.
    means = [None] * 10
    if mean_image is not None:
        hwc = mean_image.transpose(1, 2, 0)
        whole = mean_image.shape[1:] == (new_height, new_width) != cut
        means = crops(hwc, *cut, p["crops"], p["rules"]) if whole else [hwc] * 10
    for window, mean in zip(crops(pixels, *cut, p["crops"], p["rules"]), means):
        planes = window.transpose(2, 0, 1)
        if p["order"] == "bgr":
            planes = planes[::-1]
        planes = planes / np.float32(p["range"])
        if mean is not None:
            planes = planes - mean.transpose(2, 0, 1)
        elif p["mean"] == "per-picture":
            planes = planes - np.float32(planes.mean(dtype=np.float64))
        elif p["mean"] is not None:
            planes = planes - np.asarray(p["mean"], np.float32)[:, None, None]
        planes = planes * np.float32(p["scale"])
        if p["std"] is not None:
            planes = planes / np.asarray(p["std"], np.float32)[:, None, None]
        out.append(planes)
    return np.ascontiguousarray(np.stack(out), np.float32)


def expect(folder):
    with open(os.path.join(folder, "cases.json")) as f:
        cases = json.load(f)
    for case in cases:
        case["folder"] = folder
        with Image.open(os.path.join(folder, case["picture"])) as picture:
            np.save(os.path.join(folder, case["name"] + ".npy"), preprocess(picture, case))


def pictures(folder):
    """Smooth colours with a bright disc and some noise: every channel differs, and so do all four corners."""
    generator = np.random.default_rng(8)
    y, x = np.mgrid[0:37, 0:52].astype(np.float64)
    disc = (y - 15) ** 2 + (x - 30) ** 2 < 81
    image = np.stack([40 + 3 * x + disc * 60, 230 - 4 * y - disc * 50, 20 + 2 * x + 3 * y + disc * 20], axis=-1)
    image = np.clip(image + generator.integers(-9, 10, image.shape), 0, 255).astype(np.uint8)
    rgb = Image.fromarray(image)
    alpha = (255 * (x + y) / (x + y).max()).astype(np.uint8)
    save = lambda picture, name, **o: picture.save(os.path.join(folder, name), **o)
    save(rgb, "rgb.png")
    save(rgb.convert("L"), "grey.png")
    save(Image.fromarray(np.dstack([image, alpha])), "alpha.png")
    save(rgb.quantize(32), "palette.png")
    save(rgb, "rgb.bmp")
    save(rgb.quantize(32), "palette.gif")
    save(rgb, "lossless.webp", lossless=True)
    save(rgb, "photo.jpg", quality=95, subsampling=0)
    save(rgb, "subsampled.jpg", quality=95, subsampling=2, progressive=True)
    save(rgb, "halfwidth.jpg", quality=90, subsampling=1)
    save(rgb, "lossy.webp", quality=90)
    save(rgb.convert("CMYK"), "cmyk.jpg", quality=100, subsampling=0)
    np.save(os.path.join(folder, "mean_20x24.npy"), generator.uniform(80, 140, (3, 20, 24)).astype(np.float32))
    np.save(os.path.join(folder, "mean_30x40.npy"), generator.uniform(80, 140, (3, 30, 40)).astype(np.float32))


def opencv(path):
    import cv2
    with Image.open(path) as picture:
        image = np.asarray(picture.convert("RGB")).astype(np.float64)
    differences = []
    for height, width in (256, 256), (224, 300), (100, 61), (227, 227), (500, 40):
        differences.append(np.abs(bilinear(image, height, width) - cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR)).max())
    print(max(differences))


if __name__ == "__main__":
    {"pictures": pictures, "expect": expect, "opencv": opencv}[sys.argv[1]](sys.argv[2])
