"""The benchmark of pictures in pieces: its layouts and its measure of seams."""

import numpy as np

from benchmarks.pieces.__main__ import HEIGHT, WIDTH, wide_layouts
from benchmarks.pieces.seams import seam_at


def test_a_seam_is_seen_where_it_is():
    noise = np.random.default_rng(1).normal(0, 0.002, (64, 512, 3)).astype(np.float32)
    picture = np.clip(np.full((64, 512, 3), 0.97, np.float32) + noise, 0, 1)
    picture[:, 100:140] = (0.86, 0.15, 0.15)  # a red object: its edges are no seams
    assert 0.8 < seam_at(picture, (192, 256), "white") < 1.2
    picture[:, 192:] -= 0.02
    assert seam_at(picture, (192, 256), "white") > 3 > 1.2 > seam_at(picture, (300, 400), "white")


def test_wide_layouts_have_eight_boxes_that_fill_them():
    first, second = wide_layouts(2, 0)
    assert (first.width, first.height) == (WIDTH, HEIGHT) and first.seed != second.seed
    owners = first.owners()
    assert np.array_equal(np.unique(owners, return_counts=True)[1], [WIDTH * HEIGHT // 8] * 8)
