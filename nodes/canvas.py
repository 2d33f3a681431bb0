"""FluxRegions_Canvas: the regions drawn in the editor, whose value is one text."""

from __future__ import annotations

from dataclasses import replace

import comfy.model_management
import torch
from comfy_api.latest import io

from ..adapter import stamps_of_loras
from ..regions import RegionSet, TokenGrid, coverage, filled_document, read_document, region_mask
from .deferred_masks import DeferredMasks
from .node_inputs import CATEGORY, FluxRegions, check_size, size_inputs, size_of
from .schema_keywords import schema_keywords
from .search_aliases import search_aliases
from .shown_regions import shown_regions

FILLED = "flux_regions_filled"
"""What js/host/start_from.js listens for."""
CHAINED = "flux_regions_chained"
"""What js/host/chained.js listens for."""


class Canvas(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_Canvas",
            display_name="Region Canvas",
            category=CATEGORY,
            description="Draw regions, and write a prompt for each: FLUX puts each thing where it was drawn.",
            inputs=[
                io.String.Input(
                    "document",
                    default="",
                    multiline=True,
                    dynamic_prompts=False,  # its braces are JSON's
                    display_name="drawing",  # where the page names the editor, as in App mode
                    tooltip="Draw regions here, and write a prompt for each. Programs may write the drawing as text: see "
                    "the help page.",
                ),
                *size_inputs("The drawing keeps its proportions to it. Not used where an image is connected."),
                io.Image.Input(
                    "image", optional=True, tooltip="A picture to draw over. It also gives the width and height."
                ),
                FluxRegions.Input(
                    "regions", optional=True, tooltip="Regions from other nodes. Those drawn here lie on top of them."
                ),
                io.String.Input(
                    "start_from",
                    optional=True,
                    force_input=True,
                    tooltip="A region document or region text that fills the drawing when it is run, again when the text "
                    "is another one. What you change in the drawing stays until then.",
                ),
            ],
            outputs=[
                FluxRegions.Output(display_name="regions"),
                io.Mask.Output(display_name="masks"),
                io.Int.Output(id="width_out", display_name="width"),
                io.Int.Output(id="height_out", display_name="height"),
            ],
            # What fills the editor, and what it shows below, is told again where another page has done the run before.
            **schema_keywords(has_intermediate_output=True),
            **search_aliases("FluxRegions_Canvas"),
        )

    @classmethod
    def validate_inputs(cls, document=None, width=None, height=None):
        """Raises ValueError unless what is typed in is a drawing and a size of a picture."""
        if document is not None:
            read_document(document)
        check_size(width, height)
        return True

    @classmethod
    def fingerprint_inputs(cls, document=None, **_):
        """A LoRA's file that was trained anew is read anew."""
        return stamps_of_loras(lambda: read_document(document)) if "loras" in (document or "") else []

    @classmethod
    def execute(cls, document="", width=1024, height=1024, image=None, regions=None, start_from=""):
        if image is not None:
            width, height = size_of(image)
        else:
            check_size(width, height)
        drawn = read_document(document)
        filled = filled_document(document, start_from, width, height)
        if filled is not None:
            drawn = with_prompts_of(read_document(filled), drawn)
        below = RegionSet() if regions is None else regions
        regions = replace(drawn.on_top_of(below), canvas=(width, height))
        # For its errors: a region off the canvas is to be named here, not only once the sampler runs.
        check = comfy.model_management.throw_exception_if_processing_interrupted
        coverage(regions, TokenGrid.of_picture(width, height), check)
        output = io.NodeOutput(regions, canvas_masks(regions, width, height), width, height)
        # For the page's editor: what it is to take, and what it is to show below.
        told: dict[str, list] = {} if filled is None else {FILLED: [filled]}
        if len(below):
            told[CHAINED] = shown_regions(below, width, height, check)
        if told:
            output.ui = told
        return output


def with_prompts_of(regions: RegionSet, drawn: RegionSet) -> RegionSet:
    """regions, with the prompts that were around those drawn where they have none; the page does the same."""
    return replace(
        regions,
        base_prompt=regions.base_prompt or drawn.base_prompt,
        background_prompt=regions.background_prompt or drawn.background_prompt,
    )


def canvas_masks(regions: RegionSet, width: int, height: int) -> torch.Tensor:
    """[R, height, width] in 0..1, one for each region; an empty one where there is none."""

    def draw() -> torch.Tensor:
        check = comfy.model_management.throw_exception_if_processing_interrupted
        return torch.stack([region_mask(region, width, height, check) for region in regions.regions])

    return DeferredMasks((len(regions), height, width), draw) if len(regions) else torch.zeros(1, height, width)
