"""Sums the scores of each method up, as numbers, as a Markdown table, and as a sheet of pictures."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .layouts import Layout
from .scoring import Score

COLUMNS = ("exact", "colour", "shape", "leaks", "whole", "seam")


def summary(scores: list[Score]) -> dict:
    """Shares of all regions (exact, colour, shape, leaks), of all pictures (whole), and the median seam ratio."""
    regions = sum(score.regions for score in scores)
    shares = {
        name: sum(getattr(score, name) for score in scores) / regions for name in ("exact", "colour", "shape", "leaks")
    }
    shares["whole"] = sum(score.whole for score in scores) / len(scores)
    shares["seam"] = float(np.median([score.seam for score in scores]))
    return {name: round(value, 4) for name, value in shares.items()}


def by_kind(scores: list[Score], layouts: list[Layout]) -> dict:
    """kind of layout -> its share of exact regions."""
    kinds = dict.fromkeys(layout.kind for layout in layouts)
    chosen = {kind: [s for s, layout in zip(scores, layouts, strict=True) if layout.kind == kind] for kind in kinds}
    return {kind: round(sum(s.exact for s in some) / sum(s.regions for s in some), 4) for kind, some in chosen.items()}


def table(rows: dict[str, dict], columns: tuple[str, ...]) -> str:
    """Markdown; shares as percentages, the seam ratio as it is."""
    lines = ["| method | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name, row in rows.items():
        cells = [f"{row[column]:.2f}" if column == "seam" else f"{row[column]:.0%}" for column in columns]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def sheet(columns: dict[str, list[np.ndarray]], side: int = 160, gap: int = 6, head: int = 26) -> Image.Image:
    """Pictures [H, W, 3] in 0..1, a column for each name; all columns equally long."""
    rows = max(len(pictures) for pictures in columns.values())
    size = (gap + (side + gap) * len(columns), head + (side + gap) * rows)
    page = Image.new("RGB", size, (255, 255, 255))
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=13)
    for column, (name, pictures) in enumerate(columns.items()):
        left = gap + column * (side + gap)
        pen.text((left + side / 2, head / 2), name, fill=(20, 20, 20), font=font, anchor="mm")
        for row, picture in enumerate(pictures):
            tile = Image.fromarray((np.clip(picture, 0, 1) * 255).round().astype(np.uint8))
            page.paste(tile.resize((side, side), Image.Resampling.LANCZOS), (left, head + row * (side + gap)))
    return page


def drawing(layout: Layout) -> np.ndarray:
    """The layout as a picture: each region tinted in its object's colour, its borders drawn."""
    from flux_regions.pocket.scenes import PALETTE

    owners = layout.owners()
    picture = np.full((layout.height, layout.width, 3), 0.93, np.float32)
    for index, place in enumerate(layout.places):
        tint = np.asarray(PALETTE[place.colour], np.float32) / 255
        picture[owners == index] = 0.55 * tint + 0.45 * 0.93
    edge = np.zeros(owners.shape, bool)
    edge[1:] |= np.diff(owners, axis=0) != 0
    edge[:, 1:] |= np.diff(owners, axis=1) != 0
    picture[edge] = 0.2
    tile = Image.fromarray((picture * 255).astype(np.uint8))
    pen, font = ImageDraw.Draw(tile), ImageFont.load_default(size=22)
    for index, place in enumerate(layout.places):
        rows, columns = np.nonzero(owners == index)
        if len(rows):
            pen.text((columns.mean(), rows.mean()), place.shape, fill=(20, 20, 20), font=font, anchor="mm")
    return np.asarray(tile).astype(np.float32) / 255
