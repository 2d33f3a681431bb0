"""Every family in pieces of the picture: each piece has what the whole has there, its LoRAs too."""

from dataclasses import replace

import pytest
from safetensors.torch import save_file

from support.lora import layers_of, random_lora
from support.pieces import Box, TiledModel, as_picture_of_its_own, mean_of, with_context_windows

pytestmark = pytest.mark.host

BOXES = ((0.0, 0.0, 0.4, 0.75), (0.5, 0.25, 0.5, 0.75))
ROWS, COLS, WINDOW = 8, 14, 8
SAME, OTHER = 2e-5, 1e-2


def difference(a, b):
    return (a - b).abs().max()


@pytest.fixture
def windows(subject):
    """Three windows of 8 columns of tokens, with 5 in common."""
    cells = subject.cells
    return [
        Box(range(ROWS * cells), range(first * cells, (first + WINDOW) * cells))
        for first in range(0, COLS - WINDOW + 1, 3)
    ]


@pytest.fixture
def prompt(subject):
    return subject.prompt(BOXES, [subject.text(1, 7), subject.text(2, 14)], subject.text(0, 11))


def expected(subject, prompt, windows, latent, **more):
    """The mean of the windows, each a picture of its own."""
    pieces = []
    for box in windows:
        alone = as_picture_of_its_own(prompt, box, latent.shape[-2:], subject.cells)
        model, positive, _ = subject.applied(alone, base_ratio=0.2)
        pieces.append((box, subject.predict(model, positive, box.of(latent), **more)))
    return mean_of(pieces, latent)


def test_windows_over_columns(subject, prompt, windows):
    latent, cells = subject.latent(ROWS, COLS), subject.cells
    model, positive, _ = subject.applied(prompt, base_ratio=0.2)
    windowed = with_context_windows(model, latent.ndim - 1, WINDOW * cells, 5 * cells)
    found = subject.predict(windowed, positive, latent)
    assert difference(found, expected(subject, prompt, windows, latent)) < SAME
    assert difference(found, subject.predict(windowed, subject.text(0, 11), latent)) > OTHER


def test_tiles_in_batches_of_two(subject, prompt, windows):
    latent = subject.latent(ROWS, COLS, batch=2)
    model, positive, _ = subject.applied(prompt, base_ratio=0.2)
    found = subject.predict(TiledModel(windows, 2).on(model), positive, latent)
    assert difference(found, expected(subject, prompt, windows, latent)) < SAME


def test_a_regions_lora_in_pieces(subject, nodes, prompt, lora_folder, windows):
    """The left region has it, which the last window does not see; the negative gets it as well."""
    from flux_regions.adapter.families import family_of

    model, latent, negative = subject.model(), subject.latent(ROWS, COLS), subject.text(9, 5)
    family = family_of(model.model.diffusion_model)
    paths = {path for path in layers_of(model) if family.layer_tokens(path)}
    save_file(random_lora(model, paths=paths), lora_folder / "own.safetensors")
    (regions,) = nodes.Lora(regions=prompt.regions, lora_name="own", strength=0.8)
    guided = {"negative": negative, "cfg": 2.0}
    tiled = TiledModel(windows, 3)
    results = []
    for changed in (prompt, replace(prompt, regions=regions)):
        model, positive, _ = subject.applied(changed, base_ratio=0.2)
        results.append(subject.predict(tiled.on(model), positive, latent, **guided))
    without, found = results
    assert difference(found, expected(subject, changed, windows, latent, **guided)) < 5 * SAME
    assert difference(found, without) > OTHER
    in_last_alone = 11 * subject.cells  # the second ends there
    assert difference(found[..., in_last_alone:], without[..., in_last_alone:]) < SAME
