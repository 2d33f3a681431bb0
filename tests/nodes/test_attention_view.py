"""The attention view: what it shows is where the pixels looked, it changes no picture, and off it costs nothing."""

import copy

import pytest
import torch

from support.models import tiny_model
from support.regional import in_windows, random_text

pytestmark = pytest.mark.host

QUARTERS = ((0, 0, 0.5, 0.5), (0.5, 0, 0.5, 0.5), (0, 0.5, 1, 0.5))


@pytest.fixture
def watch(nodes, scene, sample, tiny_flux):
    """watch(...) -> (records, latent) of a run with the scene's settings; apply = those of Apply."""

    def run(apply=None, negative=None, cfg=1.0, steps=2, then=lambda model: model, **scenery):
        model, positive, _ = nodes.Apply(
            model=tiny_flux(), regional_prompt=scene(**scenery), **({"end": 1.0} | (apply or {}))
        )
        model, records = nodes.WatchAttention(model=model)
        return records, sample(then(model), positive, negative=negative, cfg=cfg, steps=steps)

    return run


def test_watching_changes_no_picture(nodes, scene, sample, tiny_flux, watch):
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(), end=1.0)
    records, watched = watch()
    assert torch.equal(watched, sample(model, positive, steps=2))
    assert records.latest.passes == 2 * (2 + 5), "every block of every step"


def test_without_watching_nothing_is_computed(nodes, scene, sample, tiny_flux, monkeypatch):
    from flux_regions.attention import plan

    def computed(*args):
        raise AssertionError("attention shares were computed though nobody watches")

    monkeypatch.setattr(plan, "attention_shares", computed)
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(), end=1.0)
    sample(model, positive, steps=1)


@pytest.mark.parametrize("image_stream", ["shared", "paper"])
def test_pixels_look_at_their_own_text_and_at_beta_0_at_no_other(watch, image_stream):
    records, _ = watch(apply={"base_ratio": 0.0, "image_stream": image_stream}, boxes=QUARTERS)
    maps, table = records.latest.maps(), records.latest.table()
    assert maps.shape == (4, 6, 8)
    for text, (rows, cols) in enumerate(((slice(3), slice(4)), (slice(3), slice(4, 8)), (slice(3, 6), slice(8)))):
        inside = torch.zeros(6, 8, dtype=torch.bool)
        inside[rows, cols] = True
        assert (maps[text][inside] > 0.01).all() and (maps[text][~inside] == 0).all()
    assert (maps[3] == 0).all(), "the base text"
    assert torch.allclose(table.sum(1), torch.ones(3), atol=1e-4)
    assert (table[:, 0] > 0.01).all() and (table[:, [1, 2, 4, 5]] == 0).all()


def test_beta_shifts_attention_to_the_base_text(watch):
    shares = [watch(apply={"base_ratio": beta})[0].latest.table() for beta in (0.0, 0.3, 0.8)]
    own, base = (torch.stack([table[:, kind] for table in shares]) for kind in (0, 2))
    assert (own.diff(dim=0) < 0).all() and (base.diff(dim=0) > 0).all()


def test_a_background_and_regions_with_windows_of_their_own(nodes, sample, tiny_flux):
    (regions,) = nodes.FromBox(x=0, y=0, width=0.5, height=0.5)
    (regions,) = nodes.FromBox(x=0.5, y=0, width=0.5, height=0.5, regions=regions)
    for index in ("1", "2", "background"):
        (regions,) = nodes.SetConditioning(regions=regions, region=index, conditioning=random_text(len(index)))
    (prompt,) = nodes.Encode(regions=regions, base_conditioning=random_text(0, 12))
    prompt = in_windows(prompt, (0, 0.5), (0.5, 1))
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, end=1.0, base_ratio=0.0)
    model, records = nodes.WatchAttention(model=model)
    latent = sample(model, positive, steps=4)
    maps = records.latest.maps()
    assert (maps[0, :3, :4] > 0).all() and (maps[0, :3, 4:] == 0).all()
    assert (maps[1, :3, 4:] > 0).all() and (maps[1, :3, :4] == 0).all()
    assert (maps[2, 3:] > 0).all(), "the background"
    picture, report = nodes.AttentionView(attention=records, latent={"samples": latent})
    assert [line.split(":")[0] for line in report.splitlines()[1:]] == ["Region 1", "Region 2", "The background"]
    assert picture.shape[0] == 1 and picture.shape[-1] == 3 and 0 <= picture.min() < picture.max() <= 1


def test_each_run_is_recorded_anew_and_the_negative_is_not(nodes, scene, sample, tiny_flux):
    model, positive, negative = nodes.Apply(
        model=tiny_flux(), regional_prompt=scene(), negative=scene(seeds=(5, 6)), end=1.0
    )
    model, records = nodes.WatchAttention(model=model)
    from flux_regions.adapter import regions_of

    sample(model, positive, negative=negative, cfg=3.0, steps=2)
    assert records.latest.passes == 2 * 7 and records.latest.applied is regions_of(positive)
    first = records.latest.table()
    sample(model, positive, negative=negative, cfg=3.0, steps=2, seed=6)
    assert records.latest.passes == 2 * 7 and not torch.equal(first, records.latest.table())


def test_each_latent_is_shown_with_the_record_of_its_own_run(nodes, scene, sample, tiny_flux):
    """Under --cache-lru the watch node's value is that of the first run, and so is a latent that comes back."""
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene(), end=1.0)
    model, records = nodes.WatchAttention(model=model)
    latents = [sample(model, positive, steps=2, seed=seed) for seed in (5, 6)]
    reports = [nodes.AttentionView(attention=records, latent={"samples": latent})[1] for latent in latents]
    assert reports[0] != reports[1]
    assert nodes.AttentionView(attention=records, latent={"samples": latents[0].half()})[1] == reports[0]
    for seed in range(40):
        sample(model, positive, steps=1, seed=seed)
    assert len(records._records) <= 16


@pytest.mark.parametrize("end", [0.5, 1.0])
def test_modulated_attention_is_watched_too(watch, nodes, end):
    records, latent = watch(apply={"isolation": "modulate", "end": end}, boxes=QUARTERS)
    table = records.latest.table()
    assert torch.allclose(table.sum(1), torch.ones(len(table)), atol=1e-4) and (table[:, 0] > 0.01).all()
    assert "Region 1: own text" in nodes.AttentionView(attention=records, latent={"samples": latent})[1]


def test_the_order_of_the_nodes_and_later_copies_of_the_model_do_not_matter(nodes, scene, sample, tiny_flux):
    model, records = nodes.WatchAttention(model=tiny_flux())
    model, positive, _ = nodes.Apply(model=model, regional_prompt=scene(), end=1.0)
    sample(model.clone().clone(), positive, steps=1)
    assert records.latest.passes == 7
    assert copy.deepcopy(records) is records


def test_references_count_as_such(watch):
    import node_helpers

    base = node_helpers.conditioning_set_values(random_text(0, 12), {"reference_latents": [torch.randn(1, 16, 8, 8)]})
    table = watch(base=base)[0].latest.table()
    assert (table[:, 5] > 0.01).all() and torch.allclose(table.sum(1), torch.ones(2), atol=1e-4)


def test_chroma_is_watched_as_well(nodes, scene, sample, watch):
    model, positive, _ = nodes.Apply(model=tiny_model("chroma"), regional_prompt=scene(), end=1.0)
    model, records = nodes.WatchAttention(model=model)
    sample(model, positive, steps=1)
    assert records.latest.passes == 5 and (records.latest.table()[:, 0] > 0.01).all()


def test_the_heat_is_where_the_region_is_and_its_number_stands_in_the_report(nodes, watch):
    records, latent = watch(apply={"base_ratio": 0.0}, boxes=((0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 0.5, 1.0)))
    picture, report = nodes.AttentionView(
        attention=records, latent={"samples": latent}, image=torch.zeros(1, 96, 128, 3)
    )
    assert report.splitlines()[1].startswith(f"Region 1: own text {records.latest.table()[0, 0]:.1%}, own pixels ")
    panel = picture[0, 31 : 31 + 288, 8 : 8 + 384].mean(-1)  # the first panel, 384 x 288 px under its title
    assert panel[:, 4:188].min() > panel[:, 196:380].max()


def test_nothing_recorded_or_another_size_is_an_error(nodes, watch, tiny_flux):
    _, records = nodes.WatchAttention(model=tiny_flux())
    with pytest.raises(ValueError, match="No attention was recorded"):
        nodes.AttentionView(attention=records, latent={"samples": torch.zeros(1, 16, 12, 16)})
    records, _ = watch(steps=1)
    with pytest.raises(ValueError, match="another size"):
        nodes.AttentionView(attention=records, latent={"samples": torch.zeros(1, 16, 24, 32)})
