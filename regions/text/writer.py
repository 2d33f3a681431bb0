"""From regions to the region text, which reads back as the same regions."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import cache

from ..region import Region
from ..region_fields import END, FEATHER, START, STRENGTH
from ..region_lora import LORA_END, LORA_START, LORA_STRENGTH, RegionLora
from ..region_set import RegionSet
from ..shapes import Ellipse, Rect, Shape
from ..shapes.interval import Interval
from .boxes import ROUNDING
from .line import TextLine, lines_of, quoted
from .reader import read_text

_PLACES = """
everywhere; left half; right half; top half; bottom half; centre
top left; top right; bottom left; bottom right; top centre; bottom centre; left centre; right centre
left third; column 2 of 3; right third; top third; row 2 of 3; bottom third
left two thirds; right two thirds; top two thirds; bottom two thirds
left quarter; column 2 of 4; column 3 of 4; right quarter; top quarter; row 2 of 4; row 3 of 4; bottom quarter
left three quarters; right three quarters; top three quarters; bottom three quarters
"""


def write_text(regions: RegionSet) -> str:
    """The text of a set of regions made of rectangles and ellipses; read_text reads the same regions from it.

    What of a shape lies off the canvas is cut off, which changes nothing in the picture. Raises ValueError, naming the
    region, for what a line cannot say: polygons, strokes, masks, ready-made conditionings, crops, areas wholly off the
    canvas, LoRAs of the background and such with a window of their own.
    """
    if regions.background_conditioning is not None:
        raise ValueError("The background has a ready-made conditioning, which text cannot say.")
    if regions.background_loras:
        raise ValueError("The background has a LoRA of its own, which text cannot say.")
    lines = [
        f"{word}: {_write_prompt(prompt)}"
        for word, prompt in (("base", regions.base_prompt), ("background", regions.background_prompt))
        if prompt
    ]
    lines += [_line(region, regions.label(index)) for index, region in enumerate(regions.regions)]
    return "\n".join(lines)


def _line(region: Region, label: str) -> str:
    for name, value in (
        ("a mask", region.mask),
        ("a ready-made conditioning", region.conditioning),
        ("been cropped", region.view),
    ):
        if value is not None:
            raise ValueError(f"{label} has {name}, which text cannot say.")
    options = [*_options(region), *(_lora(lora, label) for lora in region.loras)]
    return f"{', '.join([_area(region, label), *options])}: {_write_prompt(region.prompt)}"


def _area(region: Region, label: str) -> str:
    area = ""
    for op in region.shapes:
        place = _place(op.shape, label)
        if not area:
            area = place if op.mode == "add" else ""  # taken away from nothing
        elif place:
            area += f" {'plus' if op.mode == 'add' else 'minus'} {place}"
    if not area:
        raise ValueError(f"{label} is empty: nothing of it lies on the canvas. Draw its area, or remove the region.")
    return area


def _place(shape: Shape, label: str) -> str:
    """A shape in words, "" for a rectangle that lies off the canvas."""
    if isinstance(shape, Rect):
        clipped = shape if _is_readable(shape) else _clip_to_canvas(shape)
        return "" if clipped is None else _named_places().get(clipped) or f"box {_box(clipped)}"
    if isinstance(shape, Ellipse) and _is_readable(shape):
        return f"ellipse {_box(shape)}"
    noun = "an ellipse that reaches off the canvas" if isinstance(shape, Ellipse) else f"a {shape.kind}"
    raise ValueError(f"{label} has {noun}, which text cannot say. Keep it in the Region Canvas.")


def _is_readable(shape: Rect | Ellipse) -> bool:
    """Whether parse_box takes it as it is."""
    return not any(interval.flaw(ROUNDING) for interval in _intervals(shape))


def _clip_to_canvas(rect: Rect) -> Rect | None:
    """Its part on the canvas, None if there is none."""
    across, down = (interval.clipped() for interval in _intervals(rect))
    return Rect.between(across, down) if across.size > 0 and down.size > 0 else None


def _intervals(shape: Rect | Ellipse) -> tuple[Interval, Interval]:
    """Where it lies across and down, exactly as the text will say it."""
    x, y, width, height = (_as_fraction(side) for side in (shape.x, shape.y, shape.width, shape.height))
    return Interval(x, x + width), Interval(y, y + height)


def _as_fraction(number: float) -> Fraction:
    """The number that its shortest decimal form says, which is what the text will hold."""
    return Fraction(repr(float(number)))


def _box(shape: Rect | Ellipse) -> str:
    return " ".join(_percent(side) for side in (shape.x, shape.y, shape.width, shape.height))


def _percent(fraction: float) -> str:
    return f"{_decimal(Decimal(repr(float(fraction))) * 100)}%"


def _decimal(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _lora(lora: RegionLora, label: str) -> str:
    if (lora.start, lora.end) != (LORA_START.default, LORA_END.default):
        raise ValueError(f"{label} has a LoRA with a window of its own, which text cannot say.")
    name = _written_name(lora.name)
    is_default = lora.strength == LORA_STRENGTH.default
    return f"lora {name}" if is_default else f"lora {name} {_decimal(Decimal(repr(float(lora.strength))))}"


def _written_name(name: str) -> str:
    return name if re.fullmatch(r"[^\W\d_]\w*", name) else quoted(name)


def _options(region: Region) -> list[str]:
    """Name, strength, feather and window, where they are not those that a line has without."""
    options = []
    if region.name:
        options.append(f"name {_written_name(region.name)}")
    if region.strength != STRENGTH.default:
        options.append(f"strength {_decimal(Decimal(repr(float(region.strength))))}")
    if region.feather != FEATHER.default:
        options.append(f"feather {_percent(region.feather)}")
    if (region.start, region.end) != (START.default, END.default):
        options.append(f"steps {_percent(region.start)} to {_percent(region.end)}")
    return options


def _write_prompt(prompt: str) -> str:
    """The prompt as it is, or in quotes where it would not be read back as it is."""
    is_read_back = len(lines_of(prompt)) == 1 and TextLine(1, prompt).prompt(0) == prompt
    return prompt if is_read_back else quoted(prompt)


@cache
def _named_places() -> dict[Shape, str]:
    """The places that have a name, as the reader measures them."""
    places: dict[Shape, str] = {}
    for place in re.split(r"[;\n]\s*", _PLACES.strip()):
        (region,) = read_text(f"{place}:", 1024, 1024).regions
        places.setdefault(region.shapes[0].shape, place)
    return places
