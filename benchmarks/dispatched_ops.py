"""Counts the tensor operations that are dispatched, views apart: about as many kernels as a graphics card launches."""

from __future__ import annotations

from torch.utils._python_dispatch import TorchDispatchMode


class DispatchedOps(TorchDispatchMode):
    """Within it, `count` grows by one with every operation that computes or copies; names: what they were."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    @property
    def count(self) -> int:
        return len(self.names)

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        # aten._unsafe_view is the view that ends a reshape, after the copy has been counted.
        if not function.is_view and "unsafe_view" not in function.__name__:
            self.names.append(str(function))
        return function(*args, **(kwargs or {}))
