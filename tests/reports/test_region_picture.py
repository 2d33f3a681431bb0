"""Pictures of regions have the colours that the canvas has."""

import json
from pathlib import Path

from flux_regions.reports.region_picture import PALETTE, region_color

COLORS = json.loads((Path(__file__).resolve().parents[1] / "golden" / "palette.json").read_text("utf-8"))


def test_the_palette_is_the_canvases_and_begins_again():
    assert ["#{:02x}{:02x}{:02x}".format(*color) for color in PALETTE] == COLORS
    assert region_color(len(PALETTE) + 1) == PALETTE[1]
