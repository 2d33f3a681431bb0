"""The picture of a layout of the benchmarks as it should be."""

import numpy as np
import pytest


@pytest.fixture(scope="session")
def drawn():
    """drawn(layout, kinds) -> [H, W, 3] in 0..1. kinds: index of a region -> (shape, colour), where it is not the layout's."""
    from flux_regions.pocket.scenes import Object, Scene, render

    def draw(layout, kinds=None):
        """The layout as a perfect artist would draw it: every object in the middle of what is to be seen of its region."""
        owners, objects = layout.owners(), []
        for index, place in enumerate(layout.places):
            rows, columns = np.nonzero(owners == index)
            diameter = int(0.6 * min(np.ptp(rows), np.ptp(columns)))
            shape, color = (kinds or {}).get(index, (place.shape, place.color))
            centre = int(columns.mean()), int(rows.mean())
            objects.append(Object(shape, color, centre[0] - diameter // 2, centre[1] - diameter // 2, diameter))
        return render(Scene(layout.width, layout.height, layout.background, tuple(objects), ""))

    return draw
