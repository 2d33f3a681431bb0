"""FluxRegions_Plan: a chat model reads a description and plans the regions."""

import os

from comfy_api.latest import io

from ..planning import MAX_REGIONS, ChatClient, endpoint_at, plan_regions, without_key
from ..regions import write_text
from ..regions.json_values import expect_string, require_number
from ..regions.printable import printable, whole_characters
from .node_inputs import CATEGORY, FluxRegions
from .search_aliases import search_aliases
from .timed_wait import show_status, wait_with_limit

MAX_SECONDS = 3600


class Plan(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_Plan",
            display_name="Plan Regions with a Chat Model",
            category=CATEGORY,
            description="A chat model (Ollama, llama.cpp, or any server like OpenAI's) divides a described picture "
            "into regions.",
            inputs=[
                io.String.Input(
                    "prompt",
                    default="",
                    multiline=True,
                    tooltip="The whole picture in your own words: what is in it, and where.",
                ),
                io.String.Input(
                    "base_url",
                    default="http://127.0.0.1:11434/v1",
                    tooltip="Address of the chat server, which usually ends in /v1. The default is Ollama on this "
                    "computer. A key never belongs here: see the help page.",
                ),
                io.String.Input("model", default="llama3.1", tooltip="The chat model, by the name the server knows."),
                io.Int.Input("max_regions", default=4, min=1, max=MAX_REGIONS, tooltip="The most regions to plan."),
                io.Int.Input(
                    "seed",
                    default=0,
                    min=0,
                    max=2**31 - 1,
                    control_after_generate=False,  # else the page would change it, and the model be asked, every time
                    tooltip="Change it to have the same picture planned anew. As long as nothing changes, the model "
                    "is not asked again.",
                ),
                io.Int.Input(
                    "time_limit",
                    optional=True,
                    default=120,
                    min=1,
                    max=MAX_SECONDS,
                    tooltip="Seconds to wait for the plan in all. The first answer after a start also loads the model.",
                ),
            ],
            outputs=[FluxRegions.Output(display_name="regions"), io.String.Output(id="text", display_name="text")],
            **search_aliases("FluxRegions_Plan"),
        )

    @classmethod
    def validate_inputs(cls, prompt=None, base_url=None, model=None, max_regions=None, time_limit=None):
        """Raises ValueError unless what is typed in is a question to some server."""
        check_question(prompt, base_url, model, max_regions, time_limit)
        return True

    @classmethod
    async def execute(cls, prompt="", base_url="", model="", max_regions=4, seed=0, time_limit=120):
        check_question(prompt, base_url, model, max_regions, time_limit)
        endpoint, model = endpoint_at(base_url, os.environ), whole_characters(model.strip())
        planning = plan_regions(
            ChatClient(endpoint, model, seed, max_regions),
            whole_characters(prompt),
            max_regions,
            redacted=lambda words: without_key(words, endpoint.key),
        )
        regions = await wait_with_limit(planning, time_limit, f"{printable(model, 100)} at {endpoint.netloc}")
        text = write_text(regions)
        show_status(text)
        return io.NodeOutput(regions, text)


def check_question(
    prompt: str | None, base_url: str | None, model: str | None, max_regions: int | None, time_limit: int | None
) -> None:
    """Raises ValueError for an input that no server could answer. None = not known yet."""
    for name, text in (("prompt", prompt), ("base_url", base_url), ("model", model)):
        if text is not None:
            expect_string(text, name)
    for name, number in (("max_regions", max_regions), ("time_limit", time_limit)):
        if number is not None:
            require_number(number, name)
    if prompt is not None and not prompt.strip():
        raise ValueError("prompt is empty. Describe the picture that the model is to plan.")
    if base_url is not None:
        endpoint_at(base_url, os.environ)
    if model is not None and not model.strip():
        raise ValueError("model is empty. Give the name of a chat model that the server has, for example llama3.1.")
    if max_regions is not None and not 1 <= max_regions <= MAX_REGIONS:
        raise ValueError(f"max_regions is {max_regions}; give 1 to {MAX_REGIONS}.")
    if time_limit is not None and not 1 <= time_limit <= MAX_SECONDS:
        raise ValueError(f"time_limit is {time_limit}; give 1 to {MAX_SECONDS} seconds.")
