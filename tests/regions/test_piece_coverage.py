"""Coverage of pieces of a picture: what the whole has there."""

import pytest
import torch
from flux_regions.regions import Ellipse, Piece, Rect, Region, RegionSet, ShapeOp, TokenGrid, coverage

SET = RegionSet().added(
    Region(shapes=(ShapeOp(Ellipse(0.1, 0.2, 0.5, 0.6)),), feather=0.2),
    Region(shapes=(ShapeOp(Rect(0.45, 0.0, 0.2, 1.0)),)),
    Region(shapes=(ShapeOp(Rect(0.91, 0.91, 0.01, 0.01)),)),  # smaller than a token: it keeps its best one
    Region(mask=torch.rand(30, 50, generator=torch.Generator().manual_seed(1))),
)
WHOLE = TokenGrid(24, 40)


def piece_grid(rows, cols, whole=WHOLE):
    piece = Piece(tuple(rows), tuple(cols), whole.latent_height, whole.latent_width)
    return TokenGrid(len(piece.rows), len(piece.cols), whole.patch, piece)


@pytest.mark.parametrize("patch", [1, 2])
def test_an_aligned_piece_is_the_slice_bit_for_bit(patch):
    whole = TokenGrid(24, 40, patch)
    covered = coverage(SET, piece_grid(range(8, 24), range(4, 20), whole))
    expected = coverage(SET, whole)[:, 8 // patch : 24 // patch, 4 // patch : 20 // patch]
    assert torch.equal(covered, expected)


def test_an_odd_start_is_the_mean_of_both_neighbours():
    whole, covered = coverage(SET, WHOLE), coverage(SET, piece_grid(range(24), range(3, 13)))
    assert torch.equal(covered, (whole[:, :, 1:6] + whole[:, :, 2:7]) / 2)
    covered = coverage(SET, piece_grid(range(5, 13), range(40)))
    assert torch.equal(covered, (whole[:, 2:6] + whole[:, 3:7]) / 2)


def test_a_wrapped_and_a_strided_list():
    whole = coverage(SET, WHOLE)
    wrapped = coverage(SET, piece_grid(range(24), [*range(36, 40), *range(4)]))
    assert torch.equal(wrapped, torch.cat([whole[:, :, 18:], whole[:, :, :2]], 2))
    strided = coverage(SET, piece_grid(range(0, 24, 4), range(40)))  # a token of rows 0 and 4, one of 8 and 12, …
    assert torch.equal(strided, (whole[:, 0::4] + whole[:, 2::4]) / 2)


def test_a_last_token_of_which_half_is_there():
    """17 rows, as of a window with the row before it in front."""
    whole, covered = coverage(SET, WHOLE), coverage(SET, piece_grid([3, *range(4, 20)], range(40)))
    assert covered.shape == (4, 9, 20)
    assert torch.equal(covered[:, 0], (whole[:, 1] + whole[:, 2]) / 2)
    assert torch.equal(covered[:, -1], whole[:, 9])


def test_rules_of_the_whole_stay_so():
    nothing = coverage(SET, piece_grid(range(8), range(8)))[2]
    assert nothing.max() == 0, "a region that lies elsewhere keeps no token here"
    assert coverage(SET, piece_grid(range(16, 24), range(32, 40)))[2].max() == 1
    empty = SET.added(Region(name="gone", shapes=(ShapeOp(Rect(2.0, 2.0, 0.1, 0.1)),)))
    with pytest.raises(ValueError, match=r"Region 5 \('gone'\) is empty"):
        coverage(empty, piece_grid(range(8), range(8)))
