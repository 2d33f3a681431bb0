"""One forward call whose batch has pieces of the picture from several places: one call of the model for each place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from ..regions import Piece
from .forward_call import ForwardCall
from .uncompiled import uncompiled, uncompiled_itself

OF_CHUNKS = ("cond_or_uncond", "uuids")
"""transformer_options that list the conditionings in the batch, each of which has as many rows."""


@uncompiled_itself
def call_for_each_place(
    call: ForwardCall, pieces: list[Piece | None], forward: Callable[[ForwardCall], Tensor]
) -> Tensor:
    """The answer to call, from forward's to the calls for each distinct place.

    pieces: that of each row of the batch.
    """
    rows_of: dict[Piece | None, list[int]] = {}
    for row, piece in enumerate(pieces):
        rows_of.setdefault(piece, []).append(row)
    if len(rows_of) == 1:
        return forward(replace(call, piece=pieces[0]))
    answers = [forward(replace(rows_alone(call, rows), piece=piece)) for piece, rows in rows_of.items()]
    order = torch.tensor([row for rows in rows_of.values() for row in rows])
    return torch.cat(answers)[order.argsort().to(answers[0].device)]


@uncompiled
def rows_alone(call: ForwardCall, rows: list[int]) -> ForwardCall:
    """The call with these rows of its batch alone."""
    batch = len(call.args[0])

    def cut(value: Any) -> Any:
        """Tensors for each row, also in lists (reference latents) and dicts (a ControlNet's)."""
        if isinstance(value, Tensor):
            return value[rows] if value.ndim and len(value) == batch else value
        if type(value) in (list, tuple):
            return type(value)(map(cut, value))
        if isinstance(value, dict):
            return {name: cut(part) for name, part in value.items()}
        return value

    options = dict(call.options)
    for name in OF_CHUNKS:
        chunks = options.get(name)
        if chunks and batch % len(chunks) == 0:
            options[name] = [chunks[index] for index in dict.fromkeys(row * len(chunks) // batch for row in rows)]
    own = call.options
    args = tuple(options if arg is own else cut(arg) for arg in call.args)
    kwargs = {name: options if value is own else cut(value) for name, value in call.kwargs.items()}
    return replace(call, args=args, kwargs=kwargs)
