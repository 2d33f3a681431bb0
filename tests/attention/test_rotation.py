"""A token turned by the difference of two positions is the token embedded at the other one."""

import torch
from flux_regions.attention import Turn, turned

FREQUENCIES = torch.tensor([1.0, 0.3, 0.01])


def rotation(position):
    """[3, 2, 2]: the matrices of the rotary embedding at a position."""
    angle = position * FREQUENCIES
    return torch.stack([angle.cos(), -angle.sin(), angle.sin(), angle.cos()], -1).unflatten(-1, (2, 2))


def embedded(rows, positions):
    """rows [N, 6] at these positions, each pair of channels as a complex number."""
    angles = torch.tensor(positions)[:, None] * FREQUENCIES
    pairs = torch.view_as_complex(rows.unflatten(-1, (-1, 2)).contiguous())
    return torch.view_as_real(pairs * torch.polar(torch.ones_like(angles), angles)).flatten(-2)


def test_turned_tokens_stand_where_they_belong_and_others_stay():
    rows = torch.randn(5, 6, generator=torch.Generator().manual_seed(0))
    numbered = embedded(rows, [1.0, 2.0, 3.0, 4.0, 5.0])[None, None]
    result = turned(numbered, [Turn(range(2), rotation(3.0)), Turn(range(3, 5), rotation(-2.5))])
    expected = embedded(rows, [4.0, 5.0, 3.0, 1.5, 2.5])[None, None]
    assert torch.allclose(result, expected, atol=1e-6)
    assert torch.equal(numbered, embedded(rows, [1.0, 2.0, 3.0, 4.0, 5.0])[None, None]), "the input stays as it was"


def test_in_a_part_of_the_sequence_only_its_own_tokens_turn():
    rows = torch.randn(1, 2, 3, 6, generator=torch.Generator().manual_seed(1))
    turns = [Turn(range(2), rotation(3.0)), Turn(range(6, 7), rotation(1.0))]
    result = turned(rows, turns, first=4)
    assert torch.equal(result[:, :, :2], rows[:, :, :2]) and not torch.equal(result[:, :, 2], rows[:, :, 2])


def test_without_turns_nothing_is_copied():
    rows = torch.ones(1, 1, 2, 6)
    assert turned(rows, []) is rows and turned(rows, [Turn(range(0), rotation(1.0))]) is rows
