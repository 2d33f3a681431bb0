"""FluxRegions_Preview: what FLUX will see of the regions, as a picture and in words."""

from comfy_api.latest import io

from ..attention import BACKGROUND, RegionSet, Settings, TokenGrid, check_choice, coverage, shares
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
    # At beta 0 and strength 1 a share's weight is what the region keeps of each token after those on top of it.
    kept = dict.fromkeys(range(len(regions)), 0.0)
    for share in shares(covered, (1.0,) * len(regions), Settings(base_ratio=0.0), background=False):
        kept[share.regions[0]] = share.weight.sum().item()
    lines = [f"{grid.cols} x {grid.rows} = {grid.tokens} tokens"]
    for index, region in enumerate(regions.regions):
        drawn = covered[index].sum().item()
        line = f"{regions.label(index)}: {drawn:.1f} tokens, {drawn / grid.tokens:.1%} of the canvas"
        above = [regions.label(o) for o in range(index + 1, len(regions)) if (covered[index] * covered[o]).sum() > 0.5]
        if above and kept[index] < 0.05 * drawn:
            line += f"; hidden under {', '.join(above)}"
        elif above:
            line += f"; {1 - kept[index] / drawn:.0%} of it under {', '.join(above)}"
        lines.append(f'{line}; strength {region.strength:g}; "{region.prompt or "(conditioning)"}"')
    left = grid.tokens - sum(kept.values())
    lines.append(f"The {BACKGROUND}: {max(left, 0.0):.1f} tokens, {max(left, 0.0) / grid.tokens:.1%} of the canvas")
    return "\n".join(lines)
