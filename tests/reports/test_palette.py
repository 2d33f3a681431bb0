"""The palette's colours can be told apart, also by colour-blind eyes, at the faintest tint that the canvas uses.

Colour difference: CIEDE2000 (Sharma, Wu, Dalal 2005). Colour blindness: Machado, Oliveira, Fernandes 2009, severity 1.
"""

import itertools
import json
import re
from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt
from pathlib import Path

import pytest
from flux_regions.reports.region_picture import PALETTE, text_color

ROOT = Path(__file__).resolve().parents[2]
COLORS = json.loads((ROOT / "tests" / "golden" / "palette.json").read_text("utf-8"))
VISION = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE = (0.95047, 1.0, 1.08883)
MIN_DIFFERENCE = 5.0


def linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def lab(color: tuple[float, float, float], vision: str) -> tuple[float, float, float]:
    """CIELAB of an sRGB colour, 0..1, as such eyes see it."""
    seen = [min(max(channel, 0.0), 1.0) for channel in times(VISION[vision], [linear(channel) for channel in color])]
    ratios = [value / white for value, white in zip(times(XYZ, seen), WHITE, strict=True)]
    x, y, z = (ratio ** (1 / 3) if ratio > 216 / 24389 else (24389 / 27 * ratio + 16) / 116 for ratio in ratios)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def ciede2000(first, second) -> float:
    (l1, a1, b1), (l2, a2, b2) = first, second
    mean = (hypot(a1, b1) + hypot(a2, b2)) / 2
    g = 0.5 * (1 - sqrt(mean**7 / (mean**7 + 25**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = hypot(a1, b1), hypot(a2, b2)
    h1, h2 = degrees(atan2(b1, a1)) % 360, degrees(atan2(b2, a2)) % 360
    turn, hue = h2 - h1, (h1 + h2) / 2
    if c1 * c2 == 0:
        turn, hue = 0, h1 + h2
    elif abs(turn) > 180:
        turn -= 360 if turn > 0 else -360
        hue += 180 if h1 + h2 < 360 else -180
    dl, dc, dh = l2 - l1, c2 - c1, 2 * sqrt(c1 * c2) * sin(radians(turn / 2))
    light, chroma = (l1 + l2) / 2 - 50, (c1 + c2) / 2
    t = (1 - 0.17 * cos(radians(hue - 30)) + 0.24 * cos(radians(2 * hue)) + 0.32 * cos(radians(3 * hue + 6))
         - 0.20 * cos(radians(4 * hue - 63)))  # fmt: skip
    rotation = -sin(radians(60 * exp(-(((hue - 275) / 25) ** 2)))) * 2 * sqrt(chroma**7 / (chroma**7 + 25**7))
    dl /= 1 + 0.015 * light**2 / sqrt(20 + light**2)
    dc /= 1 + 0.045 * chroma
    dh /= 1 + 0.015 * chroma * t
    return sqrt(dl**2 + dc**2 + dh**2 + rotation * dc * dh)


@pytest.mark.parametrize(
    ("first", "second", "difference"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0),
        ((50, 2.5, 0), (50, 3.2592, 0.3350), 1.0),
        ((50, 2.5, 0), (61, -5, 29), 22.8977),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_measure_is_the_published_one(first, second, difference):
    assert ciede2000(first, second) == pytest.approx(difference, abs=1e-4)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("paper", [0.0, 1.0], ids=["on black", "on white"])
def test_any_two_of_the_colours_can_be_told_apart_and_from_what_is_below(vision, paper):
    source = (ROOT / "js" / "editor" / "picture.js").read_text("utf-8")
    tint = min(float(value) for value in re.findall(r"TINT(?:_OVER_BACKDROP)? = ([0-9.]+)", source.split("HIDDEN")[0]))
    colors = [tuple(int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)) for text in COLORS[:8]]
    seen = [lab(tuple(tint * channel + (1 - tint) * paper for channel in color), vision) for color in colors]
    differences = [ciede2000(*pair) for pair in itertools.combinations([*seen, lab((paper,) * 3, vision)], 2)]
    assert len(differences) == 36 and min(differences) >= MIN_DIFFERENCE


def test_the_ink_on_every_badge_can_be_read():
    for color in PALETTE:
        lights = [
            sum(k * linear(c / 255) for k, c in zip(XYZ[1], one, strict=True)) for one in (color, text_color(color))
        ]
        assert (max(lights) + 0.05) / (min(lights) + 0.05) >= 4.5
