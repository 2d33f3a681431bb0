"""The mathematics of regional attention, apart from any host: torch and regions/ only. In reading order:"""

from .attention_share import Shares, attention_shares, owners
from .auto_balance import FITTED, Rule, balanced, is_firm
from .dense_diffusion import Modulation, Segments, level, segments
from .grouped_attention import grouped_attention, take
from .groups import Group, Put, Spoken, apart, spoken, together
from .packing import Bundle, bundled, to_device
from .plan import Plan, hearing
from .routing import Share, shares
from .schedule import keeps_apart, region_steps, spells, step_at, window_steps
from .settings import BALANCES, IMAGE_STREAMS, ISOLATIONS, OVERLAPS, Settings, check_choice
from .token_layout import Layout

__all__ = [
    "BALANCES",
    "FITTED",
    "IMAGE_STREAMS",
    "ISOLATIONS",
    "OVERLAPS",
    "Bundle",
    "Group",
    "Layout",
    "Modulation",
    "Plan",
    "Put",
    "Rule",
    "Segments",
    "Settings",
    "Share",
    "Shares",
    "Spoken",
    "apart",
    "attention_shares",
    "balanced",
    "bundled",
    "check_choice",
    "grouped_attention",
    "hearing",
    "is_firm",
    "keeps_apart",
    "level",
    "owners",
    "region_steps",
    "segments",
    "shares",
    "spells",
    "spoken",
    "step_at",
    "take",
    "to_device",
    "together",
    "window_steps",
]
