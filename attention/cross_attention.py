"""Plans for attention calls that are no joint sequence: a model's cross-attention, and texts among themselves."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from .attention_share import AttentionShares, text_shares
from .grouped_attention import grouped_attention
from .groups import alone_groups, crossed_groups
from .math import Attend
from .packing import PackedGroups, pack_groups, to_device
from .routing import TokenRouting
from .schedule import is_isolated_block
from .settings import Settings
from .token_layout import TokenLayout


class TextPlan:
    """Texts of one sequence that do not see each other. spans: of them; they fill the sequence."""

    def __init__(self, spans: Sequence[range], device: torch.device, dtype: torch.dtype):
        groups = alone_groups(spans)
        self._packs = to_device(pack_groups(groups, max(span.stop for span in spans)), device, dtype)

    def attend(self, q: Tensor, k: Tensor, v: Tensor, attend: Attend) -> Tensor:
        """q, k, v: [B, H, T, D] -> [B, T, H * D]."""
        return grouped_attention(q, k, v, self._packs, attend)


class CrossAttentionPlan:
    """Image tokens that see texts: each route its regions' texts, and the base branch the base text.

    layout: where the texts lie in the keys. device, dtype: of the attention's q.
    """

    def __init__(
        self,
        layout: TokenLayout,
        routing: TokenRouting,
        settings: Settings,
        device: torch.device,
        dtype: torch.dtype,
    ):
        self._layout, self._routing, self._settings = layout, routing, settings
        self._packs: dict[bool, list[PackedGroups]] = {
            isolated: to_device(
                pack_groups(crossed_groups(layout, routing, isolated), layout.image_length), device, dtype
            )
            for isolated in ((True, False) if settings.double_interval > 1 else (True,))
        }

    def packs(self, block_index: int) -> list[PackedGroups]:
        return self._packs[is_isolated_block("double", block_index, self._settings)]

    def attend(self, q: Tensor, k: Tensor, v: Tensor, block_index: int, attend: Attend) -> Tensor:
        """q: [B, H, N, D] of the image; k, v: [B, H, T, D] of the texts -> [B, N, H * D]."""
        return grouped_attention(q, k, v, self.packs(block_index), attend)

    def shares(self, q: Tensor, k: Tensor, block_index: int) -> AttentionShares:
        """q, k as for attend. Where the block's image tokens look among the texts."""
        return text_shares(q, k, self.packs(block_index), self._layout, self._routing)
