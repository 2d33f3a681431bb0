"""Random texts, and regional prompts with other regions in them."""

from dataclasses import replace

import torch


def random_text(seed: int, tokens: int = 8, width: int = 32) -> list:
    """A random text embedding [1, tokens, width], as a CONDITIONING of a model of this width."""
    embedding = torch.randn(1, tokens, width, generator=torch.Generator().manual_seed(seed))
    pooled = torch.randn(1, 16, generator=torch.Generator().manual_seed(seed + 1000))
    return [[embedding, {"pooled_output": pooled}]]


def with_regions(prompt, *regions):
    """The regional prompt with these regions in place of its own."""
    return replace(prompt, regions=replace(prompt.regions, regions=regions))


def in_windows(prompt, *windows):
    """The regional prompt with (start, end), in fractions of the steps, for each of its regions."""
    regions = zip(prompt.regions.regions, windows, strict=True)
    return with_regions(prompt, *(replace(region, start=start, end=end) for region, (start, end) in regions))


def regional_wrappers() -> dict:
    """The wrappers that a conditioning with regions brings into a run, for a model that is called without a sampler."""
    from flux_regions.adapter.sampling_hooks import sampling_hooks

    (hook,) = sampling_hooks().hooks
    return hook.transformers_dict["wrappers"]


def with_text(conditioning: list, text: list) -> list:
    """The CONDITIONING with another one's text embedding, and all settings of its own."""
    return [[text[0][0], conditioning[0][1]]]
