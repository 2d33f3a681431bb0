"""Reference pictures of single regions: behind everybody's in all conditionings of a run, and whose is which."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from torch import Tensor

from ..regions import RegionSet
from ..regions.printable import printable
from ..regions.printable_log import printable_logger
from .family import Family
from .forward_call import ForwardCall
from .guider_sides import follow_positive
from .regional_prompt import KEY, TOKEN_SETTINGS, AppliedRegions, RegionalPrompt, applied_regions, carried_regions

logger = printable_logger(__name__)

REFERENCES, METHOD = "reference_latents", "reference_latents_method"
"""What the host calls them in a conditioning, and the way it numbers their positions."""
BROUGHT = f"{KEY}_references"
"""Marks a conditioning of a run that has the regions' pictures."""
NOBODY = -1
"""The owner of a picture that all regions see."""
MANY = 4
"""Times as many tokens as the picture itself has."""


class OwnedReference(NamedTuple):
    """owner: the region's index, or the number of regions for the background. latent: [B, C, ..., H, W]."""

    owner: int
    latent: Tensor


def references_of(regions: RegionSet, owner: int) -> list[Tensor]:
    """The pictures that this region alone sees: those of its own conditioning, and those that it was given."""
    conditioning, given = _carried(regions, owner)
    return [*(conditioning.get(REFERENCES) or ()), *given]


def owned_references(regions: RegionSet) -> list[OwnedReference]:
    """Those of all regions that can act, in drawing order, the background's last."""
    owners = [index for index, region in enumerate(regions.regions) if region.strength]
    return [
        OwnedReference(owner, latent) for owner in (*owners, len(regions)) for latent in references_of(regions, owner)
    ]


def reference_method(regions: RegionSet) -> str | None:
    """The one that the regions' own conditionings ask for. Raises ValueError where two differ."""
    asked: dict[str, str] = {}
    for owner in {reference.owner: None for reference in owned_references(regions)}:
        method = _carried(regions, owner)[0].get(METHOD)
        if method is not None:
            asked.setdefault(method, regions.label(owner))
    if len(asked) > 1:
        (first, label), (second, other) = list(asked.items())[:2]
        raise ValueError(
            f"{label} asks for the reference method '{printable(first, 40)}' and {other} for '{printable(second, 40)}', but "
            "a model has one for all pictures. Give both the same."
        )
    return next(iter(asked), None)


def bring_references(conds: dict, model: Any, family: Family) -> None:
    """Puts the regions' pictures behind those that each conditioning has for everybody.

    conds: a guider's, by name, as it copied them for this run. A side without regions (a negative) gets the positive's,
    every one of them with its own text. Raises ValueError, naming the region, for pictures that the model cannot read.
    """
    if not any(_has_references(applied) for applied in applied_regions(conds)):
        return
    for cond in (cond for side in conds.values() for cond in side):
        applied = carried_regions(cond)
        if applied is not None and _has_references(applied):
            _append(cond, applied, model, family)
    follow_positive(conds, _has_references, lambda cond, source: _with_references(cond, source, model, family))


def _has_references(applied: AppliedRegions) -> bool:
    return bool(owned_references(applied.prompt.regions))


def reference_owners(applied: AppliedRegions, call: ForwardCall) -> tuple[tuple[int, int], ...]:
    """(region, tokens) of each picture of a region's own; they are the last of the call's. Raises ValueError where the
    model does not look at them.
    """
    owned = owned_references(applied.prompt.regions) if applied.prompts_act else []
    if not owned:
        return ()
    lengths = call.reference_lengths
    if len(lengths) < len(owned):
        raise _not_seen(applied.prompt.regions.label(owned[0].owner), call.family)
    return tuple((owner, length) for (owner, _), length in zip(owned, lengths[-len(owned) :], strict=True))


def warn_of_many_references(call: ForwardCall) -> None:
    """They cost as much as image tokens."""
    tokens, image = sum(call.reference_lengths), call.grid.tokens
    if tokens > MANY * image:
        logger.warning(
            "The reference pictures have %d tokens, %.1f times as many as the picture (%d): every step takes as much longer. "
            "Scale them down before they are encoded.",
            *(tokens, tokens / image, image),
        )


def _append(cond: dict, applied: AppliedRegions, model: Any, family: Family) -> None:
    regions = applied.prompt.regions
    owned = owned_references(regions)
    if cond.get(BROUGHT):
        return
    latent_format = model.model.latent_format
    channels, is_flat = latent_format.latent_channels, latent_format.latent_dimensions == 2
    for owner, latent in owned:
        if family.references is None:
            raise _not_seen(regions.label(owner), family)
        if latent.ndim < 4 or latent.shape[1] != channels or (is_flat and latent.ndim > 4):
            raise ValueError(
                f"{regions.label(owner)}: its reference picture has the shape {list(latent.shape)}, but this model's latents "
                f"have {channels} channels{' and no frames' * is_flat}. Encode the picture with the VAE that belongs to the model."
            )
    cond[BROUGHT] = True
    # A new list: the host's own is another run's too.
    cond[REFERENCES] = [*(cond.get(REFERENCES) or ()), *(latent for _, latent in owned)]
    method = cond.get(METHOD) or reference_method(regions)
    if method is not None:
        cond[METHOD] = method


def _with_references(cond: dict, source: AppliedRegions, model: Any, family: Family) -> AppliedRegions | None:
    """The regions of source, every one with cond's text. None for a cond with regions of its own."""
    text = cond.get("cross_attn")
    if text is None or carried_regions(cond) is not None:
        return None
    settings = {name: cond[name] for name in TOKEN_SETTINGS if name in cond}
    texts = len(source.prompt.texts)
    prompt = RegionalPrompt(source.prompt.base, source.prompt.regions, (text,) * texts, (), (settings,) * texts)
    applied = replace(source, prompt=prompt)
    _append(cond, applied, model, family)
    return applied


def _not_seen(label: str, family: Family) -> ValueError:
    how = " without a reference method (Edit Model Reference Method sets one)" if family.references else ""
    return ValueError(
        f"{label} has a reference picture, but {family.name}{how} looks at none. Remove the picture, or load a model "
        "that is made for them (FLUX.1 Kontext, FLUX.2, Klein, Qwen-Image-Edit)."
    )


def _carried(regions: RegionSet, owner: int) -> tuple[dict, tuple[Tensor, ...]]:
    """What a region's own conditioning carries beside its tokens, and the pictures that it was given."""
    if owner == len(regions):
        return regions.background_settings, regions.background_references
    region = regions.regions[owner]
    return region.conditioning_settings, region.references
