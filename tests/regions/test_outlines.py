"""Strokes and polygons of any points fill what a naive look at every cell says, at a cost of the cells they cross."""

import math
from itertools import pairwise

import pytest
import torch
from flux_regions.regions import Polygon, Stroke
from flux_regions.regions.shapes import stroke as stroke_module
from flux_regions.regions.shapes.cells import Cells
from hypothesis import given, settings
from hypothesis import strategies as st

POINT = st.tuples(st.floats(-0.3, 1.3), st.floats(-0.3, 1.3))
PRESSURES = st.one_of(st.just(1.0), st.floats(0, 1), st.sampled_from([0.0, 0.5, 1.0]))
SIZES = st.sampled_from([(1, 1), (16, 16), (24, 7), (5, 31)])
NEAR = 1e-9
"""So close to an outline, rounding decides."""


def in_stroke(stroke, width, height):
    """[height, width]: 1 inside, 0 outside, NaN on the outline; every cell against every part, in shorter sides."""
    scale = min(width, height)
    fill = torch.zeros(height, width)
    discs = [(x * width / scale, y * height / scale, p * stroke.width / 2) for x, y, p in stroke.points]
    parts = list(pairwise(discs)) or [(discs[0], discs[0])]
    for row in range(height):
        for col in range(width):
            point = (col + 0.5) / scale, (row + 0.5) / scale
            depth = max(depth_in(point, start, end) for start, end in parts)
            fill[row, col] = math.nan if abs(depth) < NEAR else float(depth > 0)
    return fill


def depth_in(point, start, end):
    """How far inside of a part's band or end discs a point is, at most; outside of them below 0."""
    (x, y), (x0, y0, r0), (x1, y1, r1) = point, start, end
    length = math.dist((x0, y0), (x1, y1))
    to_start, to_end = r0 - math.dist((x, y), (x0, y0)), r1 - math.dist((x, y), (x1, y1))
    if length == 0:
        return to_start
    along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length
    beside = abs((x - x0) * (y1 - y0) - (y - y0) * (x1 - x0)) / length
    in_band = min(along, length - along, r0 + (r1 - r0) * along / length - beside)
    return max(in_band, min(to_start, -along), min(to_end, along - length))


def in_polygon(points, width, height):
    """As in_stroke, by the edges to the right of each cell."""
    corners = [(x * width, y * height) for x, y in points]
    fill = torch.zeros(height, width)
    for row in range(height):
        for col in range(width):
            x, y, inside, near = col + 0.5, row + 0.5, False, False
            for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
                near |= min(abs(y0 - y), abs(y1 - y)) < NEAR
                if (y0 > y) != (y1 > y):
                    crossing = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
                    near |= abs(crossing - x) < 1e-6
                    inside ^= crossing > x
            fill[row, col] = math.nan if near else float(inside)
    return fill


def agree(fill, expected):
    return bool((expected.isnan() | (fill == expected)).all())


@settings(max_examples=150, deadline=None)
@given(points=st.lists(st.tuples(POINT, PRESSURES), min_size=1, max_size=6), width=st.floats(0, 1.2), size=SIZES)
def test_a_stroke_fills_what_lies_under_its_brush(points, width, size):
    stroke = Stroke(tuple((x, y, pressure) for (x, y), pressure in points), width)
    assert agree(stroke.fill(Cells.of_pixels(*size)), in_stroke(stroke, *size))


@settings(max_examples=150, deadline=None)
@given(points=st.lists(st.tuples(POINT, PRESSURES), min_size=1, max_size=6), width=st.floats(0, 1.2), size=SIZES)
def test_a_quadtree_fills_what_rows_do(points, width, size):
    """To a hundredth of a cell: strokes that narrow and wide, which rows fill alike, may differ by it."""
    narrow, stroke, wide = (
        Stroke(tuple((x, y, pressure) for (x, y), pressure in points), max(width + step / min(size), 0))
        for step in (-0.02, 0, 0.02)
    )
    cells = Cells.of_pixels(*size)
    expected = torch.where(narrow.fill(cells) == wide.fill(cells), stroke.fill(cells), torch.nan)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stroke_module, "MAX_DISC_ROWS", -1)
        assert agree(stroke.fill(cells), expected)


@settings(max_examples=100, deadline=None)
@given(points=st.lists(POINT, min_size=3, max_size=8), size=SIZES)
def test_a_polygon_fills_what_an_odd_number_of_its_edges_lies_beside(points, size):
    assert agree(Polygon(tuple(points)).fill(Cells.of_pixels(*size)), in_polygon(points, *size))


@pytest.mark.parametrize("way", [(0.5, 0.0), (0.0, 0.5), (0.4, 0.4), (-0.3, 0.4), (0.4, -0.3), (1e-12, 0.5)])
@pytest.mark.parametrize("end_pressure", [1.0, 0.3, 0.0])
def test_a_band_is_the_same_whichever_way_it_runs(way, end_pressure):
    first, last = (0.45, 0.43, 1.0), (0.45 + way[0], 0.43 + way[1], end_pressure)
    size = (40, 40)
    there, back = (Stroke(ends, 0.21).fill(Cells.of_pixels(*size)) for ends in ((first, last), (last, first)))
    assert torch.equal(there, back) and agree(there, in_stroke(Stroke((first, last), 0.21), *size))


@pytest.mark.parametrize("width", [0.0, 1e-6])
def test_a_brush_without_width_leaves_nothing_where_no_centre_lies_under_it(width):
    assert not Stroke(((0.1, 0.2, 1.0), (0.8, 0.21, 1.0)), width).fill(Cells.of_pixels(64, 64)).any()


def spiral(count):
    turns = [(0.45 * i / count, 60 * i / count) for i in range(count)]
    return tuple((0.5 + radius * math.cos(angle), 0.5 + radius * math.sin(angle)) for radius, angle in turns)


def zigzag(count):
    return tuple((i / count, 0.05 + 0.9 * (i % 2)) for i in range(count))


def looks(shape):
    """How often filling it asks whether to go on, which is once for so many rows of its edges."""
    calls = []
    shape.fill(Cells.of_pixels(512, 512), lambda: calls.append(1))
    return len(calls)


def stroke(points):
    return Stroke(tuple((*point, 1.0) for point in points), 0.005)


def test_the_work_is_the_rows_that_edges_cross_not_all_rows():
    assert looks(stroke(spiral(4000))) < 20 and looks(Polygon(spiral(4000))) < 10
    assert looks(stroke(spiral(1000))) >= looks(stroke(spiral(4000))) / 4, "the same line in more points"


def test_a_steep_stroke_costs_what_a_flat_one_does():
    steep, flat = zigzag(2000), tuple((y, x) for x, y in zigzag(2000))
    assert looks(stroke(steep)) < 30 and looks(stroke(flat)) < 30
    cells = Cells.of_pixels(512, 512)
    assert torch.equal(stroke(steep).fill(cells), stroke(flat).fill(cells).T)


def test_a_wide_stroke_of_many_points_is_filled_at_the_cost_of_its_outline(monkeypatch):
    """Nearly all of its parts lie within others."""
    points = tuple((0.5 + x / 50, 0.5 + y / 50, 0.9 + x * y / 10) for x, y in spiral(4000))
    wide = Stroke(points, 0.8)
    assert looks(wide) < 100
    cells = Cells.of_pixels(512, 512)
    filled = wide.fill(cells)
    monkeypatch.setattr(stroke_module, "MAX_DISC_ROWS", 1 << 40)
    assert looks(wide) > 300 and torch.equal(filled, wide.fill(cells))


@pytest.mark.parametrize(
    "shape", [Stroke(((0.1, 0.1, 1.0), (0.9, 0.8, 1.0)), 0.3), Polygon(((0, 0), (1, 0.1), (0, 1)))]
)
def test_between_two_looks_are_a_million_cells_at_most(shape):
    calls = []
    shape.fill(Cells.of_pixels(2100, 2100), lambda: calls.append(1))
    assert len(calls) > 1 + 2100 * 2100 / (1 << 20)
