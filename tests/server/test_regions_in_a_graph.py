"""However a person wires it, a graph draws its regions, or the log says why not; with and without them is one key."""

import pytest

pytestmark = pytest.mark.server

PLAIN_TEXT = {"class_type": "CLIPTextEncode", "inputs": {"clip": ["pocket", 1], "text": "a red circle and a blue star"}}
SIZE, STEPS = 128, 6


@pytest.fixture(scope="module")
def drawn(server, pixels):
    """drawn(workflow) -> (its picture, what the log says meanwhile)."""

    def run(workflow):
        before = len(server.log_text())
        picture = pixels(server.queue(workflow))
        return picture, server.log_text()[before:]

    return run


@pytest.fixture(scope="module")
def workflow(make_workflow):
    """workflow(**replace): two halves through Regional Prompt; further nodes replace those of the same id."""

    def make(regions=None, settings=None, wired=True, **replace):
        graph = make_workflow(regions, steps=STEPS, size=SIZE)
        del graph["encode"], graph["apply"]
        inputs = {"regions": [list(regions or {"right": 0})[-1], 0], "clip": ["pocket", 1], **(settings or {})}
        if wired:
            graph["text"] = PLAIN_TEXT
            inputs["conditioning"] = ["text", 0]
        graph["regional"] = {"class_type": "FluxRegions_Conditioning", "inputs": inputs}
        graph["zero"] = {"class_type": "ConditioningZeroOut", "inputs": {"conditioning": ["text", 0]}}
        if not wired:
            graph["zero"]["inputs"]["conditioning"] = ["regional", 0]
        graph["sampler"]["inputs"] |= {"model": ["pocket", 0], "positive": ["regional", 0], "negative": ["zero", 0]}
        return graph | replace

    return make


@pytest.fixture(scope="module")
def plain(workflow, drawn):
    graph = workflow()
    graph["sampler"]["inputs"]["positive"] = ["text", 0]
    del graph["regional"], graph["left"], graph["right"]
    return drawn(graph)[0]


def is_plain(picture, plain):
    return abs(picture - plain).max() == 0


# ---- faults kind 1: a silent nothing


def test_old_graphs_draw_on_the_loaders_model_too(make_workflow, drawn, plain):
    """The sampler's model reconnected to the loader, run twice; two Apply nodes."""
    good = make_workflow(steps=STEPS, size=SIZE)
    picture, _ = drawn(good)
    good["sampler"]["inputs"]["model"] = ["pocket", 0]
    again, _ = drawn(good)
    assert not is_plain(picture, plain) and abs(picture - again).max() == 0
    good["apply2"] = {"class_type": "FluxRegions_Apply", "inputs": {**good["apply"]["inputs"], "end": 0.9}}
    good["sampler"]["inputs"]["positive"] = ["apply2", 1]
    assert not is_plain(drawn(good)[0], plain)


def test_a_guider_with_the_loaders_model_draws_them(workflow, drawn, plain):
    node = lambda kind, **inputs: {"class_type": kind, "inputs": inputs}  # noqa: E731
    graph = workflow(
        guider=node("BasicGuider", model=["pocket", 0], conditioning=["regional", 0]),
        sigmas=node("BasicScheduler", model=["pocket", 0], scheduler="simple", steps=STEPS, denoise=1.0),
        euler=node("KSamplerSelect", sampler_name="euler"),
        noise=node("RandomNoise", noise_seed=1),
    )
    parts = {"noise": "noise", "guider": "guider", "sampler": "euler", "sigmas": "sigmas", "latent_image": "latent"}
    graph["sampler"] = node("SamplerCustomAdvanced", **{name: [source, 0] for name, source in parts.items()})
    by_guider, _ = drawn(graph)
    by_ksampler, _ = drawn(workflow())
    assert not is_plain(by_guider, plain) and abs(by_guider - by_ksampler).max() < 2 / 255


def test_only_applys_model_in_use_is_said(make_workflow, drawn, plain):
    graph = make_workflow(steps=STEPS, size=SIZE, text=PLAIN_TEXT)
    graph["sampler"]["inputs"] |= {"positive": ["text", 0], "negative": ["text", 0]}
    picture, log = drawn(graph)
    assert is_plain(picture, plain)
    assert "its model is used but its conditioning is not" in log


@pytest.mark.parametrize("kind", ["ConditioningConcat", "ConditioningAverage"])
def test_regions_lost_in_concat_or_average_are_said_each_time(workflow, drawn, kind):
    joined = {"class_type": kind, "inputs": {"conditioning_to": ["text", 0], "conditioning_from": ["guided", 0]}}
    if kind == "ConditioningAverage":
        joined["inputs"]["conditioning_to_strength"] = 0.5
    guided = {"class_type": "FluxGuidance", "inputs": {"conditioning": ["regional", 0], "guidance": 3.5}}
    graph = workflow(joined=joined, guided=guided)
    graph["sampler"]["inputs"]["positive"] = ["joined", 0]
    for seed in (1, 2):
        graph["sampler"]["inputs"]["seed"] = seed
        assert f"({kind}) keeps no regions of its conditioning_from" in drawn(graph)[1]
    kept = {name: joined["inputs"][other] for name, other in zip(
        ("conditioning_to", "conditioning_from"), ("conditioning_from", "conditioning_to"), strict=True
    )}  # fmt: skip
    graph["joined"] = {"class_type": kind, "inputs": {**joined["inputs"], **kept}}
    assert "keeps no regions" not in drawn(graph)[1]


def test_regions_on_a_conditioning_that_has_some_are_said(workflow, drawn, make_workflow):
    graph = workflow(
        whole=make_workflow.box("a green ring", x=0.0, width=1.0),
        second={
            "class_type": "FluxRegions_Conditioning",
            "inputs": {"regions": ["whole", 0], "clip": ["pocket", 1], "conditioning": ["regional", 0]},
        },
    )
    graph["sampler"]["inputs"]["positive"] = ["second", 0]
    assert "The conditioning carries regions already, and these take their place" in drawn(graph)[1]


def test_a_preview_needs_no_sampler(workflow, server):
    graph = workflow(
        preview={
            "class_type": "FluxRegions_Preview",
            "inputs": {"regions": ["right", 0], "positive": ["regional", 0], "grid": "canvas"},
        },
        shown={"class_type": "PreviewImage", "inputs": {"images": ["preview", 0]}},
    )
    for name in ("sampler", "decode", "save", "latent"):
        del graph[name]
    assert server.queue(graph).error is None


def test_another_shape_than_the_canvas_and_a_zeroed_negative_with_cfg_are_said(workflow, drawn):
    document = '{"schema": 1, "regions": [{"prompt": "a red circle", "shapes": [{"kind": "rect", "x": 0, "y": 0, "width": 0.5, "height": 1}]}]}'
    canvas = {"class_type": "FluxRegions_Canvas", "inputs": {"document": document, "width": 1024, "height": 1024}}
    graph = workflow({"canvas": canvas})
    graph["latent"]["inputs"] |= {"width": 192, "height": 128}
    graph["sampler"]["inputs"]["cfg"] = 8.0
    _, log = drawn(graph)
    assert "The picture sampled is 192x128, but the regions were drawn for 1024x1024" in log
    assert "CFG is 8 and the negative conditioning is all zeros" in log


# ---- kind 3: a skipped step is no foreign model


@pytest.mark.parametrize("window", [(0.0, 1.0), (0.5, 0.6)])
def test_easycache_at_its_defaults(workflow, drawn, window):
    graph = workflow(
        settings={"balance": "manual", "start": window[0], "end": window[1]},
        cache={
            "class_type": "EasyCache",
            "inputs": {
                "model": ["pocket", 0], "reuse_threshold": 0.2, "start_percent": 0.15, "end_percent": 0.95,
                "verbose": False,
            },
        },
    )  # fmt: skip
    graph["sampler"]["inputs"] |= {"model": ["cache", 0], "steps": 20}
    picture, log = drawn(graph)
    assert picture.shape == (SIZE, SIZE, 3) and "hooks" not in log
    assert "2 of 2 regions" in log or "acted in none of the steps" in log


# ---- kind 4: what a region's own conditioning carries


@pytest.mark.parametrize(
    "carrier, said",
    [
        ({"class_type": "ConditioningSetTimestepRange", "inputs": {"start": 0.0, "end": 0.5}}, "not a time range"),
        (
            {
                "class_type": "ConditioningSetArea",
                "inputs": {"width": 64, "height": 64, "x": 0, "y": 0, "strength": 1.0},
            },
            "not an area",
        ),
        ({"class_type": "FluxGuidance", "inputs": {"guidance": 2.0}}, "not a guidance"),
    ],
)
def test_what_a_regions_own_conditioning_carries_in_vain_is_named(workflow, drawn, make_workflow, carrier, said):
    words = {"class_type": "CLIPTextEncode", "inputs": {"clip": ["pocket", 1], "text": "a green ring"}}
    carrier = {**carrier, "inputs": {**carrier["inputs"], "conditioning": ["words", 0]}}
    regions = {
        "left": make_workflow.box(),
        "words": words,
        "carrier": carrier,
        "set": {
            "class_type": "FluxRegions_SetConditioning",
            "inputs": {"regions": ["left", 0], "region": "1", "conditioning": ["carrier", 0]},
        },
    }
    assert (
        f"Region '1': of its conditioning only the tokens and reference pictures are used, {said}"
        in drawn(workflow(regions))[1]
    )


# ---- kind 5: with and without


def test_a_bypassed_regional_prompt_is_the_plain_picture(workflow, drawn, plain):
    """Bypassing passes the wired conditioning on, as the page does when it queues the graph."""
    graph = workflow()
    del graph["regional"]
    graph["sampler"]["inputs"]["positive"] = ["text", 0]
    assert is_plain(drawn(graph)[0], plain)


HIDDEN = (
    '{"schema": 1, "regions": [{"prompt": "a ring", "visible": false, '
    '"shapes": [{"kind": "rect", "x": 0, "y": 0, "width": 0.5, "height": 1}]}]}'
)


@pytest.mark.parametrize("wired", [True, False])
@pytest.mark.parametrize("document", ["", HIDDEN])
def test_no_regions_or_all_hidden_are_the_plain_picture(workflow, drawn, plain, document, wired):
    canvas = {"class_type": "FluxRegions_Canvas", "inputs": {"document": document, "width": SIZE, "height": SIZE}}
    graph = workflow({"canvas": canvas}, wired=wired)
    if not wired:
        base = document[:-1] + ', "base_prompt": "a red circle and a blue star"}' if document else (
            '{"schema": 1, "regions": [], "base_prompt": "a red circle and a blue star"}'
        )  # fmt: skip
        graph["canvas"]["inputs"]["document"] = base
    picture, log = drawn(graph)
    assert is_plain(picture, plain) and log.count("No region can act") == 1


def test_regions_of_strength_0_are_the_plain_picture(workflow, drawn, plain, make_workflow):
    box = make_workflow.box
    graph = workflow({"left": box(strength=0.0), "right": box("a blue star", "left", x=0.5, strength=0.0)})
    picture, log = drawn(graph)
    assert is_plain(picture, plain) and log.count("No region can act") == 1


def test_old_graphs_without_regions_are_plain_too(make_workflow, drawn, plain):
    canvas = {"class_type": "FluxRegions_Canvas", "inputs": {"document": "", "width": SIZE, "height": SIZE}}
    picture, log = drawn(make_workflow({"canvas": canvas}, steps=STEPS, size=SIZE))
    assert is_plain(picture, plain) and "No region can act" in log


def test_a_run_from_the_cache_tells_the_page_again_what_fills_the_drawing(server):
    """A page that opens the workflow anew has an empty drawing, and the host has done all of this before."""
    if "has_intermediate_output" not in server.get("/object_info/FluxRegions_Canvas")["FluxRegions_Canvas"]:
        pytest.skip("this ComfyUI tells only of nodes at the end of a graph again")
    size = {"width": 512, "height": 384}
    graph = {
        "text": {"class_type": "FluxRegions_FromText", "inputs": {"text": "left half: a red car", **size}},
        "canvas": {"class_type": "FluxRegions_Canvas", "inputs": {"document": "", **size, "start_from": ["text", 1]}},
        "draw": {"class_type": "FluxRegions_Preview", "inputs": {"regions": ["canvas", 0], "grid": "canvas"}},
        "show": {"class_type": "PreviewImage", "inputs": {"images": ["draw", 0]}},
    }
    first, second = (server.queue(graph).outputs["canvas"] for _ in range(2))
    assert "a red car" in first["flux_regions_filled"][0] and second == first
