"""FluxRegions_Lora: a LoRA that acts in one region alone."""

from comfy_api.latest import io

from ..adapter import check_lora_files, lora_names, lora_path, lora_stamps
from ..regions import LORA_END, LORA_START, LORA_STRENGTH, RegionLora, check_lora
from ..regions.printable import printable
from .node_inputs import CATEGORY, FluxRegions, regions_input, which_regions_input
from .search_aliases import search_aliases


class Lora(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_Lora",
            display_name="Region LoRA",
            category=CATEGORY,
            description="Gives a region a LoRA of its own: a person, a thing or a style that shows up there and nowhere else.",
            inputs=[
                regions_input(optional=False),
                which_regions_input(),
                io.Combo.Input(
                    "lora_name",
                    options=lora_names(),
                    optional=True,
                    tooltip="A file of models/loras that was trained for the model that samples. LoRA, LoKr, LoHa and full "
                    "differences work; DoRA does not.",
                ),
                io.Float.Input(
                    "strength",
                    default=LORA_STRENGTH.default,
                    min=LORA_STRENGTH.low,
                    max=LORA_STRENGTH.high,
                    step=0.05,
                    optional=True,
                    tooltip="How strongly the LoRA acts in the region. 0 = not at all, and the file is not read.",
                ),
                io.Float.Input(
                    "start",
                    default=LORA_START.default,
                    min=LORA_START.low,
                    max=LORA_START.high,
                    step=0.01,
                    optional=True,
                    tooltip="When the LoRA begins to act, as a fraction of the steps, whatever the window of the prompts.",
                ),
                io.Float.Input(
                    "end",
                    default=LORA_END.default,
                    min=LORA_END.low,
                    max=LORA_END.high,
                    step=0.01,
                    optional=True,
                    tooltip="When it stops, as a fraction of the steps. 1 = with the last step.",
                ),
            ],
            outputs=[FluxRegions.Output(display_name="regions")],
            **search_aliases("FluxRegions_Lora"),
        )

    @classmethod
    def validate_inputs(cls, region=None, lora_name=None, strength=None, start=None, end=None):
        label = f"Region '{printable('1' if region is None else str(region), 40)}'"
        numbers = {
            name: value for name, value in (("strength", strength), ("start", start), ("end", end)) if value is not None
        }
        if lora_name is not None:
            check_lora(RegionLora(lora_name, **numbers), label)
            if strength != 0:
                lora_path(lora_name, label)
        return True

    @classmethod
    def fingerprint_inputs(cls, lora_name=None, **_):
        """A file that was trained anew is read anew."""
        return lora_stamps([lora_name or ""])

    @classmethod
    def execute(cls, regions, region="1", lora_name=None, strength=1.0, start=0.0, end=1.0):
        if lora_name is None:
            raise ValueError(
                f"Region '{printable(str(region), 40)}': no LoRA is chosen. Put a file into models/loras, and choose it."
            )
        changed = regions.with_lora(str(region), RegionLora(lora_name, strength, start, end))
        check_lora_files(changed)
        return io.NodeOutput(changed)
