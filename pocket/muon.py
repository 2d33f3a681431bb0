"""Muon: momentum whose matrices are made orthogonal before each step (Jordan et al. 2024), in fp32."""

import torch
from torch import Tensor

from .distributed import all_map

COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # of the quintic Newton-Schulz iteration, from Jordan's description of Muon
ITERATIONS = 5


def orthogonal(matrix: Tensor) -> Tensor:
    """The nearest orthogonal matrix, roughly (singular values 0.7 to 1.2), of a square one [side, side]."""
    a, b, c = COEFFICIENTS
    x = matrix / (matrix.norm() + 1e-7)
    for _ in range(ITERATIONS):
        gram = x @ x.T
        x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x


class Muon(torch.optim.Optimizer):
    """For matrices [rows, columns] whose sides are multiples of `side`; each is treated as the square blocks in it.

    torch.optim.Muon would do, but it computes in bf16, which is very slow on most CPUs. Steps are scaled to the size of
    AdamW's (Liu et al. 2025, section 2.2), so that one learning rate serves both.
    """

    def __init__(self, parameters, lr: float, side: int, momentum: float = 0.95, weight_decay: float = 0.01):
        super().__init__(parameters, {"lr": lr, "side": side, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            side, parameters, directions = group["side"], [p for p in group["params"] if p.grad is not None], []
            for parameter in parameters:
                mean = self.state[parameter].setdefault("momentum", torch.zeros_like(parameter))
                mean.lerp_(parameter.grad, 1 - group["momentum"])
                directions.append(self._blocks(parameter.grad.lerp(mean, group["momentum"]), side))
            sizes = [len(blocks) for blocks in directions]
            steps = all_map(orthogonal, torch.cat(directions)).mul_(0.2 * side**0.5).split(sizes)
            for parameter, step in zip(parameters, steps, strict=True):
                rows, columns = parameter.shape
                whole = step.unflatten(0, (rows // side, columns // side)).transpose(1, 2).reshape(rows, columns)
                parameter.mul_(1 - group["lr"] * group["weight_decay"]).sub_(whole, alpha=group["lr"])

    @staticmethod
    def _blocks(matrix: Tensor, side: int) -> Tensor:
        rows, columns = matrix.shape
        return matrix.reshape(rows // side, side, columns // side, side).transpose(1, 2).reshape(-1, side, side)
