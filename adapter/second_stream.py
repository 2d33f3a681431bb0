"""What a second image stream in the single blocks cannot be combined with, because the host would miscount its tokens."""

from __future__ import annotations

from .families import is_chroma


def check_second_stream(model, args: tuple, kwargs: dict) -> None:
    """model: the diffusion model; args, kwargs: of its forward call. Raises ValueError, saying what to change."""
    if is_chroma(model):
        _check_control(args[4])
    elif args[5] is not None:
        _check_references(kwargs.get("ref_latents_method", model.params.default_ref_method))


def _check_control(control: dict | None) -> None:
    if control is not None and any(add is not None for add in control.get("output", [])):
        raise ValueError(
            "With Chroma, image_stream 'paper' and a ControlNet that acts on the single blocks do not go together. "
            "Set image_stream to 'shared'."
        )


def _check_references(method: str) -> None:
    if method == "index_timestep_zero":
        raise ValueError(
            "image_stream 'paper' does not go together with reference latents of the method 'index_timestep_zero'. "
            "Set image_stream to 'shared', or choose another method (Flux KV Cache sets this one)."
        )
