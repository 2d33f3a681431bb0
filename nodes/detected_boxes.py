"""Regions from the boxes on a BOUNDING_BOX(ES) socket; hosts without these types have no node that makes them."""

from __future__ import annotations

from comfy_api.latest import io

from ..regions import Region, RegionSet, ShapeOp, name_list, numbered_labels, prompt_list, read_boxes

BoundingBox, BoundingBoxes = io.Custom("BOUNDING_BOX"), io.Custom("BOUNDING_BOXES")


def boxes_input():
    """Of a node that makes a region from each box; a socket for one box, for a list, and for a list of lists."""
    return io.MultiType.Input(
        "boxes",
        [BoundingBox, BoundingBoxes],
        optional=True,
        extra_dict={"forceInput": True},
        tooltip="Boxes from a detector, in pixels: a region each, in place of x, y, width and height. Prompt: a line "
        "for each.",
    )


def detected_regions(
    boxes, size: tuple[int, int] | None, prompt: str, strength: float, feather: float, name: str, regions: RegionSet
) -> RegionSet:
    """regions with one more for each box, in their order.

    boxes: what came in on the socket. size: (width, height) in pixels of the picture that they were found in, None =
    not known. prompt: a line for each box, or one for all; without any, what the box itself says. Raises ValueError
    where the numbers of boxes and lines differ, and as read_boxes does.
    """
    if size is None:
        raise ValueError(
            "Boxes are in pixels, so the size of their picture is needed. Connect the picture that they were found in "
            "to image."
        )
    detected = read_boxes(boxes, *size)
    prompts, names = prompt_list(prompt, len(detected), "boxes"), name_list(name, len(detected), "boxes")
    if not any(names):
        names = numbered_labels([box.label for box in detected])
    for box, line, region_name in zip(detected, prompts, names, strict=True):
        region = Region(region_name, line or box.prompt, strength, feather, shapes=(ShapeOp(box.rect),))
        regions = regions.added(region)
    return regions
