"""Plan Regions with a Chat Model on the host's own classes: its results, limit, interrupt and checks at queue time."""

import asyncio
import time

import pytest
from flux_regions.planning import KEY_VARIABLE

pytestmark = pytest.mark.host


@pytest.fixture
def run(comfy, chat_server):
    """run(**inputs) -> (regions, text), as the host calls the node."""
    import flux_regions.nodes as package

    (node,) = [node for node in package.NODES if node.__name__ == "Plan"]

    def execute(prompt="a fox by a well", base_url=None, model="llama3.1", **options):
        return asyncio.run(
            node.execute(prompt=prompt, base_url=base_url or chat_server.url, model=model, **options)
        ).result

    execute.node = node
    return execute


def test_regions_and_text_come_out(run):
    regions, text = run()
    assert [region.name for region in regions.regions] == ["fox", "well"]
    assert regions.base_prompt == "a fox and a well" and regions.background_prompt == "snow"
    assert "bottom left, name fox: a red fox" in text


def test_the_regions_go_on_into_the_pack_s_other_nodes(run):
    import flux_regions.nodes as package

    regions, _ = run()
    (preview,) = [node for node in package.NODES if node.__name__ == "Preview"]
    image, report = preview.execute(regions=regions).result
    assert image.shape[-1] == 3 and "Region 2 ('well')" in report


def test_the_model_s_name_may_have_blanks_around_it(run, chat_server):
    run(model=" llama3.1 ")
    assert chat_server.requests[0][2]["model"] == "llama3.1"


def test_the_key_is_read_from_the_environment(run, chat_server, monkeypatch, key):
    monkeypatch.setenv(KEY_VARIABLE, key)
    run()
    assert chat_server.requests[0][1]["Authorization"] == f"Bearer {key}"


@pytest.mark.parametrize("behavior", ["hang", "trickle"])
def test_the_time_limit_ends_the_wait(run, chat_server, behave, behavior):
    chat_server.replies = [getattr(behave, behavior)]
    started = time.monotonic()
    with pytest.raises(
        ValueError, match=r"llama3.1 at 127.0.0.1:\d+ gave no answer within 1 seconds. Raise time_limit"
    ):
        run(time_limit=1)
    assert time.monotonic() - started < 60


def test_the_time_limit_is_for_question_and_correction_together(run, chat_server, behave):
    chat_server.replies = ["no plan", behave.hang]
    with pytest.raises(ValueError, match="within 3 seconds"):
        run(time_limit=3)  # long enough for the first answer, on a busy machine too
    assert len(chat_server.requests) == 2 and chat_server.client_gone.wait(60)


def test_time_in_which_other_nodes_hold_the_loop_does_not_count(run, chat_server):
    """As when a sampler of the same workflow runs meanwhile: the answer lies there when it is done."""

    async def both():
        node = run.node.execute(prompt="a fox", base_url=chat_server.url, model="m", time_limit=2)
        task = asyncio.create_task(node)
        await asyncio.sleep(0.01)
        time.sleep(3)  # the sampler
        return await task

    assert len(asyncio.run(both()).result[0]) == 2


def test_the_host_s_interrupt_ends_the_wait_and_the_call(run, chat_server, behave):
    import comfy.model_management as management

    def interrupt(handler):
        management.interrupt_current_processing()
        behave.hang(handler)

    chat_server.replies = [interrupt]
    started = time.monotonic()
    with pytest.raises(management.InterruptProcessingException):
        run()
    assert time.monotonic() - started < 60 and chat_server.client_gone.wait(60)
    assert not management.processing_interrupted()


@pytest.mark.parametrize(
    "inputs, message",
    [
        ({"prompt": "  "}, "prompt is empty"),
        ({"base_url": "file:///etc/passwd"}, "base_url is no web address"),
        ({"base_url": "http://me:secret@127.0.0.1/v1"}, "user name"),
        ({"model": ""}, "model is empty"),
        ({"max_regions": 0}, "max_regions is 0; give 1 to 32"),
        ({"time_limit": 0}, "time_limit is 0; give 1 to 3600 seconds"),
    ],
)
def test_what_cannot_be_asked_is_refused_when_it_is_queued(run, chat_server, inputs, message):
    with pytest.raises(ValueError, match=message):
        run.node.validate_inputs(**inputs)
    with pytest.raises(ValueError, match=message):
        run(**inputs)
    assert not chat_server.requests


def test_linked_inputs_are_not_looked_at_when_they_are_queued(run):
    assert run.node.validate_inputs() is True


def test_the_page_does_not_change_the_seed_by_itself(run):
    (seed,) = [entry for entry in run.node.define_schema().inputs if entry.id == "seed"]
    assert seed.as_dict()["control_after_generate"] is False, "None would be the page's own choice: to randomise it"


@pytest.mark.parametrize("name", ["\ud800", "a\n[ERROR] forged\x1b[31m"])
def test_a_model_s_strange_name_is_sent_or_said_in_a_sentence(run, chat_server, behave, name):
    chat_server.replies = [behave.status(404, {"error": {"message": "no such model"}})]
    with pytest.raises(ValueError) as error:
        run(model=name)
    assert "does not have the model" in str(error.value) and str(error.value).isprintable()
    assert chat_server.requests[0][2]["model"].encode()
