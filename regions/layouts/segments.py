"""SEGS, what the detectors of ComfyUI's Impact Pack give: a picture's size, and a list of cropped masks with labels.

A value is ((height, width), [segment, ...]); a segment has cropped_mask [h, w] in 0..1, crop_region (x1, y1, x2, y2) in
pixels of the picture, where that mask lies, and label.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..mask import unit_mask
from ..region import Region
from ..region_set import RegionSet
from .box_regions import check_count
from .corners import corner_numbers, finite_number, is_corner_list, rect_on_canvas
from .labels import clean_text, numbered_labels
from .layout_format import BoxConvention, LayoutFormat, LayoutReading, LayoutSource
from .placed_mask import placed_mask


def _is_segment(value: object) -> bool:
    return hasattr(value, "crop_region") and hasattr(value, "cropped_mask")


def _matches(source: LayoutSource) -> bool:
    value = source.value
    if not isinstance(value, (list, tuple)) or len(value) != 2 or not isinstance(value[1], (list, tuple)):
        return False
    shape, segments = value
    # Not boxes of two pictures, none in the second.
    is_shape = isinstance(shape, (list, tuple)) and not any(isinstance(side, (list, tuple, dict)) for side in shape)
    return is_shape and all(_is_segment(segment) for segment in segments)


def _read(source: LayoutSource, _: BoxConvention) -> LayoutReading:
    shape, segments = source.value  # type: ignore[misc]
    check_count(len(segments), "segments")
    if len(shape) < 2:
        raise ValueError("The segments do not say how large their picture is. Connect SEGS from a detector.")
    height, width = (finite_number(side, "A side of the segments' picture") for side in shape[:2])
    if min(width, height) < 1:
        raise ValueError(f"The segments' picture is {width:g} x {height:g} pixels. Connect SEGS from a detector.")
    labels = [clean_text(getattr(segment, "label", "")) for segment in segments]
    regions = RegionSet()
    for number, (segment, label, name) in enumerate(zip(segments, labels, numbered_labels(labels), strict=True), 1):
        mask = _segment_mask(segment, f"Segment {number}", (width, height))
        regions = regions.added(Region(name, label, mask=mask))
    return LayoutReading(regions, f"masks on {width:g} x {height:g} pixels")


def _segment_mask(segment, label: str, size: tuple[float, float]) -> Tensor:
    if not is_corner_list(segment.crop_region) and not hasattr(segment.crop_region, "tolist"):
        raise ValueError(f"{label} has no crop_region of four numbers. Connect SEGS from a detector.")
    xmin, ymin, xmax, ymax = corner_numbers([*segment.crop_region], "xyxy", label)
    try:
        mask = torch.as_tensor(segment.cropped_mask)
    except (TypeError, ValueError, RuntimeError):
        raise ValueError(f"{label} has no mask of numbers. Connect SEGS from a detector.") from None
    mask = mask.reshape(mask.shape[-2:]) if mask.ndim > 2 and mask.numel() == mask.shape[-1] * mask.shape[-2] else mask
    if mask.ndim != 2 or not mask.numel() or xmax <= xmin or ymax <= ymin:
        raise ValueError(f"{label} is empty, or has no mask of height x width. Connect SEGS from a detector.")
    rect_on_canvas((xmin, ymin, xmax, ymax), size, label)  # for its error
    return placed_mask(unit_mask(mask), (xmin, ymin, xmax - xmin, ymax - ymin), size)


SEGMENTS = LayoutFormat("segs", "SEGS", _matches, _read)
