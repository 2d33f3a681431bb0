"""The mathematics of regional attention, apart from any host: torch and regions/ only. In reading order:"""

from .math import Attend, Term, region_weights, regional_attention  # noqa: I001  (reading order)
from .settings import BALANCES, IMAGE_STREAMS, ISOLATIONS, OVERLAPS, Settings, check_choice
from .schedule import Step, StepCounter, is_isolated_block, region_steps, steps_between, window_segments, window_steps
from .routing import Route, TokenRouting, route_tokens, routes
from .ownership import ownership
from .token_layout import TokenLayout
from .groups import Group, Scatter, alone_groups, base_groups, crossed_groups, isolated_groups, mixed_groups
from .packing import PackedGroups, pack_groups, to_device
from .grouped_attention import gather_tokens, grouped_attention
from .attention_share import AttentionShares, attention_shares, owners, text_shares
from .plan import AttentionPlan
from .cross_attention import CrossAttentionPlan, TextPlan
from .rotation import Turn, turned
from .dense_diffusion import LogitModulation, Memberships, memberships, noise_decay
from .auto_balance import EARLY_FRACTION, balanced, base_ratios, is_early_step

__all__ = [
    "BALANCES",
    "EARLY_FRACTION",
    "IMAGE_STREAMS",
    "ISOLATIONS",
    "OVERLAPS",
    "Attend",
    "AttentionPlan",
    "AttentionShares",
    "CrossAttentionPlan",
    "Group",
    "LogitModulation",
    "Memberships",
    "PackedGroups",
    "Route",
    "Scatter",
    "Settings",
    "Step",
    "StepCounter",
    "Term",
    "TextPlan",
    "TokenLayout",
    "TokenRouting",
    "Turn",
    "alone_groups",
    "attention_shares",
    "balanced",
    "base_groups",
    "base_ratios",
    "check_choice",
    "crossed_groups",
    "gather_tokens",
    "grouped_attention",
    "is_early_step",
    "is_isolated_block",
    "isolated_groups",
    "memberships",
    "mixed_groups",
    "noise_decay",
    "owners",
    "ownership",
    "pack_groups",
    "region_steps",
    "region_weights",
    "regional_attention",
    "route_tokens",
    "routes",
    "steps_between",
    "text_shares",
    "to_device",
    "turned",
    "window_segments",
    "window_steps",
]
