"""The planner and a real llama.cpp server with a small real model: transport, schema and errors; not its taste."""

import asyncio
import json

import jsonschema
import pytest
from flux_regions.planning import ChatClient, endpoint_at, initial_messages, plan_regions
from flux_regions.planning.instructions import answer_schema

from devtools import environment, paths
from support.llama_server import llama_server

KEY = "sk-a-key-that-must-stay-secret-8472"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not environment.chat_model_step().is_done(),
        reason=f"no llama.cpp server (see {paths.display_path(paths.LOGS / 'pip-chat-model.log')})",
    ),
]


@pytest.fixture(scope="module")
def url():
    with llama_server(paths.CHAT_MODEL, key=KEY) as running:
        yield running


def client(url, key=KEY, seed=1):
    return ChatClient(endpoint_at(url, {"FLUX_REGIONS_API_KEY": key}), "smollm2", seed, max_regions=2)


def asked(url, messages, **options):
    return asyncio.run(client(url, **options)(messages))


def test_a_picture_is_planned(url):
    regions = asyncio.run(plan_regions(client(url), "a red fox beside an old stone well", max_regions=2))
    assert 1 <= len(regions) <= 2 and all(region.prompt for region in regions.regions)
    for region in regions.regions:
        left, top, right, bottom = region.bounds(1.0)
        assert 0 <= left < right <= 1 and 0 <= top < bottom <= 1


@pytest.mark.parametrize("box", ["[1500, -20, 99999, 0.5]", "[0.1, 0.2, 1.4, 0.9]", '"left half"'])
def test_the_server_holds_the_model_to_whole_numbers_from_0_to_1000(url, box):
    """Whatever it is told: the bounds are in the schema, and llama.cpp makes a grammar of it."""
    said = json.dumps({"base_prompt": "a", "background_prompt": "b", "regions": [{"name": "c", "prompt": "d"}]})
    said = said.replace('"d"', f'"d", "box": {box}').replace("}]", f'}}, {{"name": "e", "box": {box}}}]')
    answer = asked(url, [{"role": "user", "content": f"Repeat this exactly, and nothing else: {said}"}])
    plan = json.loads(answer)
    jsonschema.validate(plan, answer_schema(2))
    for region in plan["regions"]:
        assert len(region["box"]) == 4 and all(type(edge) is int and 0 <= edge <= 1000 for edge in region["box"])


def test_a_wrong_key_is_refused_in_a_sentence(url):
    with pytest.raises(
        ValueError, match=r"refuses the API key \(HTTP 401\)\. Check .* FLUX_REGIONS_API_KEY"
    ) as refusal:
        asked(url, initial_messages("a fox", 2), key="sk-another-key-0000")
    assert "sk-another" not in str(refusal.value)


def test_a_question_that_is_too_long_is_told_with_the_servers_words(url):
    with pytest.raises(ValueError, match=r"HTTP 400.*context size"):
        asked(url, initial_messages("a fox " * 3000, 2))


def test_after_a_question_that_was_given_up_the_next_is_answered(url):
    async def given_up():
        await asyncio.wait_for(client(url)(initial_messages("a long story of a hundred foxes", 2)), 0.5)

    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(given_up())
    assert json.loads(asked(url, initial_messages("a red fox", 2)))["regions"]


def test_an_answer_that_is_cut_off_is_said_to_be():
    with llama_server(paths.CHAT_MODEL, max_tokens=16) as url, pytest.raises(ValueError, match="cut off"):
        asked(url, initial_messages("a red fox", 2), key="")
