"""FluxRegions_FromText: regions from lines that a person types or a language model writes."""

import re
from dataclasses import replace

from comfy_api.latest import io

from ..adapter import stamps_of_loras
from ..regions import RegionSet, read_text, write_document
from .node_inputs import CATEGORY, MAX_SIDE, FluxRegions, check_size, regions_input, size_inputs
from .search_aliases import search_aliases

EXAMPLE = "left half: a red circle on a white background\nright half: a blue star on a white background"


class FromText(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_FromText",
            display_name="Regions from Text",
            category=CATEGORY,
            description="Regions written as lines: a place, a colon, and the prompt. Later lines lie on top.",
            inputs=[
                io.String.Input(
                    "text",
                    default=EXAMPLE,
                    multiline=True,
                    dynamic_prompts=False,  # a line is kept as it is typed: its braces, // and columns
                    tooltip=(
                        "One region a line, as in 'left half: a red car' or 'box 10% 20% 30% 40%, feather 5%: a dog'. "
                        "Also 'base:' and 'background:'. All of it is on the help page."
                    ),
                ),
                *size_inputs("A px in the text is measured by it."),
                regions_input(),
            ],
            outputs=[
                FluxRegions.Output(display_name="regions"),
                io.String.Output(id="document", display_name="document"),
            ],
            **search_aliases("FluxRegions_FromText"),
        )

    @classmethod
    def validate_inputs(cls, text=None, width=None, height=None):
        """Raises ValueError unless what is typed in is a region text.

        One with pixels in it waits for both sides to be known.
        """
        check_size(width, height)
        size_known = width is not None and height is not None
        if text is not None and (size_known or not re.search("px|pixel", text, re.IGNORECASE)):
            read_text(text, width or MAX_SIDE, height or MAX_SIDE)
        return True

    @classmethod
    def fingerprint_inputs(cls, text=None, width=None, height=None, **_):
        """A LoRA's file that was trained anew is read anew."""
        return stamps_of_loras(lambda: read_text(text or "", width or MAX_SIDE, height or MAX_SIDE))

    @classmethod
    def execute(cls, text="", width=1024, height=1024, regions=None):
        check_size(width, height)
        text_regions = read_text(text, width, height)
        below = RegionSet() if regions is None else regions
        if not len(text_regions) and not len(below):
            raise ValueError(
                "There are no regions. Write a line such as 'left half: a red car', or connect some to regions. (Lines that "
                "begin with # or // are comments.)"
            )
        merged = replace(text_regions.on_top_of(below), canvas=text_regions.canvas)
        return io.NodeOutput(merged, write_document(text_regions))
