"""Changing what layers of the model return, for the time of one forward call.

A layer gets another class, a child of its own that calls a function with what its forward returned; afterwards it gets
its class back. Forward hooks would do the same, but code that torch.compile made before never looks for them; it does
look at the class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from .uncompiled import uncompiled

if TYPE_CHECKING:
    from torch.nn import Module

    from .family import LayerOutput

_finish_of: dict[int, Callable] = {}
"""By the layer's id, while its class is swapped. Compiled code keeps the function that looks here, never what is here,
so nothing of an earlier call can be in force."""


@uncompiled
def _finished(layer: Module, output):
    return _finish_of[id(layer)](output)


@cache
def _child_of(layer_class: type) -> type:
    def forward(self, *args, **kwargs):
        return _finished(self, layer_class.forward(self, *args, **kwargs))

    return type(f"Regional{layer_class.__name__}", (layer_class,), {"forward": forward})


@contextmanager
def finished_layers(outputs: Sequence[LayerOutput]) -> Iterator[None]:
    """Within it these layers return what their `finish` makes of their output. Each layer at most once."""
    undo: list[Callable[[], None]] = []
    try:
        for layer, finish in outputs:
            _finish_of[id(layer)] = finish
            undo.append(_swap(layer))
        yield
    finally:
        for restore in reversed(undo):
            restore()
        for layer, _ in outputs:
            _finish_of.pop(id(layer), None)


def _swap(layer: Module) -> Callable[[], None]:
    """Returns what undoes it."""
    forward = vars(layer).get("forward")
    if forward is not None:  # a forward of the instance's own hides that of any class

        def wrapped(*args, **kwargs):
            return _finished(layer, forward(*args, **kwargs))

        layer.forward = wrapped
        return lambda: setattr(layer, "forward", forward)
    layer_class = type(layer)
    layer.__class__ = _child_of(layer_class)
    return lambda: setattr(layer, "__class__", layer_class)
