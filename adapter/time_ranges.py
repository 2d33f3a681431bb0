"""What a conditioning's time range (Conditioning Set Timestep Range) leaves of the steps of its regions."""

from __future__ import annotations

from collections.abc import Collection

import torch

from .forward_call import ForwardCall

WHOLE_RUN = (0.0, 1.0)


def leaves_steps_out(time_ranges: Collection[tuple[float, float]]) -> bool:
    """Whether the conditionings of these time ranges, some of the same regions, are not used throughout."""
    return bool(time_ranges) and WHOLE_RUN not in time_ranges


def steps_in_time_ranges(
    steps_of: list[range], call: ForwardCall, time_ranges: Collection[tuple[float, float]]
) -> list[range]:
    """steps_of: of each region, the steps that its windows give it. Returns, from the first to the last, those of them
    in which the host uses a conditioning that carries it. time_ranges: of these, in fractions of the noise schedule.
    """
    sigmas, sampling = call.options.get("sample_sigmas"), getattr(call.base_model, "model_sampling", None)
    if not leaves_steps_out(time_ranges) or sigmas is None or sampling is None:
        return steps_of
    is_used = torch.zeros(len(sigmas) - 1, dtype=torch.bool)
    for first, last in (map(sampling.percent_to_sigma, time_range) for time_range in time_ranges):
        is_used |= ((sigmas <= first) & (sigmas >= last))[:-1].cpu()  # as the host compares them: in their precision
    used = is_used.nonzero()[:, 0].tolist()
    return [_from_first_to_last([step for step in used if step in steps]) for steps in steps_of]


def _from_first_to_last(steps: list[int]) -> range:
    return range(steps[0], steps[-1] + 1) if steps else range(0)
