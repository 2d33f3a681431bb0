"""What comes from outside: strange words in errors, strange values in a queued graph, pictures that are none."""

import json

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.host

FORGED = "a\n[ERROR] forged\x1b[31m\u202e\ud800"
LOSING = {"class_type": "ConditioningConcat", "inputs": {"conditioning_from": ["1", 0], "conditioning_to": ["2", 0]}}
REGIONAL = {"class_type": "FluxRegions_Conditioning", "inputs": {}}


@pytest.fixture(scope="module")
def clip(nodes):
    return nodes.PocketModel()[1]


def lost(graph):
    from flux_regions.nodes.lost_regions import lost_regions

    class Passing:
        RETURN_TYPES = ("CONDITIONING",)

    return lost_regions(graph, {"ConditioningZeroOut": Passing})


@pytest.mark.parametrize(
    "wrong",
    [
        lambda nodes: nodes.classes.FromBox.validate_inputs(name=FORGED, x=2.0),
        lambda nodes: nodes.classes.FromBox.validate_inputs(name=FORGED, width=0.0),
        lambda nodes: nodes.classes.FromLayout.validate_inputs(box_order=FORGED),
        lambda nodes: nodes.classes.PlanPrompt.validate_inputs(prompt="a", task=FORGED),
        lambda nodes: nodes.SetConditioning(
            regions=nodes.FromBox(name=FORGED)[0], region="elsewhere", conditioning=[[torch.zeros(1, 2, 4), {}]]
        ),
        lambda nodes: nodes.SetConditioning(
            regions=nodes.FromBox(name="b", regions=nodes.FromBox(name="b")[0])[0],
            region="b",
            conditioning=[[torch.zeros(1, 2, 4), {}]],
        ),
        lambda nodes: nodes.FromMask(mask=torch.zeros(8, 8), name=FORGED),
        lambda nodes: nodes.classes.Plan.validate_inputs(base_url="http://a\n[ERROR] forged"),
    ],
)
def test_an_error_is_one_line_that_steers_nothing(nodes, wrong):
    with pytest.raises(ValueError) as error:
        wrong(nodes)
    assert str(error.value).isprintable()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["1", "2", FORGED, ""]),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.sampled_from(["1", "inputs"]), children),
    max_leaves=5,
)
CLASSES = st.sampled_from(
    [
        "ConditioningConcat",
        "ConditioningAverage",
        "ConditioningZeroOut",
        "FluxRegions_Apply",
        "FluxRegions_Conditioning",
    ]
)
INPUTS = st.dictionaries(st.sampled_from(["conditioning_from", "conditioning_to", "model"]), VALUES)
NODES = st.fixed_dictionaries({"class_type": CLASSES | VALUES, "inputs": INPUTS | VALUES})


@pytest.mark.usefixtures("nodes")
@given(st.dictionaries(st.sampled_from(["1", "2", "3"]), NODES | VALUES) | VALUES)
def test_any_graph_can_be_looked_through(graph):
    json.dumps(graph)
    assert all(isinstance(message, str) for message in lost(graph))


def test_regions_that_are_lost_are_found_among_strange_links(nodes):
    strange = {"class_type": "KSampler", "inputs": {"a": [["1"], 0], "b": ["1", [0]], "c": [{}, {}], "d": ["1", None]}}
    (message,) = lost({"1": REGIONAL, "2": strange, FORGED: LOSING})
    assert message.isprintable() and message.startswith("Node a [ERROR] forged")


GRAPH = {
    "text": {"class_type": "CLIPTextEncode", "inputs": {}},
    "canvas": {"class_type": "FluxRegions_Canvas", "inputs": {}},
    "box": {"class_type": "FluxRegions_FromBox", "inputs": {"regions": ["canvas", 0]}},
    "regional": {"class_type": "FluxRegions_Conditioning", "inputs": {"regions": ["box", 0], "conditioning": ["text", 0]}},
    "zero": {"class_type": "ConditioningZeroOut", "inputs": {"conditioning": ["regional", 0]}},
    "sampler": {"class_type": "KSampler", "inputs": {"positive": ["regional", 0], "negative": ["zero", 0]}},
    "save": {"class_type": "SaveImage", "inputs": {"images": ["sampler", 0]}},
    "watch": {"class_type": "FluxRegions_WatchAttention", "inputs": {}},
}  # fmt: skip


def idle(**links):
    """The nodes that the log names, once these links (node__input = source) are others."""
    from flux_regions.nodes.lost_regions import lost_regions

    import nodes as host

    graph = json.loads(json.dumps(GRAPH))
    for place, source in links.items():
        node, _, name = place.partition("__")
        graph[node]["inputs"][name] = source and [source, 0]
    classes = host.NODE_CLASS_MAPPINGS | {node.define_schema().node_id: node for node in pack_nodes()}
    messages = lost_regions(graph, classes)
    assert all("leads to no output, so its regions have no effect" in message for message in messages)
    return [message.split()[1] for message in messages]


def pack_nodes():
    import flux_regions.nodes as package

    for node in package.NODES:
        node.GET_SCHEMA()
    return package.NODES


@pytest.mark.parametrize(
    "links, named",
    [
        ({}, []),
        ({"sampler__positive": "text", "sampler__negative": "text"}, ["regional"]),
        ({"sampler__positive": "text"}, []),  # it leads there through the negative: not idle, and the run says so
        ({"regional__regions": None}, ["box"]),
        ({"regional__regions": "canvas"}, ["box"]),
        ({"box__regions": None, "regional__regions": "box"}, ["canvas"]),
        ({"sampler__positive": "text", "sampler__negative": "text", "save__mask": "canvas"}, ["regional"]),
        ({"save__images": None}, ["regional"]),
    ],
)
def test_a_node_whose_regions_go_nowhere_is_named(nodes, links, named):
    assert idle(**links) == named


def test_a_graph_without_an_output_is_not_looked_at(nodes):
    from flux_regions.nodes.lost_regions import lost_regions

    assert lost_regions({"1": REGIONAL}, {"FluxRegions_Conditioning": nodes.classes.Conditioning}) == []


NO_PICTURES = [torch.zeros(0, 64, 64, 3), torch.zeros(1, 0, 0, 3), torch.zeros(64, 64, 3), torch.zeros(1, 64, 0, 3)]


@pytest.mark.parametrize("image", NO_PICTURES, ids=lambda image: str(list(image.shape)))
@pytest.mark.parametrize(
    "use",
    [
        lambda nodes, image: nodes.Canvas(image=image),
        lambda nodes, image: nodes.FromBox(boxes=[{"x": 0, "y": 0, "width": 8, "height": 8}], image=image),
        lambda nodes, image: nodes.FromLayout(layout='[{"bbox_2d": [0, 0, 8, 8], "label": "a"}]', image=image),
        lambda nodes, image: nodes.FromColorMap(image=image, legend="#ff0000 = a"),
        lambda nodes, image: nodes.Preview(regions=nodes.FromBox(prompt="a")[0], image=image),
    ],
    ids=["Canvas", "FromBox", "FromLayout", "FromColorMap", "Preview"],
)
def test_what_is_no_picture_is_said_to_be_none(nodes, use, image):
    with pytest.raises(
        ValueError, match=r"^image has the shape \[.*\], which is no picture.*Check the node that made it"
    ):
        use(nodes, image)


def test_load_images_stand_in_mask_is_named_when_it_was_inverted(nodes):
    (regions,) = nodes.FromMask(mask=torch.ones(1, 64, 64), prompt="a")
    with pytest.raises(
        ValueError, match=r"its mask is 64x64 but the picture is 512x256.*Load Image gives a black mask"
    ):
        nodes.Preview(regions=regions, image=torch.zeros(1, 256, 512, 3))
    with pytest.raises(ValueError, match=r"its mask is 64x64 but that of.*Load Image gives a black mask"):
        nodes.FromMask(mask=torch.ones(1, 64, 64), regions=nodes.FromMask(mask=torch.ones(1, 256, 512))[0])
    (drawn,) = nodes.FromMask(mask=torch.eye(64)[None], prompt="a")
    with pytest.raises(ValueError) as error:
        nodes.Preview(regions=drawn, image=torch.zeros(1, 256, 512, 3))
    assert "Load Image" not in str(error.value)


def test_mask_values_a_little_outside_are_taken_as_0_to_1_and_the_log_says_so(nodes, caplog):
    mask = torch.linspace(-0.19, 1.19, 64).expand(64, 64)
    with caplog.at_level("INFO"):
        (regions,) = nodes.FromMask(mask=mask[None], name="moon")
    kept = regions.regions[0].mask
    assert kept.min() == 0 and kept.max() == 1
    (line,) = [record.getMessage() for record in caplog.records]
    assert line == "Region 1 ('moon'): its mask holds values from -0.19 to 1.19; they are taken as 0 to 1."


@pytest.mark.parametrize("shape", [(1, 0, 8), (0, 8, 8), (0,), (1, 8, 0)])
def test_a_mask_without_a_pixel_is_said_to_be_so(nodes, shape):
    with pytest.raises(ValueError, match=r"Check the node that made it"):
        nodes.FromMask(mask=torch.zeros(shape))


def test_a_lora_tag_is_said_to_load_nothing_once_for_all_prompts(nodes, caplog, clip):
    regions, _ = nodes.FromText(text="left: a fox <lora:fox:1>\nright: a well <LoRA:well:0.5>\nbase: a garden")
    with caplog.at_level("WARNING"):
        nodes.Encode(clip=clip, regions=regions)
    (line,) = [record.getMessage() for record in caplog.records if "LoRA" in record.getMessage()]
    assert line.startswith("<lora:fox:1> in a prompt loads no LoRA") and "Load LoRA" in line


@pytest.mark.parametrize("word", ["BREAK", "ADDCOL", "ADDROW", "ADDCOMM", "ADDBASE"])
def test_a_word_that_divides_prompts_elsewhere_is_said_to_divide_nothing(nodes, caplog, clip, word):
    (regions,) = nodes.FromBox(prompt=f"a fox {word} a well {word} a break, ADDCOLLECTED")
    with caplog.at_level("WARNING"):
        nodes.Encode(clip=clip, regions=regions, base_prompt="a garden")
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith(f"{word} in a prompt divides nothing") and "a region of its own" in line


@pytest.mark.parametrize("weight", ["nan", "inf"])
@pytest.mark.parametrize("where", ["region", "background"])
def test_a_weight_that_would_make_the_picture_black_is_refused_by_region(nodes, clip, weight, where):
    prompts = {"region": "a fox", "background": "a lawn"} | {where: f"a (red:{weight}) well"}
    (regions,) = nodes.FromBox(prompt=prompts["region"], name="fox")
    label = {"region": r"Region 1 \('fox'\)", "background": "The background"}[where]
    with pytest.raises(ValueError, match=rf"^{label}: its text holds NaN.*weights of its words"):
        nodes.Encode(clip=clip, regions=regions, base_prompt="x", background_prompt=prompts["background"])


@pytest.mark.parametrize(
    "tokens",
    [
        None,
        "words",
        [[0.0]],
        torch.zeros(8, 32),
        torch.zeros(1, 1, 8, 32),
        torch.zeros(1, 0, 32),
        torch.zeros(0, 8, 32),
        torch.full((1, 8, 32), torch.inf),
        torch.zeros(1, 8, 32, dtype=torch.complex64),
        torch.zeros(1, 8, 32).to_sparse(),
        torch.zeros(1, 8, 32, device="meta"),
    ],
    ids=str,
)
@pytest.mark.parametrize("region", ["1", "background"])
def test_a_conditioning_whose_tokens_are_no_text_is_refused_for_a_region(nodes, tokens, region):
    (regions,) = nodes.FromBox(prompt="a fox")
    with pytest.raises(ValueError, match=rf"^Region '{region}': its (conditioning|text) .*(Connect|Check)"):
        nodes.SetConditioning(regions=regions, region=region, conditioning=[[tokens, {}]])


@pytest.mark.parametrize("latents", [5, "words", [None], torch.zeros(3)], ids=str)
def test_reference_latents_that_are_no_pictures_are_refused_for_a_region(nodes, latents):
    (regions,) = nodes.FromBox(prompt="a fox")
    conditioning = [[torch.zeros(1, 8, 32), {"reference_latents": latents}]]
    with pytest.raises(ValueError, match=r"^Region '1': its latent is .*which is no picture"):
        nodes.SetConditioning(regions=regions, region="1", conditioning=conditioning)


def test_the_page_keeps_every_digit_that_a_number_is_rounded_to(nodes):
    """It writes as many decimals as step has, whatever round says."""
    for node in vars(nodes.classes).values():
        for options in (node_input.as_dict() for node_input in node.define_schema().inputs):
            if options.get("round"):
                assert options["step"] <= options["round"], (node, options)


@pytest.mark.parametrize(
    "node, names",
    [
        ("FromBox", {"prompt"}), ("FromMask", {"prompt"}), ("Encode", {"base_prompt", "background_prompt"}),
        ("Conditioning", {"background_prompt", "shared_prompt"}),
    ],
)  # fmt: skip
def test_prompts_have_choices_and_comments_as_in_clip_text_encode(nodes, node, names):
    inputs = {given.id: given.as_dict() for given in getattr(nodes.classes, node).define_schema().inputs}
    assert {name for name, given in inputs.items() if given.get("dynamicPrompts")} == names


def test_a_name_of_half_a_character_goes_through_all_nodes(nodes, clip):
    (regions,) = nodes.FromBox(name="a\ud800", prompt="a \udc00 fox")
    nodes.Conditioning(regions=regions, clip=clip)
    _, report = nodes.Preview(regions=regions)
    assert report.encode()


def test_a_name_that_is_a_whole_text_is_refused(nodes):
    with pytest.raises(ValueError, match="name has 300,000 characters; give at most 200"):
        nodes.FromBox(name="x" * 300_000)


@pytest.mark.parametrize("region", ["9" * 5000, "٣", "-1", "1" * 20])
def test_a_number_that_no_region_has_is_answered_with_those_there_are(nodes, region):
    with pytest.raises(ValueError, match=r"^There is no region '.{1,43}'\. Give a number or a name of: 1 'ship'\.$"):
        nodes.SetConditioning(
            regions=nodes.FromBox(name="ship")[0], region=region, conditioning=[[torch.zeros(1, 2, 4), {}]]
        )
