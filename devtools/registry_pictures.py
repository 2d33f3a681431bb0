"""The pack's icon and banner for the registry: regions as the canvas draws them, on FLUX's grid of tokens.

`python devtools/registry_pictures.py`, with Pillow, writes docs/icon.png and docs/banner.png.
"""

import json
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[1]
ICON, BANNER = ROOT / "docs" / "icon.png", ROOT / "docs" / "banner.png"
ICON_SIDE, BANNER_SIZE = 400, (1260, 540)
"""In pixels. The registry shows icons of at most 400 x 400, and banners of 21 : 9."""
PAPER, GRID, TEXT = "#1b1e24", "#2a2f38", "#f2f2f2"
SMOOTHING = 3
"""Pictures are drawn this many times larger."""
TOKENS = 16
"""Squares of the grid along a side of the icon."""


def palette() -> list[str]:
    """The colours that the canvas gives to regions."""
    return json.loads((ROOT / "tests" / "golden" / "palette.json").read_text("utf-8"))


def draw_regions(picture: Image.Image, left: int, top: int, side: int) -> None:
    """A box, an ellipse and a polygon that overlap, in a square."""
    colors = palette()
    outlines = [
        ("rectangle", [(0.12, 0.16), (0.56, 0.72)]),
        ("ellipse", [(0.34, 0.36), (0.86, 0.86)]),
        ("polygon", [(0.74, 0.1), (0.92, 0.44), (0.56, 0.44)]),
    ]
    for color, (kind, points) in zip((colors[0], colors[1], colors[3]), outlines, strict=True):
        layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
        places = [(left + x * side, top + y * side) for x, y in points]
        getattr(ImageDraw.Draw(layer), kind)(places, fill=f"{color}b0", outline=color, width=max(1, side // 80))
        picture.alpha_composite(layer)


def draw_grid(picture: Image.Image, step: float) -> None:
    pen = ImageDraw.Draw(picture)
    for axis, length in enumerate(picture.size):
        for index in range(1, int(length / step) + 1):
            place = index * step
            line = [(place, 0), (place, picture.height)] if axis == 0 else [(0, place), (picture.width, place)]
            pen.line(line, fill=GRID, width=SMOOTHING)


def icon() -> Image.Image:
    side = ICON_SIDE * SMOOTHING
    picture = Image.new("RGBA", (side, side), PAPER)
    draw_grid(picture, side / TOKENS)
    draw_regions(picture, 0, 0, side)
    return picture.resize((ICON_SIDE, ICON_SIDE), Image.Resampling.LANCZOS).convert("RGB")


def banner() -> Image.Image:
    width, height = (length * SMOOTHING for length in BANNER_SIZE)
    picture = Image.new("RGBA", (width, height), PAPER)
    draw_grid(picture, height / TOKENS)
    draw_regions(picture, int(width * 0.02), 0, height)
    pen, left = ImageDraw.Draw(picture), width * 0.48
    pen.text((left, height * 0.36), "Flux Regions", fill=TEXT, font=ImageFont.load_default(height * 0.15), anchor="lm")
    line = "Draw regions. Write a prompt for each."
    pen.text((left, height * 0.56), line, fill=TEXT, font=ImageFont.load_default(height * 0.055), anchor="lm")
    return picture.resize(BANNER_SIZE, Image.Resampling.LANCZOS).convert("RGB")


def main() -> int:
    for path, picture in ((ICON, icon()), (BANNER, banner())):
        picture.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
