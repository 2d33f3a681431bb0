"""FluxRegions_Apply: puts regional attention into a model and the regions into its conditioning."""

from dataclasses import fields

from comfy_api.latest import io

from ..adapter import family_names, model_info, patch_model, with_regions, without_regions
from ..adapter.regional_prompt import AppliedRegions, RegionalPrompt
from ..attention import BALANCES, IMAGE_STREAMS, ISOLATIONS, OVERLAPS, Settings
from .node_inputs import CATEGORY, FluxRegionalPrompt

DEFAULTS = Settings()
SETTINGS = {field.name for field in fields(Settings)}


class Apply(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        def fraction(name: str, default: float, tooltip: str):
            return io.Float.Input(name, default=default, min=0.0, max=1.0, step=0.001, round=0.0001, tooltip=tooltip)

        def interval(name: str, default: int, kind: str):
            tooltip = (
                f"Every n-th {kind} block keeps the regions apart; in the others they mix. 1 = all blocks, strictest."
            )
            return io.Int.Input(name, default=default, min=1, max=64, tooltip=tooltip)

        def choice(name: str, options: tuple, default: str, tooltip: str):
            return io.Combo.Input(name, options=list(options), default=default, tooltip=tooltip)

        return io.Schema(
            node_id="FluxRegions_Apply",
            display_name="Apply Regions to FLUX",
            category=CATEGORY,
            description="Makes FLUX draw each region's prompt where it was drawn. Feed all three outputs to the "
            "sampler.",
            inputs=[
                io.Model.Input("model", tooltip=f"A {family_names()} model."),
                FluxRegionalPrompt.Input("regional_prompt", tooltip="From Encode Regional Prompt."),
                FluxRegionalPrompt.Input(
                    "negative",
                    optional=True,
                    tooltip="A negative prompt with regions of its own, for CFG above 1. Without it the negative is "
                    "zeroed out.",
                ),
                fraction(
                    "base_ratio",
                    DEFAULTS.base_ratio,
                    "The base prompt's share in every region (beta in the paper). Lower = regions obey more; higher = "
                    "more coherent.",
                ),
                fraction(
                    "start",
                    DEFAULTS.start,
                    "The regions act from this share of the sampler's steps on. 0 = from the first step.",
                ),
                fraction(
                    "end",
                    DEFAULTS.end,
                    "The regions act up to this share of the sampler's steps; then the base prompt finishes the "
                    "picture at full speed.",
                ),
                interval("double_interval", DEFAULTS.double_interval, "double"),
                interval("single_interval", DEFAULTS.single_interval, "single"),
                choice(
                    "image_stream",
                    IMAGE_STREAMS,
                    DEFAULTS.image_stream,
                    "shared: one image stream, fast. paper: a second one in the single blocks, exactly as the "
                    "authors' code, slower.",
                ),
                choice(
                    "overlap",
                    OVERLAPS,
                    DEFAULTS.overlap,
                    "Where regions overlap. top: the later drawn wins. blend: they share. union: both are seen (the "
                    "paper's rule).",
                ),
                choice(
                    "isolation",
                    ISOLATIONS,
                    DEFAULTS.isolation,
                    "regions: a region sees only itself (the paper). text: pixels see the whole picture, only prompts "
                    "are routed; softer. modulate: nothing is kept apart, attention is drawn to the own region "
                    "(DenseDiffusion); base_ratio is not used.",
                ),
                io.Combo.Input(
                    "balance",
                    options=list(BALANCES),
                    default=DEFAULTS.balance,
                    optional=True,
                    tooltip="manual: base_ratio, end and single_interval as set here. auto: they are worked out from "
                    "the regions' areas instead; small regions act longer, and the base prompt joins in after the "
                    "first steps.",
                ),
            ],
            outputs=[
                io.Model.Output(display_name="model"),
                io.Conditioning.Output(display_name="positive"),
                io.Conditioning.Output(id="negative_out", display_name="negative"),
            ],
            hidden=[io.Hidden.prompt, io.Hidden.unique_id],
        )

    @classmethod
    def validate_inputs(cls, **inputs):
        """Raises ValueError unless what is typed in makes sense together."""
        typed = {name: value for name, value in inputs.items() if name in SETTINGS and value is not None}
        if not {"start", "end"} <= typed.keys():  # one of them would be compared with the other's default
            typed = {name: value for name, value in typed.items() if name not in ("start", "end")}
        Settings(**typed)
        return True

    @classmethod
    def execute(cls, model, regional_prompt: RegionalPrompt, negative: RegionalPrompt | None = None, **inputs):
        settings = Settings(**inputs)
        if cls.hidden is not None:  # the host's queue fills it in; a direct call from Python does not
            check_model_is_used(cls.hidden.prompt, cls.hidden.unique_id)
        info = model_info(model)
        model = patch_model(model)
        return io.NodeOutput(
            model,
            with_regions(AppliedRegions(regional_prompt, settings, info)),
            zero_conditioning(regional_prompt.base)
            if negative is None
            else with_regions(AppliedRegions(negative, settings, info)),
        )


def check_model_is_used(prompt: dict | None, unique_id: str | None) -> None:
    """Raises ValueError if the graph takes this node's conditioning but goes on with a model that knows no regions.

    prompt: the queued graph in API format. unique_id: this node's in it. With a second Apply in it nothing is checked,
    as its model may serve both.
    """
    if not prompt or any(node["class_type"] == "FluxRegions_Apply" for id, node in prompt.items() if id != unique_id):
        return
    links = [value for node in prompt.values() for value in node["inputs"].values() if isinstance(value, list)]
    used_outputs = {link[1] for link in links if len(link) == 2 and link[0] == unique_id}
    if used_outputs and 0 not in used_outputs:
        raise ValueError(
            "Nothing uses this node's model, so the regions would have no effect. Connect it to the sampler."
        )


def zero_conditioning(conditioning: list) -> list:
    """conditioning without regions, its embeddings at zero: the empty negative that guidance-distilled models want."""

    def zero(value):
        return value * 0 if hasattr(value, "shape") else value

    return [
        [zero(tokens), {**without_regions(extra), "pooled_output": zero(extra.get("pooled_output"))}]
        for tokens, extra in conditioning
    ]
