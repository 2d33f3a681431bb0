"""The region text: regions as lines that a person types or a language model writes. Here they become regions.

    base: a harbour at dawn, oil painting
    background: calm grey sea

    # place, options: prompt
    upper third: pink clouds over the water
    left half minus top third, name lighthouse, feather 5%: a white lighthouse on a rock
    box 60% 40% 30% 50%, strength 1.3: a red fishing boat
    columns 2:1
    column 2, steps 0% to 30%: a stone pier

A line is a place, options, a colon, and the prompt: all that follows. Regions are drawn in this order, the later on top.

    line     blank | # or // comment | base: PROMPT | background: PROMPT | columns CUT | rows CUT | AREA OPTION... : PROMPT
    AREA     PLACE | AREA plus PLACE | AREA minus PLACE
    PLACE    SIDE [SIZE] | SIDE [SIZE] SIDE [SIZE] | column N [of M] | row N [of M] | a SIDE or row with a column
             everywhere | box X Y WIDTH HEIGHT | box X Y to X Y | ellipse (as box: the one that fills it)
    SIDE     left | right | top, upper | bottom, lower | centre, center, middle
    SIZE     half | third | two thirds | quarter | three quarters | 40% | 200px | 1/3        (left alone = left half)
    CUT      3 | 2:1:1 | 50% 25% 25%            of the picture; `column 2` below it is a piece of the last cut
    X, Y...  10% | 200px. The unit may stand at the last number only: box 0 256 1280 520 px
    OPTION   strength 1.2 | feather 5% (of the shorter side; 20px; 0.05) | name fox, name "red fox"
             steps 20% to 60% (the region's own window; also start 20%, end 60%)
    PROMPT   as it is. One that is wholly in double quotes is taken out of them, with \\n, \\" and \\\\ for a line break, a
             quote, a backslash.

top left is the quarter of the picture there; centre is its middle, half as wide and half as high; top centre is half as
wide and half as high at the top. Case, commas, brackets, = and a list's bullets or numbers make no difference, nor do words
like "the", "side" and "of". What could be two places is refused: middle third, top left third, a number without a unit.
"""

from __future__ import annotations

import re
from typing import NoReturn

from ..pixel_mask import drawing
from ..region import Mark, Region, RegionSet
from .amounts import SIZE_WORDS
from .boxes import BOXES, take_box
from .line import Head, TextLine
from .options import OPTIONS, take_options
from .places import EVERYWHERE, NOISE, SIDES, take_named_place
from .rows_columns import LANES, Ground, cut

MAX_CHARACTERS = 100_000
_FINE = 256
"""An area without one point on a grid of so many each way is empty."""
JOINTS = {"plus": "add", "minus": "subtract", "without": "subtract"}
PROMPTS = {"base": "base_prompt", "background": "background_prompt"}


def read_text(source: str, width: int, height: int) -> RegionSet:
    """The regions of a text, in its order, with its prompts, for a picture of width x height pixels. Blank text: none.

    Raises ValueError, one or two sentences that begin with line and column, for what is no such text.
    """
    if len(source) > MAX_CHARACTERS:
        raise ValueError(
            f"The text has {len(source):,} characters, but at most {MAX_CHARACTERS:,} are read. Write shorter prompts."
        )
    ground, regions, prompts = Ground(width, height), [], {}
    for number, typed in enumerate(re.split(r"\r\n|\r|\n", source), start=1):
        line = TextLine(number, typed)
        if not line.says_something():
            continue
        if after_cut := cut(line, ground):
            ground = after_cut
            continue
        head, prompt = _parted(line)
        field = _take_prompt_field(head)
        if field is None:
            regions.append(_region(head, prompt, ground))
        elif field in prompts:
            line.fail(
                line.start + 1, f"the {field.replace('_', ' ')} is given twice, first in line {prompts[field][0]}."
            )
        else:
            prompts[field] = (number, prompt)
    given = {field: prompt for field, (_, prompt) in prompts.items()}
    return RegionSet(tuple(regions), canvas=(width, height), **given)


def _take_prompt_field(head: Head) -> str | None:
    """The field of RegionSet that a line `base:` or `background:` gives; None for a region's line."""
    word = head.take_word(PROMPTS)
    if word is None:
        return None
    head.take_word(("prompt",))
    if head.next:
        head.fail(f"{word} takes no place and no options. Write '{word}:' and the prompt.")
    return PROMPTS[word]


def _parted(line: TextLine) -> tuple[Head, str]:
    parting = line.split(":：")
    if parting is None:
        _fail_without_colon(line)
    end, begin = parting
    return Head(line, line.words(end), end), line.prompt(begin)


def _fail_without_colon(line: TextLine) -> NoReturn:
    """At the first word that belongs to no place and no option: there the prompt will begin."""
    known = {*SIDES, *SIZE_WORDS, *LANES, *BOXES, *EVERYWHERE, *NOISE, *JOINTS, *OPTIONS, *PROMPTS}
    words = re.compile(r"[^\W\d_]+").finditer(line.typed, line.start)
    column = next((word.start() + 1 for word in words if word[0].lower() not in known), len(line.typed) + 1)
    line.fail(column, "there is no colon. Write the place, a colon, and the prompt, as in 'left half: a red car'.")


def _region(head: Head, prompt: str, ground: Ground) -> Region:
    marks = [Mark(_place(head, ground))]
    while joint := head.take_word(JOINTS):
        marks.append(Mark(_place(head, ground), JOINTS[joint]))
    options = take_options(head, min(ground.width, ground.height), after="place")
    region = Region(prompt=prompt, marks=tuple(marks), **options)
    if len(marks) > 1 and drawing(region, _FINE, _FINE).max() <= 0:
        head.fail("nothing is left of this area. Take away less of it.", head.line.start + 1)
    return region


def _place(head: Head, ground: Ground):
    head.skip(NOISE)
    return take_box(head, ground) or take_named_place(head, ground)
