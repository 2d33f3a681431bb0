"""What comes into a node, held to the node's own schema before the node looks at it: one guard for all nodes.

The host converts what is typed into numbers and texts, and leaves the rest to the node: a literal where a wire belongs,
null for a choice, NaN, and whatever another pack's node sends through an output of any type.
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable
from typing import NamedTuple

from comfy_api.latest import io
from torch import Tensor

from ..adapter.attention_record import AttentionRecords
from ..adapter.regional_prompt import RegionalPrompt
from ..regions import RegionSet
from ..regions.json_values import as_float, as_json, is_number, number_outside
from ..regions.plain_tensor import is_plain_tensor
from ..regions.printable import printable, short_list
from .node_inputs import FluxRegionalPrompt, FluxRegions, FluxRegionsAttention

MAX_LISTED = 20
"""Options that an error lists."""
MAX_TEXT_WHEN_QUEUED = 20_000
"""Characters of a text that is read when a graph is queued, while the server answers nobody else. Longer ones are read
when the node runs, beside the server.
"""


class Wire(NamedTuple):
    """noun: what to connect, in words for people. accepts: whether a value is such a thing."""

    noun: str
    accepts: Callable[[object], bool]


def _is_conditioning(value: object) -> bool:
    return isinstance(value, (list, tuple)) and all(
        isinstance(part, (list, tuple)) and len(part) == 2 and isinstance(part[1], dict) for part in value
    )


def _is_latent(value: object) -> bool:
    return isinstance(value, dict) and hasattr(value.get("samples"), "shape")


def _instance_of(kind: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, kind)


def _having(attribute: str) -> Callable[[object], bool]:
    return lambda value: hasattr(value, attribute)


WIRES = {
    FluxRegions.io_type: Wire("regions, for example those of Region Canvas", _instance_of(RegionSet)),
    FluxRegionalPrompt.io_type: Wire("the output of Encode Regional Prompt", _instance_of(RegionalPrompt)),
    FluxRegionsAttention.io_type: Wire("the output of Watch Region Attention", _instance_of(AttentionRecords)),
    io.Image.io_type: Wire("a picture, for example that of Load Image", is_plain_tensor),
    io.Mask.io_type: Wire("a mask", is_plain_tensor),
    io.Latent.io_type: Wire("a latent", _is_latent),
    io.Conditioning.io_type: Wire("a conditioning, for example that of CLIP Text Encode", _is_conditioning),
    io.Clip.io_type: Wire("the text encoders, the CLIP output of a loader", _having("tokenize")),
    io.Model.io_type: Wire("the MODEL output of a loader", _having("clone")),
}
"""By wire type. Others are held to no kind: what reads a layout or boxes says itself what they are not."""


def check_inputs_of(node: type[io.ComfyNode]) -> None:
    """From now on the node's validate_inputs and execute raise ValueError, naming the input, for what it cannot be.

    The options of an input that the node's own validate_inputs takes are its own business, and so are the words about
    its range. All else is checked here: the host leaves it to a node that looks at all its inputs.
    """
    own_check, own_execute = node.__dict__.get("validate_inputs"), node.__dict__["execute"].__func__
    own_parameters = {} if own_check is None else inspect.signature(own_check.__func__).parameters
    takes_all = any(parameter.kind is parameter.VAR_KEYWORD for parameter in own_parameters.values())

    def validate_inputs(cls, **typed):
        """At queue time: a linked input is None, as null is; the own check gets None of a long text, too."""
        schema = cls.define_schema()
        inputs = {node_input.id: node_input for node_input in schema.inputs}
        known = {
            name: [part for part in parts_of(value, schema.is_input_list) if part is not None]
            for name, value in typed.items()
            if name in inputs
        }
        for name, parts in known.items():
            for part in parts:
                check_kind(inputs[name], part)
        own_inputs = {name: value for name, value in typed.items() if takes_all or name in own_parameters}
        if own_check is not None:
            own_check.__func__(cls, **{name: None if _is_long(value) else value for name, value in own_inputs.items()})
        for name, parts in known.items():
            for part in parts:
                check_range(inputs[name], part, options=name not in own_inputs)
        return True

    def check_arrived(inputs: dict) -> None:
        schema = node.define_schema()
        for node_input in schema.inputs:
            if node_input.id in inputs:
                for part in parts_of(inputs[node_input.id], schema.is_input_list):
                    check_kind(node_input, part)

    @functools.wraps(own_execute)
    def execute(cls, **inputs):
        check_arrived(inputs)
        return own_execute(cls, **inputs)

    @functools.wraps(own_execute)
    async def execute_async(cls, **inputs):
        check_arrived(inputs)
        return await own_execute(cls, **inputs)

    is_async = inspect.iscoroutinefunction(own_execute)  # the host asks for it, too
    setattr(node, "validate_inputs", classmethod(validate_inputs))  # noqa: B010  (no type checker follows this)
    setattr(node, "execute", classmethod(execute_async if is_async else execute))  # noqa: B010


def _is_long(value: object) -> bool:
    return isinstance(value, str) and len(value) > MAX_TEXT_WHEN_QUEUED


def parts_of(value, takes_lists: bool) -> list | tuple:
    """To a node that takes lists everything comes in one, also what is typed."""
    return value if takes_lists and isinstance(value, (list, tuple)) else [value]


def check_kind(node_input, value: object) -> None:
    """Raises ValueError unless value is of the kind of this input; an optional wire may be null, which is none."""
    name, wire = node_input.id, WIRES.get(node_input.io_type)
    if wire is not None:
        if not wire.accepts(value) and not (value is None and node_input.optional):
            shown = _tensor_words(value) if isinstance(value, Tensor) else as_json(value)
            raise ValueError(f"{name} is {shown}; connect {wire.noun}.")
    elif isinstance(node_input, (io.Int.Input, io.Float.Input)):
        is_whole = isinstance(node_input, io.Int.Input)
        if not is_number(value) or not math.isfinite(as_float(value)) or (is_whole and not isinstance(value, int)):
            raise ValueError(f"{name} is {as_json(value)}; give {_number_words(node_input, is_whole)}.")
    elif isinstance(node_input, io.Combo.Input):
        if not isinstance(value, str) and (node_input.options or value is not None):  # without any, a page sends null
            raise ValueError(f"{name} is {as_json(value)}; choose one of: {_option_words(node_input)}.")
    elif isinstance(node_input, io.String.Input) and not (isinstance(value, str) or is_number(value)):
        raise ValueError(f"{name} is {as_json(value)}; give text.")


def check_range(node_input, value, options: bool = True) -> None:
    """Raises ValueError for a number past the input's ends and, if options, for none of its options.

    value: as check_kind wants it.
    """
    if isinstance(node_input, (io.Int.Input, io.Float.Input)):
        low, high = node_input.min, node_input.max
        low, high = -math.inf if low is None else low, math.inf if high is None else high
        if not low <= value <= high:
            is_whole = isinstance(node_input, io.Int.Input)
            raise ValueError(
                f"{node_input.id} is {number_outside(value, low, high)}; give {_number_words(node_input, is_whole)}."
            )
    elif options and isinstance(node_input, io.Combo.Input) and value not in (node_input.options or ()):
        raise ValueError(f"{node_input.id} is '{printable(value, 40)}'; choose one of: {_option_words(node_input)}.")


def _tensor_words(tensor: Tensor) -> str:
    kind, layout = (str(word).removeprefix("torch.") for word in (tensor.dtype, tensor.layout))
    return f"a tensor of {kind} ({layout}, {tensor.device.type})"


def _option_words(node_input) -> str:
    return short_list(list(map(str, node_input.options or ())), MAX_LISTED) or "none, there are no files"


def _number_words(node_input, is_whole: bool) -> str:
    noun, low, high = "a whole number" if is_whole else "a number", node_input.min, node_input.max
    if low is not None and high is not None:
        return f"{noun} from {low:g} to {high:g}" if abs(high) < 1e6 else f"{noun} from {low} to {high}"
    return noun if low is None else f"{noun} of {low:g} or more"
