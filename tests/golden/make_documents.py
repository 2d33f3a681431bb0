"""Writes tests/golden/documents: what a region document means, as facts that Python and JavaScript must both satisfy.

Run with ComfyUI's Python (any with torch): `python tests/golden/make_documents.py`. The coverage is a snapshot of what
Python's code gives: it holds JavaScript to Python, and both to what they did before. That it is right is for
tests/regions/test_shapes.py to say, with textbook areas.

    <case>.json   {"document", "width", "height", "rows", "cols", "coverage"}; coverage: for each visible region, a list
                  of rows * cols
    bad.json      [{"text", "at", "why"}]: texts that are no document; reading them is an error that begins with "at"
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


def document(*regions, schema=1, **more):
    return {"schema": schema, **more, "regions": list(regions)}


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
    "rotated": (
        document(
            region(rect(0.113, 0.217, 0.531, 0.279, rotation=33), prompt="a tilted box"),
            region(
                ellipse(0.31, 0.17, 0.41, 0.733, rotation=-51.7),
                rect(0.417, 0.411, 0.223, 0.177, rotation=90, **CUT),
                feather=0.06,
                prompt="a soft tilted ring",
            ),
            region(rect(0.713, -0.117, 0.519, 0.319, rotation=271), prompt="past the corner"),
            schema=2,
        ),
        392,
        264,
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

# (text, what its error begins with in both languages, why)
BAD = [
    (with_region(loras={}), "Region 1: loras", "loras is an object"),
    (with_region(loras=["anna"]), "Region 1, LoRA 1", "a LoRA is a string"),
    (with_region(loras=[{"strength": 1}]), "Region 1, LoRA 1", "a LoRA without a name"),
    (with_region(loras=[{"name": 5}]), "Region 1, LoRA 1: name", "a LoRA's name is a number"),
    (with_region(loras=[{"name": "anna", "strength": "1"}]), "Region 1, LoRA 1: strength", "its strength is a string"),
    (with_region(loras=[{"name": "anna"}] * 101), "Region 1", "more LoRAs than are used"),
    (with_shape({**BOX, "rotation": "30"}), "Region 1, shape 1 (rect): rotation", "rotation is a string"),
    (with_shape({**BOX, "rotation": 361}), "Region 1, shape 1 (rect): rotation", "rotation too large"),
    (with_shape({**TRIANGLE, "rotation": 30}), "Region 1, shape 1 (polygon): rotation", "a polygon is rotated"),
    (with_shape({**LINE, "rotation": 30}), "Region 1, shape 1 (stroke): rotation", "a stroke is rotated"),
    ("a red circle", "The document", "plain text"),
    (WHOLE[:-3], "The document", "cut off"),
    (WHOLE[:30], "The document", "cut off in a string or an object"),
    (WHOLE + "}", "The document", "something after the end"),
    (WHOLE.replace('"', "'"), "The document", "single quotes"),
    ('{"schema": 1, "regions": [],}', "The document", "a comma too many"),
    (WHOLE.replace("0.5", "NaN"), "The document", "NaN"),
    (WHOLE.replace("0.5", "Infinity"), "The document", "Infinity"),
    (WHOLE.replace("0.5", "-Infinity"), "The document", "-Infinity"),
    (WHOLE.replace("0.5", "1e999"), "Region 1, shape 1 (rect): width", "a number past all floats"),
    (WHOLE.replace("0.5", "1" + "0" * 400), "Region 1, shape 1 (rect): width", "a whole number past all floats"),
    ("[]", "The document", "a list"),
    ("null", "The document", "null"),
    ("1", "The document", "a number"),
    ('"text"', "The document", "a string"),
    ("{}", "The document", "no schema"),
    ('{"regions": []}', "The document", "no schema, but regions"),
    ('{"schema": 3}', "The document", "a newer schema"),
    ('{"schema": 0}', "The document: schema", "schema 0"),
    ('{"schema": 1.5}', "The document: schema", "schema 1.5"),
    ('{"schema": "1"}', "The document: schema", "schema as a string"),
    ('{"schema": true}', "The document: schema", "schema true"),
    ('{"schema": null}', "The document: schema", "schema null"),
    ('{"schema": 1, "base_prompt": 5}', "The document: base_prompt", "base_prompt is a number"),
    ('{"schema": 1, "base_prompt": null}', "The document: base_prompt", "base_prompt is null"),
    ('{"schema": 1, "background_prompt": ["sky"]}', "The document: background_prompt", "background_prompt is a list"),
    ('{"schema": 1, "regions": {}}', "The document: regions", "regions is an object"),
    ('{"schema": 1, "regions": null}', "The document: regions", "regions is null"),
    ('{"schema": 1, "regions": ["a cat"]}', "Region 1", "a region is a string"),
    ('{"schema": 1, "regions": [[[[[]]]]]}', "Region 1", "a region is a list"),
    ('{"schema": 1, "regions": [null]}', "Region 1", "a region is null"),
    (with_region(name=5), "Region 1: name", "name is a number"),
    (with_region(prompt=5), "Region 1: prompt", "prompt is a number"),
    (with_region(prompt=None), "Region 1: prompt", "prompt is null"),
    (with_region(id=5), "Region 1: id", "id is a number"),
    (with_region(colour=5), "Region 1: colour", "colour is a number"),
    (with_region(locked="no"), "Region 1: locked", "locked is a string"),
    (with_region(visible=1), "Region 1: visible", "visible is a number"),
    (with_region(strength="1"), "Region 1: strength", "strength is a string"),
    (with_region(strength=True), "Region 1: strength", "strength is a bool"),
    (with_region(strength=None), "Region 1: strength", "strength is null"),
    (with_region(strength=2.1), "Region 1: strength", "strength too large"),
    (with_region(strength=-0.1), "Region 1: strength", "strength below 0"),
    (with_region(feather=0.6), "Region 1: feather", "feather too large"),
    (with_region(feather=-0.1), "Region 1: feather", "feather below 0"),
    (with_region(start=-0.1), "Region 1: start", "start below 0"),
    (with_region(end=1.1), "Region 1: end", "end past 1"),
    (with_region(start=0.5, end=0.5), "Region 1: start", "an empty window"),
    (with_region(start=0.6, end=0.4), "Region 1: start", "a window that ends before it starts"),
    (with_region(start=1), "Region 1: start", "a window from the end on"),
    (with_region(end="1"), "Region 1: end", "end is a string"),
    (with_region(shapes={}), "Region 1: shapes", "shapes is an object"),
    (with_region(shapes=None), "Region 1: shapes", "shapes is null"),
    (with_region(visible=False, strength=9), "Region 1: strength", "wrong in a region that is not visible"),
    (with_shape("rect"), "Region 1, shape 1", "a shape is a string"),
    (with_shape([]), "Region 1, shape 1", "a shape is a list"),
    (with_shape(without("kind", BOX)), "Region 1, shape 1", "a shape without kind"),
    (with_shape({**BOX, "kind": "fill"}), "Region 1, shape 1: kind", "kind fill"),
    (with_shape({**BOX, "kind": "Rect"}), "Region 1, shape 1: kind", "a kind in capitals"),
    (with_shape({**BOX, "kind": 1}), "Region 1, shape 1: kind", "kind is a number"),
    (with_shape({**BOX, "kind": "toString"}), "Region 1, shape 1: kind", "a kind that is a property of every object"),
    (with_shape({**BOX, "mode": "erase"}), "Region 1, shape 1 (rect): mode", "an unknown mode"),
    (with_shape({**BOX, "mode": None}), "Region 1, shape 1 (rect): mode", "mode is null"),
    (with_shape(without("x", BOX)), "Region 1, shape 1 (rect)", "a rect without x"),
    (with_shape(without("height", BOX)), "Region 1, shape 1 (rect)", "a rect without height"),
    (with_shape({**BOX, "x": "0.1"}), "Region 1, shape 1 (rect): x", "x is a string"),
    (with_shape({**BOX, "y": True}), "Region 1, shape 1 (rect): y", "y is a bool"),
    (with_shape({**BOX, "y": None}), "Region 1, shape 1 (rect): y", "y is null"),
    (with_shape({**BOX, "x": 512}), "Region 1, shape 1 (rect): x", "pixels for fractions (past 100)"),
    (with_shape({**BOX, "x": -512}), "Region 1, shape 1 (rect): x", "pixels for fractions, below 0"),
    (with_shape({**BOX, "width": -0.1}), "Region 1, shape 1 (rect): width", "a width below 0"),
    (with_shape({**BOX, "kind": "ellipse", "height": -0.1}), "Region 1, shape 1 (ellipse): height", "a height below 0"),
    (
        with_shape({**BOX, "kind": "ellipse", "width": "0.1"}),
        "Region 1, shape 1 (ellipse): width",
        "an ellipse's width is a string",
    ),
    (with_shape(without("points", TRIANGLE)), "Region 1, shape 1 (polygon)", "a polygon without points"),
    (with_shape({**TRIANGLE, "points": {}}), "Region 1, shape 1 (polygon): points", "points is an object"),
    (with_shape({**TRIANGLE, "points": [[0, 0], [1, 1]]}), "Region 1, shape 1 (polygon)", "a polygon of two points"),
    (
        with_shape({**TRIANGLE, "points": [[0, 0], [1, 0], [1]]}),
        "Region 1, shape 1 (polygon), point 3",
        "a point of one number",
    ),
    (
        with_shape({**TRIANGLE, "points": [[0, 0], [1, 0], [1, 1, 1]]}),
        "Region 1, shape 1 (polygon), point 3",
        "a polygon's point of three numbers",
    ),
    (
        with_shape({**TRIANGLE, "points": [0, 0, 1, 0, 1, 1]}),
        "Region 1, shape 1 (polygon), point 1",
        "points not in pairs",
    ),
    (
        with_shape({**TRIANGLE, "points": [[0, 0], [1, 0], ["1", 1]]}),
        "Region 1, shape 1 (polygon), point 3: x",
        "a coordinate is a string",
    ),
    (
        with_shape({**TRIANGLE, "points": [[0, 0], [640, 0], [0, 480]]}),
        "Region 1, shape 1 (polygon), point 2: x",
        "points in pixels",
    ),
    (with_shape(without("width", LINE)), "Region 1, shape 1 (stroke)", "a stroke without width"),
    (with_shape({**LINE, "width": -0.1}), "Region 1, shape 1 (stroke): width", "a stroke's width below 0"),
    (with_shape({**LINE, "points": []}), "Region 1, shape 1 (stroke)", "a stroke without points"),
    (
        with_shape({**LINE, "points": [[0.1, 0.1, 1, 1]]}),
        "Region 1, shape 1 (stroke), point 1",
        "a stroke's point of four numbers",
    ),
    (with_shape({**LINE, "points": [[0.1]]}), "Region 1, shape 1 (stroke), point 1", "a stroke's point of one number"),
    (
        with_shape({**LINE, "points": [[0.1, 0.1, 1.5]]}),
        "Region 1, shape 1 (stroke), point 1: pressure",
        "pressure past 1",
    ),
    (
        with_shape({**LINE, "points": [[0.1, 0.1, -0.5]]}),
        "Region 1, shape 1 (stroke), point 1: pressure",
        "pressure below 0",
    ),
    (
        with_shape({**LINE, "points": [[0.1, 0.1, None]]}),
        "Region 1, shape 1 (stroke), point 1: pressure",
        "pressure is null",
    ),
    (
        with_shape({**LINE, "points": [[0.1, 0.1, True]]}),
        "Region 1, shape 1 (stroke), point 1: pressure",
        "pressure is a bool",
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
    (
        with_region(prompt='Ein "Fuchs" \\ {a|b} \u72d0 \U0001f98a\n2. Zeile', name="Füchs\u00e9"),
        "quotes, braces, emoji",
    ),
    (
        with_shape({**LINE, "points": [[0.1, 0.1], [0.5, 0.5, 0.3], [0.9, 0.1]]}),
        "stroke points with and without pressure",
    ),
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
    from flux_regions.regions import TokenGrid, coverage, read_document

    document, width, height = CASES[name]
    grid = TokenGrid.of_picture(width, height)
    covered = coverage(read_document(json.dumps(document)), grid).flatten(1).tolist()
    head = {"document": document, "width": width, "height": height, "rows": grid.rows, "cols": grid.cols}
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    lines.append('"coverage": [\n' + ",\n".join(numbers(row) for row in covered) + "\n]")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def files() -> dict[str, str]:
    """The text of every golden file by its name."""
    contents = {f"{name}.json": case(name) for name in CASES}
    texts = {
        "bad.json": [{"text": text, "at": at, "why": why} for text, at, why in BAD],
        "good.json": [{"text": text, "why": why} for text, why in GOOD],
    }
    for name, rows in texts.items():
        contents[name] = "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n"
    return contents


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from devtools.packages import load_pack

    load_pack()
    FOLDER.mkdir(exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
