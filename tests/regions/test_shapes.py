"""Shapes fill what geometry says, each kind is read and written by itself, and boxes lie on the canvas by one rule."""

import cmath
import math
from fractions import Fraction

import pytest
import torch
from flux_regions.regions import SHAPE_KINDS, Ellipse, Interval, Polygon, Rect, Rotated, Stroke
from flux_regions.regions.shapes.cells import Cells, interval_fill

SQUARE = Cells.of_pixels(512, 512)

TEXTBOOK = [
    (Rect(0.1, 0.2, 0.6, 0.5), 0.3),
    (Ellipse(0.1, 0.2, 0.6, 0.5), math.pi * 0.3 * 0.25),
    (Polygon(((0.1, 0.1), (0.9, 0.1), (0.5, 0.8))), 0.5 * 0.8 * 0.7),
    (Polygon(((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))), 0.36),
    (Stroke(((0.2, 0.5, 1.0), (0.8, 0.5, 1.0)), 0.2), 0.6 * 0.2 + math.pi * 0.01),
    (Stroke(((0.5, 0.5, 1.0),), 0.4), math.pi * 0.04),
    (Stroke(((0.2, 0.5, 1.0), (0.8, 0.5, 0.0)), 0.2), 0.6 * 0.1 + math.pi * 0.01 / 2),
    (Rotated(Rect(0.2, 0.3, 0.6, 0.3), 33.0), 0.18),
    (Rotated(Ellipse(0.2, 0.3, 0.6, 0.3), -72.0), math.pi * 0.3 * 0.15),
]
ONE_OF_EACH = list({shape.kind: shape for shape, _ in TEXTBOOK if not isinstance(shape, Rotated)}.values())


@pytest.mark.parametrize("shape, area", TEXTBOOK)
def test_shapes_have_their_textbook_area(shape, area):
    fill = shape.fill(SQUARE)
    assert fill.shape == (512, 512) and fill.dtype == torch.float32
    assert fill.mean().item() == pytest.approx(area, rel=0.01)


def test_every_kind_is_tried_here():
    assert {shape.kind for shape in ONE_OF_EACH} == set(SHAPE_KINDS)
    assert all(SHAPE_KINDS[shape.kind] is type(shape) for shape in ONE_OF_EACH)


@pytest.mark.parametrize("shape", ONE_OF_EACH, ids=lambda shape: shape.kind)
def test_what_a_kind_writes_it_reads(shape):
    fields = shape.write()
    assert fields["kind"] == shape.kind
    assert type(shape).read({key: as_lists(value) for key, value in fields.items()}, "Region 1") == shape


def as_lists(value):
    """Tuples as JSON has them."""
    return [as_lists(item) for item in value] if isinstance(value, tuple) else value


@pytest.mark.parametrize("shape", ONE_OF_EACH, ids=lambda shape: shape.kind)
def test_a_field_that_is_missing_is_named_with_the_shape(shape):
    fields = shape.write()
    for key in set(fields) - {"kind"}:
        rest = {name: as_lists(value) for name, value in fields.items() if name != key}
        with pytest.raises(ValueError, match=rf'^Region 1, shape 2 lacks "{key}"; add it\.$'):
            type(shape).read(rest, "Region 1, shape 2")


@pytest.mark.parametrize("shape", ONE_OF_EACH, ids=lambda shape: shape.kind)
def test_a_shape_off_the_canvas_fills_nothing(shape):
    """The same shape, three canvases to the right."""
    fields = {key: as_lists(value) for key, value in shape.write().items()}
    for point in fields.get("points", []):
        point[0] += 3
    if "x" in fields:
        fields["x"] += 3
    assert not type(shape).read(fields, "Region 1").fill(SQUARE).any()


def test_a_rectangle_fills_the_cells_on_its_edges_in_part():
    fill = Rect(0.25, 0.0, 0.5, 0.75).fill(Cells.of_pixels(3, 2))
    assert torch.allclose(fill, torch.tensor([[0.25, 1, 0.25], [0.125, 0.5, 0.125]]))


def test_where_a_polygon_crosses_itself_the_even_odd_rule_holds():
    star = tuple(
        (0.5 + 0.4 * math.sin(4 * math.pi * i / 5), 0.5 - 0.4 * math.cos(4 * math.pi * i / 5)) for i in range(5)
    )
    fill = Polygon(star).fill(SQUARE)
    assert fill[256, 256] == 0 and fill[80, 256] == 1, "a hole in the middle, and a tip above it"


@pytest.mark.parametrize(
    "shape", [Ellipse(0.2, 0.2, 0.0, 0.5), Rect(0.2, 0.2, 0.5, 0.0), Stroke(((0.5, 0.5, 0.0),), 0.0)]
)
def test_a_shape_without_size_fills_nothing(shape):
    assert not shape.fill(SQUARE).any()


@pytest.mark.parametrize("width, height", [(200, 100), (100, 200)])
def test_a_brush_is_round_on_any_canvas_and_measured_by_the_shorter_side(width, height):
    fill = Stroke(((0.5, 0.5, 1.0),), 0.5).fill(Cells.of_pixels(width, height))
    assert fill.any(0).sum() == fill.any(1).sum() == 50


def test_interval_fill_is_the_fraction_of_each_interval():
    edges = torch.tensor([0.0, 0.25, 0.5, 1.0])
    assert torch.allclose(interval_fill(edges, 0.125, 0.75), torch.tensor([0.5, 1.0, 0.5]))
    starts, ends = torch.tensor([[0.0], [0.9]]), torch.tensor([[0.25], [2.0]])
    assert torch.allclose(interval_fill(edges, starts, ends), torch.tensor([[1, 0, 0], [0, 0, 0.2]]))


@pytest.mark.parametrize(
    "start, end, flaw, flaw_if_clipped",
    [
        (0.0, 1.0, None, None),
        (0.2, 0.3, None, None),
        (0.5, 1.01, None, None),
        (0.5, 1.02, "end", "end"),
        (-0.01, 0.5, "start", None),
        (-0.02, 0.5, "start", "start"),
        (0.5, 0.5, "empty", "empty"),
        (0.6, 0.5, "empty", "empty"),
        (1.0, 1.005, "start", "empty"),
        (-0.01, 0.0, "start", "empty"),
        (2.0, 2.0, "empty", "end"),
    ],
)
def test_one_rule_says_whether_an_interval_lies_on_the_canvas(start, end, flaw, flaw_if_clipped):
    for number in (float, lambda value: Fraction(str(value))):
        interval = Interval(number(start), number(end))
        assert interval.flaw(number(0.01)) == flaw
        assert interval.flaw(number(0.01), clip=True) == flaw_if_clipped


def test_an_interval_of_any_size_may_be_clipped():
    assert Interval(-3.0, 0.25).flaw(math.inf, clip=True) is None
    assert Interval(-3.0, 0.25).clipped() == (0, 0.25) and Interval(0.5, 7.0).clipped() == (0.5, 1)
    assert Interval(2.0, 3.0).flaw(math.inf, clip=True) == "empty"


def test_two_intervals_are_a_rectangle():
    assert Rect.between(Interval(Fraction(1, 4), Fraction(1, 2)), Interval(0, 1)) == Rect(0.25, 0.0, 0.25, 1.0)


def naive_rotated_fill(shape, degrees, width, height):
    """Pixel by pixel, in pixels: is the centre, turned back, inside of the upright shape?"""
    x0, y0 = shape.x * width, shape.y * height
    x1, y1 = x0 + shape.width * width, y0 + shape.height * height
    middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
    fill = torch.zeros(height, width)
    for row in range(height):
        for col in range(width):
            point = complex(col + 0.5 - middle_x, row + 0.5 - middle_y) * cmath.exp(-1j * math.radians(degrees))
            across, down = point.real / ((x1 - x0) / 2), point.imag / ((y1 - y0) / 2)
            inside = max(abs(across), abs(down)) <= 1 if isinstance(shape, Rect) else across**2 + down**2 <= 1
            fill[row, col] = float(inside)
    return fill


@pytest.mark.parametrize("width, height", [(64, 64), (96, 40), (40, 96)])
@pytest.mark.parametrize("degrees", [-123.0, -45.0, 17.3, 90.0, 301.0])
@pytest.mark.parametrize("kind", [Rect, Ellipse])
def test_a_rotated_shape_fills_what_a_naive_loop_over_pixels_does(kind, degrees, width, height):
    shape = kind(0.213, 0.317, 0.531, 0.279)
    rotated = Rotated(shape, degrees)
    fill = rotated.fill(Cells.of_pixels(width, height))
    assert torch.equal(fill, naive_rotated_fill(shape, degrees, width, height))
    left, top, right, bottom = rotated.bounds(width / height)
    rows, cols = torch.nonzero(fill, as_tuple=True)
    assert left * width <= cols.min() + 0.5 and cols.max() + 0.5 <= right * width
    assert top * height <= rows.min() + 0.5 and rows.max() + 0.5 <= bottom * height


def test_a_rotated_shape_is_read_and_written_with_its_kind():
    box = {"kind": "ellipse", "x": 0.1, "y": 0.2, "width": 0.3, "height": 0.4}
    rotated = Rotated.read({**box, "rotation": 30.0}, "Region 1")
    assert rotated == Rotated(Ellipse(0.1, 0.2, 0.3, 0.4), 30.0)
    assert rotated.write() == {**box, "rotation": 30.0}
    assert Rotated.read({**box, "rotation": -180.0}, "Region 1") == Ellipse(0.1, 0.2, 0.3, 0.4), "half a turn"


def test_rotated_shapes_without_size_or_off_the_canvas_fill_nothing():
    assert not Rotated(Rect(0.2, 0.2, 0.5, 0.0), 30.0).fill(SQUARE).any()
    assert not Rotated(Ellipse(0.2, 0.2, 0.0, 0.5), 30.0).fill(SQUARE).any()
    assert not Rotated(Rect(3.0, 0.2, 0.5, 0.5), 30.0).fill(SQUARE).any()
