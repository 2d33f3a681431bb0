"""What torch.compile must call and not compile: it reads what changes between calls, or keeps what outlives them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import torch

Function = TypeVar("Function", bound=Callable)


def uncompiled(function: Function) -> Function:
    """function, never compiled, nor what it calls."""
    return torch.compiler.disable(function)  # pyright: ignore[reportReturnType]


def uncompiled_itself(function: Function) -> Function:
    """function, never compiled; what it calls may be."""
    return torch.compiler.disable(function, recursive=False)  # pyright: ignore[reportReturnType]
