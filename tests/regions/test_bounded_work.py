"""Whatever text, drawing or picture comes in, the work grows with its size and no faster. Bounds are ten times wide."""

import json
import time

import pytest
import torch
from flux_regions.attention.routing import routes
from flux_regions.regions import (
    Polygon,
    Rect,
    Region,
    RegionSet,
    ShapeOp,
    Stroke,
    TokenGrid,
    color_masks,
    coverage,
    read_document,
    read_legend,
    read_text,
    region_mask,
)
from flux_regions.reports.region_report import report

SECONDS_PER_10_KB = 0.2
TOLERANCE = 10

TEXTS = {
    "escaped quotes": 'left "' + '\\"' * 50_000,
    "quotes": '"' * 99_999,
    "blanks": "left" + " " * 99_000 + ": a",
    "digits": "left " + "1" * 90_000 + ": a",
    "a long word": "x" * 99_000 + ": a",
    "places": "left" + " plus left" * 9_000 + ": a",
    "areas": "left minus top: a\n" * 900,
    "lines": "\n" * 99_000,
    "bullets": "- " * 49_000 + ": a",
    "marks": "*" * 99_000,
    "ratios": "columns " + "1:" * 49_000,
}


def seconds(work):
    """Of the processor: how busy the machine is has no part in it."""
    started = time.process_time()
    try:
        work()
    except ValueError as error:
        assert len(str(error)) < 1000
    return time.process_time() - started


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_region_text_and_legends_are_read_in_one_pass(text):
    limit = TOLERANCE * SECONDS_PER_10_KB * max(len(text) / 10_000, 1)
    assert seconds(lambda: read_text(text, 1024, 1024)) < limit
    assert seconds(lambda: read_legend(text.replace(":", "="), lambda _: (1, 2, 3), 1024)) < limit


DOCUMENTS = {
    "nested": '{"schema": 1, "x": ' + "[" * 400_000,
    "quotes": '{"schema": 1, "x": ' + '"\\' * 400_000,
    "a long name over many points": json.dumps(
        {
            "schema": 1,
            "regions": [{"name": "x" * 300_000, "shapes": [{"kind": "polygon", "points": [[0, 0]] * 50_000}]}],
        }
    ),
    "many regions": json.dumps({"schema": 1, "regions": [{}] * 100_000}),
    "many shapes": json.dumps({"schema": 1, "regions": [{"shapes": [{}] * 100_000}]}),
}


@pytest.mark.parametrize("source", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_document_is_read_in_one_pass(source):
    assert seconds(lambda: read_document(source)) < TOLERANCE * SECONDS_PER_10_KB * len(source) / 10_000


@pytest.mark.parametrize(
    "regions, message",
    [
        ([{"name": "x" * 201}], "^Region 1: name has 201 characters; give at most 200"),
        ([{}] * 1001, "^There are 1,001 regions, but at most 1,000 are drawn"),
        ([{"shapes": [{}] * 1001}], "^Region 1 has 1,001 shapes, but at most 1,000"),
        ([{"shapes": [{"kind": "polygon", "points": [[0, 0]] * 50_001}]}], "has 50,001 points, but at most 50,000"),
        ([{"x": json.loads("[" * 101 + "]" * 101)}], "nested too deeply"),
    ],
)
def test_what_is_too_much_is_said(regions, message):
    with pytest.raises(ValueError, match=message):
        read_document(json.dumps({"schema": 1, "regions": regions}))


def test_an_area_of_too_many_places_and_a_text_of_too_many_regions_are_refused():
    with pytest.raises(ValueError, match=r"^Line 1, column \d+: an area is made of at most 32 places"):
        read_text("left" + " plus top" * 32 + ": a", 64, 64)
    with pytest.raises(ValueError, match="There are 1,001 regions"):
        read_text("left: a\n" * 1001, 64, 64)


def one(shape):
    return RegionSet((Region(shapes=(ShapeOp(shape),)),))


def points(count):
    generator = torch.Generator().manual_seed(1)
    return tuple(map(tuple, torch.rand(count, 2, generator=generator).double().tolist()))


def test_ten_thousand_points_are_drawn_in_seconds():
    grid = TokenGrid.of_picture(1024, 1024)
    assert seconds(lambda: coverage(one(Polygon(points(10_000))), grid)) < TOLERANCE * 0.5
    thin = Stroke(tuple((x, y, 1.0) for x, y in points(10_000)), 0.02)
    assert seconds(lambda: coverage(one(thin), grid)) < TOLERANCE * 0.5


FULL = RegionSet(tuple(Region(shapes=(ShapeOp(Rect(0, 0, 1, 1)),)) for _ in range(1000)))


def test_a_thousand_regions_are_drawn_in_seconds():
    assert seconds(lambda: coverage(FULL, TokenGrid.of_picture(4096, 4096))) < TOLERANCE * 3


def test_a_wide_feather_at_4096_pixels_takes_seconds():
    region = Region(shapes=(ShapeOp(Rect(0.2, 0.2, 0.5, 0.5)),), feather=0.5)
    assert seconds(lambda: region_mask(region, 4096, 256)) < TOLERANCE * 1


def test_a_long_legend_on_noise_takes_seconds():
    generator = torch.Generator().manual_seed(1)
    legend = torch.randint(0, 256, (128, 3), generator=generator)
    picture = torch.rand(128, 128, 3, generator=generator)
    assert seconds(lambda: color_masks(picture, legend, 24)) < TOLERANCE * 1.5


@pytest.mark.parametrize("shape", [Polygon(points(1000)), Stroke(tuple((x, y, x) for x, y in points(1000)), 0.1)])
def test_within_a_shape_of_many_points_drawing_can_be_interrupted(shape):
    calls = []
    coverage(one(shape), TokenGrid.of_picture(1024, 1024), lambda: calls.append(1))
    assert len(calls) > 10


def test_a_wide_feather_can_be_interrupted():
    region, calls = Region(shapes=(ShapeOp(Rect(0.2, 0.2, 0.5, 0.5)),), feather=0.5), []
    region_mask(region, 1024, 1024, lambda: calls.append(1))
    assert len(calls) > 4


def test_a_large_mask_is_averaged_in_seconds_and_can_be_interrupted():
    region, calls = Region(mask=torch.ones(8192, 1024)), []
    assert seconds(lambda: region_mask(region, 8192, 1024, lambda: calls.append(1))) < TOLERANCE * 0.3
    assert len(calls) > 4


def test_a_wide_stroke_of_thirty_thousand_points_is_drawn_in_seconds():
    wide = Stroke(tuple((x, y, 1.0) for x, y in points(30_000)), 1.0)
    assert seconds(lambda: region_mask(Region(shapes=(ShapeOp(wide),)), 1024, 1024)) < TOLERANCE * 0.3


def overlapping(count):
    """Small boxes in all places, most of them on others, each with a window of its own."""
    generator = torch.Generator().manual_seed(1)
    return RegionSet(
        tuple(
            Region(shapes=(ShapeOp(Rect(0.9 * x, 0.9 * y, 0.1, 0.1)),), start=0.3 * start, end=0.4 + 0.3 * start)
            for x, y, start in torch.rand(count, 3, generator=generator).tolist()
        )
    )


def test_a_thousand_overlapping_regions_are_united_in_seconds():
    covered = coverage(overlapping(1000), TokenGrid.of_picture(1024, 1024)).flatten(1)
    assert seconds(lambda: routes(covered, [1.0] * 1000, "union", 0.2, False)) < TOLERANCE * 1


@pytest.mark.parametrize("regions", [FULL, overlapping(1000)], ids=["full", "each with a window of its own"])
def test_a_thousand_regions_are_reported_in_seconds(regions):
    assert seconds(lambda: report(regions, TokenGrid.of_picture(1024, 1024))) < TOLERANCE * 1


def test_drawing_can_be_interrupted():
    calls = []

    def check():
        calls.append(1)
        if len(calls) == 3:
            raise InterruptedError

    regions = RegionSet(tuple(Region(shapes=(ShapeOp(Rect(0, 0, 1, 1)),)) for _ in range(9)))
    with pytest.raises(InterruptedError):
        coverage(regions, TokenGrid(8, 8), check)
    with pytest.raises(InterruptedError):
        region_mask(regions.regions[0], 8, 8, lambda: (_ for _ in ()).throw(InterruptedError))
