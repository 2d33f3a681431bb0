"""Training in several processes at once (`torchrun`): each draws its own pictures, all take the same step."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import Tensor


@contextmanager
def process_group() -> Iterator[None]:
    """Within it this process is one of those that `torchrun` started, if it was; alone there is nothing to do."""
    if not dist.is_torchelastic_launched():
        yield
        return
    dist.init_process_group("gloo", timeout=timedelta(days=1))  # a paused run may wait long
    yield
    dist.barrier()
    dist.destroy_process_group()


def rank() -> int:
    """The number of this process, from 0."""
    return dist.get_rank() if dist.is_initialized() else 0


def world_size() -> int:
    """How many processes there are."""
    return dist.get_world_size() if dist.is_initialized() else 1


def all_mean(tensors: Iterable[Tensor]) -> None:
    """Replace every tensor by its mean over the processes, in one exchange."""
    if world_size() == 1:
        return
    tensors = list(tensors)
    flat = torch.cat([tensor.flatten() for tensor in tensors])
    dist.all_reduce(flat)
    for tensor, mean in zip(tensors, flat.div_(world_size()).split([t.numel() for t in tensors]), strict=True):
        tensor.copy_(mean.view_as(tensor))


def broadcast(value: float) -> float:
    """The first process's value, in every process."""
    if world_size() == 1:
        return value
    shared = torch.tensor(value, dtype=torch.float64)
    dist.broadcast(shared, 0)
    return shared.item()


def all_map(function: Callable[[Tensor], Tensor], items: Tensor) -> Tensor:
    """`function` of each of `items` [n, ...] (results of the same shape), every process computing its part of them."""
    results = torch.zeros_like(items)
    for index in range(rank(), len(items), world_size()):
        results[index] = function(items[index])
    if world_size() > 1:
        dist.all_reduce(results)
    return results
