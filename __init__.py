"""Flux Regions: regional prompting for FLUX in ComfyUI.

The front door: nothing heavy is imported until ComfyUI asks.
"""

WEB_DIRECTORY = "./js"


async def comfy_entrypoint():
    """Called by ComfyUI once at start-up; importing this package without ComfyUI stays possible."""
    import logging

    try:
        from .nodes import FluxRegionsExtension
    except Exception:  # the host would log one line without a traceback
        logging.getLogger(__name__).exception("Flux Regions could not load its nodes")
        raise
    return FluxRegionsExtension()


__all__ = ["WEB_DIRECTORY", "comfy_entrypoint"]
