"""FluxRegions_Preview: what FLUX will see of the regions, as a picture and in words."""

import comfy.model_management
from comfy_api.latest import io

from ..adapter import references_of, regions_of
from ..adapter.family import ModelInfo
from ..adapter.regional_prompt import AppliedRegions
from ..attention import check_choice
from ..regions import RegionSet, TokenGrid, coverage
from ..reports.region_picture import draw_regions
from ..reports.region_report import Applied, report
from .node_inputs import CATEGORY, regions_input, size_of
from .search_aliases import search_aliases

GRIDS = ("canvas", "tokens")
DEFAULT_SIDE = 1024


class Preview(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_Preview",
            display_name="Preview Regions",
            category=CATEGORY,
            description="Draws the regions with their names, and reports how many tokens each of them gets.",
            inputs=[
                regions_input(optional=False),
                io.Image.Input(
                    "image", optional=True, tooltip="Shown under the regions; also gives the picture's size."
                ),
                io.Combo.Input(
                    "grid",
                    options=list(GRIDS),
                    default="canvas",
                    tooltip="canvas: as drawn. tokens: FLUX's 16-pixel squares, as it sees the regions.",
                ),
                io.Conditioning.Input(
                    "positive",
                    optional=True,
                    tooltip="From Regional Prompt. The report then says when and in which blocks each region "
                    "acts, and how long its text is.",
                ),
                io.Int.Input(
                    "steps",
                    optional=True,
                    default=0,
                    min=0,
                    max=10000,
                    tooltip="The sampler's steps, for the report: it then counts steps. 0 = it speaks of shares of "
                    "the steps.",
                ),
            ],
            outputs=[io.Image.Output(display_name="image"), io.String.Output(id="report", display_name="report")],
            **search_aliases("FluxRegions_Preview"),
        )

    @classmethod
    def validate_inputs(cls, grid=None):
        return check_choice("grid", grid, GRIDS)

    @classmethod
    def execute(cls, regions, image=None, grid="canvas", positive=None, steps=0):
        applied = None if positive is None else applied_regions(positive, regions)
        width, height = picture_size(regions, image)
        tokens = TokenGrid.of_picture(width, height)
        # As drawn: in cells of half a token's side, fine enough to look smooth.
        cells = tokens if grid == "tokens" else TokenGrid(tokens.latent_height * 2, tokens.latent_width * 2)
        is_size_known = image is not None or regions.canvas is not None
        acting = None if applied is None else summary(applied)
        references = [len(references_of(regions, owner)) for owner in range(len(regions) + 1)]
        check = comfy.model_management.throw_exception_if_processing_interrupted
        drawn = coverage(regions, tokens, check)
        lines = report(
            regions, tokens, acting, steps, is_size_known=is_size_known, references=references, covered=drawn
        )
        if positive is not None and applied is None:
            lines += "\npositive carries no regions: nothing of this acts."
        drawn = drawn if cells is tokens else coverage(regions, cells, check)
        picture = draw_regions(regions, drawn, (width, height), image, grid == "tokens", check)
        return io.NodeOutput(picture, lines)


def picture_size(regions: RegionSet, image) -> tuple[int, int]:
    """(width, height) in pixels: the image's, else the canvas's, else about DEFAULT_SIDE in the first mask's
    proportions.
    """
    if image is not None:
        return size_of(image)
    if regions.canvas is not None:
        return regions.canvas
    height, width = regions.mask_proportions
    scale = (DEFAULT_SIDE**2 / (width * height)) ** 0.5
    return max(16, round(width * scale / 16) * 16), max(16, round(height * scale / 16) * 16)


def applied_regions(positive: list, regions: RegionSet) -> AppliedRegions | None:
    """What this conditioning carries; None for a plain one. Raises ValueError where it is about other regions."""
    applied = regions_of(positive)
    if applied is None:
        return None
    labels = [regions.label(index) for index in range(len(regions))]
    if labels != [applied.prompt.label(index) for index in range(len(applied.prompt.regions))]:
        raise ValueError("positive carries other regions than these. Connect the regions that Regional Prompt gets.")
    return applied


def summary(applied: AppliedRegions) -> Applied:
    """What the report says of them."""
    info = applied.model_info or ModelInfo({})
    text_tokens = [
        applied.prompt.text_token_count(index, info.text_length, info.text_unit)
        for index in range(len(applied.prompt.texts))
    ]
    return Applied(applied.prompt.regions, applied.settings, text_tokens, info.block_counts)
