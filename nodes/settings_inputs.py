"""The inputs that hold the settings of regional attention, the same on every node that has them."""

import inspect

from comfy_api.latest import io

from ..attention import BALANCES, IMAGE_STREAMS, ISOLATIONS, OVERLAPS, Settings

DEFAULTS = Settings()

FLOATS = {
    "base_ratio": "The base prompt's share in every region (beta in the paper). Lower = regions obey more; higher = more "
    "coherent.",
    "start": "The regions act from this share of the sampler's steps on. 0 = from the first step.",
    "end": "The regions act up to this share of the sampler's steps; then the base prompt finishes the picture at full "
    "speed.",
}
INTERVALS = {
    "double_interval": "Every n-th double block keeps the regions apart; in the others they mix. 1 = all blocks, strictest.",
    "single_interval": "Every n-th single block keeps the regions apart; in the others they mix. 1 = all blocks, strictest.",
}
CHOICES = {
    "image_stream": (
        IMAGE_STREAMS,
        "shared: one image stream, fast. paper: a second one in the single blocks, exactly as the authors' code, slower.",
    ),
    "overlap": (
        OVERLAPS,
        "Where regions overlap. top: the later drawn wins. blend: they share. union: both are seen (the paper's rule).",
    ),
    "isolation": (
        ISOLATIONS,
        "regions: a region sees only itself (the paper). text: pixels see the whole picture, only prompts are routed; "
        "softer. modulate: nothing is kept apart, attention is drawn to the own region (DenseDiffusion); base_ratio is "
        "not used.",
    ),
    "balance": (
        BALANCES,
        "manual: base_ratio, end and single_interval as set here. auto: a rule in their place, for any number of regions; they "
        "act to the last step, and the base prompt joins in after the first ones.",
    ),
}


def setting_input(name: str, *, options: tuple[str, ...] = (), default=None, tooltip: str = "", **more):
    """The input of one of Settings' fields. options, default, tooltip: in place of the usual ones.

    more: of the host's Input.
    """
    default = getattr(DEFAULTS, name) if default is None else default
    if name in FLOATS:
        limits = {"min": 0.0, "max": 1.0, "step": 0.001, "round": 0.001}
        return io.Float.Input(name, default=default, tooltip=tooltip or FLOATS[name], **limits, **more)
    if name in INTERVALS:
        return io.Int.Input(name, default=default, min=1, max=64, tooltip=tooltip or INTERVALS[name], **more)
    usual_options, usual_tooltip = CHOICES[name]
    return io.Combo.Input(
        name, options=list(options or usual_options), default=default, tooltip=tooltip or usual_tooltip, **more
    )


def advanced() -> dict:
    """What marks an input as rarely used, on hosts that know the word (0.10 and newer)."""
    return {"advanced": True} if "advanced" in inspect.signature(io.Combo.Input.__init__).parameters else {}


def check_typed_settings(**typed) -> None:
    """At queue time: what is typed in must make sense together; linked values (None) are looked at when they arrive.

    Raises ValueError as Settings does.
    """
    if typed.get("start") is None or typed.get("end") is None:
        typed = {name: value for name, value in typed.items() if name not in ("start", "end")}
    Settings(**{name: value for name, value in typed.items() if value is not None})
