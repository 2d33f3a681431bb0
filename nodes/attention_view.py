"""FluxRegions_AttentionView: a recorded run's attention as heat maps and in words."""

import comfy.model_management
from comfy_api.latest import io
from torch import Tensor

from ..adapter.attention_record import KINDS, AttentionRecords
from ..regions import coverage
from ..reports.attention_picture import Title, draw_attention
from .node_inputs import CATEGORY, FluxRegionsAttention, size_of


class AttentionView(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="FluxRegions_AttentionView",
            display_name="Region Attention View",
            category=CATEGORY,
            description="Shows how much attention the pixels gave to each region's text, after the sampler has run.",
            inputs=[
                FluxRegionsAttention.Input("attention", tooltip="From Watch Region Attention."),
                io.Latent.Input(
                    "latent",
                    tooltip="From the sampler that used the watched model. It makes this node wait until the sampler "
                    "has run.",
                ),
                io.Image.Input("image", optional=True, tooltip="The finished picture, shown in grey under the heat."),
            ],
            outputs=[io.Image.Output(display_name="image"), io.String.Output(id="report", display_name="report")],
        )

    @classmethod
    def execute(cls, attention: AttentionRecords, latent, image=None):
        if image is not None:
            size_of(image)
        record = attention.of(latent["samples"])
        if not record.passes:
            raise ValueError(
                "No attention was recorded. Give the watched model and the regions' conditioning to the sampler, and "
                "check that the regions act in some step; then queue again with another seed."
            )
        grid = record.grid
        if tuple(latent["samples"].shape[-2:]) != (grid.latent_height, grid.latent_width):
            raise ValueError(
                "The attention was recorded for a picture of another size. Connect the latent of the sampler that "
                "used the watched model, and watch each sampler with a node of its own."
            )
        prompt, maps, table = record.applied.prompt, record.maps(), record.table()
        names = [prompt.label(index) for index in range(len(prompt.texts))]
        areas = coverage(prompt.regions, grid, comfy.model_management.throw_exception_if_processing_interrupted)
        if prompt.has_background:
            areas = [*areas, (1 - areas).prod(0)]
        titles = [
            Title(name, f"Region {index + 1}", f"own text {share:.0%}")
            for index, (name, share) in enumerate(zip(names, table[:, 0].tolist(), strict=True))
        ]
        return io.NodeOutput(
            draw_attention([*titles, Title("Base text", "Base text")], maps, [*areas, None], grid.pixels, image),
            report(names, table, record.passes),
        )


def report(names: list[str], table: Tensor, passes: int) -> str:
    """One line per region: where its pixels looked, on average; shares below 0.05 % are left out.

    names: R labels of texts. table: [R, len(KINDS)] in 0..1. passes: the block passes that table is the mean of.
    """
    lines = [f"Where the pixels of each region looked, mean of {passes} block passes (blocks x steps), all heads:"]
    for name, row in zip(names, table.tolist(), strict=True):
        shares = [f"{kind} {share:.1%}" for kind, share in zip(KINDS, row, strict=True) if share >= 0.0005]
        lines.append(f"{name}: {', '.join(shares) or 'no pixels of its own'}")
    return "\n".join(lines)
