"""FluxRegions_FromLayout: regions from boxes that another node, program or model has written."""

from dataclasses import replace

from comfy_api.latest import io

from ..regions import (
    BOX_ORDERS,
    BOX_UNITS,
    BoxConvention,
    Region,
    RegionSet,
    ShapeOp,
    box_around,
    read_layout,
    write_document,
)
from ..regions.mask import mask_batch
from ..regions.printable import printable
from ..regions.printable_log import printable_logger
from .detected_boxes import BoundingBox, BoundingBoxes
from .node_inputs import CATEGORY, MAX_SIDE, FluxRegions, check_size, regions_input, size_inputs, size_of
from .search_aliases import search_aliases

logger = printable_logger(__name__)

Array, Layers, Segments, Dictionary = (io.Custom(name) for name in ("ARRAY", "LAYERS", "SEGS", "DICT"))


class FromLayout(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_FromLayout",
            display_name="Regions from Layout",
            category=CATEGORY,
            description="Regions from boxes with descriptions: elements of Create Bounding Boxes, JSON of Ideogram or "
            "FLUX.3, a detector's or a vision model's boxes, layers, SEGS. It says what it read.",
            inputs=[
                io.String.Input(
                    "layout",
                    default="",
                    multiline=True,
                    optional=True,
                    dynamic_prompts=False,  # JSON is kept as it is: its braces are no choices
                    tooltip="JSON with boxes, alone or in a longer text, such as a vision model's answer. Not read "
                    "while something is connected to boxes.",
                ),
                io.MultiType.Input(
                    "boxes",
                    [Array, BoundingBox, BoundingBoxes, Layers, Segments, Dictionary],
                    optional=True,
                    extra_dict={"forceInput": True},
                    tooltip="Elements, bounding boxes, layers or SEGS from another node: a region each.",
                ),
                io.Mask.Input(
                    "masks",
                    optional=True,
                    tooltip="A mask for each box, in their order, for example from Segment Anything: the region's area "
                    "in place of its box.",
                ),
                io.Image.Input(
                    "image",
                    optional=True,
                    tooltip="The picture that the boxes were found in: its size is used in place of width and height.",
                ),
                *size_inputs("Boxes in pixels are measured by it.", optional=True),
                io.Combo.Input(
                    "box_order",
                    options=list(BOX_ORDERS),
                    default="auto",
                    optional=True,
                    tooltip="Order of a vision model's four numbers. auto: as the name of the box says (bbox_2d: xyxy, "
                    "box_2d: yxyx), otherwise xyxy.",
                ),
                io.Combo.Input(
                    "box_units",
                    options=list(BOX_UNITS),
                    default="auto",
                    optional=True,
                    tooltip="Unit of a vision model's numbers. auto: fractions if none is above 1, thousandths of the "
                    "sides if all are whole and none is above 1000, otherwise pixels.",
                ),
                regions_input(),
            ],
            outputs=[
                FluxRegions.Output(display_name="regions"),
                io.String.Output(id="document", display_name="document"),
                io.String.Output(id="report", display_name="report"),
            ],
            **search_aliases("FluxRegions_FromLayout"),
        )

    @classmethod
    def validate_inputs(cls, layout=None, width=None, height=None, box_order=None, box_units=None):
        """Raises ValueError unless what is typed in is a layout; that its pixels lie on the picture is seen later."""
        check_size(width, height)
        check_option("box_order", box_order, BOX_ORDERS)
        check_option("box_units", box_units, BOX_UNITS)
        if layout is not None and layout.strip():
            read_layout(layout, BoxConvention((MAX_SIDE, MAX_SIDE), box_order or "auto", box_units or "auto"))
        return True

    @classmethod
    def execute(
        cls,
        layout="",
        boxes=None,
        masks=None,
        image=None,
        width=1024,
        height=1024,
        box_order="auto",
        box_units="auto",
        regions=None,
    ):
        check_size(width, height)
        size = (width, height) if image is None else size_of(image)
        source = layout if boxes is None else boxes
        if isinstance(source, str) and not source.strip():
            raise ValueError("There is no layout. Write one, or connect boxes, elements, layers or SEGS to boxes.")
        layout_regions, report = read_layout(source, BoxConvention(size, box_order, box_units))
        if masks is not None:
            layout_regions = with_masks(layout_regions, masks)
        logger.info("%s", report)
        merged = replace(layout_regions.on_top_of(RegionSet() if regions is None else regions), canvas=size)
        return io.NodeOutput(merged, write_document(with_boxes_for_masks(layout_regions)), report)


def check_option(name: str, value: str | None, options: tuple[str, ...]) -> None:
    """Raises ValueError for a value that is none of the options. None = not known yet."""
    if value is not None and value not in options:
        raise ValueError(f"{name} is {printable(value, 40)}; give one of: {', '.join(options)}.")


def with_masks(regions: RegionSet, masks) -> RegionSet:
    """The regions, each with its mask of a batch in place of its box. Raises ValueError for fewer or more."""
    batch = mask_batch(masks, "masks")
    if len(batch) != len(regions):
        raise ValueError(
            f"{len(batch)} masks and {len(regions)} boxes came in. Give one mask for each box, in their order."
        )
    masked = RegionSet(base_prompt=regions.base_prompt, background_prompt=regions.background_prompt)
    for region, mask in zip(regions.regions, batch, strict=True):
        masked = masked.added(replace(region, shapes=(), mask=mask))
    return masked


def with_boxes_for_masks(regions: RegionSet) -> RegionSet:
    """The regions as a document can hold them: where one has a mask, the box around it."""
    drawable = [_with_box(region, regions.label(index)) for index, region in enumerate(regions.regions)]
    return replace(regions, regions=tuple(drawable))


def _with_box(region: Region, label: str) -> Region:
    return region if region.mask is None else replace(region, mask=None, shapes=(ShapeOp(box_around(region, label)),))
