"""An attention plan: everything about the joint sequence that stays the same over blocks and steps, worked out once."""

from __future__ import annotations

import torch
from torch import Tensor

from .attention_share import AttentionShares, attention_shares
from .grouped_attention import grouped_attention
from .groups import isolated_groups, mixed_groups
from .math import Attend
from .packing import PackedGroups, pack_groups, to_device
from .routing import TokenRouting
from .schedule import is_isolated_block
from .settings import Settings
from .token_layout import TokenLayout


class AttentionPlan:
    """The groups for every kind of block, for one layout.

    layout.text_lengths are those of routing.text_regions. device, dtype: of the attention's q.
    """

    def __init__(
        self,
        layout: TokenLayout,
        routing: TokenRouting,
        settings: Settings,
        device: torch.device,
        dtype: torch.dtype,
    ):
        self.layout = layout
        self.routing = routing
        self.settings = settings
        self._isolated: dict[bool, list[PackedGroups]] = {}
        self._mixed: dict[bool, list[PackedGroups]] = {}
        for block_type, interval in (("double", settings.double_interval), ("single", settings.single_interval)):
            copied = settings.copies_base_image(block_type)
            block_layout = layout.with_base_image_copy(copied)
            if copied not in self._isolated:
                groups = isolated_groups(block_layout, routing, settings.isolation)
                self._isolated[copied] = to_device(pack_groups(groups, block_layout.total), device, dtype)
            if copied not in self._mixed and interval > 1:
                groups = mixed_groups(block_layout, routing)
                self._mixed[copied] = to_device(pack_groups(groups, block_layout.total), device, dtype)

    def packs(self, block_type: str, block_index: int) -> list[PackedGroups]:
        """The groups of one block ("double" or "single", from 0), packed, on the plan's device."""
        isolated = is_isolated_block(block_type, block_index, self.settings)
        return (self._isolated if isolated else self._mixed)[self.settings.copies_base_image(block_type)]

    def attend(
        self, q: Tensor, k: Tensor, v: Tensor, block_type: str, block_index: int, _sigma: Tensor, attend: Attend
    ) -> Tensor:
        """q, k, v: [B, H, N, D] of the block's joint sequence -> [B, N, H * D].

        sigma, the noise level, changes nothing.
        """
        return grouped_attention(q, k, v, self.packs(block_type, block_index), attend)

    def shares(self, q: Tensor, k: Tensor, block_type: str, block_index: int, _sigma: Tensor) -> AttentionShares:
        """q, k: [B, H, N, D], as for attend. Where the block's image tokens look."""
        layout = self.layout.with_base_image_copy(self.settings.copies_base_image(block_type))
        return attention_shares(q, k, self.packs(block_type, block_index), layout, self.routing)
