"""Other words that people look for the nodes by: what other programs and packs call the same things."""

from .schema_keywords import schema_keywords

ALIASES = {
    "FluxRegions_Canvas": (
        *("draw", "paint", "layout", "composition", "bbox", "bounding box", "area prompt", "region editor"),
        *("multiple characters", "regional prompter", "latent couple", "attention couple"),
    ),
    "FluxRegions_Conditioning": (
        *("attention couple", "latent couple", "regional prompter", "forge couple", "area prompt", "mask prompt"),
        *("regional conditioning", "composition", "multiple characters", "multiple subjects"),
    ),
    "FluxRegions_Lora": (
        "lora mask",
        "regional lora",
        "character lora",
        "lora block",
        "multiple characters",
        "identity",
    ),
    "FluxRegions_Reference": (
        *("reference latent", "regional reference", "kontext", "ip adapter", "character", "identity", "image prompt"),
    ),
    "FluxRegions_FromText": ("layout", "area prompt", "composition", "regional prompter"),
    "FluxRegions_FromBox": ("bbox", "bounding box", "area prompt", "gligen"),
    "FluxRegions_FromMask": ("mask prompt", "latent couple", "segment", "sam"),
    "FluxRegions_FromColorMap": ("segmentation", "segmentation map", "id map", "color map", "colour map"),
    "FluxRegions_FromLayout": (
        *("layout", "bbox", "bounding box", "elements", "ideogram", "json prompt", "segs", "layers", "detector"),
    ),
    "FluxRegions_ToLayout": ("layout", "bbox", "bounding box", "elements", "ideogram", "json prompt"),
    "FluxRegions_Plan": ("llm", "ollama", "layout", "composition"),
    "FluxRegions_PlanPrompt": ("llm", "caption", "describe", "text generate", "layout"),
    "FluxRegions_FromPlan": ("llm", "caption", "text generate", "json", "layout"),
    "FluxRegions_Apply": ("regional attention",),  # for saved graphs: people who begin are to find Regional Prompt
    "FluxRegions_MaskedConditioning": ("latent couple", "regional prompter", "mask prompt"),
    "FluxRegions_Crop": ("tile", "tiles", "inpaint", "crop conditioning"),
    "FluxRegions_Places": ("coordinates", "position map", "uv", "tile"),
    "FluxRegions_ForTiles": ("tile", "tiles", "upscale", "tiled diffusion", "split image"),
    "FluxRegions_Details": ("detailer", "face detailer", "adetailer", "inpaint crop", "segs", "tile"),
    "FluxRegions_Paste": ("detailer", "stitch", "composite", "uncrop"),
    "FluxRegions_Preview": ("draw boxes", "preview layout", "coverage"),
}


def search_aliases(node_id: str) -> dict:
    """The node's words, as a keyword of its schema; nothing on hosts whose schema has no place for them."""
    return schema_keywords(search_aliases=list(ALIASES[node_id]))
