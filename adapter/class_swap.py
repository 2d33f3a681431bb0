"""Changing what layers of the model return, for the time of one forward call.

A layer gets another class, a child of its own that calls a function with what its forward returned and was given;
afterwards it gets its class back. Forward hooks would do the same, but code that torch.compile made before never looks
for them; it does look at the class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial

from torch.nn import Module

from .family import LayerOutput
from .uncompiled import uncompiled

_finish_of: dict[int, Callable] = {}
"""By the layer's id, while its class is swapped."""


@cache
def _child_of(layer_class: type) -> type:
    # All layers share this code. Compiled, it would be compiled for each of their shapes, up to the number after which
    # torch.compile gives a function up. Uncompiled, it looks anew in every call, so nothing of an earlier call can be
    # in force.
    @uncompiled
    def forward(self, given, *args, **kwargs):
        return _finish_of[id(self)](layer_class.forward(self, given, *args, **kwargs), given)

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


@uncompiled
def _swap(layer: Module) -> Callable[[], None]:
    """Returns what undoes it."""
    forward, layer_class = vars(layer).get("forward"), type(layer)
    if forward is not None:  # a forward of the instance's own hides that of any class

        @uncompiled
        def wrapped(given, *args, **kwargs):
            return _finish_of[id(layer)](forward(given, *args, **kwargs), given)

        layer.forward = wrapped
    else:
        layer.__class__ = _child_of(layer_class)
    return partial(_restore, layer, layer_class, forward)


@uncompiled
def _restore(layer: Module, layer_class: type, forward: Callable | None) -> None:
    if forward is not None:
        layer.forward = forward
    layer.__class__ = layer_class
    _finish_of.pop(id(layer), None)
