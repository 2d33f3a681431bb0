"""FluxRegions_ToLayout: regions written as boxes, for models and nodes that read those."""

from comfy_api.latest import io

from ..regions import WRITTEN_FORMATS, write_layout, written_report
from ..regions.printable_log import printable_logger
from .from_layout import Array, check_option
from .node_inputs import CATEGORY, regions_input
from .search_aliases import search_aliases

logger = printable_logger(__name__)


class ToLayout(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_ToLayout",
            display_name="Layout from Regions",
            category=CATEGORY,
            description="Writes regions as boxes with descriptions, for models that read a layout as text and for nodes "
            "that take elements.",
            inputs=[
                regions_input(optional=False),
                io.Combo.Input(
                    "format",
                    options=list(WRITTEN_FORMATS),
                    default="elements",
                    optional=True,
                    tooltip="What the text is. ideogram, elements: for Ideogram 4. flux3: a prompt of FLUX.3. moss: of "
                    "MOSS-Image, in pixels. bbox_2d, box_2d: as vision models write boxes, x or y first.",
                ),
            ],
            outputs=[
                io.String.Output(id="text", display_name="text"),
                Array.Output(id="elements", display_name="elements"),
                io.String.Output(id="report", display_name="report"),
            ],
            **search_aliases("FluxRegions_ToLayout"),
        )

    @classmethod
    def validate_inputs(cls, format=None):
        """Raises ValueError for a format that is none."""
        check_option("format", format, WRITTEN_FORMATS)
        return True

    @classmethod
    def execute(cls, regions, format="elements"):
        check_option("format", format, WRITTEN_FORMATS)
        text, elements = write_layout(regions, format)
        report = written_report(regions, format)
        logger.info("%s", report)
        return io.NodeOutput(text, elements, report)
