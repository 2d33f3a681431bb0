"""FluxRegions_ForTiles: for each tile of a list the regions that lie in it."""

import comfy.model_management
from comfy_api.latest import io

from ..attention import check_choice
from ..regions.parts import BASES, tile_boxes, with_base
from ..regions.printable import short_list
from .node_inputs import CATEGORY, FluxRegions, base_input, check_limits, size_of
from .search_aliases import search_aliases

TILE_STEP, TOKEN_STEP = 8, 16
"""Pixels: what every autoencoder rounds a tile to, and what FLUX.2's does."""
MAX_SIDE, MAX_OVERLAP = 32768, 4096
LIMITS = {"final_width": (64, MAX_SIDE), "final_height": (64, MAX_SIDE), "overlap": (0, MAX_OVERLAP), "part": (0, 1)}


class ForTiles(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_ForTiles",
            display_name="Regions for Tiles",
            category=CATEGORY,
            description="For each tile of Split Image into List of Tiles the regions that lie in it, as a list.",
            is_input_list=True,
            inputs=[
                FluxRegions.Input("regions", tooltip="The regions of the whole picture."),
                io.Image.Input("image_list", tooltip="The tiles, from Split Image into List of Tiles."),
                io.Int.Input(
                    "final_width",
                    default=1024,
                    min=64,
                    max=MAX_SIDE,
                    optional=True,
                    tooltip="The width of the whole picture in pixels, as in Merge List of Tiles to Image.",
                ),
                io.Int.Input(
                    "final_height",
                    default=1024,
                    min=64,
                    max=MAX_SIDE,
                    optional=True,
                    tooltip="The height of the whole picture in pixels, as in Merge List of Tiles to Image.",
                ),
                io.Int.Input(
                    "overlap",
                    default=128,
                    min=0,
                    max=MAX_OVERLAP,
                    optional=True,
                    tooltip="How many pixels the tiles share, as in Split Image into List of Tiles.",
                ),
                io.Float.Input(
                    "part",
                    default=0.3,
                    min=0.0,
                    max=1.0,
                    step=0.05,
                    optional=True,
                    tooltip="A region of which less than this fraction lies in a tile is left out there, unless it fills that much "
                    "of the tile: slivers would become small copies of the whole thing.",
                ),
                base_input("tile"),
            ],
            outputs=[FluxRegions.Output(display_name="regions", is_output_list=True)],
            **search_aliases("FluxRegions_ForTiles"),
        )

    @classmethod
    def validate_inputs(cls, final_width=None, final_height=None, overlap=None, part=None, base=None):
        # What is typed comes in a list to nodes that take lists.
        typed = [value[0] if isinstance(value, list) else value for value in (final_width, final_height, overlap, part)]
        check_limits(LIMITS, **dict(zip(LIMITS, typed, strict=True)))
        return check_choice("base", base[0] if isinstance(base, list) else base, BASES)

    @classmethod
    def execute(
        cls,
        regions,
        image_list,
        final_width=(1024,),
        final_height=(1024,),
        overlap=(128,),
        part=(0.3,),
        base=("regions",),
    ):
        # Numbers that come over a wire are known only now.
        check_limits(LIMITS, final_width=final_width[0], final_height=final_height[0], overlap=overlap[0], part=part[0])
        size, overlap = (final_width[0], final_height[0]), overlap[0]
        tile_width, tile_height = tile_size(image_list)
        boxes = tile_boxes(*size, tile_width, tile_height, overlap)
        if len(boxes) != len(image_list):
            raise ValueError(
                f"There are {len(image_list)} tiles, but {size[0]}x{size[1]} cut into tiles of {tile_width}x{tile_height} with "
                f"overlap {overlap} makes {len(boxes)}. Give the sizes and the overlap of the node that cut them."
            )
        width, height = size
        check = comfy.model_management.throw_exception_if_processing_interrupted
        return io.NodeOutput(
            [
                with_base(regions[0].crop((x / width, y / height, w / width, h / height), part[0], check), base[0])
                for x, y, w, h in boxes
            ]
        )


def tile_size(tiles: list) -> tuple[int, int]:
    """(width, height) in pixels of all tiles.

    Raises ValueError for none, for such of several sizes, and for a size that an autoencoder rounds.
    """
    sizes = list(dict.fromkeys(size_of(tile) for tile in tiles))
    if len(sizes) != 1:
        listed = short_list([f"{width}x{height}" for width, height in sizes], 4) or "none"
        raise ValueError(f"The tiles have to be of one size, but these are {listed}. Connect those of one picture.")
    for name, side in zip(("tile_width", "tile_height"), sizes[0], strict=True):
        if side % TILE_STEP:
            raise ValueError(
                f"The tiles are {sizes[0][0]}x{sizes[0][1]}, which autoencoders round to whole multiples of {TILE_STEP} pixels "
                f"(FLUX.2's: {TOKEN_STEP}), and the merged tiles would lie in wrong places. Set {name} to "
                f"{-(-side // TOKEN_STEP) * TOKEN_STEP} where the picture is cut."
            )
    return sizes[0]
