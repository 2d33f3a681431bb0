"""A region is an immutable value; what is wrong with one is told in a sentence that names it."""

import pytest
import torch
from flux_regions.regions import Ellipse, Rect, Region, RegionSet, ShapeOp
from flux_regions.regions.shapes.cells import Cells


@pytest.mark.parametrize(
    "mask, what",
    [
        (torch.full((4, 4), float("nan")), "NaN"),
        (torch.full((4, 4), float("inf")), "infinite"),
        (torch.full((4, 4), 255.0), "from 255 to 255"),
        (torch.full((4, 4), -1.0), "from -1 to -1"),
        (torch.zeros(4, 4), "empty"),
        (torch.ones(2, 4, 4), "shape"),
        (torch.ones(0, 4), "shape"),
    ],
)
def test_a_bad_mask_is_refused_by_name(mask, what):
    with pytest.raises(ValueError, match=what) as error:
        RegionSet().added(Region("sun")).added(Region("moon", mask=mask))
    assert str(error.value).startswith("Region 2 ('moon')")


@pytest.mark.parametrize("start, end", [(0.5, 0.5), (0.75, 0.25)])
def test_a_window_without_steps_is_refused_by_name(start, end):
    message = rf"^Region 1 \('moon'\): start \({start}\) must be smaller than end \({end}\)"
    with pytest.raises(ValueError, match=message):
        RegionSet().added(Region("moon", start=start, end=end))


def test_shapes_are_drawn_one_after_the_other():
    whole, hole, dot = Rect(0, 0, 1, 1), Rect(0.25, 0, 0.5, 1), Ellipse(0.4, 0, 0.2, 1)
    cells = Cells.of_pixels(20, 1)
    drawn = Region(shapes=(ShapeOp(whole), ShapeOp(hole, "subtract"), ShapeOp(dot))).fill(cells)
    expected = torch.ones(20)
    expected[5:15] = 0
    expected[8:12] = 1
    assert torch.equal(drawn[0], expected)
    assert Region(shapes=(ShapeOp(hole, "subtract"), ShapeOp(whole))).fill(cells).eq(1).all()
    assert not Region().fill(cells).any()
