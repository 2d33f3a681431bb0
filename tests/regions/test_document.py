"""A region document is read into regions, or refused in one sentence that says what, which region, and what to do."""

import copy
import importlib.util
import json
import math
import random
from pathlib import Path

import pytest
import torch
from flux_regions.regions import (
    SHAPE_KINDS,
    Ellipse,
    Polygon,
    Rect,
    ShapeOp,
    Stroke,
    TokenGrid,
    coverage,
    read_document,
    regions_from_document,
    write_document,
)

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
BOX = {"kind": "rect", "x": 0.1, "y": 0.2, "width": 0.3, "height": 0.4}


def load(name):
    return json.loads((GOLDEN / "documents" / f"{name}.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def maker():
    spec = importlib.util.spec_from_file_location("make_documents", GOLDEN / "make_documents.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CASES = sorted(path.stem for path in (GOLDEN / "documents").glob("*.json") if path.stem not in ("good", "bad"))


def written(*regions, **more):
    return json.dumps({"schema": 1, **more, "regions": list(regions)})


def test_every_field_arrives():
    shapes = [
        BOX,
        {**BOX, "kind": "ellipse", "mode": "subtract"},
        {"kind": "polygon", "points": [[0, 0], [1, 0], [0.5, 1]], "mode": "add"},
        {"kind": "stroke", "points": [[0.1, 0.2], [0.3, 0.4, 0.5]], "width": 0.08},
    ]
    numbers = {"strength": 1.5, "feather": 0.1, "start": 0.25, "end": 0.75}
    full = {"name": "cat", "prompt": "a cat", **numbers, "shapes": shapes}
    regions = read_document(written(full, {"shapes": [BOX]}, base_prompt="a room", background_prompt="a wall"))
    assert (regions.base_prompt, regions.background_prompt, regions.canvas) == ("a room", "a wall", None)
    cat, other = regions.regions
    assert (cat.name, cat.prompt, cat.strength, cat.feather) == ("cat", "a cat", 1.5, 0.1)
    assert (cat.start, cat.end) == (0.25, 0.75)
    assert cat.shapes == (
        ShapeOp(Rect(0.1, 0.2, 0.3, 0.4)),
        ShapeOp(Ellipse(0.1, 0.2, 0.3, 0.4), "subtract"),
        ShapeOp(Polygon(((0, 0), (1, 0), (0.5, 1)))),
        ShapeOp(Stroke(((0.1, 0.2, 1), (0.3, 0.4, 0.5)), 0.08)),
    )
    assert (other.name, other.prompt, other.strength, other.feather) == ("", "", 1, 0)
    assert (other.start, other.end) == (0, 1)


def test_a_hidden_region_is_left_out_but_counts_in_the_numbering():
    regions = [{"name": "a", "shapes": [BOX]}, {"name": "b", "visible": False}, {"name": "c", "shapes": [BOX]}]
    assert [region.name for region in read_document(written(*regions)).regions] == ["a", "c"]
    regions[2]["strength"] = 3
    with pytest.raises(ValueError, match=r"^Region 3 \('c'\): strength is 3; give a value from 0 to 2\.$"):
        read_document(written(*regions))


def test_a_visible_region_needs_shapes():
    with pytest.raises(ValueError, match=r"^Region 2 \('ship'\) has no shapes\. Draw its area, hide the region, or"):
        read_document(written({"shapes": [BOX]}, {"name": "ship"}))


@pytest.mark.parametrize("case", load("bad"), ids=lambda case: case["why"])
def test_what_is_no_document_is_refused_in_one_sentence(case):
    with pytest.raises(ValueError) as error:
        read_document(case["text"])
    message = str(error.value)
    assert type(error.value) is ValueError and error.value.__suppress_context__ == ("JSON:" in message)
    assert message.startswith(case["at"]) and message.endswith((".", "update the pack."))
    assert "\n" not in message and len(message) < 250


@pytest.mark.parametrize("case", load("good"), ids=lambda case: case["why"])
def test_odd_documents_are_read(case):
    entries = json.loads(case["text"]).get("regions", []) if case["text"].strip() else []
    regions = read_document(case["text"])
    assert len(regions) == sum(region.get("visible", True) for region in entries)
    for region, source in zip(regions.regions, entries, strict=False):
        assert region.prompt == source.get("prompt", "") and len(region.shapes) == len(source["shapes"])


@pytest.mark.parametrize(
    "text, message",
    [
        ('{"schema": 1,\n "regions": [{"prompt', r"not complete, correct JSON: .* at line 2, column 15\. "),
        ('{"schema": 1, "base_prompt": NaN}', r"^The document holds NaN, .* Give a number"),
        ('{"schema": 3}', r"^The document \(schema 3\) was made by a newer Flux Regions: update the pack\.$"),
        ('{"schema": "1"}', r'^The document: schema is "1"; give 1'),
        ("{}", "^The document has no schema"),
        (" " * 10_000_000 + "x", r"^The document has 10,000,001 characters, but at most 1,000,000"),
        ('{"schema": 1, "x": ' + "[" * 200_000 + "]" * 200_000 + "}", "^The document is nested too deeply"),
        (
            written({"name": "ship", "shapes": [BOX], "strength": "1"}),
            r"^Region 1 \('ship'\): strength is \"1\"; give a number, without quotes",
        ),
        (written({"shapes": [BOX], "feather": True}), "^Region 1: feather is true; give a number"),
        (
            written({"shapes": [BOX], "start": 0.5, "end": 0.25}),
            r"^Region 1: start \(0\.5\) must be smaller than end \(0\.25\)",
        ),
        (
            written({"name": "a", "shapes": [BOX, {"kind": "fill"}]}),
            rf"^Region 1 \('a'\), shape 2: kind is \"fill\"; give one of: {', '.join(SHAPE_KINDS)}\."
            " If a newer Flux Regions made the document, update the pack",
        ),
        (
            written({"shapes": [{**BOX, "x": 512}]}),
            r"^Region 1, shape 1 \(rect\): x is 512; give fractions .*not pixels",
        ),
        (
            written({"shapes": [{"kind": "polygon", "points": [[0, 0], [1, 0], [0, [1]]]}]}),
            r"^Region 1, shape 1 \(polygon\), point 3: y is a list; give a number",
        ),
    ],
)
def test_the_sentence_says_what_where_and_what_to_do(text, message):
    with pytest.raises(ValueError, match=message):
        read_document(text)


def test_a_megabyte_is_read():
    stroke = {"kind": "stroke", "width": 0.1, "points": [[0.1234, 0.5678, 0.5]] * 40_000}
    text = written({"shapes": [stroke]})
    assert 900_000 < len(text) <= 1_000_000
    assert len(read_document(text).regions[0].shapes[0].shape.points) == 40_000


@pytest.mark.parametrize("case", [*load("good"), *load("bad")], ids=lambda case: case["why"])
def test_a_parsed_document_says_the_same_as_its_text(case):
    """With Python's own numbers: whole ones are ints here."""
    try:
        document = json.loads(case["text"])
    except json.JSONDecodeError:
        return
    regions, message = outcome(read_document, case["text"])
    if "which JSON does not know" in message:
        return
    assert outcome(regions_from_document, document) == (regions, message)


def outcome(read, source):
    """What a reader makes of a source: the fields of its regions, or the message of its error."""
    try:
        regions = read(source)
    except ValueError as error:
        return None, str(error)
    return [(region.name, region.strength, region.shapes) for region in regions.regions], ""


@pytest.mark.parametrize(
    "number, message", [(math.nan, "x is NaN; give a number"), (-math.inf, "too large"), (10**400, "too large")]
)
def test_a_parsed_document_may_hold_numbers_that_json_cannot(number, message):
    document = {"schema": 1, "regions": [{"shapes": [{**BOX, "x": number}]}]}
    with pytest.raises(ValueError, match=rf"^Region 1, shape 1 \(rect\): .*{message}"):
        regions_from_document(document)


@pytest.mark.parametrize("name", CASES)
def test_golden_documents_cover_what_they_did(name):
    """A snapshot, which holds JavaScript to Python; what is right is in test_shapes.py."""
    case = load(name)
    grid = TokenGrid.of_picture(case["width"], case["height"])
    assert (grid.rows, grid.cols) == (case["rows"], case["cols"])
    covered = coverage(read_document(json.dumps(case["document"])), grid).flatten(1)
    assert torch.allclose(covered, torch.tensor(case["coverage"]), atol=2e-5)


@pytest.mark.parametrize("name", CASES)
def test_golden_documents_do_not_hang_on_the_last_bit(name):
    """Moved by a millionth of the canvas, every shape fills the same cells: JavaScript's arithmetic must too."""
    case, shake = load(name), random.Random(name)
    moved = copy.deepcopy(case["document"])
    for region in moved["regions"]:
        for shape in region["shapes"]:
            for key in {"x", "y", "width", "height"} & set(shape):
                shape[key] += shake.choice((-1e-6, 1e-6))
            for point in shape.get("points", []):
                point[:2] = [value + shake.choice((-1e-6, 1e-6)) for value in point[:2]]
    grid = TokenGrid.of_picture(case["width"], case["height"])
    covered = coverage(read_document(json.dumps(moved)), grid).flatten(1)
    assert (covered - torch.tensor(case["coverage"])).abs().max() < 1e-3, "a cell is 1/64 of a token"


def test_golden_files_are_those_their_script_writes(maker):
    contents = maker.files()
    assert set(contents) == {path.name for path in maker.FOLDER.iterdir()}
    for name, text in contents.items():
        stored, fresh = json.loads((maker.FOLDER / name).read_text("utf-8")), json.loads(text)
        if name not in ("good.json", "bad.json"):
            assert torch.allclose(
                torch.tensor(stored.pop("coverage")), torch.tensor(fresh.pop("coverage")), atol=2e-5
            ), name
        assert stored == fresh, name


def test_a_rotated_shape_is_written_as_schema_2_and_only_that():
    upright = read_document(written({"shapes": [BOX]}))
    turned = read_document(written({"shapes": [{**BOX, "rotation": 30}]}))
    assert json.loads(write_document(upright))["schema"] == 1
    document = json.loads(write_document(turned))
    assert document["schema"] == 2 and document["regions"][0]["shapes"][0]["rotation"] == 30
    assert read_document(write_document(turned)).regions[0].shapes == turned.regions[0].shapes
