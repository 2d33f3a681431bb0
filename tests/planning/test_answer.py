"""What chat models write is read where it can be, and otherwise refused in a sentence that a model can act on."""

import json
import time

import pytest
from flux_regions.planning import initial_messages, read_answer
from flux_regions.planning.answer import plan_in
from flux_regions.planning.instructions import answer_schema
from flux_regions.regions import RegionSet, read_text, write_text
from hypothesis import given, settings
from hypothesis import strategies as st

from support.counted_work import lines_run


def boxes(regions):
    shapes = [region.shapes[0].shape for region in regions.regions]
    return [tuple(round(v, 6) for v in (s.x, s.y, s.width, s.height)) for s in shapes]


WRAPPINGS = {
    "alone": "{}",
    "fenced": "```json\n{}\n```",
    "prose around": 'Sure! Here is "your" plan {{as asked}}:\n\n{}\n\nLet me know :-}}',
    "thoughts before": '<think>Maybe {{"regions": []}}? No.</think>\n{}',
    "an example before": 'As in {{"x": 1}}:\n{}',
    "an empty example before": 'For example {{"regions": []}}. Here it is: {}',
    "an empty example behind": '{}\nFor example {{"regions": []}} would be an empty picture.',
    "a draft before": '{{"regions": [{{"name": "z", "prompt": "z", "box": [0,0,1,1]}}]}}\nBetter:\n{}',
    "a brace alone before": 'With {{ it begins, and "so:\n{}',
    "other thoughts": '<thinking>{{"regions": [1]}}</thinking>{}',
    "thoughts that the template began": 'Maybe {{"regions": [1]}}?</think>{}',
    "thoughts in square brackets": '[THINK]{{"regions": [1]}}[/THINK]{}',
    "thoughts after": '{}<think>or {{"regions": [1]}}</think>',
    "channels": '<|channel|>analysis<|message|>{{"regions": [1]}}<|end|><|start|>assistant<|channel|>final<|message|>{}',
    "a thought without end behind": '{}<think>or {{"regions": [1]}}',
    "a thought without end before": "<think>{}",
    "a tool call": '<tool_call>{{"name": "plan", "arguments": {}}}</tool_call>',
    "a channel of thoughts": '<|channel>thought {{"regions": [1]}}<channel|>{}',
}


@pytest.mark.parametrize("wrapping", WRAPPINGS.values(), ids=WRAPPINGS)
def test_the_plan_is_found_in_what_surrounds_it(plan, wrapping):
    regions = read_answer(wrapping.format(json.dumps(plan, indent=1)), 4)
    assert [region.name for region in regions.regions] == ["fox", "well"]
    assert boxes(regions) == [(0, 0.5, 0.5, 0.5), (0.5, 0.25, 0.5, 0.75)]
    assert (regions.base_prompt, regions.background_prompt) == ("a fox and a well", "snow")


@pytest.mark.parametrize(
    "written",
    [
        repr,
        lambda plan: json.dumps(json.dumps(plan)),
        lambda plan: json.dumps({"name": "plan", "arguments": json.dumps(plan)}),
        lambda plan: json.dumps(plan).replace('"', '\\"'),
        lambda plan: json.dumps(plan).replace('"', "'").replace("'regions'", "regions"),
        lambda plan: json.dumps(plan["regions"]),
    ],
)
def test_a_plan_that_is_no_correct_json_is_the_same_plan(plan, written):
    regions = read_answer(f"Here:\n```json5\n{written(plan)}\n```", 4)
    assert [region.name for region in regions.regions] == ["fox", "well"]
    assert boxes(regions) == [(0, 0.5, 0.5, 0.5), (0.5, 0.25, 0.5, 0.75)]


def test_an_answer_that_breaks_off_says_where(plan):
    answer = json.dumps(plan)[:-30]
    with pytest.raises(
        ValueError, match=r"no complete JSON object; .* no JSON any more: .* at line 1, column \d+, where the text ends"
    ):
        read_answer(answer, 4)


def test_commas_too_many_comments_and_broken_lines_are_forgiven_but_not_inside_of_strings():
    answer = """{
      // the plan
      "base_prompt": "see http://a.b, /* this */ , ]",
      "regions": [{"name": "fox", /* left */ "prompt": "a red
         fox", "box": [0, 500, 500, 1000,],},], }"""
    regions = read_answer(answer, 4)
    assert regions.base_prompt == "see http://a.b, /* this */ , ]"
    assert regions.regions[0].prompt == "a red fox"


@pytest.mark.parametrize(
    "box, expected",
    [
        ([0, 500, 500, 1000], (0, 0.5, 0.5, 0.5)),
        ([500, 1000, 0, 500], (0, 0.5, 0.5, 0.5)),  # corners in another order
        ([-20, 0, 500, 1400], (0, 0, 0.5, 1)),  # clipped at the edges
        ([0, 0.5, 0.5, 1], (0, 0.5, 0.5, 0.5)),  # fractions all the same
        ([0, 0, 1, 1], (0, 0, 1, 1)),
        ({"left": 0, "top": 0, "right": 250, "bottom": 500}, (0, 0, 0.25, 0.5)),
        ({"x": 100, "y": 0, "width": 250, "height": 500}, (0.1, 0, 0.25, 0.5)),
        ({"x": -0.01, "y": 0, "width": 0.5, "height": 1.4}, (0, 0, 0.49, 1)),
    ],
)
def test_boxes_are_whole_numbers_or_fractions_ordered_and_clipped(plan, box, expected):
    plan["regions"][0]["box"] = box
    assert boxes(read_answer(json.dumps(plan), 4))[0] == expected


def test_a_thoughts_mark_inside_of_a_prompt_is_part_of_the_prompt(plan):
    plan["regions"][0]["prompt"] = "a sign that says </think> and <think>"
    assert read_answer(json.dumps(plan), 4).regions[0].prompt == "a sign that says </think> and <think>"


HOSTILE = {
    "escaped quotes": lambda n: "{" * 50 + '"' + '\\"' * n,
    "comments that do not end": lambda n: "{" + "/* " * n,
    "comments in objects": lambda n: '{"a":1 /* ' * n,
    "nested objects": lambda n: '{"a":' * n,
    "braces": lambda n: "{" * n,
    "braces and quotes": lambda n: '{"' * n,
    "keys without end": lambda n: '{"a":"b",' * n,
    "thoughts without end": lambda n: "<think>" * n,
    "channels": lambda n: "<|channel|>x" * n,
    "blanks": lambda n: "{" + " " * n + "x",
    "lists": lambda n: '{"a":' + "[" * n,
}


@pytest.mark.slow
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_twice_the_answer_is_about_twice_the_work(hostile):
    """Work is counted, as lines of ours that Python runs, not timed."""

    def refused(answer):
        with pytest.raises(ValueError, match="no complete JSON object"):
            plan_in(answer)

    assert lines_run(lambda: refused(hostile(800))) < 3 * lines_run(lambda: refused(hostile(400))) + 2000
    started = time.process_time()
    with pytest.raises(ValueError):
        plan_in(hostile(200_000)[:200_000])
    assert time.process_time() - started < 40, "ten times the 0.2 s for 10 KB that the bench allows"


@pytest.mark.parametrize(
    "spoil, message",
    [
        (lambda p: p.pop("regions"), 'has no regions: "regions" must be a list'),
        (lambda p: p.update(regions=[]), "has no regions"),
        (lambda p: p.update(regions={"a": 1}), "has no regions"),
        (lambda p: p.update(regions=p["regions"] * 3), "has 6 regions; at most 4"),
        (lambda p: p["regions"].insert(0, "fox"), "Region 1 is no object"),
        (lambda p: p["regions"][0].pop("prompt"), r"Region 1 \('fox'\) has no prompt"),
        (lambda p: p["regions"][0].update(prompt=" "), r"Region 1 \('fox'\) has no prompt"),
        (lambda p: p["regions"][0].update(prompt=["a"]), r"Region 1 \('fox'\): prompt is a list"),
        (lambda p: p["regions"][0].pop("box"), r"Region 1 \('fox'\): its \"box\" must be \[left, top, right, bottom\]"),
        (lambda p: p["regions"][0].update(box=[1, 2]), r"Region 1 \('fox'\): its \"box\" must be"),
        (lambda p: p["regions"][0]["box"].pop("width"), r"Region 1 \('fox'\): its \"box\" must be"),
        (lambda p: p["regions"][1]["box"].update(x="left"), r"Region 2 \('well'\).*x is \"left\"; give a number"),
        (
            lambda p: p["regions"][1].update(box=[1200, 0, 1500, 9]),
            r"Region 2 \('well'\): its box lies off the picture",
        ),
        (lambda p: p["regions"][1].update(box=[-9, 0, 0, 9]), r"Region 2 \('well'\): its box lies off the picture"),
        (lambda p: p["regions"][1].update(box=[5, 0, 5, 9]), r"Region 2 \('well'\): its box is empty"),
        (lambda p: p["regions"][1]["box"].update(x=50), r"Region 2 \('well'\): its box mixes fractions"),
        (lambda p: p["regions"][1]["box"].update(width=0), r"Region 2 \('well'\): its box is empty: it is 0 wide"),
        (lambda p: p["regions"][1]["box"].update(width=float("nan")), "NaN"),
        (lambda p: p.update(base_prompt=3), "base_prompt is 3"),
    ],
)
def test_a_wrong_plan_is_refused_with_what_to_change(plan, spoil, message):
    spoil(plan)
    with pytest.raises(ValueError, match=message):
        read_answer(json.dumps(plan), 4)


@pytest.mark.parametrize(
    "answer, message",
    [
        ("I'm sorry, I can't help with that.", "no complete JSON object; it begins \"I'm sorry"),
        ("  ", "it is blank"),
        ('{"regions": [{"name": "fox", "prom', "no complete JSON object"),
        ("[1, 2]", "no complete JSON object"),
        ('{"a": ' * 5000, "no complete JSON object"),
        ('{"regions": [' + "[" * 100_000, "no complete JSON object"),
    ],
)
def test_text_without_a_plan_is_said_to_be_so(answer, message):
    with pytest.raises(ValueError, match=message):
        read_answer(answer, 4)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda nested: (
        st.lists(nested, max_size=4)
        | st.dictionaries(
            st.sampled_from(["regions", "box", "x", "y", "width", "height", "prompt", "name", "base_prompt"]), nested
        )
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(
    st.text()
    | json_values.map(json.dumps)
    | st.builds("{}{}".format, st.text(max_size=10), json_values.map(json.dumps))
)
def test_any_answer_gives_regions_or_one_short_error(answer):
    try:
        regions = read_answer(answer, 4)
    except ValueError as error:
        assert type(error) is ValueError and len(str(error)) < 500
    else:
        assert isinstance(regions, RegionSet) and 1 <= len(regions) <= 4
        write_text(regions).encode()  # it can be written down


def test_half_a_surrogate_does_not_reach_the_prompt():
    answer = '{"regions": [{"name": "", "prompt": "a \\ud83e fox", "box": [0, 0, 1, 1]}]}'
    assert read_answer(answer, 1).regions[0].prompt == "a ? fox"


def test_the_text_of_a_plan_is_region_text_that_reads_back_as_the_plan(plan):
    planned = read_answer(json.dumps(plan), 4)
    text = write_text(planned)
    assert text.splitlines() == [
        "base: a fox and a well",
        "background: snow",
        "bottom left, name fox: a red fox",
        "box 50% 25% 50% 75%, name well: an old well",
    ]
    reread = read_text(text, 1024, 1024)
    assert [(r.name, r.prompt, r.shapes) for r in reread.regions] == [
        (r.name, r.prompt, r.shapes) for r in planned.regions
    ]


def test_the_example_in_the_instructions_is_itself_a_good_answer():
    system, user = initial_messages("a fox by a well", 3)
    assert "at most 3 regions" in system["content"] and user["content"] == "a fox by a well"
    regions = read_answer(system["content"], 3)
    assert [region.name for region in regions.regions] == ["fox", "well"]


def test_the_schema_asks_for_the_keys_of_the_example(plan):
    schema = answer_schema(4)
    assert set(schema["properties"]) == set(plan) == set(schema["required"])
    region = schema["properties"]["regions"]["items"]
    assert set(region["properties"]) == set(plan["regions"][0])
    box = region["properties"]["box"]
    assert (box["minItems"], box["maxItems"]) == (4, 4)
    assert box["items"] == {"type": "integer", "minimum": 0, "maximum": 1000}


@pytest.mark.parametrize("key", ["box", "bbox", "bbox_2d"])
def test_a_box_may_be_called_as_models_are_used_to(key):
    answer = json.dumps({"regions": [{"prompt": "a", key: [0, 0, 500, 1000]}]})
    assert boxes(read_answer(answer, 4)) == [(0, 0, 0.5, 1)]
