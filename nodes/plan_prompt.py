"""FluxRegions_PlanPrompt: what a text model of the host is asked, so that its answer is a plan of regions."""

from comfy_api.latest import io

from ..planning import MAX_REGIONS, single_message
from ..regions.printable import printable
from .node_inputs import CATEGORY
from .search_aliases import search_aliases

TASKS = ("plan", "describe picture")


class PlanPrompt(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_PlanPrompt",
            display_name="Prompt for a Plan",
            category=CATEGORY,
            description="The prompt for ComfyUI's Generate Text, so that the text encoder that is loaded plans regions, or "
            "describes a picture as regions. Regions from Plan reads the answer.",
            inputs=[
                io.String.Input(
                    "prompt",
                    default="",
                    multiline=True,
                    optional=True,
                    tooltip="plan: the whole picture in your own words. describe picture: what to look at, or nothing.",
                ),
                io.Combo.Input(
                    "task",
                    options=list(TASKS),
                    default=TASKS[0],
                    optional=True,
                    tooltip="plan: regions for the picture that prompt describes. describe picture: regions of the "
                    "picture that is connected to Generate Text.",
                ),
                io.Int.Input(
                    "max_regions",
                    default=4,
                    min=1,
                    max=MAX_REGIONS,
                    optional=True,
                    tooltip="The most regions to plan.",
                ),
            ],
            outputs=[io.String.Output(id="text", display_name="text")],
            **search_aliases("FluxRegions_PlanPrompt"),
        )

    @classmethod
    def validate_inputs(cls, prompt=None, task=None, max_regions=None):
        """Raises ValueError for what no model could plan."""
        check_question(prompt, task, max_regions)
        return True

    @classmethod
    def execute(cls, prompt="", task=TASKS[0], max_regions=4):
        check_question(prompt, task, max_regions)
        return io.NodeOutput(single_message(prompt, max_regions, about_picture=task == TASKS[1]))


def check_question(prompt: str | None, task: str | None, max_regions: int | None) -> None:
    """Raises ValueError for an input that cannot be. None = not known yet."""
    if task is not None and task not in TASKS:
        raise ValueError(f"task is {printable(task, 40)}; give one of: {', '.join(TASKS)}.")
    if prompt is not None and not prompt.strip() and task == TASKS[0]:
        raise ValueError("prompt is empty. Describe the picture that the model is to plan.")
    check_max_regions(max_regions)


def check_max_regions(max_regions: int | None) -> None:
    """Raises ValueError outside of 1..MAX_REGIONS. None = not known yet."""
    if max_regions is not None and not 1 <= max_regions <= MAX_REGIONS:
        raise ValueError(f"max_regions is {max_regions}; give 1 to {MAX_REGIONS}.")
