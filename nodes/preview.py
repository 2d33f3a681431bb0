"""FluxRegions_Preview: what FLUX will see of the regions, as a picture and in words."""

from comfy_api.latest import io

from ..attention import BACKGROUND, Region, RegionSet, TokenGrid, check_choice, coverage
from .region_picture import draw
from .wire_types import CATEGORY, regions_input

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
            ],
            outputs=[io.Image.Output(display_name="image"), io.String.Output(id="report", display_name="report")],
        )

    @classmethod
    def validate_inputs(cls, grid=None):
        return check_choice("grid", grid, GRIDS)

    @classmethod
    def execute(cls, regions, image=None, grid="canvas"):
        if not len(regions):
            raise ValueError("There are no regions to preview. Add one, for example with Region from Box.")
        width, height = picture_size(regions, image)
        tokens = TokenGrid(-(-height // 8), -(-width // 8))
        # For the drawn view a "token" is a single latent cell of a picture this size: fine enough to look smooth.
        shown = tokens if grid == "tokens" else TokenGrid(tokens.latent_height * 2, tokens.latent_width * 2)
        return io.NodeOutput(
            draw(regions, coverage(regions, shown), (width, height), image, grid == "tokens"), report(regions, tokens)
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


def report(regions: RegionSet, grid: TokenGrid) -> str:
    """One line per region: tokens, share of the canvas, and what hides it; then what is left for the background."""
    covered = coverage(regions, grid).flatten(1)
    lines = [f"{grid.cols} x {grid.rows} = {grid.tokens} tokens"]
    for index, region in enumerate(regions.regions):
        drawn = covered[index].sum().item()
        line = f"{regions.label(index)}: {drawn:.1f} tokens, {drawn / grid.tokens:.1%} of the canvas"
        above = [o for o in range(index + 1, len(regions)) if _meet(region, regions.regions[o])]
        above = [o for o in above if (covered[index] * covered[o]).sum() > 0.5]
        kept = (covered[index] * (1 - covered[above]).prod(0)).sum().item()
        names = ", ".join(regions.label(o) for o in above)
        if above and kept < 0.05 * drawn:
            line += f"; hidden under {names}"
        elif above:
            line += f"; {1 - kept / drawn:.0%} of it under {names}"
        if (region.start, region.end) != (0, 1):
            line += f"; from {region.start:.0%} to {region.end:.0%} of the steps"
        lines.append(f'{line}; strength {region.strength:g}; "{region.prompt or "(conditioning)"}"')
    left = (1 - covered).prod(0).sum().item()
    lines.append(f"The {BACKGROUND}: {left:.1f} tokens, {left / grid.tokens:.1%} of the canvas")
    return "\n".join(lines)


def _meet(one: Region, other: Region) -> bool:
    """Whether two regions ever act in the same step; only then one can hide the other."""
    return max(one.start, other.start) < min(one.end, other.end)
