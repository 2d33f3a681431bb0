"""FluxRegions_FromText: regions from lines that a person types or a language model writes."""

import re
from dataclasses import replace

from comfy_api.latest import io

from ..regions import RegionSet, read_text, write_document
from .node_inputs import CATEGORY, FluxRegions, regions_input
from .picture_size import MAX_SIDE, check_size, size_inputs

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
                        "One region a line, as in 'left half: a red car' or 'box 10% 20% 30% 40%, feather 5%: a dog'. Also "
                        "'base:' and 'background:'. All of it is on the help page."
                    ),
                ),
                *size_inputs("A px in the text is measured by it."),
                regions_input(),
            ],
            outputs=[
                FluxRegions.Output(display_name="regions"),
                io.String.Output(id="document", display_name="document"),
            ],
        )

    @classmethod
    def validate_inputs(cls, text=None, width=None, height=None):
        """At queue time: what is typed in must be a region text; linked values (None) are looked at when they arrive.

        Raises ValueError. A returned string the host would repeat for every input named here.
        """
        check_size(width, height)
        known = width is not None and height is not None
        if text is not None and (known or not re.search("px|pixel", text, re.I)):
            read_text(text, width or MAX_SIDE, height or MAX_SIDE)
        return True

    @classmethod
    def execute(cls, text="", width=1024, height=1024, regions=None):
        check_size(width, height)
        written = read_text(text, width, height)
        below = RegionSet() if regions is None else regions
        if not len(written) and not len(below):
            raise ValueError(
                "There are no regions. Write a line such as 'left half: a red car', or connect some to regions."
            )
        both = replace(written.over(below), canvas=written.canvas)
        return io.NodeOutput(both, write_document(written))
