"""From regions to the region document, the Region Canvas's value, which reads back as the same regions."""

from __future__ import annotations

import json

from ..region import Mark, Region, RegionSet
from ..shapes import Ellipse, Polygon, Rect, Stroke
from .reader import SCHEMA

_KINDS = {Rect: "rect", Ellipse: "ellipse", Polygon: "polygon", Stroke: "stroke"}


def write_document(regions: RegionSet) -> str:
    """The document of a set of drawn regions: JSON in one line, without what a reader fills in by itself.

    Raises ValueError, naming the region, for what a document cannot hold: masks and ready-made conditionings.
    """
    if regions.background_conditioning is not None:
        raise ValueError("The background has a ready-made conditioning, which a document cannot hold.")
    written: dict[str, object] = {"schema": SCHEMA}
    for name in ("base_prompt", "background_prompt"):
        if getattr(regions, name):
            written[name] = getattr(regions, name)
    written["regions"] = [_region(region, regions.label(index)) for index, region in enumerate(regions.regions)]
    return json.dumps(written, ensure_ascii=False)


def _region(region: Region, label: str) -> dict:
    for what, value in (("a mask", region.mask), ("a ready-made conditioning", region.conditioning)):
        if value is not None:
            raise ValueError(f"{label} has {what}, which a document cannot hold. It holds shapes and prompts only.")
    plain = Region()
    fields = {name: getattr(region, name) for name in ("name", "strength", "feather", "start", "end")}
    changed = {name: value for name, value in fields.items() if value != getattr(plain, name)}
    return {**changed, "prompt": region.prompt, "shapes": [_shape(mark) for mark in region.marks]}


def _shape(mark: Mark) -> dict:
    """A mark as document_shapes reads it: the fields of its shape by their names, and its kind."""
    mode = {"mode": mark.mode} if mark.mode != "add" else {}
    return {"kind": _KINDS[type(mark.shape)], **vars(mark.shape), **mode}
