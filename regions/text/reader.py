"""The region text: regions as lines that a person types or a language model writes. Here they become regions.

    base: a harbour at dawn, oil painting
    background: calm grey sea

    # place, options: prompt
    upper third: pink clouds over the water
    left half minus top third, name lighthouse, feather 5%: a white lighthouse on a rock
    box 60% 40% 30% 50%, strength 1.3: a red fishing boat
    columns 2:1
    column 2, steps 0% to 30%: a stone pier

A line is a place, options, a colon, and the prompt: all that follows. Regions are drawn in this order, later ones on
top.

    line     blank | # or // comment | base: PROMPT | background: PROMPT | columns SPLIT | rows SPLIT
             AREA OPTION... : PROMPT
    AREA     PLACE | AREA plus PLACE | AREA minus PLACE
    PLACE    SIDE [SIZE] | SIDE [SIZE] SIDE [SIZE] | column N [of M] | row N [of M] | a SIDE or row with a column
             everywhere | box X Y WIDTH HEIGHT | box X Y to X Y | ellipse (as box: the one that fills it)
    SIDE     left | right | top, upper | bottom, lower | centre, center, middle
    SIZE     half | third | two thirds | quarter | three quarters | 40% | 200px | 1/3        (left alone = left half)
    SPLIT    3 | 2:1:1 | 50% 25% 25%            of the picture; `column 2` below it is a piece of the last split
    X, Y...  10% | 200px. The unit may stand at the last number only: box 0 256 1280 520 px
    OPTION   strength 1.2 | feather 5% (of the shorter side; 20px; 0.05) | name fox, name "red fox"
             steps 20% to 60% (the region's own window; also start 20%, end 60%)
             lora anna 0.8, lora "people/anna b" (a LoRA of the region's own and its strength; as often as one likes)
    PROMPT   as it is. One that is wholly in double quotes is taken out of them, with \\n, \\" and \\\\ for a line
             break, a quote, a backslash.

top left is the quarter of the picture there; centre is its middle, half as wide and half as high; top centre is half
as wide and half as high at the top. Case, commas, brackets, = and a list's bullets or numbers make no difference, nor
do words like "the", "side" and "of". What could be two places is refused: middle third, top left third, a number
without a unit.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, Literal, NoReturn

import torch
from torch import Tensor

from ..json_values import expect_string
from ..region import Region, ShapeOp
from ..region_set import RegionSet, check_region_count
from ..shapes import Rect, Shape
from ..shapes.cells import Cells
from .amounts import SIZE_WORDS
from .boxes import SHAPE_OF_WORD, parse_box
from .line import Cursor, TextLine, lines_of
from .options import OPTIONS, parse_options
from .places import EVERYWHERE, FILLER_WORDS, SIDES, parse_named_place
from .rows_columns import AXIS_OF_WORD, CanvasGrid, parse_split

MAX_CHARACTERS = 100_000
MAX_PLACES = 32
"""Places of one area."""
CURVE_PARTS = 5
"""Where an area has ellipses, each interval between its edges is looked at in so many places."""
AREA_OPERATORS: dict[str, Literal["add", "subtract"]] = {"plus": "add", "minus": "subtract", "without": "subtract"}
PROMPT_FIELDS = {"base": "base_prompt", "background": "background_prompt"}


def read_text(source: str, width: int, height: int) -> RegionSet:
    """The regions of a text, in its order, with its prompts, for a picture of width x height pixels. Blank text: none.

    Raises ValueError, one or two sentences that begin with line and column, for what is no such text.
    """
    source = expect_string(source, "text")
    if len(source) > MAX_CHARACTERS:
        raise ValueError(
            f"The text has {len(source):,} characters, but at most {MAX_CHARACTERS:,} are read. Write shorter prompts."
        )
    canvas = CanvasGrid(width, height)
    regions: list[Region] = []
    prompts: dict[str, tuple[int, str]] = {}
    for number, line_source in enumerate(lines_of(source), start=1):
        line = TextLine(number, line_source)
        if not line.has_content():
            continue
        if split_canvas := parse_split(line, canvas):
            canvas = split_canvas
            continue
        cursor, prompt = _split_line(line)
        field = _parse_prompt_field(cursor)
        if field is None:
            check_region_count(len(regions) + 1)
            regions.append(_parse_region(cursor, prompt, canvas))
        elif field in prompts:
            line.fail(
                line.start + 1, f"the {field.replace('_', ' ')} is given twice, first in line {prompts[field][0]}."
            )
        else:
            prompts[field] = (number, prompt)
    texts: dict[str, Any] = {field: prompt for field, (_, prompt) in prompts.items()}
    return RegionSet(tuple(regions), canvas=(width, height), **texts)


def _parse_prompt_field(cursor: Cursor) -> str | None:
    """The field of RegionSet that a line `base:` or `background:` gives; None for a region's line."""
    word = cursor.accept(PROMPT_FIELDS)
    if word is None:
        return None
    cursor.accept(("prompt",))
    if cursor.peek:
        cursor.fail(f"{word} takes no place and no options. Write '{word}:' and the prompt.")
    return PROMPT_FIELDS[word]


def _split_line(line: TextLine) -> tuple[Cursor, str]:
    """A cursor over the head of a line, and its prompt."""
    split = line.split(":\N{FULLWIDTH COLON}")
    if split is None:
        _fail_without_colon(line)
    head_end, prompt_start = split
    return Cursor(line, line.words(head_end), head_end), line.prompt(prompt_start)


def _fail_without_colon(line: TextLine) -> NoReturn:
    """At the first word that belongs to no place and no option: there the prompt will begin."""
    head_words = {
        *SIDES, *SIZE_WORDS, *AXIS_OF_WORD, *SHAPE_OF_WORD, *EVERYWHERE, *FILLER_WORDS, *AREA_OPERATORS, *OPTIONS,
        *PROMPT_FIELDS,
    }  # fmt: skip
    words = re.compile(r"[^\W\d_]+").finditer(line.source, line.start)
    column = next((word.start() + 1 for word in words if word[0].lower() not in head_words), len(line.source) + 1)
    line.fail(column, "there is no colon. Write the place, a colon, and the prompt, as in 'left half: a red car'.")


def _parse_region(cursor: Cursor, prompt: str, canvas: CanvasGrid) -> Region:
    shapes = [ShapeOp(_parse_place(cursor, canvas))]
    while operator := cursor.accept(AREA_OPERATORS):
        if len(shapes) == MAX_PLACES:
            cursor.fail(f"an area is made of at most {MAX_PLACES} places. Divide it between several regions.")
        shapes.append(ShapeOp(_parse_place(cursor, canvas), AREA_OPERATORS[operator]))
    options = parse_options(cursor, min(canvas.width, canvas.height), after="place")
    region = Region(prompt=prompt, shapes=tuple(shapes), **options)
    if _is_empty(region):
        cursor.fail("nothing is left of this area. Take away less of it.", cursor.line.start + 1)
    return region


def _is_empty(region: Region) -> bool:
    """Whether nothing is left of an area: asked of the cells between its own edges, however thin they are."""
    if all(op.mode == "add" for op in region.shapes) or region.shapes[-1].mode == "add":
        return False
    left, top, right, bottom = zip(*(op.shape.bounds(1.0) for op in region.shapes), strict=True)
    parts = CURVE_PARTS if any(not isinstance(op.shape, Rect) for op in region.shapes) else 1
    return not region.fill(Cells(_edges(top + bottom, parts), _edges(left + right, parts), 1.0)).any()


def _edges(places: tuple[float, ...], parts: int) -> Tensor:
    """The canvas's edges and those of shapes, rising, with each interval between them in so many parts."""
    edges = sorted({0.0, 1.0, *(place for place in places if 0 < place < 1)})
    if parts == 1:
        return torch.tensor(edges, dtype=torch.float64)
    inner = [start + (end - start) * part / parts for start, end in pairwise(edges) for part in range(parts)]
    return torch.tensor([*inner, edges[-1]], dtype=torch.float64)


def _parse_place(cursor: Cursor, canvas: CanvasGrid) -> Shape:
    cursor.skip(FILLER_WORDS)
    return parse_box(cursor, canvas) or parse_named_place(cursor, canvas)
