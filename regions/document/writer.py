"""From regions to the region document, the Region Canvas's value, which reads back as the same regions."""

from __future__ import annotations

import json

from ..palette import palette_color
from ..region import Region
from ..region_fields import REGION_FIELDS
from ..region_lora import LORA_FIELDS, RegionLora
from ..region_set import RegionSet
from ..shapes import Rotated
from .reader import ROTATED_SCHEMA, SCHEMA
from .shapes import write_shape_op


def write_document(regions: RegionSet) -> str:
    """The document of a set of drawn regions: JSON in one line, without what a reader fills in by itself.

    Raises ValueError, naming the region, for what a document cannot hold: masks, ready-made conditionings and crops.
    """
    if regions.background_conditioning is not None:
        raise ValueError("The background has a ready-made conditioning, which a document cannot hold.")
    is_rotated = any(isinstance(op.shape, Rotated) for region in regions.regions for op in region.shapes)
    document: dict[str, object] = {"schema": ROTATED_SCHEMA if is_rotated else SCHEMA}
    for name in ("base_prompt", "background_prompt"):
        if getattr(regions, name):
            document[name] = getattr(regions, name)
    if regions.background_loras:
        document["background_loras"] = [_lora_object(lora) for lora in regions.background_loras]
    document["regions"] = [
        _region_object(region, index, regions.label(index)) for index, region in enumerate(regions.regions)
    ]
    return json.dumps(document, ensure_ascii=False)


def _region_object(region: Region, index: int, label: str) -> dict:
    for name, value in (
        ("a mask", region.mask),
        ("a ready-made conditioning", region.conditioning),
        ("been cropped", region.view),
    ):
        if value is not None:
            raise ValueError(f"{label} has {name}, which a document cannot hold. It holds shapes and prompts only.")
    fields: dict[str, object] = {"name": region.name} if region.name else {}
    if region.color not in ("", palette_color(index)):
        fields["colour"] = region.color
    for field in REGION_FIELDS:
        value = getattr(region, field.name)
        if value != field.default:
            fields[field.name] = value
    if region.loras:
        fields["loras"] = [_lora_object(lora) for lora in region.loras]
    return {**fields, "prompt": region.prompt, "shapes": [write_shape_op(op) for op in region.shapes]}


def _lora_object(lora: RegionLora) -> dict:
    values = {field: getattr(lora, field.name) for field in LORA_FIELDS}
    return {"name": lora.name, **{field.name: value for field, value in values.items() if value != field.default}}
