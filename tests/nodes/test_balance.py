"""Auto balance in the host: every step is what a person would get by setting the rule's values by hand."""

from dataclasses import replace

import pytest

from support.regional import with_regions

pytestmark = pytest.mark.host

HALF, CORNER = (0.0, 0.0, 0.5, 1.0), (0.75, 0.0, 0.25, 0.25)


@pytest.mark.parametrize("background", [None, 7])
def test_each_step_is_as_if_set_by_hand(scene, compared, background):
    from flux_regions.attention import FITTED

    both = scene(boxes=(HALF, CORNER), seeds=(1, 2), background=background)
    corner = scene(boxes=(CORNER,), seeds=(2,), background=background)
    firm, light = {"base_ratio": FITTED.firm_ratio, "end": 1.0}, {"base_ratio": FITTED.light_ratio, "end": 1.0}
    others = {"firm": (both, firm), "light": (both, light), "corner": (corner, light), "plain": None}
    # The half acts for 0.4 of the 4 steps, the corner for all of them.
    assert compared(both, others, balance="auto", base_ratio=0.7, single_interval=2) == [
        {"firm"},
        {"light"},
        {"corner"},
        {"corner"},
    ]


def test_leaving_balance_out_is_manual(scene, compared):
    prompt = scene(boxes=(HALF, CORNER))
    others = {name: (prompt, {"balance": name, "end": 0.5}) for name in ("manual", "auto")} | {"plain": None}
    same = compared(prompt, others, end=0.5)
    assert same == [{"manual"}, {"manual"}, {"manual", "plain"}, {"manual", "plain"}]


def test_the_preview_reports_what_auto_makes_of_the_regions(nodes, scene, tiny_flux):
    from flux_regions.attention import FITTED

    prompt = scene(boxes=(HALF, CORNER))
    _, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, balance="auto", single_interval=2)
    _, report = nodes.Preview(regions=prompt.regions, positive=positive, steps=10)
    lines = report.splitlines()
    assert "acts in steps 1 to 4 of 10" in lines[1] and "acts in steps 1 to 10 of 10" in lines[2]
    assert (
        f"The base prompt: a share of {FITTED.firm_ratio:.0%} in the first {FITTED.firm:.0%} of the steps" in lines[-2]
    )
    assert lines[-1].endswith("and 5 of 5 single blocks")


def test_watching_follows_the_regions_through_both_ratios(nodes, scene, sample, tiny_flux):
    prompt = scene(boxes=(HALF, CORNER))
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, balance="auto")
    model, record = nodes.WatchAttention(model=model)
    sample(model, positive, steps=4)
    assert record.applied.prompt is prompt and record.passes == 4 * 7


def test_an_empty_region_is_named_in_the_first_step(nodes, scene, sample, tiny_flux):
    prompt = scene(boxes=(HALF, (0.5, 0.5, 0.2, 0.2)))
    hollow = replace(prompt.regions.regions[1], name="hollow", shapes=())
    prompt = with_regions(prompt, prompt.regions.regions[0], hollow)
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, balance="auto")
    with pytest.raises(ValueError, match=r"Region 2 \('hollow'\) is empty"):
        sample(model, positive, steps=2)
