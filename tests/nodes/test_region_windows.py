"""A region with a step window of its own is there inside of it, and outside of it as if it were not in the set."""

import logging
from dataclasses import replace

import pytest
import torch

from support.regional import in_windows, random_text, with_regions

pytestmark = pytest.mark.host

KEY = "flux_regions"
LEFT, RIGHT, MIDDLE = (0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 0.5, 1.0), (0.2, 0.2, 0.6, 0.6)


OVERLAPS = pytest.mark.parametrize("overlap", ["top", "blend", "union"])


@OVERLAPS
@pytest.mark.parametrize("background", [None, 7])
def test_a_region_acts_in_its_own_window_only(scene, compared, overlap, background):
    both = scene(boxes=(LEFT, MIDDLE), seeds=(1, 2), background=background)
    alone = scene(boxes=(LEFT,), seeds=(1,), background=background)
    same = compared(in_windows(both, (0, 1), (0, 0.5)), {"both": both, "alone": alone, "plain": None}, overlap=overlap)
    assert same == [{"both"}, {"both"}, {"alone"}, {"alone"}]


@OVERLAPS
def test_two_regions_take_turns_in_one_place(scene, compared, overlap):
    both = scene(boxes=(MIDDLE, MIDDLE), seeds=(1, 2))
    first, second = scene(boxes=(MIDDLE,), seeds=(1,)), scene(boxes=(MIDDLE,), seeds=(2,))
    same = compared(
        in_windows(both, (0, 0.5), (0.5, 1)), {"both": both, "first": first, "second": second}, overlap=overlap
    )
    assert same == [{"first"}, {"first"}, {"second"}, {"second"}]


def test_a_region_with_the_rest_of_the_set_gone_keeps_what_it_hid(scene, compared):
    """The lower region's own turn is over: the upper one stays as it is, the lower one's place is the base prompt's."""
    both, upper = scene(boxes=(LEFT, MIDDLE), seeds=(1, 2)), scene(boxes=(MIDDLE,), seeds=(2,))
    same = compared(in_windows(both, (0, 0.25), (0, 1)), {"both": both, "upper": upper})
    assert same == [{"both"}, {"upper"}, {"upper"}, {"upper"}]


def test_without_an_active_region_the_step_is_plain(scene, compared):
    """Also where there is a background prompt: it is for what lies around regions."""
    prompt = scene(boxes=(LEFT,), seeds=(1,), background=7)
    same = compared(in_windows(prompt, (0.25, 0.5)), {"region": prompt, "plain": None})
    assert same == [{"plain"}, {"region"}, {"plain"}, {"plain"}]


def test_both_windows_must_be_open(scene, compared):
    prompt = scene(boxes=(LEFT, RIGHT))
    right = scene(boxes=(RIGHT,), seeds=(2,))
    same = compared(
        in_windows(prompt, (0, 0.5), (0, 1)), {"both": prompt, "right": right, "plain": None}, start=0.25, end=0.75
    )
    # The rivals have the same window in Apply, and outside of it they are as plain as the model.
    everything = {"both", "right", "plain"}
    assert same == [everything, {"both"}, {"right"}, everything]


def test_the_papers_second_image_stream_follows_the_windows_too(scene, compared):
    both, alone = scene(boxes=(LEFT, MIDDLE), seeds=(1, 2)), scene(boxes=(LEFT,), seeds=(1,))
    same = compared(
        in_windows(both, (0, 1), (0.75, 1)), {"both": both, "alone": alone}, image_stream="paper", single_interval=2
    )
    assert same == [{"alone"}, {"alone"}, {"alone"}, {"both"}]


def test_each_set_of_active_regions_is_planned_once(nodes, scene, sample, tiny_flux, monkeypatch):
    import flux_regions.adapter.run_cache as run_cache

    made, real = [], run_cache.AttentionPlan
    monkeypatch.setattr(
        run_cache, "AttentionPlan", lambda layout, *rest: made.append(layout.text_lengths) or real(layout, *rest)
    )
    prompt = in_windows(scene(boxes=(LEFT, RIGHT)), (0, 0.5), (0, 1))
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, end=1.0)
    sample(model, positive, steps=8)
    assert made == [(8, 8), (8,)]


def test_the_log_says_which_region_acts_when(nodes, scene, sample, tiny_flux, caplog):
    prompt = in_windows(scene(boxes=(LEFT, RIGHT), name="fox"), (0, 0.5), (0.5, 1))
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, end=1.0)
    with caplog.at_level(logging.INFO):
        sample(model, positive, steps=4)
    lines = [record.getMessage() for record in caplog.records if record.name.startswith(KEY)]
    assert lines == [
        "1 of 2 regions, 8 region text tokens on 48 image tokens, steps 1 to 4 of 4, 2 double and 5 single blocks. "
        "Region 1 ('fox') in steps 1 to 2; Region 2 ('fox') in steps 3 to 4."
    ]


def test_a_region_whose_window_misses_that_of_apply_is_spoken_of_once(nodes, scene, sample, tiny_flux, caplog):
    prompt = in_windows(scene(boxes=(LEFT, RIGHT)), (0, 1), (0.5, 1))
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, end=0.5)
    with caplog.at_level(logging.WARNING):
        sample(model, positive, steps=4)
    lines = [record.getMessage() for record in caplog.records if record.name.startswith(KEY)]
    assert lines == [
        "Region 2 never acts: its own window, 0.5 to 1, and that of Regional Prompt, 0 to 0.5, have none of the 4 steps "
        "in common. Widen one of them."
    ]


def in_time_range(conditioning, start, end):
    """As Conditioning Set Timestep Range makes it."""
    return [[tokens, {**extra, "start_percent": start, "end_percent": end}] for tokens, extra in conditioning]


def test_the_log_names_the_steps_that_a_time_range_leaves(nodes, scene, sample, tiny_flux, caplog):
    prompt = in_windows(scene(boxes=(LEFT, RIGHT), name="fox"), (0, 1), (0.75, 1))
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, end=1.0)

    def lines_of(positive):
        caplog.clear()
        with caplog.at_level(logging.INFO):
            sample(model, positive, steps=8)
        return [record.getMessage() for record in caplog.records if record.name.startswith(KEY)]

    early, late = in_time_range(positive, 0, 0.5), in_time_range(positive, 0.5, 1)
    rest = in_time_range(random_text(0, 12), 0.5, 1)
    warning, log = lines_of(early + rest)
    assert warning == (
        "Region 2 ('fox') never acts: its own window, 0.75 to 1, that of Regional Prompt, 0 to 1, and the time range of "
        "the conditioning, 0 to 0.5, have none of the 8 steps in common. Widen one of them."
    )
    assert ", steps 1 to 5 of 8, " in log and log.endswith("Region 1 ('fox') in steps 1 to 5.")
    (log,) = lines_of(in_time_range(random_text(0, 12), 0, 0.5) + late)
    assert ", steps 5 to 8 of 8, " in log and log.endswith("in steps 5 to 8; Region 2 ('fox') in steps 7 to 8.")
    (log,) = lines_of(early + late)
    assert ", steps 1 to 8 of 8, " in log


def test_an_empty_region_is_an_error_at_the_first_step_and_has_its_own_number(
    nodes, scene, sample, tiny_flux, recorder
):
    prompt = in_windows(scene(boxes=(LEFT, RIGHT), name="fox"), (0, 0.5), (0.5, 1))
    first, second = prompt.regions.regions
    prompt = with_regions(prompt, first, replace(second, shapes=()))
    model, positive, _ = nodes.Apply(model=recorder.on(tiny_flux()), regional_prompt=prompt, end=1.0)
    with pytest.raises(ValueError, match=r"^Region 2 \('fox'\) is empty"):
        sample(model, positive, steps=4)
    assert not recorder.tokens


def test_an_error_in_a_later_window_names_the_region_by_its_number_in_the_whole_set(nodes, scene, sample, tiny_flux):
    prompt = in_windows(scene(boxes=(LEFT, RIGHT), name="fox"), (0, 0.5), (0.5, 1))
    prompt = replace(prompt, texts=(prompt.texts[0], torch.zeros(1, 8, 33)))
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, end=1.0)
    with pytest.raises(ValueError, match=r"^Region 2 \('fox'\): its conditioning has the shape \[1, 8, 33\]"):
        sample(model, positive, steps=4)


def test_a_cache_that_answers_for_the_model_at_every_step_is_spoken_of_at_the_end(
    nodes, scene, sample, tiny_flux, caplog
):
    prompt = in_windows(scene(boxes=(LEFT, RIGHT)), (0, 0.25), (0, 0.5))
    model, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=prompt, end=1.0)
    steps = []

    def answer(executor, x, *args, **kwargs):
        steps.append(1)
        return torch.zeros_like(x)

    from comfy.patcher_extension import WrappersMP

    model.add_wrapper_with_key(WrappersMP.DIFFUSION_MODEL, "cache", answer)
    with caplog.at_level(logging.WARNING):
        sample(model, positive, steps=4)
    assert len(steps) == 4
    assert [record.getMessage()[:43] for record in caplog.records] == ["The regions acted in none of the steps of t"]


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
@pytest.mark.parametrize("looks", [1, 2])
def test_steps_are_counted_where_the_host_rounds_their_levels_to_the_latent_s_dtype(comfy, dtype, looks):
    from flux_regions.adapter.forward import current_step
    from flux_regions.adapter.run_cache import RunCache

    for steps in (2, 4, 20, 50):
        levels, cache = torch.linspace(1, 0, steps + 1) ** 1.3, RunCache()
        half_steps = (levels[:-1] * levels[1:]).sqrt()
        seen = [
            current_step({"sample_sigmas": levels, "sigmas": level.to(dtype).expand(2)}, cache).index
            for pair in zip(levels[:-1], half_steps, strict=True)
            for level in pair[:looks]
        ]
        assert seen == [step for step in range(steps) for _ in range(looks)]


def test_a_schedule_without_a_step_is_no_fault_of_other_nodes(nodes, scene, tiny_flux, caplog):
    """As SplitSigmas leaves it behind the last step."""
    import comfy.sample
    import comfy.samplers

    _, positive, _ = nodes.Apply(model=tiny_flux(), regional_prompt=scene())
    latent = torch.zeros(1, 16, 12, 16)
    euler, sigmas = comfy.samplers.sampler_object("euler"), torch.tensor([0.5])
    with caplog.at_level(logging.WARNING):
        comfy.sample.sample_custom(
            tiny_flux(), latent, 1.0, euler, sigmas, positive, positive, latent, disable_pbar=True, seed=0
        )
    assert not caplog.records


def test_the_preview_knows_the_windows(nodes, scene):
    """A region that never acts together with one above it is not hidden by it."""
    prompt = scene(boxes=(MIDDLE, MIDDLE, MIDDLE))
    turns = in_windows(prompt, (0, 0.5), (0.5, 1), (0.5, 0.75))
    lines = nodes.Preview(regions=turns.regions)[1].splitlines()
    assert "under" not in lines[1] and "; from 0% to 50% of the steps;" in lines[1]
    assert "hidden under Region 3; from 50% to 100% of the steps" in lines[2]
    assert "of the steps" not in nodes.Preview(regions=prompt.regions)[1]
