"""A text model of the host plans: its prompt, and its answer, whatever is around it."""

import json

import pytest
from flux_regions.planning import initial_messages, single_message

pytestmark = pytest.mark.host

PLAN = {
    "base_prompt": "a fox by a well",
    "background_prompt": "snow",
    "regions": [{"name": "fox", "prompt": "a red fox", "box": {"x": 0, "y": 0.5, "width": 0.5, "height": 0.5}}],
}


@pytest.fixture(scope="module")
def nodes(comfy):
    import flux_regions.nodes as package

    return {node.__name__: node for node in package.NODES}


class StandIn:
    """A text encoder as the host's Generate Text (0.33.0, comfy_extras/nodes_textgen.py) uses one."""

    def __init__(self, answer):
        self.answer = answer

    def tokenize(self, prompt, **options):
        self.prompt, self.options = prompt, options
        return [len(prompt)]

    def generate(self, tokens, **options):
        self.tokens, self.sampling = tokens, options
        return [ord(character) for character in self.answer]

    def decode(self, ids):
        return "".join(map(chr, ids))


def generated_text(clip, prompt, image=None):
    """Generate Text, with its default template: tokens, ids, text."""
    return clip.decode(clip.generate(clip.tokenize(prompt, image=image, skip_template=False, min_length=1)))


@pytest.mark.parametrize(
    "around", ["PLAN", "Sure! Here it is:\n```json\nPLAN\n```\nEnjoy.", "<think>hm {}</think>\nPLAN // done"]
)
def test_a_plan_goes_through_generate_text(nodes, around):
    clip = StandIn(around.replace("PLAN", json.dumps(PLAN)))
    (prompt,) = nodes["PlanPrompt"].execute(prompt=" a fox by a well ", max_regions=3).result
    answer = generated_text(clip, prompt)
    regions, text, document = nodes["FromPlan"].execute(answer=answer).result
    assert clip.prompt == prompt and "at most 3 regions" in prompt and prompt.endswith("a fox by a well")
    assert [(r.name, r.prompt) for r in regions.regions] == [("fox", "a red fox")]
    assert text.splitlines()[-1] == "bottom left, name fox: a red fox" and '"schema": 1' in document


def test_the_model_is_told_the_same_as_a_chat_model():
    system, user = initial_messages("a fox", 5)
    assert single_message("a fox", 5, about_picture=False) == f"{system['content']}\n\n{user['content']}"


def test_a_picture_may_be_described_without_words(nodes):
    (prompt,) = nodes["PlanPrompt"].execute(task="describe picture").result
    assert "The picture is attached" in prompt
    (prompt,) = nodes["PlanPrompt"].execute(task="describe picture", prompt="the people only").result
    assert prompt.endswith("the people only")


def test_plans_chain(nodes):
    (below,) = nodes["FromBox"].execute(prompt="a wall").result
    regions, text, _ = nodes["FromPlan"].execute(answer=json.dumps(PLAN), regions=below).result
    assert [r.prompt for r in regions.regions] == ["a wall", "a red fox"] and "wall" not in text


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("", "^answer is empty"),
        ("I cannot draw.", "^The model gave no usable plan"),
        (json.dumps(PLAN)[:-30], "^The model gave no usable plan"),
        ('{"regions": []}', "^The model gave no usable plan. The answer has no regions"),
    ],
)
def test_an_answer_that_is_no_plan_says_what_to_do(nodes, answer, sentence):
    with pytest.raises(ValueError, match=sentence):
        nodes["FromPlan"].execute(answer=answer)
    with pytest.raises(ValueError, match=sentence):
        nodes["FromPlan"].validate_inputs(answer=answer)


def test_questions_are_checked_when_the_workflow_is_queued(nodes):
    for typed, sentence in [
        ({"prompt": " ", "task": "plan"}, "^prompt is empty"),
        ({"task": "paint"}, "^task is paint"),
        ({"max_regions": 0}, "^max_regions is 0"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            nodes["PlanPrompt"].validate_inputs(**typed)
    assert nodes["PlanPrompt"].validate_inputs(prompt=None) and nodes["FromPlan"].validate_inputs(answer=None)
