"""What travels on a FLUX_REGIONAL_PROMPT wire: the base conditioning and the regions, every one with its text
embedding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from torch import Tensor

from ..attention import Settings
from ..regions import RegionSet
from .family import ModelInfo
from .lora_fitting import LoraFitting
from .run_cache import RunCache

KEY = "flux_regions"
"""The name under which regions travel in a conditioning, and their wrappers in a model's options."""
TOKEN_SETTINGS = ("attention_mask", "attention_mask_img_shape", "t5xxl_ids", "t5xxl_weights")
"""What a conditioning carries that describes its own tokens, and would be wrong for another text."""


@dataclass(frozen=True, eq=False)
class RegionalPrompt:
    """base: a CONDITIONING list. texts: [B, T, C] for each region, and one more, the background's, where there is one.

    trimmed: how many tokens of padding were taken off behind each of the texts; None, or no entry: its padding was
        kept.
    settings: what the conditioning of each text carries beside its tokens (word ids, weights), or no entry.
    """

    base: list
    regions: RegionSet
    texts: tuple[Tensor, ...]
    trimmed: tuple[int | None, ...] = ()
    settings: tuple[dict, ...] = ()

    @property
    def has_background(self) -> bool:
        return len(self.texts) > len(self.regions)

    def subset(self, indices: tuple[int, ...]) -> RegionalPrompt:
        """The same prompt with these regions alone (rising indices), and the background."""
        remaining = (*indices, *range(len(self.regions), len(self.texts)))
        return replace(
            self,
            regions=self.regions.subset(indices),
            texts=tuple(self.texts[index] for index in remaining),
            trimmed=tuple(self.trimmed_tokens(index) for index in remaining),
            settings=tuple(self.text_settings(index) for index in remaining),
        )

    def crop(self, box: tuple[float, float, float, float], check: Callable[[], None] = lambda: None) -> RegionalPrompt:
        """The same prompt for a box of the picture, as RegionSet.crop; nothing is encoded again."""
        return replace(self.subset(self.regions.seen_in(box, check=check)), regions=self.regions.crop(box, check=check))

    def trimmed_tokens(self, index: int) -> int | None:
        return self.trimmed[index] if self.trimmed else None

    def text_settings(self, index: int) -> dict:
        return self.settings[index] if self.settings else {}

    def text_token_count(self, index: int, text_length: int, unit: int) -> int:
        """Tokens of one text in the model, which fills up a shorter one to text_length unless its padding was taken
        off, and any to a multiple of unit.
        """
        length = self.texts[index].shape[1]
        length = max(length, text_length) if self.trimmed_tokens(index) is None else length
        return -(-length // unit) * unit

    def label(self, index: int) -> str:
        return self.regions.label(index)


@dataclass(frozen=True, eq=False)
class AppliedRegions:
    """What the model finds in a conditioning: the regional prompt and how to apply it.

    model_info: of the model, for reports, where it is known before sampling. cache: of the sampling run that uses them.
    prompts_act: whether its prompts do; if not, its LoRAs alone, as in a negative conditioning without regions.
    lora_source: whose LoRAs act beside these prompts, where they have none of their own.
    loras: those of its regions, as fitted to the latest model.
    """

    prompt: RegionalPrompt
    settings: Settings
    model_info: ModelInfo | None = None
    cache: RunCache = field(default_factory=RunCache)
    prompts_act: bool = True
    lora_source: AppliedRegions | None = None
    loras: LoraFitting = field(default_factory=LoraFitting)


def carried_regions(settings: dict) -> AppliedRegions | None:
    """settings: of one part of a CONDITIONING, or of what a guider makes of it."""
    cond = settings.get("model_conds", {}).get(KEY)
    return None if cond is None else cond.cond


def applied_regions(conds: dict) -> list[AppliedRegions]:
    """conds: a guider's, by name. What they carry, each once."""
    carried = [carried_regions(cond) for side in conds.values() for cond in side]
    return list({id(applied): applied for applied in carried if applied is not None}.values())
