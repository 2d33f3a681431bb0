"""Foreign text and foreign values, by chance: pieces of every notation that is read, damaged, mixed, or repeated."""

from __future__ import annotations

import json
import math
import random

REGION_TEXT = """\
// a street
base: a street in the rain, watercolour
background: grey houses
left half: a red car
box 10% 20% 30% 40%, feather 5%, strength 1.2, name dog: a dog {runs|sits}
center minus ellipse 40% 40% 20% 20%: a well // deep
1. **top right corner**: "a bird"
columns 1:2:1
column 2 of bottom third, steps 10% to 60%, lora anna 0.9: a cat
"""
LEGEND = "base = a street\n#ff0000 = a red car\nrgb(0, 0, 255), name umbrella = an umbrella\n00ff00 = grass"
DOCUMENT = {
    "schema": 2,
    "base_prompt": "a harbour {at dusk|at dawn}",
    "background_prompt": "fog",
    "regions": [
        {
            "id": "r1", "name": "ship", "prompt": "a ship // old", "strength": 1.2, "feather": 0.1, "start": 0,
            "end": 0.5, "colour": "#e64b3c", "visible": True, "locked": False,
            "loras": [{"name": "anna", "strength": 0.9, "start": 0, "end": 1}],
            "shapes": [
                {"kind": "rect", "x": 0.1, "y": 0.2, "width": 0.3, "height": 0.4},
                {"kind": "ellipse", "mode": "subtract", "x": 0.2, "y": 0.2, "width": 0.1, "height": 0.1},
                {"kind": "rect", "x": 0.1, "y": 0.2, "width": 0.3, "height": 0.4, "rotation": 30},
                {"kind": "polygon", "points": [[0, 0], [1, 0], [0.5, 1]]},
                {"kind": "stroke", "width": 0.1, "points": [[0.1, 0.1, 0.5], [0.9, 0.9]]},
            ],
        }
    ],
}  # fmt: skip
PLAN = {"base_prompt": "a fox", "regions": [{"name": "fox", "prompt": "a red fox", "box": [0, 500, 500, 1000]}]}
LAYOUTS = [
    [{"bbox_2d": [100, 50, 900, 500], "label": "a red car"}],
    [{"box_2d": [100, 50, 900, 500], "label": "a red car"}],
    [{"type": "text", "bbox": [0, 0, 500, 500], "text": "SALE", "desc": "letters", "color_palette": ["#FF0000"]}],
    {"high_level_description": "a street", "compositional_deconstruction": {"background": "a wall", "elements": [
        {"type": "obj", "bbox": [0, 0, 500, 500], "desc": "a car"}]}},
    [{"x": 0, "y": 0, "width": 64, "height": 64, "label": "cat", "score": 0.9}],
    {"<OD>": {"bboxes": [[0, 0, 64, 64], [9, 9, 50, 50]], "labels": ["cat", "dog"]}},
    [{"label": "cat", "box": {"xmin": 1, "ymin": 2, "xmax": 30, "ymax": 40}}],
    {"cat": [0, 0, 500, 500], "dog": [[0, 0, 9, 9]]},
    {"caption": "a poster", "elements": [{"label": "text", "caption": "letters", "text": "A", "bbox": [-9, -9, 9, 9]}],
     "bbox_format": "abs_centralized yxyx"},
]  # fmt: skip
TAGGED_BOXES = (
    "a cat<loc_52><loc_332><loc_932><loc_774>a dog<loc_1><loc_2><loc_3><loc_4>",
    "<ref>a cat</ref><box>(52,332),(932,774)</box> <ref>a dog</ref><box>[[1, 2, 30, 40]]</box>",
)
CHAT = {"choices": [{"message": {"role": "assistant", "content": json.dumps(PLAN)}, "finish_reason": "stop"}]}

TEXTS = [REGION_TEXT, LEGEND, *(json.dumps(value) for value in (DOCUMENT, PLAN, CHAT, *LAYOUTS))]
TEXTS += [
    f"<think>{json.dumps(PLAN)}</think>\n```json\n{json.dumps(PLAN)}\n```",
    "http://127.0.0.1:11434/v1",
    "1, 2, 3",
]

TOKENS = [
    *(
        '"',
        '\\"',
        "\\",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        ":",
        ",",
        ";",
        "=",
        "|",
        "//",
        "/*",
        "*/",
        "/* ",
        "#",
        "```",
        "**",
    ),
    *(
        "\n",
        "\r\n",
        "\t",
        " ",
        "\x00",
        "\x1b[31m",
        "\u2028",
        "\ufeff",
        "\ud800",
        "\udc00",
        "\u202e",
        "é",
        "猫",
        "🐉",
        "٣",
        "½",
        "\u200b",
        "\u200d",
        "\u3000",
        "\xa0",
        "\u0301",
        "\x85",
        "\u200f",
        "\uff1a",
        "\uff0c",
        "\uff05",
        "\uff15",
        "👩\u200d🚀",
        "Straße",
        "CON",
        "../",
    ),
    *(
        "<think>",
        "</think>",
        "<|channel|>final",
        "<thinking>",
        "[THINK]",
        "◁think▷",
        "<lora:x:1>",
        "null",
        "true",
        "NaN",
    ),
    *("-1", "0", "1e999", "-Infinity", "9" * 5000, "0.3333", "50%", "1/3", "px", "1:2:1", "16 px", "0x10", "1_000"),
    *("left", "top", "half", "third", "middle", "column 2", "row 1 of 3", " plus ", " minus ", " of ", "box 0 0 1 1"),
    *("feather", "strength", "name", "steps 10% to 5%", "lora", "base:", "background:", "id(3)", "rgb(", "#ff0", "red"),
    *("(fog:1.2)", ":1.", ")", "1/0", "1e-320", "-0", "١٢", "0.5.5"),
    *('"regions":', '"box":', '"shapes":', '"points":', '"kind": "stroke"', '"schema": 2', '"bbox_2d":', '"desc":'),
]

NUMBERS = [0, 1, -1, 0.5, 1.5, 64, 1e9, 1e308, -1e308, 10**400, -(10**400), math.nan, math.inf, -math.inf, 2**63]


def foreign_text(chance: random.Random, longest: int, usual: str = "") -> str:
    """Up to about `longest` characters. Most are short; some repeat one piece to the end, as what makes work grow.

    usual: an example of what is awaited, from which most are made, so that much of it is read.
    """
    text = usual if usual and chance.random() < 0.8 else chance.choice(TEXTS)
    for _ in range(chance.choice((0, 1, 1, 2, 3, 6))):
        text = _damaged(chance, text)
    if chance.random() < 0.04:
        piece = "".join(chance.choices(TOKENS, k=chance.randint(1, 3)))
        size = chance.randint(longest // 20, longest)
        place = chance.randrange(len(text) + 1)
        text = text[:place] + (piece * (size // len(piece) + 1))[:size] + text[place:] * chance.randint(0, 1)
    return text[:longest]


def _damaged(chance: random.Random, text: str) -> str:
    start, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    end = min(end, start + chance.choice((1, 5, 40)))
    other = chance.choice(TEXTS)
    cut = chance.randrange(len(other))
    return (
        text[:start]
        + {
            "delete": "",
            "token": chance.choice(TOKENS) + text[start:end],
            "in place": chance.choice(TOKENS),
            "twice": text[start:end] * chance.randint(2, 30),
            "splice": other[cut : cut + 60],
        }[chance.choice(("delete", "token", "in place", "twice", "splice"))]
        + text[end:]
    )


def foreign_value(chance: random.Random, depth: int = 3):
    """Anything that JSON, or another node, can hold."""
    kind = chance.randrange(8 if depth else 5)
    if kind == 0:
        return chance.choice(NUMBERS)
    if kind == 1:
        return chance.choice((None, True, False))
    if kind == 2:
        return chance.choice(TOKENS)
    if kind == 3:
        return chance.uniform(-2, 2)
    if kind == 4:
        return chance.randint(-3, 2000)
    if kind == 5:
        return [foreign_value(chance, depth - 1) for _ in range(chance.randint(0, 5))]
    if kind == 6:
        keys = ("x", "y", "width", "height", "box", "bbox_2d", "label", "regions", "kind", "points", "name", "desc", "")
        return {chance.choice(keys): foreign_value(chance, depth - 1) for _ in range(chance.randint(0, 5))}
    return damaged_value(chance, chance.choice((DOCUMENT, PLAN, *LAYOUTS)))


def damaged_value(chance: random.Random, value, rate: float = 0.15):
    """A copy in which some parts are something else, missing, or there twice."""
    if chance.random() < rate / 3:
        return foreign_value(chance, 1)
    if isinstance(value, dict):
        return {key: damaged_value(chance, part, rate) for key, part in value.items() if chance.random() > rate / 3} | (
            {chance.choice(TOKENS): foreign_value(chance, 1)} if chance.random() < rate / 3 else {}
        )
    if isinstance(value, (list, tuple)):
        parts = [damaged_value(chance, part, rate) for part in value if chance.random() > rate / 3]
        return parts * (2 if chance.random() < rate / 3 else 1)
    return value


def json_text(chance: random.Random, value) -> str:
    """value as JSON, in which numbers may be those that JSON does not have."""
    return json.dumps(value, ensure_ascii=chance.random() < 0.5, indent=chance.choice((None, 1)))
