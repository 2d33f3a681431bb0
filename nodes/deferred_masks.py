"""A MASK that is drawn when somebody looks at it: two hundred regions would fill a gigabyte that nobody asked for."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.utils._pytree import tree_map

_SIZES = {
    torch.Tensor.shape.__get__,
    torch.Tensor.dtype.__get__,
    torch.Tensor.device.__get__,
    torch.Tensor.ndim.__get__,
    torch.Tensor.is_cuda.__get__,
    torch.Tensor.nbytes.__get__,
    torch.Tensor.size,
    torch.Tensor.dim,
    torch.Tensor.numel,
    torch.Tensor.nelement,
    torch.Tensor.element_size,
    torch.Tensor.__len__,
    torch.Tensor.__hash__,
}
"""What can be answered without its values; the host's cache asks some of these of every output."""


class DeferredMasks(Tensor):
    """[R, H, W] float32 on the CPU, of the values that draw() returns, once, when they are needed."""

    _draw: Callable[[], Tensor]
    _drawn: Tensor | None

    @staticmethod
    def __new__(cls, size: tuple[int, int, int], draw: Callable[[], Tensor]) -> DeferredMasks:
        masks = Tensor._make_wrapper_subclass(cls, size, dtype=torch.float32, device="cpu")
        masks._draw, masks._drawn = draw, None
        return masks

    def drawn(self) -> Tensor:
        """The masks as an ordinary tensor."""
        if self._drawn is None:
            self._drawn = self._draw()
        return self._drawn

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        if function in _SIZES:
            return super().__torch_function__(function, types, args, kwargs or {})
        return function(*_drawn(args), **_drawn(kwargs or {}))

    @classmethod
    def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
        return function(*_drawn(args), **_drawn(kwargs or {}))

    def __repr__(self, **_) -> str:
        return f"DeferredMasks({tuple(self.shape)})"

    def __reduce_ex__(self, protocol):
        return self.drawn().__reduce_ex__(protocol)

    def __deepcopy__(self, memo):
        return self.drawn().clone()


def _drawn(values):
    return tree_map(lambda value: value.drawn() if isinstance(value, DeferredMasks) else value, values)
