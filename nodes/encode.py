"""FluxRegions_Encode: turns every region's prompt into a text embedding."""

import logging
from functools import cache

from comfy_api.latest import io
from torch import Tensor

from ..adapter.regional_prompt import RegionalPrompt
from ..attention import check_choice
from ..regions import RegionSet
from .node_inputs import CATEGORY, FluxRegionalPrompt, regions_input
from .text_encoding import encode, encode_region

logger = logging.getLogger(__name__)

PADDINGS = ("keep", "trim")


class Encode(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_Encode",
            display_name="Encode Regional Prompt",
            category=CATEGORY,
            description="Encodes the base prompt, the background prompt and every region's prompt.",
            inputs=[
                io.Clip.Input(
                    "clip",
                    optional=True,
                    tooltip="The text encoders. Needed unless every prompt has a conditioning of its own.",
                ),
                regions_input(optional=False),
                io.String.Input(
                    "base_prompt",
                    optional=True,
                    multiline=True,
                    default="",
                    tooltip="The whole picture in words, regions included. Empty: the base prompt that came with the "
                    "regions.",
                ),
                io.String.Input(
                    "background_prompt",
                    optional=True,
                    multiline=True,
                    default="",
                    tooltip="What the part in no region shows. Empty: it follows the base prompt.",
                ),
                io.Conditioning.Input(
                    "base_conditioning",
                    optional=True,
                    tooltip="Used in place of the base prompt. Guidance, ControlNet and reference pictures in it stay "
                    "in force.",
                ),
                io.Combo.Input(
                    "padding",
                    options=list(PADDINGS),
                    default="keep",
                    optional=True,  # the editor lists required inputs first, and this one belongs below the prompts
                    tooltip="keep: regions carry the model's text padding, as in the paper. trim: only the words; "
                    "faster. Chroma has no padding.",
                ),
            ],
            outputs=[FluxRegionalPrompt.Output(display_name="regional_prompt")],
        )

    @classmethod
    def validate_inputs(cls, padding=None):
        return check_choice("padding", padding, PADDINGS)

    @classmethod
    def execute(cls, regions, clip=None, base_prompt="", background_prompt="", base_conditioning=None, padding="keep"):
        if not len(regions):
            raise ValueError("There are no regions to encode. Add one, for example with Region from Box.")
        base_prompt = base_prompt or regions.base_prompt
        background_prompt = background_prompt or regions.background_prompt
        base = base_conditioning
        if base is not None and len(base) == 0:
            raise ValueError("base_conditioning is empty. Check the node that made it, or give a base_prompt instead.")
        if base is None:
            _require_clip(clip, "The base prompt", "or connect base_conditioning")
            if not base_prompt.strip():
                logger.warning(
                    "The base prompt is empty: after the window FLUX follows an empty prompt. Describe the picture."
                )
            base = encode(clip, base_prompt)
        texts, trimmed = zip(*_texts(clip, regions, background_prompt, padding == "trim"), strict=True)
        return io.NodeOutput(RegionalPrompt(base, regions, texts, trimmed))


def _texts(clip, regions: RegionSet, background_prompt: str, trim: bool) -> list[tuple[Tensor, int | None]]:
    """(embedding [B, T, C], trimmed tokens) of every region, and of a background that has a text of its own.

    Trimmed tokens: as encode_region gives them. Equal prompts are encoded once and share a tensor. Raises ValueError
    without a clip where there is something to encode.
    """
    texts = []
    encode_once = cache(lambda prompt: encode_region(clip, prompt, trim))
    for index, region in enumerate(regions.regions):
        if region.conditioning is None:
            _require_clip(clip, regions.label(index), "or give the region a conditioning with Set Region Conditioning")
            if not region.prompt.strip():
                logger.warning(
                    "%s has an empty prompt: nothing in particular will be drawn there.", regions.label(index)
                )
        texts.append(encode_once(region.prompt) if region.conditioning is None else (region.conditioning, None))
    if regions.background_conditioning is not None:
        texts.append((regions.background_conditioning, None))
    elif background_prompt.strip():
        _require_clip(clip, "The background prompt", "or set the region 'background' with Set Region Conditioning")
        texts.append(encode_once(background_prompt))
    return texts


def _require_clip(clip, prompt_name: str, alternative: str) -> None:
    if clip is None:
        raise ValueError(f"{prompt_name} has to be encoded, but no CLIP is connected. Connect clip, {alternative}.")
