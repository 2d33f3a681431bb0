"""FluxRegions_FromPlan: regions from a text model's answer to Prompt for a Plan."""

from collections.abc import Callable

import comfy.model_management
from comfy_api.latest import io

from ..planning import MAX_REGIONS, read_answer
from ..regions import RegionSet, write_document, write_text
from .node_inputs import CATEGORY, FluxRegions, regions_input
from .search_aliases import search_aliases


class FromPlan(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_FromPlan",
            display_name="Regions from Plan",
            category=CATEGORY,
            description="Reads what a text model answered to Prompt for a Plan: regions, whatever prose is around them.",
            inputs=[
                io.String.Input(
                    "answer",
                    default="",
                    multiline=True,
                    dynamic_prompts=False,  # JSON is kept as it is: its braces are no choices
                    tooltip="The model's answer: JSON, also between other text. Connect the text of Generate Text.",
                ),
                regions_input(),
            ],
            outputs=[
                FluxRegions.Output(display_name="regions"),
                io.String.Output(id="text", display_name="text"),
                io.String.Output(id="document", display_name="document"),
            ],
            **search_aliases("FluxRegions_FromPlan"),
        )

    @classmethod
    def validate_inputs(cls, answer=None):
        """Raises ValueError unless what is typed in is a plan."""
        if answer is not None:
            planned_regions(answer)
        return True

    @classmethod
    def execute(cls, answer="", regions=None):
        planned = planned_regions(answer, comfy.model_management.throw_exception_if_processing_interrupted)
        merged = planned.on_top_of(RegionSet() if regions is None else regions)
        return io.NodeOutput(merged, write_text(planned), write_document(planned))


def planned_regions(answer: str, check: Callable[[], None] = lambda: None) -> RegionSet:
    """The regions of an answer. check: called now and then; what it raises ends the reading.

    Raises ValueError, with what to do about the model, where it is no plan.
    """
    if not answer.strip():
        raise ValueError("answer is empty. Connect the text of Generate Text, or paste a model's answer.")
    try:
        return read_answer(answer, MAX_REGIONS, check)
    except ValueError as error:
        raise ValueError(
            f"The model gave no usable plan. {error} Raise max_length of Generate Text if the answer is cut off, change "
            "its seed, or use a more capable model."
        ) from None
