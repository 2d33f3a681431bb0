"""Writes tests/golden/documents: what a region document means, as facts that Python and JavaScript must both satisfy.

Run with ComfyUI's Python (any with torch): `python tests/golden/make_documents.py`.

    <case>.json   {"document", "width", "height", "rows", "cols", "coverage": one list of rows * cols for each visible region}
    bad.json      [{"text", "why", "at"}]: texts that are no document; reading them is an error, and begins with at and a
                  blank: where the mistake is
    good.json     [{"text", "why"}]: odd ones that are
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).resolve().parent / "documents"


def rect(x, y, width, height, **more):
    return {"kind": "rect", "x": x, "y": y, "width": width, "height": height, **more}


def ellipse(x, y, width, height, **more):
    return {"kind": "ellipse", "x": x, "y": y, "width": width, "height": height, **more}


def polygon(*points, **more):
    return {"kind": "polygon", "points": [list(point) for point in points], **more}


def stroke(width, *points, **more):
    return {"kind": "stroke", "width": width, "points": [list(point) for point in points], **more}


def document(*regions, **more):
    return {"schema": 1, **more, "regions": list(regions)}


def region(*shapes, **more):
    return {**more, "shapes": list(shapes)}


CUT = {"mode": "subtract"}

# name: (document, width, height). No cell's centre may lie on an outline: there the last bit of a float would decide.
CASES = {
    "rect": (document(region(rect(0.137, 0.22, 0.4, 0.331), prompt="a red box", name="box", id="r1")), 256, 256),
    "ellipse": (document(region(ellipse(0.11, 0.23, 0.57, 0.49), prompt="a blue ball")), 384, 256),
    "polygon": (
        document(
            region(polygon((0.103, 0.117), (0.897, 0.211), (0.449, 0.871)), prompt="a kite"),
            # a five-pointed star in one line: where it crosses itself the even-odd rule leaves a hole
            region(polygon((0.51, 0.07), (0.77, 0.93), (0.06, 0.39), (0.94, 0.41), (0.23, 0.92)), prompt="a star"),
        ),
        256,
        320,
    ),
    "stroke": (
        document(
            region(stroke(0.12, (0.13, 0.17, 1), (0.52, 0.31, 0.4), (0.87, 0.83, 0.9)), prompt="a river"),
            region(stroke(0.31, (0.317, 0.643)), prompt="a dot"),
            region(stroke(0.09, (0.2, 0.91), (0.2, 0.91), (0.83, 0.13)), prompt="a line with a point twice"),
        ),
        512,
        256,
    ),
    "subtract": (
        document(
            region(
                rect(0, 0, 1, 1),
                ellipse(0.21, 0.19, 0.53, 0.61, **CUT),
                rect(0.4, 0.4, 0.13, 0.13),
                stroke(0.07, (0.03, 0.97), (0.96, 0.05, 0.5), **CUT),
                prompt="all but a ring",
            ),
            region(rect(0.3, 0.3, 0.2, 0.2), prompt="hidden", visible=False),
            region(polygon((0.03, 0.53), (0.47, 0.53), (0.23, 0.98)), rect(0, 0.6, 0.21, 0.4, **CUT), prompt="a sail"),
        ),
        320,
        320,
    ),
    "feather": (
        document(
            region(rect(0, 0, 0.47, 1), feather=0.25, prompt="fades to the right"),
            region(ellipse(0.33, 0.27, 0.4, 0.5), feather=0.06, prompt="a soft ball"),
            region(rect(0.61, 0.57, 0.35, 0.41), feather=0.5, strength=1.5, prompt="as soft as can be"),
        ),
        256,
        384,
    ),
    "off_canvas": (
        document(
            region(rect(-0.4, -0.31, 0.63, 0.7), prompt="past the corner"),
            region(ellipse(0.713, -0.37, 0.91, 1.12), prompt="past the right"),
            region(polygon((-0.6, 1.43), (0.413, 0.39), (1.7, 1.31)), prompt="past the bottom"),
            region(stroke(0.43, (-0.13, 0.57), (1.19, 0.71, 0.3)), prompt="right through"),
        ),
        384,
        256,
    ),
    "odd_latent": (
        document(
            region(rect(0.52, 0.63, 0.48, 0.37), prompt="into the last token"),
            region(stroke(0.173, (0.071, 0.93), (0.93, 0.907)), prompt="along the bottom"),
            region(ellipse(0.713, 0.131, 0.51, 0.737), feather=0.1, prompt="past the right"),
        ),
        520,
        392,
    ),
    "no_multiple_of_eight": (
        document(region(ellipse(0.07, 0.11, 0.83, 0.77)), region(stroke(0.23, (0.81, 0.19), (0.23, 0.83, 0.6)))),
        301,
        203,
    ),
    "tiny": (
        document(
            region(rect(0.517, 0.33, 0.011, 0.009), prompt="a speck"),
            region(rect(0.255, 0.7, 0.02, 0.01), feather=0.2, prompt="a soft speck"),
            region(rect(0.1, 0.052, 0.6, 0.008), prompt="a hair: thin, but of many tokens"),
            region(stroke(0.02, (0.113, 0.883)), prompt="a dot"),
        ),
        256,
        256,
    ),
}


def with_region(**fields) -> str:
    return json.dumps(document({"shapes": [rect(0, 0, 0.5, 1)], **fields}))


def with_shape(shape) -> str:
    return json.dumps(document(region(shape)))


def without(key, shape) -> dict:
    return {name: value for name, value in shape.items() if name != key}


BOX, LINE, TRIANGLE = rect(0.1, 0.1, 0.5, 0.5), stroke(0.1, (0.1, 0.1), (0.5, 0.5)), polygon((0, 0), (1, 0), (0, 1))
WHOLE = json.dumps(document(region(BOX, prompt="a cat")))

BAD = [
    ("a red circle", "plain text", "The document"),
    (WHOLE[:-3], "cut off", "The document"),
    (WHOLE[:30], "cut off in a string or an object", "The document"),
    (WHOLE + "}", "something after the end", "The document"),
    (WHOLE.replace('"', "'"), "single quotes", "The document"),
    ('{"schema": 1, "regions": [],}', "a comma too many", "The document"),
    (WHOLE.replace("0.5", "NaN"), "NaN", "The document"),
    (WHOLE.replace("0.5", "Infinity"), "Infinity", "The document"),
    (WHOLE.replace("0.5", "-Infinity"), "-Infinity", "The document"),
    (WHOLE.replace("0.5", "1e999"), "a number past all floats", "Region 1, shape 1 (rect): width"),
    (WHOLE.replace("0.5", "1" + "0" * 400), "a whole number past all floats", "Region 1, shape 1 (rect): width"),
    ("[]", "a list", "The document"),
    ("null", "null", "The document"),
    ("1", "a number", "The document"),
    ('"text"', "a string", "The document"),
    ("{}", "no schema", "The document"),
    ('{"regions": []}', "no schema, but regions", "The document"),
    ('{"schema": 2}', "a newer schema", "The document"),
    ('{"schema": 0}', "schema 0", "The document: schema"),
    ('{"schema": 1.5}', "schema 1.5", "The document"),
    ('{"schema": "1"}', "schema as a string", "The document: schema"),
    ('{"schema": true}', "schema true", "The document: schema"),
    ('{"schema": null}', "schema null", "The document: schema"),
    ('{"schema": 1, "base_prompt": 5}', "base_prompt is a number", "The document: base_prompt"),
    ('{"schema": 1, "base_prompt": null}', "base_prompt is null", "The document: base_prompt"),
    ('{"schema": 1, "background_prompt": ["sky"]}', "background_prompt is a list", "The document: background_prompt"),
    ('{"schema": 1, "regions": {}}', "regions is an object", "The document: regions"),
    ('{"schema": 1, "regions": null}', "regions is null", "The document: regions"),
    ('{"schema": 1, "regions": ["a cat"]}', "a region is a string", "Region 1"),
    ('{"schema": 1, "regions": [[[[[]]]]]}', "a region is a list", "Region 1"),
    ('{"schema": 1, "regions": [null]}', "a region is null", "Region 1"),
    (with_region(name=5), "name is a number", "Region 1: name"),
    (with_region(prompt=5), "prompt is a number", "Region 1: prompt"),
    (with_region(prompt=None), "prompt is null", "Region 1: prompt"),
    (with_region(id=5), "id is a number", "Region 1: id"),
    (with_region(colour=5), "colour is a number", "Region 1: colour"),
    (with_region(locked="no"), "locked is a string", "Region 1: locked"),
    (with_region(visible=1), "visible is a number", "Region 1: visible"),
    (with_region(strength="1"), "strength is a string", "Region 1: strength"),
    (with_region(strength=True), "strength is a bool", "Region 1: strength"),
    (with_region(strength=None), "strength is null", "Region 1: strength"),
    (with_region(strength=2.1), "strength too large", "Region 1: strength"),
    (with_region(strength=-0.1), "strength below 0", "Region 1: strength"),
    (with_region(feather=0.6), "feather too large", "Region 1: feather"),
    (with_region(feather=-0.1), "feather below 0", "Region 1: feather"),
    (with_region(start=-0.1), "start below 0", "Region 1: start"),
    (with_region(end=1.1), "end past 1", "Region 1: end"),
    (with_region(start=0.5, end=0.5), "an empty window", "Region 1: start"),
    (with_region(start=0.6, end=0.4), "a window that ends before it starts", "Region 1: start"),
    (with_region(start=1), "a window from the end on", "Region 1: start"),
    (with_region(end="1"), "end is a string", "Region 1: end"),
    (with_region(shapes={}), "shapes is an object", "Region 1: shapes"),
    (with_region(shapes=None), "shapes is null", "Region 1: shapes"),
    (with_region(visible=False, strength=9), "wrong in a region that is not visible", "Region 1: strength"),
    (with_shape("rect"), "a shape is a string", "Region 1, shape 1"),
    (with_shape([]), "a shape is a list", "Region 1, shape 1"),
    (with_shape(without("kind", BOX)), "a shape without kind", "Region 1, shape 1"),
    (with_shape({**BOX, "kind": "fill"}), "kind fill", "Region 1, shape 1: kind"),
    (with_shape({**BOX, "kind": "Rect"}), "a kind in capitals", "Region 1, shape 1: kind"),
    (with_shape({**BOX, "kind": 1}), "kind is a number", "Region 1, shape 1: kind"),
    (with_shape({**BOX, "kind": "toString"}), "a kind that is a property of every object", "Region 1, shape 1: kind"),
    (with_shape({**BOX, "mode": "erase"}), "an unknown mode", "Region 1, shape 1 (rect): mode"),
    (with_shape({**BOX, "mode": None}), "mode is null", "Region 1, shape 1 (rect): mode"),
    (with_shape(without("x", BOX)), "a rect without x", "Region 1, shape 1 (rect)"),
    (with_shape(without("height", BOX)), "a rect without height", "Region 1, shape 1 (rect)"),
    (with_shape({**BOX, "x": "0.1"}), "x is a string", "Region 1, shape 1 (rect): x"),
    (with_shape({**BOX, "y": True}), "y is a bool", "Region 1, shape 1 (rect): y"),
    (with_shape({**BOX, "y": None}), "y is null", "Region 1, shape 1 (rect): y"),
    (with_shape({**BOX, "x": 512}), "pixels for fractions (past 100)", "Region 1, shape 1 (rect): x"),
    (with_shape({**BOX, "x": -512}), "pixels for fractions, below 0", "Region 1, shape 1 (rect): x"),
    (with_shape({**BOX, "width": -0.1}), "a width below 0", "Region 1, shape 1 (rect): width"),
    (with_shape({**BOX, "kind": "ellipse", "height": -0.1}), "a height below 0", "Region 1, shape 1 (ellipse): height"),
    (
        with_shape({**BOX, "kind": "ellipse", "width": "0.1"}),
        "an ellipse's width is a string",
        "Region 1, shape 1 (ellipse): width",
    ),
    (with_shape(without("points", TRIANGLE)), "a polygon without points", "Region 1, shape 1 (polygon)"),
    (with_shape({**TRIANGLE, "points": {}}), "points is an object", "Region 1, shape 1 (polygon): points"),
    (with_shape({**TRIANGLE, "points": [[0, 0], [1, 1]]}), "a polygon of two points", "Region 1, shape 1 (polygon)"),
    (
        with_shape({**TRIANGLE, "points": [[0, 0], [1, 0], [1]]}),
        "a point of one number",
        "Region 1, shape 1 (polygon), point 3",
    ),
    (
        with_shape({**TRIANGLE, "points": [[0, 0], [1, 0], [1, 1, 1]]}),
        "a polygon's point of three numbers",
        "Region 1, shape 1 (polygon), point 3",
    ),
    (
        with_shape({**TRIANGLE, "points": [0, 0, 1, 0, 1, 1]}),
        "points not in pairs",
        "Region 1, shape 1 (polygon), point 1",
    ),
    (
        with_shape({**TRIANGLE, "points": [[0, 0], [1, 0], ["1", 1]]}),
        "a coordinate is a string",
        "Region 1, shape 1 (polygon), point 3: x",
    ),
    (
        with_shape({**TRIANGLE, "points": [[0, 0], [640, 0], [0, 480]]}),
        "points in pixels",
        "Region 1, shape 1 (polygon), point 2: x",
    ),
    (with_shape(without("width", LINE)), "a stroke without width", "Region 1, shape 1 (stroke)"),
    (with_shape({**LINE, "width": -0.1}), "a stroke's width below 0", "Region 1, shape 1 (stroke): width"),
    (with_shape({**LINE, "points": []}), "a stroke without points", "Region 1, shape 1 (stroke)"),
    (
        with_shape({**LINE, "points": [[0.1, 0.1, 1, 1]]}),
        "a stroke's point of four numbers",
        "Region 1, shape 1 (stroke), point 1",
    ),
    (with_shape({**LINE, "points": [[0.1]]}), "a stroke's point of one number", "Region 1, shape 1 (stroke), point 1"),
    (
        with_shape({**LINE, "points": [[0.1, 0.1, 1.5]]}),
        "pressure past 1",
        "Region 1, shape 1 (stroke), point 1: pressure",
    ),
    (
        with_shape({**LINE, "points": [[0.1, 0.1, -0.5]]}),
        "pressure below 0",
        "Region 1, shape 1 (stroke), point 1: pressure",
    ),
    (
        with_shape({**LINE, "points": [[0.1, 0.1, None]]}),
        "pressure is null",
        "Region 1, shape 1 (stroke), point 1: pressure",
    ),
    (
        with_shape({**LINE, "points": [[0.1, 0.1, True]]}),
        "pressure is a bool",
        "Region 1, shape 1 (stroke), point 1: pressure",
    ),
]

GOOD = [
    ("", "nothing at all"),
    (" \n\t ", "blanks"),
    ('{"schema": 1}', "everything but schema missing"),
    ('{"schema": 1.0, "regions": []}', "schema written as 1.0"),
    ('\n {"regions": [], "schema": 1} \n', "another order, blanks around"),
    ('{"schema": 1, "zoom": [1, {"deep": null}], "regions": []}', "an unknown key of the document"),
    (with_region(tags=["x"], note=None), "unknown keys of a region"),
    (with_shape({**BOX, "angle": 30}), "an unknown key of a shape"),
    (with_region(), "a region with shapes only"),
    (json.dumps(document({"visible": False})), "a hidden region without anything"),
    (json.dumps(document(*[region(BOX, id="r1", name="cat")] * 2)), "an id and a name twice"),
    (with_region(id="", colour="", name="", prompt=""), "empty strings"),
    (with_region(strength=0, feather=0.5, start=0, end=1), "values at the ends of their ranges, as whole numbers"),
    (with_region(strength=2.0, feather=0.0, start=0.99, end=1.0), "the same as decimals"),
    (with_region(prompt='Ein "Fuchs" \\ {a|b} \u72d0 \U0001f98a\n2. Zeile', name="Füchs\u00e9"), "quotes, braces, emoji"),
    (with_shape({**LINE, "points": [[0.1, 0.1], [0.5, 0.5, 0.3], [0.9, 0.1]]}), "stroke points with and without pressure"),
    (with_shape({**LINE, "points": [[0.5, 0.5]]}), "a stroke of one point"),
    (with_shape({**LINE, "points": [[0.5, 0.5, 0], [0.6, 0.6, 1]]}), "pressure 0"),
    (with_shape({**LINE, "width": 0}), "a brush of width 0"),
    (with_shape({**BOX, "width": 0}), "a rect of width 0"),
    (with_shape({**BOX, "x": -3.5, "width": 9}), "far past the canvas"),
    (with_shape({**BOX, "mode": "add"}), "the default mode, written out"),
    (with_shape({**BOX, "mode": "subtract"}), "nothing but a cut"),
    (WHOLE.replace("0.5", "5e-1"), "an exponent"),
    (WHOLE.replace("0.5", "0.50000000000000000000000001"), "more digits than a float holds"),
]  # fmt: skip


def numbers(values: list[float]) -> str:
    """Rounded to 5 decimals, and as short as JSON allows."""
    return "[" + ",".join(f"{value:.5f}".rstrip("0").rstrip(".") for value in values) + "]"


def case(name: str) -> str:
    from flux_regions.attention import TokenGrid, coverage, read_document

    document, width, height = CASES[name]
    grid = TokenGrid(-(-height // 8), -(-width // 8))
    covered = coverage(read_document(json.dumps(document)), grid).flatten(1).tolist()
    head = {"document": document, "width": width, "height": height, "rows": grid.rows, "cols": grid.cols}
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    lines.append('"coverage": [\n' + ",\n".join(numbers(one) for one in covered) + "\n]")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def files() -> dict[str, str]:
    """The text of every golden file by its name."""
    made = {f"{name}.json": case(name) for name in CASES}
    for name, rows in (("bad.json", BAD), ("good.json", GOOD)):
        lines = [json.dumps(dict(zip(("text", "why", "at"), row, strict=False))) for row in rows]
        made[name] = "[\n" + ",\n".join(lines) + "\n]\n"
    return made


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from devtools.packages import load_pack

    load_pack()
    FOLDER.mkdir(exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
