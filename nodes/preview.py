"""FluxRegions_Preview: what FLUX will see of the regions, as a picture and in words."""

from comfy_api.latest import io

from ..adapter import regions_of
from ..adapter.regional_prompt import AppliedRegions
from ..attention import check_choice
from ..regions import RegionSet, TokenGrid, coverage
from ..reports.region_picture import draw
from ..reports.region_report import report
from .node_inputs import CATEGORY, regions_input

GRIDS = ("canvas", "tokens")
DEFAULT_SIZE = (1024, 1024)


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
                    tooltip="From Apply Regions to FLUX. The report then says when and in which blocks each region acts, and how long its text is.",
                ),
                io.Int.Input(
                    "steps",
                    optional=True,
                    default=0,
                    min=0,
                    max=10000,
                    tooltip="The sampler's steps, for the report: it then counts steps. 0 = it speaks of shares of the steps.",
                ),
            ],
            outputs=[io.Image.Output(display_name="image"), io.String.Output(id="report", display_name="report")],
        )

    @classmethod
    def validate_inputs(cls, grid=None):
        return check_choice("grid", grid, GRIDS)

    @classmethod
    def execute(cls, regions, image=None, grid="canvas", positive=None, steps=0):
        if not len(regions):
            raise ValueError("There are no regions to preview. Add one, for example with Region from Box.")
        regional = None if positive is None else applied_to(regions, positive)
        width, height = picture_size(regions, image)
        tokens = TokenGrid(-(-height // 8), -(-width // 8))
        # For the drawn view a "token" is a single latent cell of a picture this size: fine enough to look smooth.
        shown = tokens if grid == "tokens" else TokenGrid(tokens.latent_height * 2, tokens.latent_width * 2)
        return io.NodeOutput(
            draw(regions, coverage(regions, shown), (width, height), image, grid == "tokens"),
            report(regions, tokens, regional, steps),
        )


def picture_size(regions: RegionSet, image) -> tuple[int, int]:
    """(width, height) of the picture: the image's, else the canvas's, else one of the first mask's proportions."""
    if image is not None:
        return image.shape[2], image.shape[1]
    if regions.canvas is not None:
        return regions.canvas
    for region in regions.regions:
        if region.mask is not None:
            height, width = region.mask.shape
            scale = (DEFAULT_SIZE[0] * DEFAULT_SIZE[1] / (width * height)) ** 0.5
            return max(16, round(width * scale / 16) * 16), max(16, round(height * scale / 16) * 16)
    return DEFAULT_SIZE


def applied_to(regions: RegionSet, positive: list) -> AppliedRegions:
    """The regions in a conditioning. Raises ValueError unless they are these."""
    regional = regions_of(positive)
    if regional is None:
        raise ValueError("positive carries no regions. Connect the positive output of Apply Regions to FLUX.")
    named = [[one.label(index) for index in range(len(one))] for one in (regions, regional.prompt.regions)]
    if named[0] != named[1]:
        raise ValueError(
            "positive carries other regions than these. Connect the regions that Encode Regional Prompt gets."
        )
    return regional
