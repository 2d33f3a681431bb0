"""LAYERS, the layered picture of ComfyUI's Add Layer and its compositor: a region for each layer.

Read in ComfyUI 0.33.0 (comfy_extras/nodes_compositor.py): {"version": 1, "canvas": (width, height), "layers": [...]}; a
layer has image [B, H, W, 3 or 4], mask [B, H, W] (1 = transparent), name, x, y, w and h in pixels, rotation in radians,
clockwise about its centre, flip_h, flip_v, z_index and visible.
"""

from __future__ import annotations

import math
from typing import Any

from torch import Tensor

from ..region import Region, ShapeOp
from ..region_set import RegionSet
from ..shapes import Polygon
from .box_regions import check_count
from .corners import finite_number, rect_on_canvas
from .labels import clean_text, numbered_labels
from .layout_format import BoxConvention, LayoutFormat, LayoutReading, LayoutSource
from .placed_mask import placed_mask

OPAQUE = 0.999
"""A layer that nowhere lets more through than this has the shape of its box."""


def _matches(source: LayoutSource) -> bool:
    value = source.value
    return isinstance(value, dict) and isinstance(value.get("layers"), list) and not isinstance(value.get("box"), list)


def _read(source: LayoutSource, convention: BoxConvention) -> LayoutReading:
    document: dict = source.value  # type: ignore[assignment]
    layers = [layer for layer in document["layers"] if _is_shown(layer)]
    check_count(len(layers), "visible layers with a picture")
    layers.sort(key=lambda layer: _number(layer, "z_index", 0, "A layer"))
    size = _canvas(document.get("canvas")) or convention.size
    if size is None:
        raise ValueError("The layers have no canvas: give its size in width and height.")
    names = [clean_text(layer.get("name")) for layer in layers]
    regions = RegionSet()
    for number, (layer, prompt, name) in enumerate(zip(layers, names, numbered_labels(names), strict=True), start=1):
        label = f"Layer {number} ('{prompt}')" if prompt else f"Layer {number}"
        regions = regions.added(Region(name, prompt, **_area(layer, size, label)))
    return LayoutReading(regions, f"pixels of {size[0]} x {size[1]}")


def _is_shown(layer: object) -> bool:
    return isinstance(layer, dict) and _has_picture(layer) and layer.get("visible", True) is not False


def _has_picture(layer: dict) -> bool:
    image = layer.get("image")
    return isinstance(image, Tensor) and image.ndim == 4 and image.numel() > 0


def _canvas(value: object) -> tuple[int, int] | None:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        return None
    width, height = (int(finite_number(side, "A side of the layers' canvas")) for side in value)
    return (width, height) if width > 0 and height > 0 else None


def _number(layer: dict, key: str, default: float, label: str) -> float:
    value = layer.get(key)
    return default if value is None else finite_number(value, f"{label}: {key}")


def _area(layer: dict, size: tuple[int, int], label: str) -> dict[str, Any]:
    """The shapes or the mask of a layer's region; of a batch, its first picture counts."""
    image: Tensor = layer["image"]
    width = _number(layer, "w", 0, label) or image.shape[2]
    height = _number(layer, "h", 0, label) or image.shape[1]
    x, y = _number(layer, "x", 0, label), _number(layer, "y", 0, label)
    rotation = _number(layer, "rotation", 0, label)
    alpha = _alpha(image, layer.get("mask"))
    if width <= 0 or height <= 0:
        raise ValueError(f"{label} is empty: it is {width:g} x {height:g} pixels.")
    if alpha is not None and alpha.min() < OPAQUE:
        flips = bool(layer.get("flip_h")), bool(layer.get("flip_v"))
        mask = placed_mask(alpha, (x, y, width, height), size, rotation, flips)
        if mask.max() <= 0:
            raise ValueError(f"{label} shows nothing: it is transparent, or lies off the canvas. Hide it, or move it.")
        return {"mask": mask}
    if rotation == 0:
        return {"shapes": (ShapeOp(rect_on_canvas((x, y, x + width, y + height), size, label)),)}
    points = _turned_corners(x, y, width, height, rotation)
    return {"shapes": (ShapeOp(Polygon(tuple((px / size[0], py / size[1]) for px, py in points))),)}


def _turned_corners(x: float, y: float, width: float, height: float, rotation: float) -> list[tuple[float, float]]:
    centre_x, centre_y = x + width / 2, y + height / 2
    cos, sin = math.cos(rotation), math.sin(rotation)
    offsets = [(-width / 2, -height / 2), (width / 2, -height / 2), (width / 2, height / 2), (-width / 2, height / 2)]
    return [(centre_x + dx * cos - dy * sin, centre_y + dx * sin + dy * cos) for dx, dy in offsets]


def _alpha(image: Tensor, mask: object) -> Tensor | None:
    """[H, W] in 0..1, 1 where the layer is opaque; None for a layer without transparency."""
    alpha = image[0, ..., 3].float().cpu() if image.shape[-1] == 4 else None
    if not isinstance(mask, Tensor) or mask.ndim < 2 or not mask.numel():
        return alpha
    opaque = 1 - mask.reshape(-1, *mask.shape[-2:])[0].float().cpu().clamp(0, 1)
    if alpha is None:
        return opaque
    if opaque.shape != alpha.shape:
        opaque = placed_mask(opaque, (0, 0, alpha.shape[1], alpha.shape[0]), (alpha.shape[1], alpha.shape[0]))
        alpha = placed_mask(alpha, (0, 0, alpha.shape[1], alpha.shape[0]), (alpha.shape[1], alpha.shape[0]))
    return alpha * opaque


LAYERS = LayoutFormat("layers", "layers", _matches, _read)
