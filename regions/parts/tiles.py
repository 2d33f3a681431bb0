"""Where the tiles lie into which ComfyUI's Split Image into List of Tiles cuts a picture."""

from __future__ import annotations


def tile_boxes(
    width: int, height: int, tile_width: int, tile_height: int, overlap: int
) -> list[tuple[int, int, int, int]]:
    """(x, y, width, height) in pixels of each tile, row after row. A tile is at most as large as the picture.

    The last tile of a row or column is pushed back to the border.
    """
    across, down = _starts(width, tile_width, overlap), _starts(height, tile_height, overlap)
    return [(x, y, min(tile_width, width), min(tile_height, height)) for y in down for x in across]


def _starts(length: int, tile: int, overlap: int) -> list[int]:
    stride = round(max(tile * 0.25, tile - overlap))
    starts, start = [], 0
    while True:
        if start + tile >= length:
            return [*starts, max(0, length - tile)]
        starts.append(start)
        start += stride
