"""Muon's step: orthogonal whatever the gradient's scale, block by block, in fp32."""

import torch
from flux_regions.pocket.muon import Muon, orthogonal


def gradient(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def test_the_nearest_orthogonal_matrix_keeps_directions_and_levels_their_sizes():
    matrix = gradient(48, 48)
    result = orthogonal(matrix)
    u, _, v = torch.linalg.svd(matrix)
    sizes = torch.linalg.svdvals(result)
    assert sizes.max() < 1.3 and sizes.median() > 0.6
    assert (u.T @ result @ v.T).diag().min() > 0, "every direction keeps its sign"
    assert torch.allclose(orthogonal(1000 * matrix), result, atol=1e-4)


def test_each_square_block_of_a_matrix_makes_its_own_step():
    whole = torch.nn.Parameter(torch.zeros(32, 64))
    parts = [torch.nn.Parameter(torch.zeros(32, 32)) for _ in range(2)]
    whole.grad = gradient(32, 64)
    for part, piece in zip(parts, whole.grad.split(32, 1), strict=True):
        part.grad = piece.clone()
    for parameters in ([whole], parts):
        Muon(parameters, lr=1e-2, side=32).step()
    assert torch.allclose(whole, torch.cat(parts, 1), atol=1e-7) and whole.abs().max() > 0


def test_it_finds_the_least_squares_solution():
    target, inputs = gradient(16, 16), gradient(200, 16)
    weight = torch.nn.Parameter(torch.zeros(16, 16))
    optimizer = Muon([weight], lr=0.05, side=16, weight_decay=0.0)
    for step in range(400):
        optimizer.param_groups[0]["lr"] = 0.05 * (1 - step / 400)
        optimizer.zero_grad()
        (inputs @ (weight - target).T).square().mean().backward()
        optimizer.step()
    assert (weight - target).abs().max() < 0.05
