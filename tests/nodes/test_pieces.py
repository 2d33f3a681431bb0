"""Pictures that other nodes cut into pieces within the sampling run: each piece has what the whole has there.

The oracle: each piece sampled as a picture of its own, with masks cut from the whole's coverage.
"""

import inspect
from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from support.models import tiny_model
from support.pieces import (
    Box,
    TiledModel,
    as_picture_of_its_own,
    cell_by_cell,
    mean_of,
    tiles,
    with_context_windows,
)
from support.regional import random_text

pytestmark = [pytest.mark.host, pytest.mark.slow]

HEIGHT, WIDTH, SIGMA = 24, 40, 0.7  # not 32 rows: some hosts cut a text embedding of that width as well
BOXES = ((0.0, 0.0, 0.3, 0.6), (0.35, 0.3, 0.3, 0.7), (0.7, 0.1, 0.3, 0.5))
SAME, OTHER = 2e-5, 1e-2
SETTINGS = {"base_ratio": 0.2, "end": 1.0, "balance": "manual"}


def latent(batch=1, height=HEIGHT, width=WIDTH):
    return torch.randn(batch, 16, height, width, generator=torch.Generator().manual_seed(3))


def difference(a, b):
    return (a - b).abs().max()


@pytest.fixture
def applied(nodes, tiny_flux):
    """applied(prompt, **settings) -> (model, positive)"""

    def build(prompt, **settings):
        return nodes.Apply(model=tiny_flux(), regional_prompt=prompt, **{**SETTINGS, **settings})[:2]

    return build


@pytest.fixture
def expected(applied, velocity):
    """expected(prompt, boxes, x, ...) -> the mean of the pieces of x, each a picture of its own."""

    def build(prompt, boxes, x, base=None, **settings):
        def piece(box):
            alone = as_picture_of_its_own(prompt, box, x.shape[-2:])
            if alone is None:
                model, positive = applied(prompt, **settings)[0], base or random_text(0, 12)
            else:
                model, positive = applied(alone, **settings)
            return velocity(model, positive, box.of(x), SIGMA)

        return mean_of(((box, piece(box)) for box in boxes), x)

    return build


WINDOWS = {
    2: [Box(range(y, y + 16), range(WIDTH)) for y in (0, 8)],
    3: [Box(range(HEIGHT), range(x, x + 16)) for x in (0, 8, 16, 24)],
}


@pytest.mark.parametrize("dim", WINDOWS)
@pytest.mark.parametrize("settings", [{}, {"overlap": "union"}, {"image_stream": "paper"}, {"isolation": "text"}])
def test_context_windows(scene, applied, expected, velocity, dim, settings):
    prompt, x = scene(BOXES, feather=0.1), latent()
    model, positive = applied(prompt, **settings)
    windowed = velocity(with_context_windows(model, dim), positive, x, SIGMA)
    assert difference(windowed, expected(prompt, WINDOWS[dim], x, **settings)) < SAME
    assert difference(windowed, velocity(model, random_text(0, 12), x, SIGMA)) > OTHER


TILES = tiles(HEIGHT, WIDTH, 16, 8)


@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("at_once", [1, 3, 8])
def test_tiles_within_the_model_call(scene, applied, expected, velocity, batch, at_once):
    """MultiDiffusion: 8 tiles in batches of so many, tile-major."""
    prompt, x = scene(BOXES, feather=0.1, background=7), latent(batch)
    model, positive = applied(prompt)
    cutter = TiledModel(TILES, at_once)
    tiled = velocity(cutter.on(model), positive, x, SIGMA)
    assert cutter.calls == -(-len(TILES) // at_once)
    assert difference(tiled, expected(prompt, TILES, x)) < SAME


def test_tiles_in_any_order_and_weighted(scene, applied, velocity):
    """Mixture of Diffusers weights its tiles; the same weights give the same picture, whatever the batches are."""
    prompt, x = scene(BOXES), latent()
    model, positive = applied(prompt)
    weight = torch.rand(16, 16, generator=torch.Generator().manual_seed(1)) + 0.1
    order = [5, 0, 7, 2, 6, 3, 1, 4]
    one_by_one = velocity(TiledModel(TILES, 1, weight).on(model), positive, x, SIGMA)
    mixed = velocity(TiledModel([TILES[i] for i in order], 4, weight).on(model), positive, x, SIGMA)
    assert difference(one_by_one, mixed) < SAME


@pytest.fixture
def alone(velocity):
    """alone(model, conditioning, box, x, patch=2, **more) -> the box, begin where it may, as a picture of its own."""

    def build(model, conditioning, box, x, patch=2, **more):
        from flux_regions.adapter.run_cache import RunCache
        from flux_regions.regions import TokenGrid, coverage

        def covered(_, regions, __):
            return cell_by_cell(coverage(regions, TokenGrid(*x.shape[-2:], patch)), box, patch)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(RunCache, "_coverage", covered)
            return velocity(model, conditioning, box.of(x), SIGMA, **more)

    return build


def starts(length, size, stride):
    """The last one pushed back to the border."""
    return sorted({*range(0, length - size, stride), length - size})


@pytest.mark.parametrize(
    "kind, picture, tile, stride, at_once, settings",
    [
        ("krea", (16, 21), (9, 12), (7, 9), 3, {"overlap": "blend"}),
        ("klein", (11, 14), (7, 5), (4, 5), 4, {"overlap": "union"}),
        ("chroma", (17, 18), (17, 7), (1, 5), 2, {"image_stream": "paper"}),
    ],
)
def test_tiles_of_any_size_that_begin_anywhere(
    nodes, scene, velocity, alone, kind, picture, tile, stride, at_once, settings
):
    """In an order of their own, with regions in the negative, on pictures that end within a token."""
    channels, patch = (128, 1) if kind == "klein" else (16, 2)
    rows, cols = (starts(*each) for each in zip(picture, tile, stride, strict=True))
    boxes = [Box(range(y, y + tile[0]), range(x, x + tile[1])) for x in reversed(cols) for y in rows]
    x = torch.randn(2, channels, *picture, generator=torch.Generator().manual_seed(3))
    model, settings = tiny_model(kind), {**SETTINGS, **settings}
    against = scene(BOXES[:1], seeds=(8,), base=random_text(5, 9), background=6)
    positive, negative = (
        nodes.Apply(model=model, regional_prompt=prompt, **settings)[1]
        for prompt in (scene(BOXES, feather=0.2), against)
    )
    guided = {"negative": negative, "cfg": 2.0}
    tiled = velocity(TiledModel(boxes, at_once).on(model), positive, x, SIGMA, **guided)
    assert (
        difference(tiled, mean_of(((box, alone(model, positive, box, x, patch, **guided)) for box in boxes), x)) < 1e-4
    )


def test_cfg_with_regions_on_both_sides(scene, applied, velocity, expected):
    prompt, against, x = scene(BOXES), scene(BOXES[:2], seeds=(8, 9), base=random_text(5, 9)), latent(2)
    (model, positive), (_, negative) = applied(prompt), applied(against)
    tiled = velocity(TiledModel(TILES, 4).on(model), positive, x, SIGMA, negative=negative, cfg=3.0)
    sides = expected(prompt, TILES, x), expected(against, TILES, x, base=random_text(5, 9))
    assert difference(tiled, sides[1] + 3 * (sides[0] - sides[1])) < 1e-4


def set_area(conditioning, box):
    """As the host's Conditioning (Set Area) does it."""
    import node_helpers

    area = len(box.rows), len(box.cols), box.rows.start, box.cols.start
    return node_helpers.conditioning_set_values(
        conditioning, {"area": area, "strength": 1.0, "set_area_to_bounds": False}
    )


def test_set_area(scene, applied, expected, velocity):
    """Two areas that share a border and have the same size, so that the host runs them in one batch. Its own fading
    towards an area's inner border stays, so pieces that do not overlap tell all.
    """
    prompt, x = scene(BOXES, feather=0.1), latent()
    model, positive = applied(prompt)
    boxes = [Box(range(24), range(20)), Box(range(24), range(20, 40))]
    both = [part for box in boxes for part in set_area(positive, box)]
    assert difference(velocity(model, both, x, SIGMA), expected(prompt, boxes, x)) < SAME


def test_areas_on_each_other_past_the_border_and_in_percent(scene, applied, velocity, alone):
    """The host cuts what lies outside, takes fractions of the picture, and weighs by strength."""
    import node_helpers

    model, positive = applied(scene(BOXES, feather=0.1, background=7))
    x = latent(height=25)
    areas = [((25, 40, 0, 0), 0.7), ((13, 99, 12, 7), 2.0), (("percentage", 0.5, 0.33, 0.0, 0.0), 0.5)]
    boxes = [Box(range(25), range(40)), Box(range(12, 25), range(7, 40)), Box(range(12), range(13))]

    def of_area(conditioning, area, strength):
        extra = {"area": area, "strength": strength, "set_area_to_bounds": False}
        return node_helpers.conditioning_set_values(conditioning, extra)

    found = velocity(model, [part for area, weight in areas for part in of_area(positive, area, weight)], x, SIGMA)
    total, weights = torch.zeros_like(x), torch.zeros_like(x)
    for box, (_, strength) in zip(boxes, areas, strict=True):
        # How the host fades an area towards its inner borders is the host's own: it does so without regions, too.
        fading = torch.full_like(box.of(x), strength)
        for axis, side, length in ((2, box.rows, 25), (3, box.cols, 40)):
            width = min(8, len(side) // 4)
            for step in range(width):
                if side.start:
                    fading.select(axis, step).mul_((step + 1) / width)
                if side.stop < length:
                    fading.select(axis, len(side) - 1 - step).mul_((step + 1) / width)
        box.of(total).add_(alone(model, positive, box, x) * fading)
        box.of(weights).add_(fading)
    assert difference(found, total / weights) < SAME


def test_set_area_beside_the_whole(scene, applied, velocity):
    """A part with regions on an area, another without on all: outside of the area nothing changes."""
    model, positive = applied(scene(BOXES))
    plain, box, x = random_text(0, 12), Box(range(24), range(8, 24)), latent()
    both = velocity(model, plain + set_area(positive, box), x, SIGMA)
    alone = velocity(model, plain, x, SIGMA)
    outside = torch.ones_like(x, dtype=torch.bool)
    box.of(outside).fill_(False)
    assert difference(both[outside], alone[outside]) < SAME and difference(both, alone) > OTHER


def test_set_mask_with_mask_bounds(scene, applied, expected, velocity):
    import node_helpers

    prompt, x = scene(BOXES, feather=0.1), latent()
    model, positive = applied(prompt)
    boxes = [Box(range(24), range(16)), Box(range(24), range(16, 40))]
    parts = []
    for box in boxes:
        mask = torch.zeros(1, HEIGHT, WIDTH)
        box.of(mask).fill_(1)
        parts += node_helpers.conditioning_set_values(positive, {"mask": mask, "set_area_to_bounds": True})
    assert difference(velocity(model, parts, x, SIGMA), expected(prompt, boxes, x)) < SAME


@pytest.mark.parametrize("schedule", ["looped_uniform", "standard_uniform"])
def test_windows_that_wrap_and_stride(scene, applied, velocity, schedule):
    """A wrapped window has the rows of both ends: a region at the top has its text there, whatever comes before."""
    from flux_regions.adapter import places

    prompt, x, seen = scene(BOXES), latent(height=40), []
    model, positive = applied(prompt)
    windowed = with_context_windows(model, 2, overlap=4, schedule=schedule, context_stride=2, closed_loop=True)
    original = places.pieces_of
    with pytest.MonkeyPatch.context() as patch:
        from flux_regions.adapter import forward

        def spied(*args):
            seen.extend(original(*args))
            return seen[-1:]

        patch.setattr(forward, "pieces_of", spied)
        assert velocity(windowed, positive, x, SIGMA).isfinite().all()
    rows = [piece.rows for piece in seen]
    assert {len(piece) for piece in rows} == {16} and set().union(*rows) == set(range(40))
    assert any(b - a != 1 for piece in rows for a, b in pairwise(piece))


def test_uncut_pictures_are_whole(scene, applied, velocity, monkeypatch):
    """Bit for bit what it is without places."""
    from flux_regions.adapter import sampling_hooks

    model, positive = applied(scene(BOXES, feather=0.1))
    told = velocity(model, positive, latent(2), SIGMA)
    monkeypatch.setattr(sampling_hooks, "send_places", lambda *_: None)
    assert torch.equal(told, velocity(model, positive, latent(2), SIGMA))


def test_rolled_pictures_are_refused(scene, applied, velocity):
    """SpotDiffusion's way: tiles of a picture that was rolled, and of tensors rolled with it."""
    model, positive = applied(scene(BOXES))
    model = model.clone()

    def rolled(apply_model, call):
        conds = {name: v.roll(6, -1) if getattr(v, "ndim", 0) == 4 else v for name, v in call["c"].items()}
        return apply_model(call["input"].roll(3, -1), call["timestep"], **conds).roll(-3, -1)

    model.set_model_unet_function_wrapper(rolled)
    with pytest.raises(ValueError, match="SpotDiffusion moves the picture"):
        velocity(model, positive, latent(), SIGMA)


def test_cuts_that_leave_the_places_whole_are_refused(scene, applied, velocity):
    model, positive = applied(scene(BOXES))
    model = model.clone()

    def first_half(apply_model, call):
        half = apply_model(call["input"][..., :20], call["timestep"], **call["c"])
        return torch.cat([half, half], -1)

    model.set_model_unet_function_wrapper(first_half)
    with pytest.raises(ValueError, match="in a way that regions cannot follow"):
        velocity(model, positive, latent(), SIGMA)


def test_an_interrupt_in_the_third_window_leaves_nothing(scene, applied, velocity):
    import comfy.model_management

    model, positive = applied(scene(BOXES))
    windowed = with_context_windows(model, 3)
    before = velocity(windowed, positive, latent(), SIGMA)
    calls = []

    def third_call_stops(apply_model, call):
        calls.append(1)
        if len(calls) == 3:
            raise comfy.model_management.InterruptProcessingException
        return apply_model(call["input"], call["timestep"], **call["c"])

    broken = windowed.clone()
    broken.set_model_unet_function_wrapper(third_call_stops)
    with pytest.raises(BaseException, match="") as stopped:
        velocity(broken, positive, latent(), SIGMA)
    assert type(stopped.value).__name__ == "InterruptProcessingException"
    assert not model.model_options.get("transformer_options", {}).get("wrappers")
    assert torch.equal(velocity(windowed, positive, latent(), SIGMA), before)


@pytest.mark.parametrize("kind", ["krea", "flux2", "klein", "chroma"])
def test_the_flux_family(nodes, scene, velocity, kind):
    channels, patch = (128, 1) if kind in ("flux2", "klein") else (16, 2)
    prompt = scene(BOXES, feather=0.1)
    x = torch.randn(2, channels, 12 * patch, 20 * patch, generator=torch.Generator().manual_seed(3))
    boxes = tiles(*x.shape[-2:], 8 * patch, 4 * patch)
    pieces = []
    for box in boxes:
        alone = as_picture_of_its_own(prompt, box, x.shape[-2:], patch)
        model, positive = tiny_model(kind), random_text(0, 12)
        if alone is not None:
            positive = nodes.Apply(model=model, regional_prompt=alone, **SETTINGS)[1]
        pieces.append((box, velocity(model, positive, box.of(x), SIGMA)))
    model = tiny_model(kind)
    positive = nodes.Apply(model=model, regional_prompt=prompt, **SETTINGS)[1]
    tiled = velocity(TiledModel(boxes, 3).on(model), positive, x, SIGMA)
    assert difference(tiled, mean_of(pieces, x)) < SAME


def test_an_odd_start(nodes, scene, applied, velocity):
    """A tile that begins within a token: the one across the region's edge has half of the region."""
    prompt, x = scene(((0.0, 0.0, 0.5, 1.0),)), latent()
    model, positive = applied(prompt)
    boxes = [Box(range(HEIGHT), range(first, first + 16)) for first in (0, 11, 24)]
    columns = [torch.ones(8), torch.tensor([1.0, 1, 1, 1, 0.5, 0, 0, 0]), None]
    pieces = []
    for box, column in zip(boxes, columns, strict=True):
        conditioning = random_text(0, 12)
        if column is not None:
            (regions,) = nodes.FromMask(mask=column.expand(1, 12, 8))
            (regions,) = nodes.SetConditioning(regions=regions, region="1", conditioning=random_text(1))
            conditioning = applied(nodes.Encode(regions=regions, base_conditioning=conditioning)[0])[1]
        pieces.append((box, velocity(model, conditioning, box.of(x), SIGMA)))
    tiled = velocity(TiledModel(boxes, 2).on(model), positive, x, SIGMA)
    assert difference(tiled, mean_of(pieces, x)) < SAME


def test_regional_prompt_and_apply_alike(nodes, scene, applied, velocity):
    prompt = scene(BOXES)
    model, positive = applied(prompt)
    conditioning = nodes.Conditioning(
        regions=prompt.regions, conditioning=random_text(0, 12), padding="keep", **SETTINGS
    )[0]
    one, other = (velocity(with_context_windows(model, 3), each, latent(), SIGMA) for each in (positive, conditioning))
    assert torch.equal(one, other)


def test_windows_with_a_row_before_them(scene, applied, velocity):
    """Newer hosts put one in front unless told not to: 17 rows, the first of them from elsewhere."""
    import comfy.context_windows

    if "causal_window_fix" not in inspect.signature(comfy.context_windows.IndexListContextHandler).parameters:
        pytest.skip("this host has no such row")
    model, positive = applied(scene(BOXES))
    windowed = with_context_windows(model, 2, causal_window_fix=True)
    found = velocity(windowed, positive, latent(), SIGMA)
    assert found.isfinite().all()
    plain = velocity(windowed, random_text(0, 12), latent(), SIGMA)
    assert difference(found, plain) > OTHER


def test_an_area_within_windows(scene, applied, expected, velocity):
    """Hosts that cut places with the window do it; older ones leave no way to tell, and say so."""
    import comfy.context_windows

    prompt, x = scene(BOXES), latent()
    model, positive = applied(prompt)
    windowed, area = with_context_windows(model, 3), Box(range(24), range(16))
    if hasattr(comfy.context_windows.IndexListCallbacks, "RESIZE_COND_ITEM"):
        found = velocity(windowed, set_area(positive, area), x, SIGMA)
        assert difference(found, expected(prompt, WINDOWS[3], x)) < SAME
    else:
        with pytest.raises(ValueError, match="in a way that regions cannot follow"):
            velocity(windowed, set_area(positive, area), x, SIGMA)


def test_the_log_says_it_once(scene, applied, sample, caplog):
    model, positive = applied(scene(BOXES), end=0.5)
    with caplog.at_level("INFO"):
        sample(with_context_windows(model, 3), positive, latent=latent() * 0, steps=3)
    assert caplog.text.count("(in pieces of 8x12)") == 1
    assert caplog.text.count("the regions stop at 0.5 of the steps") == 1
    caplog.clear()
    sample(model, positive, latent=latent() * 0, steps=3)
    assert "in pieces" not in caplog.text


def test_the_watch_records_pieces_where_they_lie(nodes, scene, applied, velocity):
    model, positive = applied(scene(BOXES))
    watched, records = nodes.WatchAttention(model=model)
    velocity(TiledModel(TILES, 3).on(watched), positive, latent(), SIGMA)
    maps = records.latest.maps()
    assert maps.shape == (4, 12, 20)
    left, rows = slice(0, 6), slice(0, 7)
    assert (maps[0, rows, left] > 0).all() and maps[0, :, 7:].max() == 0 and maps[0, 8:].max() == 0
    assert (maps[2, 2:7, 14:] > 0).all() and maps[2, :, :13].max() == 0 and (maps[3] > 0).all()


def test_plans_of_the_last_pieces_alone_are_kept(scene, applied, velocity):
    from flux_regions.adapter import regions_of
    from flux_regions.adapter.run_cache import MAX_PIECES

    model, positive = applied(scene(BOXES))
    cache, counts = regions_of(positive).cache, []
    boxes = [Box(range(y, y + 8), range(x, x + 8)) for y in range(0, 17, 2) for x in range(0, 33, 4)]
    assert len(boxes) > MAX_PIECES

    class Counting(TiledModel):
        def __call__(self, apply_model, call):
            answer = super().__call__(apply_model, call)
            counts.append((len(cache._keys_of_pieces), len(cache._entries)))
            return answer

    velocity(Counting(boxes).on(model), positive, latent(), SIGMA)
    assert counts[0][0] == MAX_PIECES and counts[0][1] < 8 * MAX_PIECES and not cache._entries


def test_places_of_a_long_picture_in_bfloat16(comfy):
    """bfloat16 counts exactly only to 256; the host casts other tensors to the model's dtype."""
    from comfy.model_base import convert_tensor
    from flux_regions.adapter.places import PlacesCond, pieces_of

    places = PlacesCond.of(torch.Size((1, 16, 308, 40))).process_cond(2, area=(24, 40, 280, 0)).cond
    (first, second) = pieces_of(convert_tensor(places, torch.bfloat16, "cpu"), torch.zeros(2, 16, 24, 40), {})
    assert first == second and first.rows == tuple(range(280, 304)) and (first.height, first.width) == (308, 40)


def test_a_control_and_references_are_cut_with_their_rows(comfy):
    from flux_regions.adapter.forward_call import ForwardCall
    from flux_regions.adapter.piece_calls import call_for_each_place
    from flux_regions.regions import Piece

    pieces = [Piece((0, 1), (0, 1), 2, 4), Piece((0, 1), (2, 3), 2, 4), Piece((0, 1), (0, 1), 2, 4)]
    rows, seen = torch.arange(3.0), []
    options = {"cond_or_uncond": [0, 1, 2], "sigmas": rows[:1], "uuids": ["a", "b", "c"]}
    kwargs = {"control": {"input": [rows + 10, None]}, "ref_latents": [rows + 20], "one": torch.zeros(1)}

    def forward(call):
        seen.append(call)
        return call.args[0] * 2 + call.kwargs["control"]["input"][0] + call.kwargs["ref_latents"][0]

    call = ForwardCall(None, (rows, rows, rows), {**kwargs, "transformer_options": options})
    answer = call_for_each_place(call, pieces, forward)
    assert torch.equal(answer, rows * 4 + 30)
    assert [call.options["uuids"] for call in seen] == [["a", "c"], ["b"]]
    assert [call.piece for call in seen] == pieces[:2] and len(seen[0].kwargs["one"]) == 1


@pytest.mark.parametrize("canvas, cut, warned", [((640, 384), True, 0), ((640, 384), False, 0), ((640, 640), False, 1)])
def test_other_proportions_than_the_canvas_s(scene, applied, sample, caplog, canvas, cut, warned):
    """It is the whole picture's that count, in windows too."""
    prompt = scene(BOXES)
    model, positive = applied(replace(prompt, regions=replace(prompt.regions, canvas=canvas)))
    with caplog.at_level("WARNING"):
        sample(with_context_windows(model, 3) if cut else model, positive, latent=latent() * 0, steps=2)
    sentence = "The picture sampled is 320x192, but the regions were drawn for 640x640: they are stretched to it."
    assert caplog.text.count(sentence) == warned and caplog.text.count("they are stretched") == warned


# Tilers that sample every tile by themselves: the regions cannot know, but the log says so.

SEVERAL = "One node samples several pictures with the same regions"


@pytest.fixture
def executing(comfy):
    """executing(node, index) -> within it the host runs this node, for this item of a list."""
    from comfy_execution.utils import CurrentNodeContext

    return lambda node, index=0: CurrentNodeContext("prompt", node, index)


def test_a_tiler_is_warned_of_once(applied, scene, sample, executing, caplog):
    model, positive = applied(scene(BOXES))
    with executing("tiler"):
        for tile in range(3):
            sample(model, positive, positive, cfg=2.0, seed=tile, steps=1)
            assert caplog.text.count(SEVERAL) == (tile > 0)
    with executing("tiler 2"):
        sample(model, positive, steps=1)
    assert caplog.text.count(SEVERAL) == 1


def test_lists_second_passes_and_scripts_are_no_tilers(applied, scene, sample, executing, caplog):
    model, positive = applied(scene(BOXES))
    for index in range(3):
        with executing("sampler", index):
            sample(model, positive, steps=1)
    with executing("second pass"):
        latent = sample(model, positive, steps=1)
        other, other_positive = applied(scene(BOXES))
        sample(other, other_positive, latent=latent, steps=1)
    for _ in range(3):
        sample(model, positive, steps=1)
    assert SEVERAL not in caplog.text
