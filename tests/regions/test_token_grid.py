"""The token grid counts as the host does, and its cells divide the canvas."""

import pytest
import torch
from flux_regions.regions import TokenGrid
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "width, height, patch, latent, tokens",
    [
        (1024, 1024, 2, (128, 128), (64, 64)),
        (1920, 1080, 2, (135, 240), (68, 120)),  # 67.5 tokens high: the host pads to 68
        (1000, 600, 2, (75, 125), (38, 63)),
        (301, 203, 2, (26, 38), (13, 19)),
        (1024, 512, 1, (32, 64), (32, 64)),
        (1000, 520, 1, (33, 63), (33, 63)),
        (1, 1, 2, (1, 1), (1, 1)),
    ],
)
def test_the_grid_of_a_picture(width, height, patch, latent, tokens):
    grid = TokenGrid.of_picture(width, height, patch)
    assert grid == TokenGrid(*latent, patch)
    assert (grid.rows, grid.cols) == tokens and grid.tokens == tokens[0] * tokens[1]


def test_pixels_are_those_of_the_whole_latent():
    assert TokenGrid(135, 240).pixels == (1080, 1920)
    assert TokenGrid(33, 63, patch=1).pixels == (528, 1008)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 2]), st.integers(1, 8))
def test_cells_divide_the_canvas_from_edge_to_edge(height, width, patch, per_token):
    grid = TokenGrid(height, width, patch)
    cells = grid.cells(per_token)
    assert cells.size == (grid.rows * per_token, grid.cols * per_token) and cells.aspect == width / height
    for edges, latent_cells in ((cells.rows, height), (cells.cols, width)):
        assert edges[0] == 0 and edges[-1] == 1 and bool((edges.diff() > 0).all())
        # A token but the last is `patch` latent cells; the last is what remains of the latent.
        tokens = edges[::per_token].diff() * latent_cells
        expected = torch.full((len(tokens),), float(patch), dtype=torch.float64)
        expected[-1] = latent_cells - patch * (len(tokens) - 1)
        assert torch.allclose(tokens, expected)


@pytest.mark.parametrize("step", [8, 16])
@settings(max_examples=200, deadline=None)
@given(*[st.integers(1, 1500)] * 2, *[st.sampled_from([-1, 0, 1])] * 2)
def test_sides_that_were_rounded_on_the_way_are_the_same_proportions(step, height, width, up, right):
    """To whole tokens, both above or both below; or to whole latent cells, each in its own way."""

    def rounded(side, by):
        return step * max(1, (-(-side // step), round(side / step), side // step)[by + 1])

    grid = TokenGrid.of_picture(rounded(width, right), rounded(height, right if step == 16 else up))
    assert grid.has_proportions(height, width)


def test_other_proportions_are_told_from_rounding():
    assert not TokenGrid.of_picture(1024, 1024).has_proportions(1000, 1024)
    assert not TokenGrid.of_picture(1024, 1024).has_proportions(512, 1024)
    assert not TokenGrid.of_picture(256, 512).has_proportions(256, 256)
