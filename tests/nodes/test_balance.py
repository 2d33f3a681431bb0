"""Auto balance in the host: every step is what a person would get by setting the rule's values by hand."""

from dataclasses import replace

import pytest

from support.regional import with_regions

pytestmark = pytest.mark.host

HALF, CORNER = (0.0, 0.0, 0.5, 1.0), (0.75, 0.0, 0.25, 0.25)


@pytest.mark.parametrize("background", [None, 7])
def test_each_step_is_as_if_set_by_hand(scene, compared, background):
    from flux_regions.attention import base_ratios

    prompt = scene(boxes=(HALF, CORNER), seeds=(1, 2), background=background)
    early, late = base_ratios(background is not None)
    # Regions that do not overlap: with "union" only what no region covers is another, which then sees no text.
    overlap = "top" if background else "union"
    others = {
        "early": (prompt, {"base_ratio": early, "end": 1.0, "overlap": overlap}),
        "late": (prompt, {"base_ratio": late, "end": 1.0}),
        "plain": None,
    }
    found = compared(prompt, others, balance="auto", base_ratio=0.7, single_interval=2)
    assert found == [{"early"}, {"late"}, {"late"}, {"late"}], "4 steps: the first is early"


@pytest.fixture(scope="module")
def clip(nodes):
    return nodes.PocketModel()[1]


def test_a_new_graph_is_balanced_by_itself(comfy):
    """Of the node: what the editor puts into a new graph, and what a graph means that leaves balance out."""
    import inspect

    from flux_regions.nodes.conditioning import Conditioning

    schema = Conditioning.define_schema()
    balance = next(given for given in schema.inputs if given.id == "balance")
    assert balance.default == balance.options[0] == "auto"
    assert inspect.signature(Conditioning.execute).parameters["balance"].default == "auto"


def test_leaving_balance_out_is_manual(scene, compared):
    prompt = scene(boxes=(HALF, CORNER))
    others = {name: (prompt, {"balance": name, "end": 0.5}) for name in ("manual", "auto")} | {"plain": None}
    same = compared(prompt, others, end=0.5)
    assert same == [{"manual"}, {"manual"}, {"manual", "plain"}, {"manual", "plain"}]


def test_the_preview_reports_what_auto_makes_of_the_regions(nodes, scene, tiny_flux):
    prompt = scene(boxes=(HALF, CORNER))
    _, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, balance="auto", single_interval=2)
    _, report = nodes.Preview(regions=prompt.regions, positive=positive, steps=10)
    lines = report.splitlines()
    assert all("acts in steps 1 to 10 of 10" in line for line in lines[1:3])
    assert "The base prompt: a share of 10% in steps 1 to 2 and 50% in steps 3 to 10 in every region" in lines
    assert "Regions are kept apart in 2 of 2 double blocks and 5 of 5 single blocks" in lines


@pytest.mark.parametrize(
    "prompts, background_in_regions, base_prompt_share",
    [
        (("a red circle", "a blue star"), "auto", "0% in the first 15% of the steps and 30% after that"),
        (("a red circle", "a blue star"), "never", "10% in the first 15% of the steps and 50% after that"),
        (
            ("a red circle, a meadow", "a star, a meadow"),
            "never",
            "0% in the first 15% of the steps and 30% after that",
        ),
    ],
)
def test_the_base_prompt_s_share_follows_what_the_regions_prompts_name(
    nodes, clip, prompts, background_in_regions, base_prompt_share
):
    regions = None
    for index, prompt in enumerate(prompts):
        (regions,) = nodes.FromBox(prompt=prompt, x=index / 2, y=0, width=0.5, height=1, regions=regions)
    settings = {"background_prompt": "a meadow", "background_in_regions": background_in_regions}
    (positive,) = nodes.Conditioning(regions=regions, clip=clip, shared_prompt="at dawn", **settings)
    _, report = nodes.Preview(regions=regions, positive=positive)
    assert f"The base prompt: a share of {base_prompt_share} in every region" in report.splitlines()


@pytest.mark.parametrize(
    "prompts, background, balance, hinted",
    [
        (("a red circle", "a blue star"), "", "auto", True),
        (("a red circle", "a blue star"), "a meadow", "auto", False),
        (("a red circle", "a blue star"), "", "manual", False),
        (("a red circle in a meadow", "a blue star in a meadow"), "", "auto", False),
        (("a red circle",), "", "auto", False),
    ],
)
def test_bare_regions_without_a_background_prompt_get_a_hint(nodes, clip, prompts, background, balance, hinted):
    regions = None
    for index, prompt in enumerate(prompts):
        (regions,) = nodes.FromBox(prompt=prompt, x=index / 2, y=0, width=0.5, height=1, regions=regions)
    (positive,) = nodes.Conditioning(regions=regions, clip=clip, background_prompt=background, balance=balance)
    _, report = nodes.Preview(regions=regions, positive=positive)
    assert ("Give a background prompt: regions will agree on it." in report.splitlines()) == hinted


def test_watching_follows_the_regions_through_both_ratios(nodes, scene, sample, tiny_flux):
    prompt = scene(boxes=(HALF, CORNER))
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, balance="auto")
    model, records = nodes.WatchAttention(model=model)
    sample(model, positive, steps=4)
    assert records.latest.applied.prompt is prompt and records.latest.passes == 4 * 7


def test_an_empty_region_is_named_in_the_first_step(nodes, scene, sample, tiny_flux):
    prompt = scene(boxes=(HALF, (0.5, 0.5, 0.2, 0.2)))
    hollow = replace(prompt.regions.regions[1], name="hollow", shapes=())
    prompt = with_regions(prompt, prompt.regions.regions[0], hollow)
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, balance="auto")
    with pytest.raises(ValueError, match=r"Region 2 \('hollow'\) is empty"):
        sample(model, positive, steps=2)
