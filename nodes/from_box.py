"""FluxRegions_FromBox: a region from four numbers, or one from each of a detector's boxes."""

from comfy_api.latest import io

from ..regions import FEATHER, STRENGTH, Interval, Rect, Region, RegionSet, ShapeOp, region_label
from ..regions.json_values import number_outside, require_number
from ..regions.printable import printable
from .detected_boxes import boxes_input, detected_regions
from .node_inputs import CATEGORY, FluxRegions, prompt_input, region_inputs, regions_input, size_of
from .search_aliases import search_aliases

ROUNDING = 0.01
"""Thirds typed as 0.33 and 0.34 may overshoot the canvas by this much."""


class FromBox(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        def side(name: str, default: float, tooltip: str):
            return io.Float.Input(name, default=default, min=0.0, max=1.0, step=0.0001, round=0.0001, tooltip=tooltip)

        return io.Schema(
            node_id="FluxRegions_FromBox",
            display_name="Region from Box",
            category=CATEGORY,
            description="A rectangular region with its own prompt. Chain several; later ones lie on top.",
            inputs=[
                prompt_input(several="boxes"),
                side("x", 0.0, "Left edge, as a fraction of the picture's width (0 = left, 1 = right)."),
                side("y", 0.0, "Top edge, as a fraction of the picture's height (0 = top, 1 = bottom)."),
                side("width", 0.5, "Width, as a fraction of the picture's width."),
                side("height", 1.0, "Height, as a fraction of the picture's height."),
                *region_inputs(several="boxes"),
                regions_input(),
                boxes_input(),
                io.Image.Input(
                    "image",
                    optional=True,
                    tooltip="The picture that the boxes were found in: its size makes fractions of their pixels.",
                ),
            ],
            outputs=[FluxRegions.Output(display_name="regions")],
            **search_aliases("FluxRegions_FromBox"),
        )

    @classmethod
    def validate_inputs(cls, x=None, y=None, width=None, height=None, strength=None, feather=None, name=None):
        """Raises ValueError unless what is typed in is a box on the canvas, with a region's strength and feather."""
        label = f"Region '{printable(name, 40)}'" if name else "The region"
        for field, value in ((STRENGTH, strength), (FEATHER, feather)):
            if value is not None:
                field.check(value, label)
        check_box(label, x, y, width, height)
        return True

    @classmethod
    def execute(
        cls,
        prompt="",
        x=0.0,
        y=0.0,
        width=0.5,
        height=1.0,
        strength=STRENGTH.default,
        feather=FEATHER.default,
        name="",
        regions=None,
        boxes=None,
        image=None,
    ):
        regions = RegionSet() if regions is None else regions
        if boxes is not None:
            size = regions.canvas if image is None else size_of(image)
            return io.NodeOutput(detected_regions(boxes, size, prompt, strength, feather, name, regions))
        check_box(region_label(len(regions), name), x, y, width, height)
        region = Region(name, prompt, strength, feather, shapes=(ShapeOp(Rect(x, y, width, height)),))
        return io.NodeOutput(regions.added(region))


def check_box(label: str, x: float | None, y: float | None, width: float | None, height: float | None) -> None:
    """Raises ValueError unless this is a box on the canvas, in fractions of it. None = not known yet."""
    _check_interval(label, "x", "width", x, width)
    _check_interval(label, "y", "height", y, height)


def _check_interval(label: str, start_name: str, size_name: str, start: float | None, size: float | None) -> None:
    for name, value in ((start_name, start), (size_name, size)):
        if value is not None:
            require_number(value, f"{label}: {name}")
        if value is not None and not 0 <= value <= 1:
            raise ValueError(
                f"{label}: {name} is {number_outside(value, 0, 1)}; give a fraction of the picture, from 0 to 1."
            )
    if size == 0:
        raise ValueError(f"{label} is empty: its {size_name} is 0. Give it a size above 0.")
    if start is None or size is None:
        return
    flaw = Interval(start, start + size).flaw(ROUNDING)
    if flaw == "start":
        raise ValueError(f"{label} lies off the canvas: {start_name} is {start:g}. Give {start_name} a value below 1.")
    if flaw == "end":
        raise ValueError(
            f"{label} reaches off the canvas: {start_name} {start:g} + {size_name} {size:g} = {number_outside(start + size, high=1)}, "
            f"past 1. Lower {size_name} to {1 - start:g} or less."
        )
