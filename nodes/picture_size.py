"""The width and height of a picture, as inputs of a node."""

from comfy_api.latest import io

MIN_SIDE, MAX_SIDE = 64, 8192


def size_inputs(use: str) -> list:
    """Width and height. use: a sentence for their tooltips, on what a side is good for."""

    def side(name: str):
        tooltip = f"The picture's {name} in pixels. {use}"
        return io.Int.Input(name, default=1024, min=MIN_SIDE, max=MAX_SIDE, step=16, tooltip=tooltip)

    return [side("width"), side("height")]


def check_size(width: int | None, height: int | None) -> None:
    """Raises ValueError for a side that no picture has. None = not known yet. Named in validate_inputs, the host leaves it to us."""
    for name, side in (("width", width), ("height", height)):
        if side is not None and not MIN_SIDE <= side <= MAX_SIDE:
            raise ValueError(f"{name} is {side}; give {MIN_SIDE} to {MAX_SIDE} pixels.")
