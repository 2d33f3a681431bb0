"""Changing what layers of the model return, for the time of one forward call.

A layer gets another class, a child of its own that calls a function with what its forward returned and was given;
afterwards it gets its class back. Forward hooks would do the same, but code that torch.compile made before never looks
for them; it does look at the class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING

from .uncompiled import uncompiled

if TYPE_CHECKING:
    from torch.nn import Module

    from .family import LayerOutput

_finish_of: dict[int, Callable] = {}
"""By the layer's id, while its class is swapped. Compiled code keeps the function that looks here, never what is here,
so nothing of an earlier call can be in force."""


@uncompiled
def _finished(layer: Module, output, given):
    return _finish_of[id(layer)](output, given)


@cache
def _child_of(layer_class: type) -> type:
    def forward(self, given, *args, **kwargs):
        return _finished(self, layer_class.forward(self, given, *args, **kwargs), given)

    return type(f"Regional{layer_class.__name__}", (layer_class,), {"forward": forward})


@contextmanager
def finished_layers(outputs: Sequence[LayerOutput]) -> Iterator[None]:
    """Within it these layers return what their `finish` makes of their output. Each layer at most once.

    A call of the model inside of another one's (a node that runs it anew from within) has its own, as long as it lasts.
    """
    undo: list[Callable[[], None]] = []
    try:
        for layer, finish in outputs:
            outer = _finish_of.get(id(layer))
            _finish_of[id(layer)] = finish
            undo.append(_swap(layer) if outer is None else partial(_finish_of.__setitem__, id(layer), outer))
        yield
    finally:
        for restore in reversed(undo):
            restore()


def _swap(layer: Module) -> Callable[[], None]:
    """Returns what undoes it."""
    forward = vars(layer).get("forward")
    layer_class = type(layer)

    def restore() -> None:
        if forward is not None:
            layer.forward = forward
        layer.__class__ = layer_class
        _finish_of.pop(id(layer), None)

    if forward is not None:  # a forward of the instance's own hides that of any class

        def wrapped(given, *args, **kwargs):
            return _finished(layer, forward(given, *args, **kwargs), given)

        layer.forward = wrapped
    else:
        layer.__class__ = _child_of(layer_class)
    return restore
