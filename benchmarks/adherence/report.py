"""The scores of each method as numbers and as a Markdown table, and its pictures on a contact sheet."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence

import numpy as np
from flux_regions.pocket.scenes import PALETTE
from PIL import Image, ImageDraw, ImageFont

from .. import markdown
from .layouts import Layout
from .scoring import Score

COLUMNS = ("exact", "colour", "shape", "leaks", "whole", "seam", "forwards")
NUMBER_FORMATS = {"seam": ".2f", "forwards": ".0f"}
"""Columns that are not percentages, and how they are written."""
LINE_LENGTH = 22
"""Letters of a heading that stand side by side over a picture."""


def summary(scores: Sequence[Score]) -> dict:
    """Fractions of all regions (exact, colour, shape, leaks), of all pictures (whole), and the median seam ratio."""
    regions = sum(score.regions for score in scores)
    fields = {"exact": "exact", "colour": "color", "shape": "shape", "leaks": "leaks"}
    fractions = {name: sum(getattr(score, field) for score in scores) / regions for name, field in fields.items()}
    fractions["whole"] = sum(score.whole for score in scores) / len(scores)
    fractions["seam"] = float(np.median([score.seam for score in scores]))
    return {name: round(value, 4) for name, value in fractions.items()}


def by_kind(scores: Sequence[Score], layouts: list[Layout]) -> dict:
    """kind of layout -> the fraction of exact regions."""
    return _exact_by([layout.kind for layout in layouts], scores)


def by_number(scores: Sequence[Score], layouts: list[Layout]) -> dict:
    """number of regions, as text -> the fraction of exact ones in layouts of so many."""
    return _exact_by([str(len(layout.regions)) for layout in layouts], scores)


def _exact_by(keys: list[str], scores: Sequence[Score]) -> dict:
    exact, regions = Counter(), Counter()
    for key, score in zip(keys, scores, strict=True):
        exact[key] += score.exact
        regions[key] += score.regions
    return {key: round(exact[key] / count, 4) for key, count in regions.items()}


def headline(compared: dict[str, dict], seeds: int, field: dict[str, dict], steps: int) -> dict:
    """The figures that others read: each with one value for every method.

    regions2, 4, 8: fraction of exact regions in layouts of so many. swap_pairs: the same where two regions might trade
    colours. (Each where such layouts were drawn.) leak, seam: of all layouts. cost: forward passes, relative to the
    base prompt's, which are as many as the steps. seeds: how many layouts. exact: of all regions. coco_mig,
    overlaybench, layoutbench: split -> measure -> method -> value (field_measures.py).
    """

    def figures(value) -> dict:
        return {key: value(row) for key, row in compared.items()}

    drawn = next(iter(compared.values()))
    numbers = [n for n in (4, 2, 8) if str(n) in drawn["by_number"]]
    return {
        **{f"regions{n}": figures(lambda row, n=n: row["by_number"][str(n)]) for n in numbers},
        **({"swap_pairs": figures(lambda row: row["by_kind"]["swapped"])} if "swapped" in drawn["by_kind"] else {}),
        "leak": figures(lambda row: row["leaks"]),
        "seam": figures(lambda row: row["seam"]),
        "cost": figures(lambda row: round(row["forwards"] / steps, 3)),
        "seeds": seeds,
        "exact": figures(lambda row: row["exact"]),
        **{
            protocol: {
                split: {name: {key: field[key][protocol][split][name] for key in field} for name in measures}
                for split, measures in splits.items()
            }
            for protocol, splits in next(iter(field.values()), {}).items()
        },
    }


def field_tables(rows: dict[str, dict]) -> list[str]:
    """One table for each protocol, a column for each measure of each split. rows: method -> field_measures.summary."""
    tables = []
    for protocol, splits in next(iter(rows.values()), {}).items():
        columns = [(split, name) for split, measures in splits.items() for name in measures]
        cells = [
            [method, *(f"{row[protocol][split][name]:.0%}" for split, name in columns)] for method, row in rows.items()
        ]
        tables.append(markdown.table((protocol, *(f"{split}: {name}" for split, name in columns)), cells))
    return tables


def table(rows: dict[str, dict], columns: tuple[str, ...]) -> str:
    """Markdown; fractions as percentages, other figures as they are."""
    cells = [[name, *(format(row[c], NUMBER_FORMATS.get(c, ".0%")) for c in columns)] for name, row in rows.items()]
    return markdown.table(("method", *columns), cells)


def contact_sheet(columns: dict[str, list[np.ndarray]], side: int = 160, gap: int = 6, head: int = 40) -> Image.Image:
    """Pictures [H, W, 3] in 0..1, a column for each name; all columns equally long."""
    rows = max(len(pictures) for pictures in columns.values())
    size = (gap + (side + gap) * len(columns), head + (side + gap) * rows)
    sheet = Image.new("RGB", size, (255, 255, 255))
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=13)
    for column, (name, pictures) in enumerate(columns.items()):
        left = gap + column * (side + gap)
        heading = "\n".join(textwrap.wrap(name, LINE_LENGTH))
        draw.text((left + side / 2, head / 2), heading, fill=(20, 20, 20), font=font, anchor="mm", align="center")
        for row, picture in enumerate(pictures):
            tile = Image.fromarray((np.clip(picture, 0, 1) * 255).round().astype(np.uint8))
            sheet.paste(tile.resize((side, side), Image.Resampling.LANCZOS), (left, head + row * (side + gap)))
    return sheet


def layout_picture(layout: Layout) -> np.ndarray:
    """[H, W, 3] in 0..1: each region tinted in its object's color, with its name, and the borders."""
    owners = layout.owners()
    picture = np.full((layout.height, layout.width, 3), 0.93, np.float32)
    for index, region in enumerate(layout.regions):
        tint = np.asarray(PALETTE[region.color], np.float32) / 255
        picture[owners == index] = 0.55 * tint + 0.45 * 0.93
    edge = np.zeros(owners.shape, bool)
    edge[1:] |= np.diff(owners, axis=0) != 0
    edge[:, 1:] |= np.diff(owners, axis=1) != 0
    picture[edge] = 0.2
    tile = Image.fromarray((picture * 255).astype(np.uint8))
    draw, font = ImageDraw.Draw(tile), ImageFont.load_default(size=22)
    for index, region in enumerate(layout.regions):
        rows, columns = np.nonzero(owners == index)
        if len(rows):
            draw.text((columns.mean(), rows.mean()), region.shape, fill=(20, 20, 20), font=font, anchor="mm")
    return np.asarray(tile).astype(np.float32) / 255
